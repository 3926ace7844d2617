import { closeDetails } from '../details/closeDetails.ts';
import { cancelExport, exportCsv } from '../state/exportCsv.ts';
import { selectNextLeak } from '../state/select.ts';
import { cancelOpen, type Viewer } from '../state/viewer.ts';
import { collapseAll, expandAll } from '../lanes/expandGroups.ts';

export interface Command {
  /** What the host's menu sends. */
  id: string;
  title: string;
  /** Keys as written in the help; empty where it has none. */
  keys: string[];
  /** Tells whether a key press means the command. */
  matches?: (event: KeyboardEvent) => boolean;
  /** `everywhere`: also while a text box or button has the focus. Letters work only where nothing is typed. */
  everywhere?: boolean;
  run: (viewer: Viewer, ui: CommandUi) => void;
}

/** What commands need of the page. */
export interface CommandUi {
  pickFile: () => void;
  showHelp: () => void;
}

const plain = (event: KeyboardEvent) => !event.ctrlKey && !event.metaKey && !event.altKey;
const letter = (key: string) => (event: KeyboardEvent) =>
  plain(event) && !event.shiftKey && event.key.toLowerCase() === key;
const withControl = (key: string) => (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === key;

const middle = (viewer: Viewer) => (viewer.view.getState().fromNs + viewer.view.getState().toNs) / 2;

/** Every action by name and key: the menu, the keys and the help come from this list. */
export const COMMANDS: readonly Command[] = [
  {
    id: 'open',
    title: 'Open a trace',
    keys: ['Ctrl+O'],
    matches: withControl('o'),
    everywhere: true,
    run: (_, ui) => ui.pickFile(),
  },
  {
    id: 'exportCsv',
    title: 'Export the filtered objects as CSV',
    keys: ['Ctrl+E'],
    matches: withControl('e'),
    everywhere: true,
    run: (viewer) => void exportCsv(viewer),
  },
  {
    id: 'nextLeak',
    title: 'Next leak',
    keys: ['N'],
    matches: letter('n'),
    run: (viewer) => void selectNextLeak(viewer, 1),
  },
  {
    id: 'previousLeak',
    title: 'Previous leak',
    keys: ['Shift+N'],
    matches: (event) => plain(event) && event.shiftKey && event.key.toLowerCase() === 'n',
    run: (viewer) => void selectNextLeak(viewer, -1),
  },
  {
    id: 'zoomIn',
    title: 'Zoom in',
    keys: ['W'],
    matches: letter('w'),
    run: (viewer) => viewer.view.getState().zoomAt(middle(viewer), 0.7),
  },
  {
    id: 'zoomOut',
    title: 'Zoom out',
    keys: ['S'],
    matches: letter('s'),
    run: (viewer) => viewer.view.getState().zoomAt(middle(viewer), 1 / 0.7),
  },
  {
    id: 'panLeft',
    title: 'Pan left',
    keys: ['A'],
    matches: letter('a'),
    run: (viewer) => viewer.view.getState().pan(-0.15),
  },
  {
    id: 'panRight',
    title: 'Pan right',
    keys: ['D'],
    matches: letter('d'),
    run: (viewer) => viewer.view.getState().pan(0.15),
  },
  {
    id: 'fit',
    title: 'Show the whole trace',
    keys: ['F'],
    matches: letter('f'),
    run: (viewer) => viewer.view.getState().fit(),
  },
  {
    id: 'zoomToSelection',
    title: 'Zoom to the selected object',
    keys: ['Z'],
    matches: letter('z'),
    run: zoomToSelection,
  },
  {
    id: 'expandAll',
    title: 'Open all groups',
    keys: ['E'],
    matches: letter('e'),
    run: (viewer) => void expandAll(viewer),
  },
  {
    id: 'collapseAll',
    title: 'Close all groups',
    keys: ['C'],
    matches: letter('c'),
    run: (viewer) => collapseAll(viewer),
  },
  {
    id: 'toggleFilters',
    title: 'Show or hide the filters',
    keys: ['Ctrl+B'],
    matches: withControl('b'),
    everywhere: true,
    run: (viewer) => viewer.layout.getState().toggleFilters(),
  },
  {
    id: 'clearFilters',
    title: 'Clear all filters',
    keys: ['X'],
    matches: letter('x'),
    run: (viewer) => viewer.filter.getState().clear(),
  },
  {
    id: 'closeDetails',
    title: 'Cancel, or close the details',
    keys: ['Esc'],
    matches: (event) => event.key === 'Escape' && plain(event),
    everywhere: true,
    run: escape,
  },
  {
    id: 'shortcuts',
    title: 'Show these keys',
    keys: ['?'],
    matches: (event) => plain(event) && event.key === '?',
    run: (_, ui) => ui.showHelp(),
  },
  { id: 'themeLight', title: 'Light theme', keys: [], run: (viewer) => viewer.theme.getState().choose('light') },
  { id: 'themeDark', title: 'Dark theme', keys: [], run: (viewer) => viewer.theme.getState().choose('dark') },
  {
    id: 'themeSystem',
    title: 'The system’s theme',
    keys: [],
    run: (viewer) => viewer.theme.getState().choose('system'),
  },
];

/** Keys of the mouse and of single panes, for the help only. */
export const OTHER_KEYS: readonly { keys: string[]; title: string }[] = [
  { keys: ['↑', '↓'], title: 'Lanes: row above or below. Table: object above or below' },
  { keys: ['←', '→'], title: 'Lanes: lifetime before or after; close or open a group' },
  { keys: ['Enter'], title: 'Lanes: select, open or close. Table: go to the details' },
  { keys: ['Ctrl+wheel'], title: 'Zoom at the mouse' },
  { keys: ['Shift+wheel', 'drag'], title: 'Pan' },
  { keys: ['double-click'], title: 'Show the whole trace' },
];

/** Whether something is typed where the event comes from, so that letters are not commands there. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

export function commandFor(event: KeyboardEvent): Command | undefined {
  return COMMANDS.find(
    (command) => command.matches?.(event) === true && (command.everywhere === true || !isTyping(event.target)),
  );
}

export function commandById(id: string): Command | undefined {
  return COMMANDS.find((command) => command.id === id);
}

function escape(viewer: Viewer): void {
  const { opening, exporting } = viewer.session.getState();
  if (opening !== null) cancelOpen(viewer);
  else if (exporting !== null) cancelExport(viewer);
  else if (viewer.layout.getState().filtersOver) viewer.layout.getState().set({ filtersOver: false });
  else if (viewer.selection.getState().id !== null) closeDetails(viewer);
}

/** The selected lifetime with a fifth of it on each side. */
function zoomToSelection(viewer: Viewer): void {
  const { details } = viewer.selection.getState();
  if (details === null) return;
  const view = viewer.view.getState();
  const birth = details.row.birthNs ?? 0;
  const death = details.row.deathNs ?? view.endNs;
  const margin = Math.max(1000, (death - birth) * 0.2);
  view.setRange(birth - margin, death + margin);
}
