/** Events of the selected objects. */
import { filterKey, type Filter } from '../../../shared/filter.ts';
import {
  isRundownKind,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_REF_CHANGE,
  type Trace,
} from '../../lifetimes/model.ts';
import { isHandleHappening } from '../json.ts';
import type { Selection } from '../select.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { columnsOf } from './columns.ts';
import { ofObject } from './filters.ts';
import type { FlatTable } from './flatTable.ts';
import { noteValues } from './handleNotes.ts';
import { frameValues, numberOrNone, objectOfRow, processValues } from './objectValues.ts';
import { shelfOf } from './shelf.ts';
import type { Values } from './values.ts';
import { KIND_WORDS } from './words.ts';

/**
 * Rows are event indexes, in time order: the rows of the CSV. That is what happened; rundown entries only of objects of which nothing else
 * is in the trace, one for each handle.
 */
export function eventsTable(cache: SelectionCache, filter: Filter): FlatTable {
  const { trace } = cache;
  const name = `events/${filterKey(filter)}`;
  const { object, ns } = trace.events;
  return {
    name,
    columns: columnsOf('events'),
    values: eventValues(trace),
    rows: shelfOf(trace).get(
      name,
      () => keptEvents(cache.get(filter)),
      (rows) => rows.byteLength,
    ),
    id: (event) => object[event] + 1,
    key: (event) => `e:${event}`,
    filter: (event) => ({
      ...ofObject(object[event]),
      time: { min: ns[event] / 1e9, max: ns[event] / 1e9 },
    }),
  };
}

/** Of the objects of which something happened in the trace: 1. Kept for all filters. */
const happened = new WeakMap<Trace['events'], Uint8Array>();

function happenedTo(trace: Trace): Uint8Array {
  let marks = happened.get(trace.events);
  if (marks === undefined) {
    marks = new Uint8Array(trace.objects.length);
    const { object, kind, length } = trace.events;
    for (let event = 0; event < length; event++) {
      if (object[event] >= 0 && !isRundownKind(kind[event])) marks[object[event]] = 1;
    }
    happened.set(trace.events, marks);
  }
  return marks;
}

function keptEvents({ trace, objects, eventKept }: Selection): Uint32Array {
  const { object, kind, handle, length } = trace.events;
  const selected = new Uint8Array(trace.objects.length);
  for (const index of objects) selected[index] = 1;
  const isAlive = happenedTo(trace);
  const isListed = new Uint8Array(trace.handles.length);
  let isViewListed: Uint8Array | null = null;
  const rows = new Uint32Array(length);
  let count = 0;
  for (let event = 0; event < length; event++) {
    const owner = object[event];
    if (owner < 0 || selected[owner] === 0) continue;
    if (isRundownKind(kind[event])) {
      if (isAlive[owner] === 1) continue;
      // Start and end rundown are one row, the first, whether that stays or not. Views have no handle.
      const listed = handle[event] >= 0 ? isListed : (isViewListed ??= new Uint8Array(trace.objects.length));
      const place = handle[event] >= 0 ? handle[event] : owner;
      const isFirst = listed[place] === 0;
      listed[place] = 1;
      if (!isFirst) continue;
    }
    if (eventKept === null || eventKept(event)) rows[count++] = event;
  }
  return rows.slice(0, count);
}

function eventValues(trace: Trace): Record<string, Values> {
  const { events } = trace;
  const { kind, value } = events;
  const isOfHandle = (event: number): boolean =>
    isHandleHappening(kind[event]) || kind[event] === KIND_HANDLE_DC_START || kind[event] === KIND_HANDLE_DC_END;
  return {
    ns: { is: 'number', value: (event) => events.ns[event], unknown: 'first' },
    kind: { is: 'text', words: () => KIND_WORDS, index: (event) => kind[event] },
    process: processValues(trace, (event) => events.process[event]),
    tid: numberOrNone((event) => events.tid[event], true),
    handle: { is: 'hex', low: (event) => value[event], has: isOfHandle },
    delta: {
      is: 'number',
      value: (event) => (kind[event] === KIND_REF_CHANGE ? value[event] : Number.NaN),
      unknown: 'missing',
    },
    ...objectOfRow(trace, (event) => events.object[event]),
    frame: frameValues(trace, (event) => events.stack[event]),
    note: noteValues(trace),
    stack: numberOrNone((event) => events.stack[event]),
  };
}
