/** Everything about one object: what the details pane shows. */
import { add64, formatDecimal64, formatHex32, formatPointer } from '../../shared/format.ts';
import { EVENT_KINDS, HANDLE_ENDS, HANDLE_STARTS } from '../../shared/records.ts';
import type { EventRow, HandleRow, ObjectDetails } from '../../shared/records.ts';
import { MAX_FILTER_TEXT } from '../../shared/filter.ts';
import type { DetailsRequest } from '../../shared/service.ts';
import { escapeForFilter } from '../../shared/textFilter.ts';
import {
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_REF_CHANGE,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  START_EXISTING,
  type ObjectIndex,
  type ProcessIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { isHandleHappening } from './json.ts';
import { ledgerOf } from './ledger.ts';
import { objectColumn } from './objectColumns.ts';
import { openCounter } from './openCount.ts';
import { objectRow } from './rows.ts';
import { eventNote, sourceText } from './tables/handleNotes.ts';
import {
  closingProcess,
  createStack,
  creatingProcess,
  destroyStack,
  inheritingProcesses,
  orNull,
  textsOf,
  UNKNOWN_PROCESS,
} from './texts.ts';

/** Details of the object with an id; null where the trace has none. At most `eventLimit` events come along, the first ones. */
export function objectDetails(trace: Trace, request: DetailsRequest): ObjectDetails | null {
  const object = request.id - 1;
  const { objects } = trace;
  if (object < 0 || object >= objects.length) return null;
  const texts = textsOf(trace);
  const events = eventRows(trace, object, request.eventLimit);
  const ledger = ledgerOf(trace, object);
  const created = createStack(trace, object);
  const destroyed = destroyStack(trace, object);
  const stacks: ObjectDetails['stacks'] = {};
  for (const stack of [created, destroyed, ...[...events, ...ledger].map((row) => row.stack ?? -1)]) {
    if (stack in stacks) continue;
    const record = texts.stackRecord(stack);
    if (record !== null) stacks[stack] = record;
  }
  return {
    row: objectRow(trace, object),
    otherNames: texts.otherNames(object),
    maxRefCount: objects.maxRefCount[object],
    multiProcess: (objects.flags[object] & OBJECT_MULTI_PROCESS) !== 0,
    overlapped: (objects.flags[object] & OBJECT_OVERLAPPED) !== 0,
    inheritedBy: inheritingProcesses(trace, object).map((process) => texts.process(process) ?? UNKNOWN_PROCESS),
    map: mapDetails(trace, object),
    handles: handleRows(trace, object),
    events,
    eventCount: objects.eventStart[object + 1] - objects.eventStart[object],
    stacks,
    createStack: created < 0 ? null : created,
    destroyStack: destroyed < 0 ? null : destroyed,
    sameStack: othersBy(trace, 'createStack', object),
    sameName: othersBy(trace, 'name', object),
    links: linkFilters(trace, object),
    ledger,
  };
}

/** Other objects with the same create stack or name (in any case). */
function othersBy(trace: Trace, by: 'createStack' | 'name', object: ObjectIndex): number {
  const value = objectColumn(trace, by)[object];
  return value < 0 ? 0 : objectsBy(trace, by)[value] - 1;
}

/** Filters that keep an object and what it has in common with others; none for what it does not have. */
function linkFilters(trace: Trace, object: ObjectIndex): ObjectDetails['links'] {
  const texts = textsOf(trace);
  const created = createStack(trace, object);
  const name = texts.name(object);
  const process = texts.process(filteredProcess(trace, object));
  const type = texts.type(object);
  return {
    ...(created < 0 ? {} : { sameStack: { createStackId: String(created) } }),
    ...(name === null || name === '' ? {} : { sameName: { objectName: exactly(name) } }),
    ...(process === null ? {} : { sameProcess: { process: exactly(process) } }),
    ...(type === '' ? {} : { sameType: { type: exactly(type) } }),
  };
}

/** The process that the creating-process filter knows an object by: its creator, else an owner of a handle from before the trace. */
function filteredProcess(trace: Trace, object: ObjectIndex): ProcessIndex {
  const creator = creatingProcess(trace, object);
  if (creator >= 0) return creator;
  const { handleStart } = trace.objects;
  const { start, owner } = trace.handles;
  for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
    if (start[handle] === START_EXISTING && owner[handle] >= 0) return owner[handle];
  }
  return -1;
}

/** A value as a filter; of one that is longer than a filter can be, its start. */
function exactly(value: string): string {
  const filter = escapeForFilter(value);
  return filter.length <= MAX_FILTER_TEXT ? filter : `${filter.slice(0, MAX_FILTER_TEXT - 1)}*`;
}

function mapDetails(trace: Trace, object: ObjectIndex): ObjectDetails['map'] {
  const row = trace.objects.mapping[object];
  if (row < 0) return null;
  const { baseHigh, baseLow, sizeHigh, sizeLow, offsetHigh, offsetLow } = trace.mappings;
  const end = add64(baseHigh[row], baseLow[row], sizeHigh[row], sizeLow[row]);
  return {
    base: formatPointer(baseHigh[row], baseLow[row]),
    end: formatPointer(end.high, end.low),
    size: formatDecimal64(sizeHigh[row], sizeLow[row]),
    offset: formatDecimal64(offsetHigh[row], offsetLow[row]),
    file: textsOf(trace).mapFile(object),
  };
}

function handleRows(trace: Trace, object: ObjectIndex): HandleRow[] {
  const { handleStart } = trace.objects;
  const { owner, start, end, openNs, closeNs } = trace.handles;
  const texts = textsOf(trace);
  const rows: HandleRow[] = [];
  for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
    const closer = closingProcess(trace, handle);
    rows.push({
      owner: texts.process(owner[handle]),
      handle: texts.handleValue(handle),
      start: HANDLE_STARTS[start[handle]],
      end: HANDLE_ENDS[end[handle]],
      openNs: orNull(openNs[handle]),
      closeNs: orNull(closeNs[handle]),
      source: sourceText(trace, handle),
      closedBy: closer === owner[handle] ? null : texts.process(closer),
    });
  }
  return rows;
}

function eventRows(trace: Trace, object: ObjectIndex, limit: number): EventRow[] {
  const { eventStart, eventList } = trace.objects;
  const { ns, kind, process, tid, stack, value } = trace.events;
  const texts = textsOf(trace);
  const rows: EventRow[] = [];
  const openAfter = openCounter(trace, object);
  let refCount = 0;
  for (const event of eventList.subarray(
    eventStart[object],
    Math.min(eventStart[object + 1], eventStart[object] + limit),
  )) {
    const isRef = kind[event] === KIND_REF_CHANGE;
    const ofHandle =
      isHandleHappening(kind[event]) || kind[event] === KIND_HANDLE_DC_START || kind[event] === KIND_HANDLE_DC_END;
    if (isRef) refCount += value[event];
    const openHandles = openAfter(event);
    rows.push({
      ns: ns[event],
      kind: EVENT_KINDS[kind[event]],
      process: texts.process(process[event]),
      tid: tid[event] < 0 ? null : tid[event],
      handle: ofHandle ? formatHex32(value[event]) : null,
      delta: isRef ? value[event] : null,
      refCount: isRef ? refCount : null,
      openHandles: ofHandle ? openHandles : null,
      stack: stack[event] < 0 ? null : stack[event],
      note: eventNote(trace, event),
    });
  }
  return rows;
}

const counted = new WeakMap<Trace['events'], Partial<Record<'createStack' | 'name', Uint32Array>>>();

/** Objects of the trace by the stack that created them, or by their name; the same with and without function names. */
function objectsBy(trace: Trace, by: 'createStack' | 'name'): Uint32Array {
  let counts = counted.get(trace.events);
  if (counts === undefined) counted.set(trace.events, (counts = {}));
  return (counts[by] ??= countValues(objectColumn(trace, by), (by === 'name' ? trace.strings : trace.stacks).length));
}

function countValues(column: Int32Array, length: number): Uint32Array {
  const counts = new Uint32Array(length);
  for (const value of column) if (value >= 0) counts[value]++;
  return counts;
}
