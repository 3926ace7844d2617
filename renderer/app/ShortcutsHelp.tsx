import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { chordText } from './commands/chords.ts';
import { COMMAND_GROUPS, isEnabled } from './commands/command.ts';
import { keysOf } from './commands/keymap.ts';
import { COMMANDS } from './commands/registry.ts';
import { Dialog } from './Dialog.tsx';

/** Keys of the mouse and of single panes. */
const OTHER_KEYS: readonly { keys: string[]; title: string }[] = [
  { keys: ['↑', '↓'], title: 'Lanes: row above or below. Table: row above or below' },
  { keys: ['←', '→'], title: 'Lanes: lifetime before or after; close or open a group' },
  { keys: ['Enter'], title: 'Lanes: select, open or close. Table: go to the details' },
  { keys: ['*'], title: 'Groups and stacks: open everything below' },
  { keys: ['Ctrl+A', 'Ctrl+C'], title: 'Table: select all rows, copy the selected ones' },
  { keys: ['Shift+F10'], title: 'Table: what can be done with the row' },
  { keys: ['Shift+←', 'Shift+→'], title: 'Head of a column: narrower, wider; with Ctrl: move it' },
  { keys: ['Ctrl+wheel'], title: 'Zoom at the mouse' },
  { keys: ['Shift+wheel', 'drag'], title: 'Pan' },
  { keys: ['double-click'], title: 'Lanes: show the whole trace. Table: zoom to the row' },
];

/** All keys, from the registry of commands, with the user's own. */
export function ShortcutsHelp({ onClose, onChange }: { onClose: () => void; onChange: () => void }) {
  const viewer = useViewer();
  const changed = useViewerState('keys', (s) => s.changed);
  const withKeys = COMMANDS.filter((command) => keysOf(command, changed).length > 0);
  const sections: { name: string; entries: { id: string; title: string; keys: readonly string[]; off: boolean }[] }[] =
    [
      ...COMMAND_GROUPS.map((name) => ({
        name,
        entries: withKeys
          .filter((command) => command.group === name)
          .map((command) => ({
            id: command.id,
            title: command.title,
            keys: keysOf(command, changed).map(chordText),
            off: !isEnabled(command, viewer),
          })),
      })),
      { name: 'Panes and mouse', entries: OTHER_KEYS.map((entry) => ({ ...entry, id: entry.title, off: false })) },
    ];
  return (
    <Dialog title="Keys" testId="shortcuts" onClose={onClose}>
      <div className="help-sections">
        {sections
          .filter((section) => section.entries.length > 0)
          .map((section) => (
            <section key={section.name}>
              <h3>{section.name}</h3>
              <dl className="help-list">
                {section.entries.map(({ id, title, keys, off }) => (
                  <div key={id} className={off ? 'is-off' : ''}>
                    <dt>
                      {keys.map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{title}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
      <p className="help-foot">
        <button type="button" className="link-button" onClick={onChange}>
          Change keys…
        </button>
      </p>
    </Dialog>
  );
}
