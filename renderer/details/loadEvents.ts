import { ask, type Viewer } from '../state/viewer.ts';

/** How many events are asked for, from "more" to "more"; the contract's most last. */
const STEPS = [2000, 20_000, 100_000];

/** How many events would be there after {@link loadMoreEvents}; null where no more can come. */
export function nextEventLimit(events: number, count: number): number | null {
  if (events >= count) return null;
  return STEPS.find((step) => step > events) ?? null;
}

/** Fetches more events of the selected object; those that are there stay what they are, and in their order. */
export async function loadMoreEvents(viewer: Viewer): Promise<void> {
  const { details, id } = viewer.selection.getState();
  if (details === null || details.row.id !== id) return;
  const eventLimit = nextEventLimit(details.events.length, details.eventCount);
  if (eventLimit === null) return;
  const more = await ask(viewer, 'q:details', 'details', { id, eventLimit });
  if (more !== null && viewer.selection.getState().id === id) viewer.selection.setState({ details: more });
}

/** All events of one object, in the table that has no limit. */
export function showAllEvents(viewer: Viewer, id: number): void {
  viewer.filter.getState().replace({ id: { min: id, max: id } });
  if (viewer.layout.getState().maximised === 'lanes') viewer.layout.getState().set({ maximised: 'none' });
  viewer.tables.getState().showPage('events');
}
