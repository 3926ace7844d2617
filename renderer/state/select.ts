import { errorData } from '../../shared/errors.ts';
import type { Location } from '../../shared/service.ts';
import { nextIndex } from './nextIndex.ts';
import { NOTHING_SELECTED, type SelectionOrigin } from './selectionStore.ts';
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
    viewer.selection.setState(NOTHING_SELECTED);
    return;
  }
  const changed = viewer.selection.getState().id !== id;
  viewer.selection.setState(changed ? { id, origin, event: null, error: null } : { id, origin });
  await Promise.all([loadDetails(viewer, id, origin), locate(viewer, id, origin)]);
}

/** The details of the selected object are asked again, for names have changed or they could not be had; nothing moves. */
export async function refreshDetails(viewer: Viewer): Promise<void> {
  const { id } = viewer.selection.getState();
  if (id !== null) await loadDetails(viewer, id, 'lanes');
}

async function loadDetails(viewer: Viewer, id: number, origin: SelectionOrigin): Promise<void> {
  // As many as are there: more of them may have been asked for.
  const { details: before } = viewer.selection.getState();
  const eventLimit = Math.max(EVENT_LIMIT, before?.row.id === id ? before.events.length : 0);
  const details = await ask(viewer, 'q:details', 'details', { id, eventLimit }, (thrown) => {
    const error = errorData(thrown);
    if (error.code !== 'cancelled' && viewer.selection.getState().id === id) viewer.selection.setState({ error });
  });
  if (details === null || viewer.selection.getState().id !== id) return;
  viewer.selection.setState({ details, error: null });
  if (origin === 'lanes') return;
  const view = viewer.view.getState();
  const range = revealRange(view, view.endNs, details.row.birthNs ?? 0, details.row.deathNs ?? view.endNs);
  if (range !== view) view.goTo(range.fromNs, range.toNs);
}

/** Where an object stands under what is in force now; null where a newer request of the kind has taken the place of this one. */
export function locateObject(viewer: Viewer, id: number, kind: string): Promise<Location | null> {
  const { openGroups, grouping, packing, pinned } = viewer.view.getState();
  return ask(viewer, kind, 'locate', {
    id,
    filter: viewer.filter.getState().filter,
    sort: [...viewer.tables.getState().tables.objects.sort],
    openGroups: [...openGroups],
    grouping: [...grouping],
    packing,
    pinned: [...pinned],
  });
}

async function locate(viewer: Viewer, id: number, origin: SelectionOrigin): Promise<void> {
  let location = await locateObject(viewer, id, 'q:locate');
  if (location === null) return;
  if (location.laneRow < 0 && location.groups.length > 0 && origin !== 'lanes') {
    viewer.view.getState().openAlso(location.groups);
    location = await locateObject(viewer, id, 'q:locate');
    if (location === null) return;
  }
  const { tableRow, laneRow } = location;
  viewer.selection.setState({ located: { id, tableRow, laneRow, origin } });
}

/**
 * The leak after (or before) the selected object in the Objects table's order, round the end. Without a selected leak the first
 * (or last) one. Where the filter leaves no leak, leaks at exit are meant.
 */
export async function selectNextLeak(viewer: Viewer, direction: 1 | -1): Promise<void> {
  const base = viewer.filter.getState().filter;
  const sort = [...viewer.tables.getState().tables.objects.sort];
  const selected = viewer.selection.getState().id;
  for (const field of ['leak', 'leakAtExit'] as const) {
    const filter = { ...base, [field]: true };
    let current = -1;
    if (selected !== null) {
      const location = await ask(viewer, 'q:nextLeak', 'locate', { id: selected, filter, sort, openGroups: [] });
      if (location === null) return;
      current = location.tableRow;
    }
    const rowAt = (firstRow: number) =>
      ask(viewer, 'q:nextLeak', 'rows', { table: 'objects', filter, sort, firstRow, rowCount: 1 });
    const first = await rowAt(0);
    if (first === null) return;
    if (first.total === 0) continue;
    const wanted = nextIndex(current, first.total, direction);
    const page = wanted === 0 ? first : await rowAt(wanted);
    const row = page?.rows[0];
    if (row !== undefined) await selectObject(viewer, row.id, 'command');
    return;
  }
  announce(viewer, 'No leaks under this filter.');
}

/** Goes to an event of the selected object: lanes, table and details show it. */
export function selectEvent(viewer: Viewer, index: number): void {
  const { details } = viewer.selection.getState();
  const event = details?.events[index];
  if (event === undefined) return;
  viewer.selection.setState({ event: index });
  const view = viewer.view.getState();
  const range = revealRange(view, view.endNs, event.ns, event.ns);
  if (range !== view) view.goTo(range.fromNs, range.toNs);
}

export function selectNextEvent(viewer: Viewer, direction: 1 | -1): void {
  const { details, event, id } = viewer.selection.getState();
  if (details === null || details.row.id !== id || details.events.length === 0) return;
  const last = details.events.length - 1;
  const next = event === null ? (direction === 1 ? 0 : last) : event + direction;
  if (next < 0 || next > last) announce(viewer, next < 0 ? 'This is its first event.' : 'This is its last event.');
  else selectEvent(viewer, next);
}

/** The selected lifetime with a fifth of it on each side. */
export function zoomToSelection(viewer: Viewer): void {
  const { details, id } = viewer.selection.getState();
  // Those of the object before, as long as the new ones are on their way.
  if (details === null || details.row.id !== id) return;
  const view = viewer.view.getState();
  const birth = details.row.birthNs ?? 0;
  const death = details.row.deathNs ?? view.endNs;
  const margin = Math.max(1000, (death - birth) * 0.2);
  view.goTo(birth - margin, death + margin);
}
