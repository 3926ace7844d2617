/** `leaklanes dump --format json`: one object a line, field by field as cli.md has it. */
import { formatDecimal64, formatHex32 } from '../../shared/format.ts';
import { EVENT_KINDS, HANDLE_ENDS, HANDLE_STARTS } from '../../shared/records.ts';
import type { EventKind, HandleEnd, HandleStart } from '../../shared/records.ts';
import {
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  isRundownKind,
  KIND_HANDLE_DUPLICATE,
  KIND_REF_CHANGE,
  OBJECT_BORN_BEFORE,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  START_DUPLICATED,
  START_INHERITED,
  type EventIndex,
  type HandleIndex,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import type { Selection } from './select.ts';
import {
  closingProcess,
  createStack,
  destroyStack,
  eventStack,
  inheritingProcesses,
  isMapping,
  lifetimeNs,
  orNull,
  textsOf,
} from './texts.ts';

export interface JsonHandle {
  ownerPid: number | null;
  handle: string;
  start: HandleStart;
  openNs: number | null;
  /** of duplicated and inherited handles, where the source process is known */
  sourcePid?: number;
  /** of duplicated and inherited handles */
  sourceHandle?: string;
  end: HandleEnd;
  closeNs: number | null;
  /** where a close event of a known process ended it */
  closePid?: number;
}

export interface JsonEvent {
  ns: number;
  kind: EventKind;
  pid: number | null;
  tid: number | null;
  handle?: string;
  delta?: number;
  stack: string[] | null;
}

export interface JsonObject {
  id: number;
  kind: 'object' | 'mapping';
  pointer: string;
  type: string;
  name: string | null;
  birthNs: number | null;
  deathNs: number | null;
  lifetimeNs: number | null;
  bornBeforeTrace: boolean;
  leak: boolean;
  leakAtExit: boolean;
  multiProcess: boolean;
  overlapped: boolean;
  maxRefCount: number;
  inheritedBy: number[];
  createPid: number | null;
  createTid: number | null;
  createStack: string[] | null;
  destroyPid: number | null;
  destroyTid: number | null;
  destroyStack: string[] | null;
  handles: JsonHandle[];
  refChanges: number;
  map?: { base: string; size: string; offset: string; file: string | null };
  events?: JsonEvent[];
}

export interface JsonOptions {
  /** `--events`: with the object's events, in time order */
  events?: boolean;
  /** of a selection; null or absent: all events */
  eventKept?: Selection['eventKept'];
}

export function isHandleHappening(kind: number): boolean {
  return kind === KIND_HANDLE_CREATE || kind === KIND_HANDLE_CLOSE || kind === KIND_HANDLE_DUPLICATE;
}

/** One object or mapping. Strings in it are shared between objects: not to be changed. */
export function objectJson(trace: Trace, object: ObjectIndex, options: JsonOptions = {}): JsonObject {
  const { objects } = trace;
  const texts = textsOf(trace);
  const flags = objects.flags[object];
  const created = objects.createEvent[object];
  const destroyed = objects.destroyEvent[object];
  const record: JsonObject = {
    id: object + 1,
    kind: isMapping(trace, object) ? 'mapping' : 'object',
    pointer: texts.pointer(object),
    type: texts.type(object),
    name: texts.name(object),
    birthNs: orNull(objects.birthNs[object]),
    deathNs: orNull(objects.deathNs[object]),
    lifetimeNs: lifetimeNs(trace, object),
    bornBeforeTrace: (flags & OBJECT_BORN_BEFORE) !== 0,
    leak: (flags & OBJECT_LEAK) !== 0,
    leakAtExit: (flags & OBJECT_LEAK_AT_EXIT) !== 0,
    multiProcess: (flags & OBJECT_MULTI_PROCESS) !== 0,
    overlapped: (flags & OBJECT_OVERLAPPED) !== 0,
    maxRefCount: objects.maxRefCount[object],
    inheritedBy: [...new Set(inheritingProcesses(trace, object).map((process) => trace.processes.pid[process]))],
    createPid: eventPid(trace, created),
    createTid: eventTid(trace, created),
    createStack: texts.frames(createStack(trace, object)),
    destroyPid: eventPid(trace, destroyed),
    destroyTid: eventTid(trace, destroyed),
    destroyStack: texts.frames(destroyStack(trace, object)),
    handles: [],
    refChanges: objects.refChanges[object],
  };
  for (let handle = objects.handleStart[object]; handle < objects.handleStart[object + 1]; handle++) {
    record.handles.push(handleJson(trace, handle));
  }
  const row = objects.mapping[object];
  if (row >= 0) {
    const { sizeHigh, sizeLow, offsetHigh, offsetLow } = trace.mappings;
    record.map = {
      base: texts.pointer(object),
      size: formatDecimal64(sizeHigh[row], sizeLow[row]),
      offset: formatDecimal64(offsetHigh[row], offsetLow[row]),
      file: texts.mapFile(object),
    };
  }
  if (options.events) record.events = eventsJson(trace, object, options.eventKept ?? null);
  return record;
}

/** The selection as NDJSON, one line (with its "\n") an object. */
export function* jsonLines(selection: Selection, options: { events?: boolean } = {}): Generator<string> {
  for (const object of selection.objects) {
    const record = objectJson(selection.trace, object, { events: options.events, eventKept: selection.eventKept });
    yield `${JSON.stringify(record)}\n`;
  }
}

function eventPid(trace: Trace, event: EventIndex): number | null {
  return event < 0 ? null : textsOf(trace).pid(trace.events.process[event]);
}

function eventTid(trace: Trace, event: EventIndex): number | null {
  return event < 0 || trace.events.tid[event] < 0 ? null : trace.events.tid[event];
}

function handleJson(trace: Trace, handle: HandleIndex): JsonHandle {
  const { handles } = trace;
  const texts = textsOf(trace);
  const start = handles.start[handle];
  const hasSource = start === START_DUPLICATED || start === START_INHERITED;
  const sourcePid = hasSource ? texts.pid(handles.sourceProcess[handle]) : null;
  const closePid = texts.pid(closingProcess(trace, handle));
  return {
    ownerPid: texts.pid(handles.owner[handle]),
    handle: texts.handleValue(handle),
    start: HANDLE_STARTS[start],
    openNs: orNull(handles.openNs[handle]),
    ...(sourcePid === null ? {} : { sourcePid }),
    ...(hasSource ? { sourceHandle: formatHex32(handles.sourceValue[handle]) } : {}),
    end: HANDLE_ENDS[handles.end[handle]],
    closeNs: orNull(handles.closeNs[handle]),
    ...(closePid === null ? {} : { closePid }),
  };
}

function eventsJson(trace: Trace, object: ObjectIndex, eventKept: Selection['eventKept']): JsonEvent[] {
  const { eventStart, eventList } = trace.objects;
  const { ns, kind, value } = trace.events;
  const texts = textsOf(trace);
  const records: JsonEvent[] = [];
  for (let i = eventStart[object]; i < eventStart[object + 1]; i++) {
    const event = eventList[i];
    if (isRundownKind(kind[event]) || (eventKept !== null && !eventKept(event))) continue;
    records.push({
      ns: ns[event],
      kind: EVENT_KINDS[kind[event]],
      pid: eventPid(trace, event),
      tid: eventTid(trace, event),
      ...(isHandleHappening(kind[event]) ? { handle: formatHex32(value[event]) } : {}),
      ...(kind[event] === KIND_REF_CHANGE ? { delta: value[event] } : {}),
      stack: texts.frames(eventStack(trace, event)),
    });
  }
  return records;
}
