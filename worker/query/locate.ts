/** Where an object stands in the table and in the lanes, to scroll there. */
import type { Location, LocateRequest } from '../../shared/service.ts';
import type { Trace } from '../lifetimes/model.ts';
import { laneRowOf } from './lanes.ts';
import type { Selection } from './select.ts';
import { tableRowOf } from './table.ts';

/** Rows of the object with an id; -1 where the filter hides it, and for the lanes where one of its `groups` is closed. */
export function locateObject(trace: Trace, selection: Selection, request: Omit<LocateRequest, 'filter'>): Location {
  const object = request.id - 1;
  const lane = laneRowOf(trace, selection, request.openGroups, object);
  return { tableRow: tableRowOf(trace, selection, request.sort, object), laneRow: lane.row, groups: lane.groups };
}
