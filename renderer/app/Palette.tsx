import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { readSetting, writeSetting } from '../state/settings.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { Viewer } from '../state/viewer.ts';
import { isEnabled, type Command, type CommandUi } from './commands/command.ts';
import { keyText } from './commands/keymap.ts';
import { COMMANDS } from './commands/registry.ts';
import { fuzzyScore } from './fuzzy.ts';
import { CheckIcon } from './icons.tsx';

const MOST_RECENT = 8;

/** Ids of the commands that were run from here, the last first. */
function recentCommands(): string[] {
  const saved = readSetting('recentCommands');
  return Array.isArray(saved) ? saved.filter((id): id is string => typeof id === 'string').slice(0, MOST_RECENT) : [];
}

/** The commands that fit and can be run, best first; recent ones first where nothing is typed. */
export function findCommands(viewer: Viewer, typed: string, recent: readonly string[]): Command[] {
  const rank = (command: Command) => {
    const at = recent.indexOf(command.id);
    return at < 0 ? MOST_RECENT : at;
  };
  return COMMANDS.filter((command) => command.id !== 'palette' && isEnabled(command, viewer))
    .map((command) => ({ command, score: fuzzyScore(`${command.title} ${command.group}`, typed) }))
    .filter((found): found is { command: Command; score: number } => found.score !== null)
    .sort((a, b) => (typed.trim() === '' ? 0 : b.score - a.score) || rank(a.command) - rank(b.command))
    .map(({ command }) => command);
}

/** All commands, found by typing a part of their names. */
export function Palette({ ui, onClose }: { ui: CommandUi; onClose: () => void }) {
  const viewer = useViewer();
  const changed = useViewerState('keys', (s) => s.changed);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const [recent] = useState(recentCommands);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  useEffect(() => dialog.current?.showModal?.(), []);
  const found = useMemo(() => findCommands(viewer, typed, recent), [viewer, typed, recent]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);

  function run(command: Command | undefined): void {
    if (command === undefined) return;
    writeSetting('recentCommands', [command.id, ...recent.filter((id) => id !== command.id)].slice(0, MOST_RECENT));
    // Closed first: a command may open another panel, and what it focuses must not be under this one.
    onClose();
    command.run(viewer, ui);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const last = found.length - 1;
    if (event.key === 'ArrowDown') setActive(active >= last ? 0 : active + 1);
    else if (event.key === 'ArrowUp') setActive(active <= 0 ? Math.max(0, last) : active - 1);
    else if (event.key === 'Home' && typed === '') setActive(0);
    else if (event.key === 'End' && typed === '') setActive(Math.max(0, last));
    else if (event.key === 'Enter') run(found[active]);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Commands"
      data-testid="palette"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found.length > 0 ? `${listId}-${active}` : undefined}
        aria-label="Command"
        placeholder="What do you want to do?"
        spellCheck={false}
        autoComplete="off"
        autoFocus
        value={typed}
        data-testid="palette-input"
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul ref={list} id={listId} role="listbox" aria-label="Commands that fit">
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            data-command={command.id}
            onClick={() => run(command)}
          >
            <span className="palette-check">{command.checked?.(viewer) === true && <CheckIcon />}</span>
            <span className="palette-title">{command.title}</span>
            <span className="palette-group">{command.group}</span>
            {keyText(command, changed) !== '' && <kbd>{keyText(command, changed)}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="palette-none">No command has “{typed}” in its name.</p>}
    </dialog>
  );
}
