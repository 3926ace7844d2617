import { createStore } from 'zustand/vanilla';
import type { TraceErrorData } from '../../shared/errors.ts';
import type { ObjectDetails } from '../../shared/records.ts';

/** Where a selection came from: that pane does not scroll, the others do. */
export type SelectionOrigin = 'lanes' | 'table' | 'map' | 'details' | 'command';

export interface SelectionState {
  /** The selected object's id; the details pane is open while it is not null. */
  id: number | null;
  /** Where the focus goes back to when the details are closed. */
  origin: SelectionOrigin | null;
  /** Details of the selected object; those of the one before stay until the new ones arrive, so that the pane does not flicker. */
  details: ObjectDetails | null;
  /** Why the details of the selected object could not be had; shown in their place. */
  error: TraceErrorData | null;
  /** The event of the object that the keyboard is on (. and ,): an index into details.events; null none. */
  event: number | null;
  /**
   * Where the selection stands under the filter, sort and open groups of its moment; panes scroll to it when it changes.
   * tableRow is of the Objects table, -1 where the filter hides it or the table is sorted by something `locate` does not know.
   */
  located: { id: number; tableRow: number; laneRow: number; origin: SelectionOrigin } | null;
}

export const NOTHING_SELECTED: SelectionState = {
  id: null,
  origin: null,
  details: null,
  error: null,
  event: null,
  located: null,
};

export function createSelectionStore() {
  return createStore<SelectionState>()(() => NOTHING_SELECTED);
}
