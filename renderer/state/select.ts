import type { SelectionOrigin } from './selectionStore.ts';
import { revealRange } from './timeRange.ts';
import { ask, announce, type Viewer } from './viewer.ts';

/** How many events the details pane shows at most; the pane says so where there are more. */
export const EVENT_LIMIT = 2000;

/**
 * Selects an object: fetches its details and finds its rows, so that the panes that the selection did not come from scroll to
 * it. Groups of the lanes that hide it are opened, and the visible time moves where the object lies outside of it.
 */
export async function selectObject(viewer: Viewer, id: number | null, origin: SelectionOrigin): Promise<void> {
  if (id === null) {
    viewer.requests.abort('q:details');
    viewer.requests.abort('q:locate');
    viewer.selection.setState({ id: null, origin: null, details: null, located: null });
    return;
  }
  viewer.selection.setState({ id, origin });
  await Promise.all([loadDetails(viewer, id, origin), locate(viewer, id, origin)]);
}

async function loadDetails(viewer: Viewer, id: number, origin: SelectionOrigin): Promise<void> {
  const details = await ask(viewer, 'q:details', 'details', { id, eventLimit: EVENT_LIMIT });
  if (details === null || viewer.selection.getState().id !== id) return;
  viewer.selection.setState({ details });
  if (origin === 'lanes') return;
  const view = viewer.view.getState();
  const range = revealRange(view, view.endNs, details.row.birthNs ?? 0, details.row.deathNs ?? view.endNs);
  if (range !== view) view.setRange(range.fromNs, range.toNs);
}

async function locate(viewer: Viewer, id: number, origin: SelectionOrigin): Promise<void> {
  const where = () => ({
    id,
    filter: viewer.filter.getState().filter,
    sort: viewer.table.getState().sort,
    openGroups: [...viewer.view.getState().openGroups],
  });
  let location = await ask(viewer, 'q:locate', 'locate', where());
  if (location === null) return;
  if (location.laneRow < 0 && location.groups.length > 0 && origin !== 'lanes') {
    viewer.view.getState().openAlso(location.groups);
    location = await ask(viewer, 'q:locate', 'locate', where());
    if (location === null) return;
  }
  viewer.selection.setState({ located: { id, tableRow: location.tableRow, laneRow: location.laneRow, origin } });
}

/**
 * The leak after (or before) the selected object in the table's order, round the end. Without a selected leak the first (or
 * last) one. Where the filter leaves no leak, leaks at exit are meant.
 */
export async function selectNextLeak(viewer: Viewer, direction: 1 | -1): Promise<void> {
  const base = viewer.filter.getState().filter;
  const sort = viewer.table.getState().sort;
  const selected = viewer.selection.getState().id;
  for (const field of ['leak', 'leakAtExit'] as const) {
    const filter = { ...base, [field]: true };
    let current = -1;
    if (selected !== null) {
      const location = await ask(viewer, 'q:nextLeak', 'locate', { id: selected, filter, sort, openGroups: [] });
      if (location === null) return;
      current = location.tableRow;
    }
    const count = await ask(viewer, 'q:nextLeak', 'table', { filter, sort, firstRow: 0, rowCount: 1 });
    if (count === null) return;
    if (count.matched === 0) continue;
    const wanted = nextIndex(current, count.matched, direction);
    const page =
      wanted === 0 ? count : await ask(viewer, 'q:nextLeak', 'table', { filter, sort, firstRow: wanted, rowCount: 1 });
    const row = page?.rows[0];
    if (row !== undefined) await selectObject(viewer, row.id, 'command');
    return;
  }
  announce(viewer, 'No leaks under this filter.');
}

/** The index after `current` (-1: none) among `count`, round the end. */
export function nextIndex(current: number, count: number, direction: 1 | -1): number {
  if (current < 0) return direction === 1 ? 0 : count - 1;
  return (current + direction + count) % count;
}
