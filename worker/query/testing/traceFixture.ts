/**
 * Traces for tests, written as what happened: processes, stacks, and objects with their handles. Columns, events and flags are
 * derived, so that a test says only what it is about.
 *
 *   traceFixture({
 *     processes: [{ name: 'a.exe', pid: 10 }],
 *     stacks: { make: ['app.exe+0x1', 'ntdll.dll+0x2'] },
 *     objects: [{ type: 'Event', name: 'x', handles: [{ owner: 'a.exe', value: 0xc0, open: 100, close: 200, openStack: 'make' }] }],
 *   })
 *
 * Objects are put in order of their first event (ties: as written), as ids are; write them in that order to know their ids.
 */
import { HANDLE_ENDS, HANDLE_STARTS, type HandleEnd, type HandleStart } from '../../../shared/records.ts';
import {
  END_OPEN,
  END_PROCESS_EXIT,
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_HANDLE_DUPLICATE,
  KIND_MAP,
  KIND_OBJECT_CREATE,
  KIND_OBJECT_DELETE,
  KIND_REF_CHANGE,
  KIND_UNMAP,
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  START_DUPLICATED,
  START_EXISTING,
  START_INHERITED,
  type StackTable,
  type Trace,
} from '../../lifetimes/model.ts';
import { isSystemModule } from '../../stacks/systemModules.ts';

export interface ProcessLiteral {
  name: string;
  pid: number;
  /** default 0: none */
  parentPid?: number;
  /** absent: started before the trace */
  startNs?: number;
  /** absent: alive at its end */
  endNs?: number;
  commandLine?: string;
}

export interface HandleLiteral {
  /** a process's name; absent: unknown */
  owner?: string;
  value: number;
  /** default: created, or existing where `open` is absent */
  start?: HandleStart;
  /** default: closed, or open where `close` is absent */
  end?: HandleEnd;
  /** absent: before the trace */
  open?: number;
  /** absent: open at the end */
  close?: number;
  openStack?: string;
  closeStack?: string;
  /** who opened it, where that is not the owner */
  openBy?: string;
  /** who closed it, where that is not the owner */
  closeBy?: string;
  tid?: number;
  closeTid?: number;
  source?: { process?: string; value: number };
  /** times of rundown entries that list it */
  dcStart?: number;
  dcEnd?: number;
}

export interface RefLiteral {
  ns: number;
  delta: number;
  process?: string;
  stack?: string;
}

export interface MapLiteral {
  process?: string;
  /** "0x…" */
  base: string;
  size: number;
  offset?: number;
  file?: string;
  /** absent: before the trace */
  map?: number;
  /** absent: never */
  unmap?: number;
  /** "0x…" */
  fileKey?: string;
  mapStack?: string;
  unmapStack?: string;
}

export interface ObjectLiteral {
  type?: string;
  name?: string;
  otherNames?: string[];
  /** "0x…" */
  pointer?: string;
  handles?: HandleLiteral[];
  refs?: RefLiteral[];
  /** CreateObject and DeleteObject events */
  created?: { ns: number; process?: string; stack?: string };
  deleted?: { ns: number; process?: string; stack?: string };
  map?: MapLiteral;
}

export interface TraceLiteral {
  processes?: ProcessLiteral[];
  stacks?: Record<string, string[]>;
  objects?: ObjectLiteral[];
  endNs?: number;
  rundowns?: { fromNs: number; toNs: number }[];
  file?: string;
  /** FILETIME, decimal; default 2024-05-10 10:46:34.5 UTC */
  startTimeFiletime?: string;
  timeZoneBiasMinutes?: number;
}

interface EventDraft {
  ns: number;
  kind: number;
  process: number;
  tid: number;
  stack: number;
  object: number;
  handle: number;
  value: number;
  /** called with the index that the event gets */
  placed: (event: number) => void;
}

/** Builds the columns. Throws where a literal names a process or a stack that is not there. */
export function traceFixture(literal: TraceLiteral): Trace {
  const processes = literal.processes ?? [];
  const processIndex = (name: string | undefined): number => {
    if (name === undefined) return -1;
    const index = processes.findIndex((process) => process.name === name || `${process.name}(${process.pid})` === name);
    if (index < 0) throw new Error(`no process ${name} in the fixture`);
    return index;
  };
  const stackNames = Object.keys(literal.stacks ?? {});
  const stackIndex = (name: string | undefined): number => {
    if (name === undefined) return -1;
    const index = stackNames.indexOf(name);
    if (index < 0) throw new Error(`no stack ${name} in the fixture`);
    return index;
  };
  const strings: string[] = [];
  const intern = (text: string | undefined): number => {
    if (text === undefined) return -1;
    const index = strings.indexOf(text);
    return index >= 0 ? index : strings.push(text) - 1;
  };
  const typeNames: string[] = [];
  const typeIndex = (name: string): number => {
    const index = typeNames.indexOf(name);
    return index >= 0 ? index : typeNames.push(name) - 1;
  };

  const objects = [...(literal.objects ?? [])];
  const order = new Map(objects.map((object) => [object, firstNs(object)]));
  objects.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const handleCount = objects.reduce((sum, object) => sum + (object.handles?.length ?? 0), 0);
  const mapped = objects.filter((object) => object.map !== undefined);

  const handles: Trace['handles'] = {
    length: handleCount,
    object: new Int32Array(handleCount),
    owner: new Int32Array(handleCount),
    value: new Uint32Array(handleCount),
    start: new Uint8Array(handleCount),
    end: new Uint8Array(handleCount),
    openNs: new Float64Array(handleCount),
    closeNs: new Float64Array(handleCount),
    openEvent: new Int32Array(handleCount).fill(-1),
    closeEvent: new Int32Array(handleCount).fill(-1),
    sourceProcess: new Int32Array(handleCount).fill(-1),
    sourceValue: new Uint32Array(handleCount),
  };
  const mappings: Trace['mappings'] = {
    length: mapped.length,
    process: new Int32Array(mapped.length),
    baseLow: new Uint32Array(mapped.length),
    baseHigh: new Uint32Array(mapped.length),
    sizeLow: new Uint32Array(mapped.length),
    sizeHigh: new Uint32Array(mapped.length),
    offsetLow: new Uint32Array(mapped.length),
    offsetHigh: new Uint32Array(mapped.length),
    keyLow: new Uint32Array(mapped.length),
    keyHigh: new Uint32Array(mapped.length),
    file: new Int32Array(mapped.length),
  };
  const count = objects.length;
  const table: Trace['objects'] = {
    length: count,
    flags: new Uint16Array(count),
    pointerLow: new Uint32Array(count),
    pointerHigh: new Uint32Array(count),
    type: new Int32Array(count),
    name: new Int32Array(count),
    birthNs: new Float64Array(count),
    deathNs: new Float64Array(count),
    maxRefCount: new Float64Array(count),
    refChanges: new Uint32Array(count),
    peakOpen: new Uint32Array(count),
    createEvent: new Int32Array(count).fill(-1),
    destroyEvent: new Int32Array(count).fill(-1),
    handleStart: new Uint32Array(count + 1),
    eventStart: new Uint32Array(count + 1),
    eventList: new Uint32Array(0),
    mapping: new Int32Array(count).fill(-1),
  };
  const otherNames: Trace['otherNames'] = new Map();
  const drafts: EventDraft[] = [];

  let nextHandle = 0;
  let nextMapping = 0;
  objects.forEach((object, index) => {
    table.handleStart[index] = nextHandle;
    table.type[index] = typeIndex(object.type ?? (object.map === undefined ? 'Event' : 'Mapping'));
    table.name[index] = intern(object.name);
    [table.pointerHigh[index], table.pointerLow[index]] = halves(
      object.pointer ?? object.map?.base ?? `0x${(index + 1).toString(16)}`,
    );
    if (object.otherNames !== undefined)
      otherNames.set(
        index,
        object.otherNames.map((name) => intern(name)),
      );
    const draft = (ns: number, kind: number, more: Partial<EventDraft>): void => {
      drafts.push({
        ns,
        kind,
        process: -1,
        tid: -1,
        stack: -1,
        object: index,
        handle: -1,
        value: 0,
        placed: () => {},
        ...more,
      });
    };

    for (const handle of object.handles ?? []) {
      const at = nextHandle++;
      const start = handle.start ?? (handle.open === undefined ? 'existing' : 'created');
      const end = handle.end ?? (handle.close === undefined ? 'open' : 'closed');
      const owner = processIndex(handle.owner);
      handles.object[at] = index;
      handles.owner[at] = owner;
      handles.value[at] = handle.value;
      handles.start[at] = HANDLE_STARTS.indexOf(start);
      handles.end[at] = HANDLE_ENDS.indexOf(end);
      handles.openNs[at] = handle.open ?? Number.NaN;
      handles.closeNs[at] = handle.close ?? Number.NaN;
      handles.sourceProcess[at] = processIndex(handle.source?.process);
      handles.sourceValue[at] = handle.source?.value ?? 0;
      const common = { handle: at, value: handle.value | 0 };
      if (handle.open !== undefined) {
        const opener = handle.openBy ?? (start === 'created' ? handle.owner : (handle.source?.process ?? handle.owner));
        draft(handle.open, start === 'created' ? KIND_HANDLE_CREATE : KIND_HANDLE_DUPLICATE, {
          ...common,
          process: processIndex(opener),
          tid: handle.tid ?? -1,
          stack: stackIndex(handle.openStack),
          placed: (event) => (handles.openEvent[at] = event),
        });
      }
      if (handle.close !== undefined && end !== 'lost') {
        draft(handle.close, KIND_HANDLE_CLOSE, {
          ...common,
          process: handle.closeBy === undefined ? owner : processIndex(handle.closeBy),
          tid: handle.closeTid ?? handle.tid ?? -1,
          stack: stackIndex(handle.closeStack),
          placed: (event) => (handles.closeEvent[at] = event),
        });
      }
      if (handle.dcStart !== undefined) draft(handle.dcStart, KIND_HANDLE_DC_START, { ...common, process: owner });
      if (handle.dcEnd !== undefined) draft(handle.dcEnd, KIND_HANDLE_DC_END, { ...common, process: owner });
    }

    for (const ref of object.refs ?? []) {
      draft(ref.ns, KIND_REF_CHANGE, {
        value: ref.delta,
        process: processIndex(ref.process),
        stack: stackIndex(ref.stack),
      });
    }
    if (object.created !== undefined) {
      const { ns, process, stack } = object.created;
      draft(ns, KIND_OBJECT_CREATE, { process: processIndex(process), stack: stackIndex(stack) });
    }
    if (object.deleted !== undefined) {
      const { ns, process, stack } = object.deleted;
      draft(ns, KIND_OBJECT_DELETE, { process: processIndex(process), stack: stackIndex(stack) });
    }

    const { map } = object;
    if (map !== undefined) {
      const row = nextMapping++;
      table.mapping[index] = row;
      mappings.process[row] = processIndex(map.process);
      [mappings.baseHigh[row], mappings.baseLow[row]] = halves(map.base);
      mappings.sizeHigh[row] = Math.floor(map.size / 0x100000000);
      mappings.sizeLow[row] = map.size >>> 0;
      mappings.offsetHigh[row] = Math.floor((map.offset ?? 0) / 0x100000000);
      mappings.offsetLow[row] = (map.offset ?? 0) >>> 0;
      [mappings.keyHigh[row], mappings.keyLow[row]] = halves(map.fileKey ?? '0xFFFF820800000000');
      mappings.file[row] = intern(map.file);
      if (map.map !== undefined) {
        draft(map.map, KIND_MAP, { process: processIndex(map.process), stack: stackIndex(map.mapStack) });
      }
      if (map.unmap !== undefined) {
        draft(map.unmap, KIND_UNMAP, { process: processIndex(map.process), stack: stackIndex(map.unmapStack) });
      }
    }
  });
  table.handleStart[count] = nextHandle;

  drafts.sort((a, b) => a.ns - b.ns);
  const events = eventColumns(drafts);
  drafts.forEach((draft, event) => draft.placed(event));
  listEvents(table, events);
  objects.forEach((object, index) => derive(table, events, handles, object, index));

  const endNs = literal.endNs ?? Math.max(0, ...drafts.map((draft) => draft.ns));
  const records = processes.map((process) => ({
    pid: process.pid,
    parentPid: process.parentPid ?? 0,
    sessionId: 0,
    name: process.name,
    commandLine: process.commandLine ?? '',
    startNs: process.startNs ?? null,
    endNs: process.endNs ?? null,
  }));
  return {
    info: {
      file: literal.file ?? '/traces/HandleLeak.etl',
      bytes: 0,
      buffers: 0,
      compressedBuffers: 0,
      events: drafts.length,
      header: {
        pointerSize: 8,
        osBuild: 19045,
        processors: 1,
        perfFreq: 10_000_000,
        clockType: 1,
        startTimeFiletime: literal.startTimeFiletime ?? '133598115945000000',
        endTimeFiletime: '0',
        bootTimeFiletime: '0',
        eventsLost: 0,
        buffersLost: 0,
        timeZoneBiasMinutes: literal.timeZoneBiasMinutes ?? -120,
        sessionName: '',
        logFileName: '',
      },
      firstEventNs: 0,
      lastEventNs: endNs,
      counts: {},
      processes: records,
      imageEvents: 0,
      stacks: { stackEvents: 0, matchedToAnEvent: 0, unresolvedKeys: 0, frames: 0 },
      health: [],
    },
    trust: {
      eventsLost: 0,
      buffersLost: 0,
      damagedBuffers: 0,
      decodeErrors: 0,
      missing: [],
      objectEvents: drafts.length,
      objectEventsWithStack: 0,
      unresolvedKeys: 0,
      framesWithoutModule: 0,
      framesWithoutSymbol: 0,
      frames: 0,
      handlesWithUnknownOwner: 0,
      handlesLost: 0,
      opensUnseen: 0,
    },
    endNs,
    rundowns: literal.rundowns ?? [],
    lostStretches: [],
    processes: {
      length: processes.length,
      pid: Uint32Array.from(processes, (process) => process.pid),
      parentPid: Uint32Array.from(processes, (process) => process.parentPid ?? 0),
      sessionId: new Uint32Array(processes.length),
      name: processes.map((process) => process.name),
      commandLine: processes.map((process) => process.commandLine ?? ''),
      startNs: Float64Array.from(processes, (process) => process.startNs ?? Number.NaN),
      endNs: Float64Array.from(processes, (process) => process.endNs ?? Number.NaN),
      known: new Uint8Array(processes.length).fill(1),
    },
    events,
    objects: table,
    handles,
    mappings,
    stacks: stackTable(Object.values(literal.stacks ?? {})),
    strings,
    typeNames,
    otherNames,
    loadedModules: () => [],
  };
}

function firstNs(object: ObjectLiteral): number {
  const times = [
    ...(object.handles ?? []).flatMap((handle) => [
      handle.open,
      handle.end === 'lost' ? undefined : handle.close,
      handle.dcStart,
      handle.dcEnd,
    ]),
    ...(object.refs ?? []).map((ref) => ref.ns),
    object.created?.ns,
    object.deleted?.ns,
    object.map?.map,
    object.map?.unmap,
  ].filter((ns) => ns !== undefined);
  return Math.min(...times);
}

/** "0xFFFFC283AEE8CD60" as [high, low]. */
function halves(hex: string): [number, number] {
  const digits = hex.replace(/^0x/i, '').padStart(16, '0');
  return [Number.parseInt(digits.slice(0, 8), 16), Number.parseInt(digits.slice(8), 16)];
}

function eventColumns(drafts: EventDraft[]): Trace['events'] {
  return {
    length: drafts.length,
    ns: Float64Array.from(drafts, (draft) => draft.ns),
    kind: Uint8Array.from(drafts, (draft) => draft.kind),
    process: Int32Array.from(drafts, (draft) => draft.process),
    tid: Int32Array.from(drafts, (draft) => draft.tid),
    stack: Int32Array.from(drafts, (draft) => draft.stack),
    object: Int32Array.from(drafts, (draft) => draft.object),
    handle: Int32Array.from(drafts, (draft) => draft.handle),
    value: Int32Array.from(drafts, (draft) => draft.value),
  };
}

function listEvents(objects: Trace['objects'], events: Trace['events']): void {
  const lists: number[][] = Array.from({ length: objects.length }, () => []);
  for (let event = 0; event < events.length; event++) lists[events.object[event]].push(event);
  lists.forEach((list, object) => (objects.eventStart[object + 1] = objects.eventStart[object] + list.length));
  objects.eventList = Uint32Array.from(lists.flat());
}

/** Birth, death, flags and counts, by the plain reading of object-lifetimes.md. */
function derive(
  objects: Trace['objects'],
  events: Trace['events'],
  handles: Trace['handles'],
  literal: ObjectLiteral,
  object: number,
): void {
  const mine = Array.from(
    { length: objects.handleStart[object + 1] - objects.handleStart[object] },
    (_, i) => objects.handleStart[object] + i,
  );
  const list = Array.from(objects.eventList.subarray(objects.eventStart[object], objects.eventStart[object + 1]));
  const find = (kind: number): number => list.find((event) => events.kind[event] === kind) ?? -1;
  const { map } = literal;
  if (map !== undefined) {
    objects.createEvent[object] = find(KIND_MAP);
    objects.destroyEvent[object] = find(KIND_UNMAP);
    objects.birthNs[object] = map.map ?? Number.NaN;
    objects.deathNs[object] = map.unmap ?? Number.NaN;
    objects.flags[object] =
      OBJECT_MAPPING | (map.map === undefined ? OBJECT_BORN_BEFORE : map.unmap === undefined ? OBJECT_LEAK : 0);
    return;
  }
  const opened = mine.filter((handle) => handles.start[handle] !== START_EXISTING);
  const isOpen = mine.some((handle) => handles.end[handle] === END_OPEN);
  const bornBefore = literal.created === undefined && (mine.length === 0 || opened.length < mine.length);
  const opens = opened.map((handle) => handles.openEvent[handle]);
  const closes = mine.map((handle) => handles.closeEvent[handle]).filter((event) => event >= 0);
  objects.createEvent[object] =
    literal.created !== undefined ? find(KIND_OBJECT_CREATE) : bornBefore ? -1 : Math.min(...opens);
  objects.destroyEvent[object] =
    literal.deleted !== undefined ? find(KIND_OBJECT_DELETE) : isOpen || closes.length === 0 ? -1 : Math.max(...closes);
  const born = objects.createEvent[object];
  objects.birthNs[object] = born < 0 ? Number.NaN : events.ns[born];
  const lastClose = Math.max(...mine.map((handle) => handles.closeNs[handle]));
  objects.deathNs[object] = literal.deleted?.ns ?? (isOpen || mine.length === 0 ? Number.NaN : lastClose);

  let refs = 0;
  for (const event of list) {
    if (events.kind[event] !== KIND_REF_CHANGE) continue;
    refs += events.value[event];
    objects.refChanges[object]++;
    objects.maxRefCount[object] = Math.max(objects.maxRefCount[object], refs);
  }
  objects.peakOpen[object] = peak(handles, mine);
  const owners = new Set<number>();
  for (const handle of opened) {
    if (handles.start[handle] !== START_INHERITED) owners.add(handles.owner[handle]);
    if (handles.start[handle] === START_DUPLICATED) owners.add(handles.sourceProcess[handle]);
  }
  for (const event of list) if (events.kind[event] === KIND_REF_CHANGE) owners.add(events.process[event]);
  owners.delete(-1);
  objects.flags[object] =
    (bornBefore ? OBJECT_BORN_BEFORE : 0) |
    (opened.some((handle) => handles.end[handle] === END_OPEN) ? OBJECT_LEAK : 0) |
    (mine.some((handle) => handles.end[handle] === END_PROCESS_EXIT) ? OBJECT_LEAK_AT_EXIT : 0) |
    (owners.size > 1 ? OBJECT_MULTI_PROCESS : 0) |
    (peak(handles, opened) > 1 ? OBJECT_OVERLAPPED : 0) |
    (mine.some((handle) => handles.start[handle] === START_INHERITED) ? OBJECT_INHERITED : 0);
}

function peak(handles: Trace['handles'], mine: number[]): number {
  const openAt = (ns: number): number =>
    mine.filter((handle) => !(handles.openNs[handle] > ns) && !(handles.closeNs[handle] <= ns)).length;
  return Math.max(
    0,
    ...mine.map((handle) => openAt(Number.isNaN(handles.openNs[handle]) ? -1 : handles.openNs[handle])),
  );
}

/**
 * Frames as texts: "app.exe+0x1", "ntdll.dll!NtClose+0x14", "0x1234". A module whose name sounds so is the system's, any other the program's.
 */
function stackTable(stacks: string[][]): StackTable {
  const texts = [...new Set(stacks.flat())];
  const moduleOf = (text: string): string => /^([^+!]+)[+!]/.exec(text)?.[1] ?? '';
  const offsetOf = (text: string): number => Number.parseInt(/0x([0-9a-f]+)$/i.exec(text)?.[1] ?? '0', 16) >>> 0;
  const modules = [...new Set(texts.map(moduleOf))].filter((name) => name !== '');
  const modulePaths = modules.map((name) =>
    SYSTEM_NAME.test(name) ? `C:\\Windows\\System32\\${name}` : `C:\\Program Files\\App\\${name}`,
  );
  const start = new Uint32Array(stacks.length + 1);
  stacks.forEach((frames, stack) => (start[stack + 1] = start[stack] + frames.length));
  return {
    length: stacks.length,
    start,
    frames: Int32Array.from(stacks.flat(), (text) => texts.indexOf(text)),
    frameCount: texts.length,
    frameText: (frame) => texts[frame],
    frameModule: (frame) => modules.indexOf(moduleOf(texts[frame])),
    frameOffset: (frame) => offsetOf(texts[frame]),
    frameSymbol(frame) {
      const name = /^[^+!]+!(.+?)(\+0x[0-9a-f]+)?$/i.exec(texts[frame])?.[1];
      return name === undefined ? null : { name, offset: offsetOf(texts[frame]), place: null, inlined: [] };
    },
    modules,
    modulePaths,
    modulePdbs: modules.map(() => null),
    moduleVersions: modules.map(() => null),
    moduleSystem: Uint8Array.from(modulePaths, (path) => (isSystemModule(path) ? 1 : 0)),
  };
}

const SYSTEM_NAME = /^(nt|kernel|win32|wow64|user32|combase|ucrt|msvc|clr)/i;
