/** The finished table of handles: grouped by object. */
import { intColumn, type IntColumn } from '../columns/narrow.ts';
import { inSteps, type Steps } from '../columns/steps.ts';
import type { DetailedEvents } from './detailed.ts';
import { groupBy, type Grouped } from './grouping.ts';
import type { HandleRows } from './handleRows.ts';
import type { HandleFacts, HandleSources } from './handles.ts';
import { END_LOST, END_OPEN, START_EXISTING, type HandleTable } from './model.ts';
import type { OrderedEvents } from './ordered.ts';
import type { Processes } from './processes.ts';

export interface GroupedHandles {
  table: HandleTable;
  /** handles by object: as they were paired, in the order of the table's rows */
  byObject: Grouped;
  /** per event: row of the table, -1 none */
  handleOfEvent: IntColumn;
}

/**
 * Existing handles of an object come first (in file order), then the others in order of their open events. `objectOf`: of each handle.
 */
export function* handleTable(
  events: OrderedEvents,
  detailed: DetailedEvents,
  facts: HandleFacts,
  processes: Processes,
  objectOf: Int32Array,
  objectCount: number,
): Steps<GroupedHandles> {
  const { handles, handleOf } = facts;
  const { length } = handles;
  const byObject = yield* groupBy(objectOf, length, objectCount);
  const { starts, rows } = byObject;
  yield* inSteps(objectCount, (from, to) => {
    for (let object = from; object < to; object++) {
      if (starts[object + 1] - starts[object] < 2) continue;
      existingFirst(rows, starts[object], starts[object + 1], handles, events);
    }
  });
  const table: HandleTable = {
    length,
    object: new Int32Array(length),
    owner: new Int32Array(length),
    value: new Uint32Array(length),
    start: new Uint8Array(length),
    end: new Uint8Array(length),
    openNs: new Float64Array(length),
    closeNs: new Float64Array(length),
    openEvent: new Int32Array(length),
    closeEvent: new Int32Array(length),
    sourceProcess: new Int32Array(length).fill(-1),
    sourceValue: new Uint32Array(length),
  };
  const rowOf = new Int32Array(length).fill(-1);
  yield* inSteps(length, (from, to) => fill(table, rowOf, from, to, rows, objectOf, handles, events, processes));
  const { sources } = facts;
  yield* inSteps(sources.handle.length, (from, to) => fillSources(table, rowOf, sources, from, to));
  const handleOfEvent = intColumn(events.length, length).fill(-1);
  yield* inSteps(detailed.length, (from, to) => {
    for (let at = from; at < to; at++) {
      if (handleOf[at] >= 0) handleOfEvent[detailed.event[at]] = rowOf[handleOf[at]];
    }
  });
  return { table, byObject, handleOfEvent };
}

/** Orders the handles list[from … to) of one object; they are in order of their first events. */
function existingFirst(list: Uint32Array, from: number, to: number, handles: HandleRows, { row }: OrderedEvents): void {
  let at = from;
  let before = -1;
  // Nothing to do where the existing ones stand first, and in file order.
  for (; at < to && handles.start(list[at]) === START_EXISTING; at++) {
    const fileRow = row[handles.firstEvent(list[at])];
    if (fileRow < before) break;
    before = fileRow;
  }
  while (at < to && handles.start(list[at]) !== START_EXISTING) at++;
  if (at === to) return;
  const mixed = list.slice(from, to);
  const existing = mixed.filter((handle) => handles.start(handle) === START_EXISTING);
  existing.sort((a, b) => row[handles.firstEvent(a)] - row[handles.firstEvent(b)]);
  list.set(existing, from);
  at = from + existing.length;
  for (const handle of mixed) if (handles.start(handle) !== START_EXISTING) list[at++] = handle;
}

function fill(
  table: HandleTable,
  rowOf: Int32Array,
  from: number,
  to: number,
  list: Uint32Array,
  objectOf: Int32Array,
  handles: HandleRows,
  { ns }: OrderedEvents,
  processes: Processes,
): void {
  const { object, owner, value, start, end, openNs, closeNs, openEvent, closeEvent } = table;
  for (let row = from; row < to; row++) {
    const handle = list[row];
    const ownEnd = handles.end(handle);
    const ownStart = handles.start(handle);
    const isExisting = ownStart === START_EXISTING;
    const firstEvent = handles.firstEvent(handle);
    const endPlace = handles.endPlace(handle);
    rowOf[handle] = row;
    object[row] = objectOf[handle];
    owner[row] = handles.owner(handle);
    value[row] = handles.value(handle);
    start[row] = ownStart;
    end[row] = ownEnd;
    openEvent[row] = isExisting ? -1 : firstEvent;
    openNs[row] = isExisting ? NaN : ns[firstEvent];
    closeEvent[row] = ownEnd === END_OPEN || ownEnd === END_LOST ? -1 : endPlace >> 1;
    if (ownEnd === END_OPEN) closeNs[row] = NaN;
    else if (!handles.endedWithOwner(handle)) closeNs[row] = ns[(endPlace + 1) >> 1];
    else closeNs[row] = Math.max(processes.endNs(handles.owner(handle)), ns[handles.lastEvent(handle)]);
  }
}

function fillSources(
  { sourceProcess, sourceValue }: HandleTable,
  rowOf: Int32Array,
  { handle, process, value }: HandleSources,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at++) {
    const row = rowOf[handle.data[at]];
    if (row < 0) continue;
    sourceProcess[row] = process.data[at];
    sourceValue[row] = value.data[at];
  }
}
