import { closeDetails } from '../../details/closeDetails.ts';
import { cancelExport } from '../../state/exports.ts';
import { cancelOpen } from '../../state/openTrace.ts';
import { selectNextEvent, selectNextLeak } from '../../state/select.ts';
import type { Viewer } from '../../state/viewer.ts';
import { always, hasTrace, type Command } from './command.ts';

const hasSelection = (viewer: Viewer) => viewer.selection.getState().id !== null;

/** Filters, search and selection. */
export const EDIT_COMMANDS: readonly Command[] = [
  {
    id: 'undo',
    title: 'Undo the change of the filters',
    group: 'Edit',
    keys: ['Ctrl+Z'],
    enabled: (viewer) => viewer.filter.getState().past.length > 0,
    run: (viewer) => viewer.filter.getState().undo(),
  },
  {
    id: 'redo',
    title: 'Redo the change of the filters',
    group: 'Edit',
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    enabled: (viewer) => viewer.filter.getState().future.length > 0,
    run: (viewer) => viewer.filter.getState().redo(),
  },
  {
    id: 'clearFilters',
    title: 'Clear all filters',
    group: 'Edit',
    keys: ['X'],
    run: (viewer) => viewer.filter.getState().clear(),
  },
  {
    id: 'search',
    title: 'Search in lanes and tables',
    group: 'Find',
    keys: ['Ctrl+F'],
    everywhere: true,
    run: (viewer) => viewer.search.getState().show(),
  },
  {
    id: 'nextHit',
    title: 'Next hit of the search',
    group: 'Find',
    keys: ['F3', 'Ctrl+G'],
    everywhere: true,
    enabled: (viewer) => viewer.search.getState().text !== '',
    run: (viewer) => viewer.search.getState().step(1),
  },
  {
    id: 'previousHit',
    title: 'Previous hit of the search',
    group: 'Find',
    keys: ['Shift+F3', 'Ctrl+Shift+G'],
    everywhere: true,
    enabled: (viewer) => viewer.search.getState().text !== '',
    run: (viewer) => viewer.search.getState().step(-1),
  },
  { id: 'nextLeak', title: 'Next leak', group: 'Find', keys: ['N'], run: (viewer) => void selectNextLeak(viewer, 1) },
  {
    id: 'previousLeak',
    title: 'Previous leak',
    group: 'Find',
    keys: ['Shift+N'],
    run: (viewer) => void selectNextLeak(viewer, -1),
  },
  {
    id: 'nextEvent',
    title: 'Next event of the object',
    group: 'Find',
    keys: ['.'],
    enabled: hasSelection,
    run: (viewer) => selectNextEvent(viewer, 1),
  },
  {
    id: 'previousEvent',
    title: 'Previous event of the object',
    group: 'Find',
    keys: [','],
    enabled: hasSelection,
    run: (viewer) => selectNextEvent(viewer, -1),
  },
  {
    id: 'closeDetails',
    title: 'Cancel, or close what is open',
    group: 'Edit',
    keys: ['Escape'],
    everywhere: true,
    enabled: always,
    run: escape,
  },
];

/** What Esc means, the foremost first. */
function escape(viewer: Viewer): void {
  const { opening, exporting } = viewer.session.getState();
  if (opening !== null) cancelOpen(viewer);
  else if (exporting !== null) cancelExport(viewer);
  else if (!hasTrace(viewer)) return;
  else if (viewer.layout.getState().filtersOver) viewer.layout.getState().set({ filtersOver: false });
  else if (viewer.search.getState().open) viewer.search.getState().close();
  else if (hasSelection(viewer)) closeDetails(viewer);
  else if (viewer.view.getState().rulerRange !== null) viewer.view.getState().set({ rulerRange: null });
}
