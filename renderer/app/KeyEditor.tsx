import { useState, type KeyboardEvent } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { chordOf, chordText, isTakenByBrowser } from './commands/chords.ts';
import type { Command } from './commands/command.ts';
import { assignKey, conflictsOf, keysOf } from './commands/keymap.ts';
import { COMMANDS } from './commands/registry.ts';
import { fuzzyScore } from './fuzzy.ts';

/** A key that was pressed for a command and is not its key yet: others have it, or a page cannot have it. */
interface Asked {
  command: Command;
  chord: string;
  others: readonly Command[];
}

/** Every command with its keys; a click on them waits for another one. */
export function KeyEditor({ search }: { search: string }) {
  const viewer = useViewer();
  const keys = useViewerState('keys', (s) => s);
  const [waiting, setWaiting] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const shown = COMMANDS.filter((command) => fuzzyScore(`${command.title} ${command.group}`, search) !== null);

  function onKeyDown(event: KeyboardEvent, command: Command): void {
    if (waiting !== command.id || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    const chord = chordOf(event.nativeEvent);
    if (chord === null) return;
    setWaiting(null);
    if (chord === 'Escape' && command.id !== 'closeDetails') return;
    const others = conflictsOf(COMMANDS, keys.changed, command, chord);
    if (others.length > 0 || isTakenByBrowser(chord)) setAsked({ command, chord, others });
    else assignKey(COMMANDS, viewer.keys.getState(), command, chord);
  }

  return (
    <ul className="key-list" data-testid="key-list">
      {shown.map((command) => {
        const now = keysOf(command, keys.changed);
        const changed = command.id in keys.changed;
        return (
          <li key={command.id} data-command={command.id}>
            <span className="key-title">
              {command.title} <span className="palette-group">{command.group}</span>
            </span>
            <button
              type="button"
              className="key-box"
              aria-label={`Key of “${command.title}”: ${now.map(chordText).join(', ') || 'none'}. Press to change it.`}
              aria-pressed={waiting === command.id}
              onClick={() => {
                setAsked(null);
                setWaiting(waiting === command.id ? null : command.id);
              }}
              onBlur={() => setWaiting(null)}
              onKeyDown={(event) => onKeyDown(event, command)}
            >
              {waiting === command.id ? (
                'Press a key…'
              ) : now.length === 0 ? (
                <span className="key-none">none</span>
              ) : (
                now.map((chord) => <kbd key={chord}>{chordText(chord)}</kbd>)
              )}
            </button>
            {changed && (
              <button type="button" className="link-button" onClick={() => keys.setKeys(command.id, null)}>
                Default
              </button>
            )}
            {now.length > 0 && !changed && (
              <button type="button" className="link-button" onClick={() => keys.setKeys(command.id, [])}>
                None
              </button>
            )}
            {asked?.command === command && (
              <p className="key-conflict" role="alert" data-testid="key-conflict">
                {conflictText(asked)}{' '}
                <button
                  type="button"
                  className="link-button"
                  onClick={() => {
                    assignKey(COMMANDS, viewer.keys.getState(), command, asked.chord);
                    setAsked(null);
                  }}
                >
                  Use it here
                </button>{' '}
                <button type="button" className="link-button" onClick={() => setAsked(null)}>
                  Leave it
                </button>
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function conflictText({ chord, others }: Asked): string {
  const parts: string[] = [];
  if (others.length > 0)
    parts.push(`${chordText(chord)} is the key of ${others.map((other) => `“${other.title}”`).join(' and ')}.`);
  if (isTakenByBrowser(chord)) parts.push(`A browser keeps ${chordText(chord)} for itself.`);
  return parts.join(' ');
}
