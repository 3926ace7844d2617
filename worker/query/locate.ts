/** Where an object stands in the table of objects and in the lanes, to scroll there. */
import type { Location, LocateRequest } from '../../shared/service.ts';
import { laneRowOf } from './laneRows.ts';
import type { SelectionCache } from './selectionCache.ts';
import { rowOfObject } from './tables/rows.ts';

/** Rows of the object with an id; -1 where the filter hides it, and for the lanes where one of its `groups` is closed. */
export function locateObject(cache: SelectionCache, request: LocateRequest): Location {
  const { id, filter, sort } = request;
  const lane = laneRowOf(cache.get(filter), request, id - 1);
  return {
    tableRow: rowOfObject(cache, { table: 'objects', filter, sort }, id),
    laneRow: lane.row,
    groups: lane.groups,
  };
}
