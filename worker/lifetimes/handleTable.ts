/** The finished table of handles: grouped by object. */
import { intColumn, narrowed, type IntColumn } from '../columns/narrow.ts';
import { inSteps, type Steps } from '../columns/steps.ts';
import type { DetailedEvents } from './detailed.ts';
import type { HandleRows } from './handleRows.ts';
import type { HandleFacts, HandleSources } from './handles.ts';
import { END_LOST, END_OPEN, START_EXISTING, type HandleTable } from './model.ts';
import type { OrderedEvents } from './ordered.ts';
import type { Processes } from './processes.ts';

/**
 * Brings the handles of every object in the order of the table: existing ones first (in file order), then the others in order of their open
 * events. `starts`, `list`: handles by object, in order of their first events.
 */
export function* existingFirst(
  starts: Uint32Array,
  list: Uint32Array,
  handles: HandleRows,
  { row }: OrderedEvents,
): Steps<void> {
  yield* inSteps(starts.length - 1, (from, to) => {
    for (let object = from; object < to; object++) {
      if (starts[object + 1] - starts[object] > 1) order(list, starts[object], starts[object + 1], handles, row);
    }
  });
}

function order(list: Uint32Array, from: number, to: number, handles: HandleRows, row: Uint32Array): void {
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

/** Fills the table, row by row. */
export class HandleFiller {
  readonly table: HandleTable;
  /** handles of which the owner is unknown, and those that were lost */
  unknownOwner = 0;
  lost = 0;
  private readonly handles: HandleRows;
  private readonly sources: HandleSources;
  private readonly list: Uint32Array;
  private readonly rowOf: Int32Array;
  private readonly ns: Float64Array;
  private readonly processes: Processes;

  /** `list`: the handles in the order of the table. `rowOf` becomes the row of every handle. */
  constructor(
    { handles, sources }: HandleFacts,
    list: Uint32Array,
    rowOf: Int32Array,
    { ns }: OrderedEvents,
    processes: Processes,
  ) {
    this.handles = handles;
    this.sources = sources;
    this.list = list;
    this.rowOf = rowOf;
    this.ns = ns;
    this.processes = processes;
    const { length } = list;
    this.table = {
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
      sourceProcess: new Int32Array(length),
      sourceValue: new Uint32Array(length),
    };
  }

  /** Fills the rows of the objects [from, to); row `starts[o]` is the first of object o. */
  take(from: number, to: number, starts: Uint32Array): void {
    const { handles, list, rowOf, ns } = this;
    const { object, owner, value, start, end, openNs, closeNs, openEvent, closeEvent, sourceProcess } = this.table;
    for (let ofObject = from; ofObject < to; ofObject++) {
      const endRow = starts[ofObject + 1];
      for (let row = starts[ofObject]; row < endRow; row++) {
        const handle = list[row];
        const ownEnd = handles.end(handle);
        const ownStart = handles.start(handle);
        const ownOwner = handles.owner(handle);
        const isExisting = ownStart === START_EXISTING;
        const firstEvent = handles.firstEvent(handle);
        const endPlace = handles.endPlace(handle);
        rowOf[handle] = row;
        object[row] = ofObject;
        owner[row] = ownOwner;
        value[row] = handles.value(handle);
        start[row] = ownStart;
        end[row] = ownEnd;
        openEvent[row] = isExisting ? -1 : firstEvent;
        openNs[row] = isExisting ? NaN : ns[firstEvent];
        closeEvent[row] = ownEnd === END_OPEN || ownEnd === END_LOST ? -1 : endPlace >> 1;
        if (ownEnd === END_OPEN) closeNs[row] = NaN;
        else if (!handles.endedWithOwner(handle)) closeNs[row] = ns[(endPlace + 1) >> 1];
        else closeNs[row] = Math.max(this.processes.endNs(ownOwner), ns[handles.lastEvent(handle)]);
        if (ownOwner < 0) this.unknownOwner++;
        if (ownEnd === END_LOST) this.lost++;
        const source = handles.source(handle);
        if (source < 0) sourceProcess[row] = -1;
        else this.fillSource(row, source);
      }
    }
  }

  private fillSource(row: number, source: number): void {
    this.table.sourceProcess[row] = this.sources.process.data[source];
    this.table.sourceValue[row] = this.sources.value.data[source];
  }
}

/** Per event: row of the handle table, -1 none. `handleOf` (per detailed event its handle, -1 none) is used up. */
export function* handlesOfEvents(
  eventCount: number,
  detailed: DetailedEvents,
  handleOf: Int32Array,
  rowOf: Int32Array,
): Steps<IntColumn> {
  const { event: eventOf, length } = detailed;
  if (length === eventCount) {
    // Every event is a detailed one.
    yield* inSteps(length, (from, to) => {
      for (let at = from; at < to; at++) if (handleOf[at] >= 0) handleOf[at] = rowOf[handleOf[at]];
    });
    return narrowed(handleOf, rowOf.length);
  }
  const column = intColumn(eventCount, rowOf.length).fill(-1);
  yield* inSteps(length, (from, to) => {
    for (let at = from; at < to; at++) if (handleOf[at] >= 0) column[eventOf[at]] = rowOf[handleOf[at]];
  });
  return column;
}
