import type { ReactNode } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { CommandUi } from './commands/command.ts';
import { keyText } from './commands/keymap.ts';
import { commandById } from './commands/registry.ts';

interface CommandButtonProps {
  /** A command's id. */
  id: string;
  ui: CommandUi;
  /** The button's name; its tooltip is the command's title with its key. */
  label: string;
  icon: ReactNode;
  /** Shows the label beside the icon. */
  words?: boolean;
  pressed?: boolean;
  testId?: string;
}

/** A command as a button of a toolbar. */
export function CommandButton({ id, ui, label, icon, words = false, pressed, testId }: CommandButtonProps) {
  const viewer = useViewer();
  const changed = useViewerState('keys', (s) => s.changed);
  const command = commandById(id);
  if (command === undefined) return null;
  const key = keyText(command, changed);
  return (
    <button
      type="button"
      className={words ? 'button' : 'icon-button is-large'}
      aria-label={words ? undefined : label}
      aria-pressed={pressed}
      title={key === '' ? command.title : `${command.title} (${key})`}
      data-testid={testId}
      data-command={id}
      onClick={() => command.run(viewer, ui)}
    >
      {icon} {words && <span className="button-word">{label}</span>}
    </button>
  );
}
