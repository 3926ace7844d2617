import type { Viewer } from '../../state/viewer.ts';

export const COMMAND_GROUPS = ['File', 'Edit', 'Find', 'Time', 'Lanes', 'Tables', 'Window', 'Symbols', 'Help'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** One thing that can be done, by name: menus, palette, keys, the overlay of keys and the toolbar all come from these. */
export interface Command {
  /** What the host's menu sends; kept for ever, the user's own keys are stored by it. */
  id: string;
  title: string;
  group: CommandGroup;
  /** Default keys, as chords of chords.ts; [] none. */
  keys: readonly string[];
  /** Also while a text box has the focus. Letters without Ctrl or Alt work only where nothing is typed. */
  everywhere?: boolean;
  /** Whether it makes sense now; absent: whenever a trace is open. */
  enabled?: (viewer: Viewer) => boolean;
  /** Of switches and choices: whether it is on, for a mark beside it. */
  checked?: (viewer: Viewer) => boolean;
  run: (viewer: Viewer, ui: CommandUi) => void;
}

/** Panels that lie over the window, one at a time. */
export type Panel = 'palette' | 'keys' | 'settings' | 'record';

/** What commands need of the page. */
export interface CommandUi {
  /** Asks for a trace: the host's dialog, or the browser's. */
  pickTrace(): void;
  /** Asks for the file of a saved view. */
  pickView(): void;
  showPanel(panel: Panel): void;
}

export const always = () => true;

export function hasTrace(viewer: Viewer): boolean {
  return viewer.session.getState().summary !== null;
}

export function isEnabled(command: Command, viewer: Viewer): boolean {
  return (command.enabled ?? hasTrace)(viewer);
}
