/** From spans, handles and mappings to the finished tables: ids, births, deaths, owners, derived values. */
import type { Decoder } from '../events/decoder.ts';
import type { FileNames } from './fileNames.ts';
import type { HandleFacts } from './handles.ts';
import { BEFORE_TRACE } from './handles.ts';
import { groupBy, type Instances } from './instances.ts';
import { leakFlags } from './leaks.ts';
import type { MappingFacts } from './mappings.ts';
import {
  END_OPEN,
  KIND_REF_CHANGE,
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_MAPPING,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  START_CREATED,
  START_DUPLICATED,
  START_EXISTING,
  START_INHERITED,
  type HandleTable,
  type MappingTable,
  type ObjectTable,
  type StringIndex,
} from './model.ts';
import type { OrderedEvents } from './ordered.ts';

export interface Tables {
  objects: ObjectTable;
  handles: HandleTable;
  mappings: MappingTable;
  objectOfEvent: Int32Array;
  /** per event: row of the handle table, -1 none */
  handleOfEvent: Int32Array;
  typeNames: string[];
  otherNames: Map<number, StringIndex[]>;
}

export interface CorrelationFacts {
  events: OrderedEvents;
  handles: HandleFacts;
  instances: Instances;
  mappings: MappingFacts;
}

export function buildTables(facts: CorrelationFacts, decoder: Decoder, fileNames: FileNames): Tables {
  const { events } = facts;
  const { order, objectOfSpan, objectOfMapping } = numberInstances(facts);
  const length = order.length;
  const objectOfEvent = eventObjects(facts, objectOfSpan, objectOfMapping);
  const { handles, rowOfHandle, handleStart, endPlaces } = handleTable(facts, objectOfSpan, length);
  const handleOfEvent = facts.handles.handleOfEvent.map((handle) => (handle < 0 ? -1 : rowOfHandle[handle]));
  const grouped = groupBy(objectOfEvent, events.length, length);
  const types = new TypeNames(decoder);
  const otherNames = new Map<number, StringIndex[]>();

  const objects: ObjectTable = {
    length,
    flags: new Uint16Array(length),
    pointerLow: new Uint32Array(length),
    pointerHigh: new Uint32Array(length),
    type: new Int32Array(length),
    name: new Int32Array(length).fill(-1),
    birthNs: new Float64Array(length).fill(NaN),
    deathNs: new Float64Array(length).fill(NaN),
    maxRefCount: new Float64Array(length),
    refChanges: new Uint32Array(length),
    peakOpen: new Uint32Array(length),
    createEvent: new Int32Array(length).fill(-1),
    destroyEvent: new Int32Array(length).fill(-1),
    handleStart,
    eventStart: grouped.starts,
    eventList: grouped.rows,
    mapping: new Int32Array(length).fill(-1),
  };
  const mappings = mappingTable(facts, decoder, fileNames);

  for (let object = 0; object < length; object++) {
    const list = grouped.rows.subarray(grouped.starts[object], grouped.starts[object + 1]);
    objects.pointerLow[object] = events.pointerLow[list[0]];
    objects.pointerHigh[object] = events.pointerHigh[list[0]];
    const instance = order[object];
    if (instance < 0) {
      fillMapping(objects, object, ~instance, facts, mappings);
      objects.type[object] = types.mapping();
      continue;
    }
    fillLife(objects, object, instance, facts, handles);
    const firstProcess = fillHandles(objects, object, handles, endPlaces);
    fillEvents(objects, object, list, events, firstProcess, otherNames);
    objects.type[object] = types.of(firstType(list, events));
    if (objects.name[object] < 0 && types.isFile(objects.type[object])) {
      const at = Number.isNaN(objects.birthNs[object]) ? events.ns[list[0]] : objects.birthNs[object];
      objects.name[object] = fileNames.at(objects.pointerLow[object], objects.pointerHigh[object], at);
    }
  }
  return { objects, handles, mappings, objectOfEvent, handleOfEvent, typeNames: types.names, otherNames };
}

/**
 * Ids: instances and mappings in order of their first event. `order` has the span of each object, or ~mapping.
 */
function numberInstances(facts: CorrelationFacts): {
  order: Int32Array;
  objectOfSpan: Int32Array;
  objectOfMapping: Int32Array;
} {
  const { instances, mappings, events } = facts;
  const spanCount = instances.spans.length;
  const mappingCount = mappings.mappings.length;
  const objectOfSpan = new Int32Array(spanCount).fill(-1);
  const objectOfMapping = new Int32Array(mappingCount).fill(-1);
  const order = new Int32Array(spanCount + mappingCount);
  let next = 0;
  for (let event = 0; event < events.length; event++) {
    const span = instances.spanOfEvent[event];
    const mapping = mappings.mappingOfEvent[event];
    if (span >= 0 && objectOfSpan[span] < 0) {
      objectOfSpan[span] = next;
      order[next++] = span;
    } else if (mapping >= 0 && objectOfMapping[mapping] < 0) {
      objectOfMapping[mapping] = next;
      order[next++] = ~mapping;
    }
  }
  return { order: order.subarray(0, next), objectOfSpan, objectOfMapping };
}

function eventObjects(facts: CorrelationFacts, objectOfSpan: Int32Array, objectOfMapping: Int32Array): Int32Array {
  const { instances, mappings, events } = facts;
  const objectOfEvent = new Int32Array(events.length).fill(-1);
  for (let event = 0; event < events.length; event++) {
    const span = instances.spanOfEvent[event];
    const mapping = mappings.mappingOfEvent[event];
    if (span >= 0) objectOfEvent[event] = objectOfSpan[span];
    else if (mapping >= 0) objectOfEvent[event] = objectOfMapping[mapping];
  }
  return objectOfEvent;
}

/** Handles grouped by object; existing ones first (in file order), then in order of their open events. */
function handleTable(
  facts: CorrelationFacts,
  objectOfSpan: Int32Array,
  objectCount: number,
): { handles: HandleTable; rowOfHandle: Int32Array; handleStart: Uint32Array; endPlaces: Int32Array } {
  const source = facts.handles.handles;
  const { length } = source;
  const objectOf = new Int32Array(length);
  for (let handle = 0; handle < length; handle++) objectOf[handle] = objectOfSpan[facts.instances.spanOfHandle[handle]];
  const { starts, rows } = groupBy(objectOf, length, objectCount);
  const rank = (handle: number): number => source.openEvent.data[handle];
  const sequence = (handle: number): number => facts.events.sequence[source.firstEvent.data[handle]];
  for (let object = 0; object < objectCount; object++) {
    if (starts[object + 1] - starts[object] > 1) {
      // -1 (no open event) comes first by itself.
      rows.subarray(starts[object], starts[object + 1]).sort((a, b) => rank(a) - rank(b) || sequence(a) - sequence(b));
    }
  }
  const rowOfHandle = new Int32Array(length);
  for (let row = 0; row < length; row++) rowOfHandle[rows[row]] = row;
  const pick = <T extends Int32Array | Uint32Array | Float64Array | Uint8Array>(column: T): T => {
    const picked = column.slice(0, length) as T;
    for (let row = 0; row < length; row++) picked[row] = column[rows[row]];
    return picked;
  };
  const handles: HandleTable = {
    length,
    object: pick(objectOf),
    owner: pick(source.owner.data),
    value: pick(source.value.data),
    start: pick(source.start.data),
    end: pick(source.end.data),
    openNs: pick(source.openNs.data),
    closeNs: pick(source.closeNs.data),
    openEvent: pick(source.openEvent.data),
    closeEvent: pick(source.closeEvent.data),
    sourceProcess: pick(source.sourceProcess.data),
    sourceValue: pick(source.sourceValue.data),
  };
  return { handles, rowOfHandle, handleStart: starts, endPlaces: pick(source.endPlace.data) };
}

/** Birth and death. */
function fillLife(
  objects: ObjectTable,
  object: number,
  span: number,
  facts: CorrelationFacts,
  handles: HandleTable,
): void {
  const { events, instances } = facts;
  const { spans } = instances;
  const createEvent = spans.createEvent.data[span];
  const deleteEvent = spans.deleteEvent.data[span];
  const endPlace = spans.endPlace.data[span];
  if (spans.bornBefore.data[span]) objects.flags[object] |= OBJECT_BORN_BEFORE;
  const from = objects.handleStart[object];
  const to = objects.handleStart[object + 1];

  if (instances.byObjectEvents) {
    objects.createEvent[object] = createEvent;
    objects.destroyEvent[object] = deleteEvent;
    if (createEvent >= 0) objects.birthNs[object] = events.ns[createEvent];
    if (deleteEvent >= 0) objects.deathNs[object] = events.ns[deleteEvent];
    // No DeleteObject, yet the pointer was given out again: it had died by then.
    else if (endPlace < events.length * 2) objects.deathNs[object] = events.ns[(endPlace + 1) >> 1];
    return;
  }

  // Without object events handles are birth and death; an object that only references tell of has neither.
  const startPlace = spans.startPlace.data[span];
  if (startPlace !== BEFORE_TRACE && startPlace % 2 === 0) {
    objects.createEvent[object] = startPlace >> 1;
    objects.birthNs[object] = events.ns[startPlace >> 1];
  }
  let last = -1;
  for (let handle = from; handle < to; handle++) {
    if (handles.end[handle] === END_OPEN) return;
    if (last < 0 || handles.closeNs[handle] >= handles.closeNs[last]) last = handle;
  }
  if (last < 0) return;
  objects.deathNs[object] = handles.closeNs[last];
  if (endPlace % 2 === 0 && endPlace < events.length * 2) objects.destroyEvent[object] = endPlace >> 1;
}

/** Leak, inheritance, overlap and the processes that had handles to it, of which it returns the first (-1 none). */
function fillHandles(objects: ObjectTable, object: number, handles: HandleTable, endPlaces: Int32Array): number {
  const from = objects.handleStart[object];
  const to = objects.handleStart[object + 1];
  let flags = 0;
  let firstProcess = -1;
  const touch = (process: number): void => {
    if (process < 0) return;
    if (firstProcess < 0) firstProcess = process;
    else if (process !== firstProcess) flags |= OBJECT_MULTI_PROCESS;
  };
  for (let handle = from; handle < to; handle++) {
    const start = handles.start[handle];
    const end = handles.end[handle];
    flags |= leakFlags(start, end);
    if (start === START_INHERITED) flags |= OBJECT_INHERITED;
    if (start === START_CREATED || start === START_DUPLICATED) touch(handles.owner[handle]);
    if (start === START_DUPLICATED) touch(handles.sourceProcess[handle]);
  }
  objects.flags[object] |= flags;
  if (to - from < 2) {
    objects.peakOpen[object] = to - from;
    return firstProcess;
  }
  const isInTrace = (handle: number): boolean => handles.start[handle] !== START_EXISTING;
  objects.peakOpen[object] = mostAtOnce(handles, endPlaces, from, to, () => true);
  if (mostAtOnce(handles, endPlaces, from, to, isInTrace) > 1) objects.flags[object] |= OBJECT_OVERLAPPED;
  return firstProcess;
}

/** The most handles of [from, to) open at once, among those that `counts`. Places tell which of two events at one time came first. */
function mostAtOnce(
  handles: HandleTable,
  endPlaces: Int32Array,
  from: number,
  to: number,
  counts: (handle: number) => boolean,
): number {
  const opens: number[] = [];
  const ends: number[] = [];
  for (let handle = from; handle < to; handle++) {
    if (!counts(handle)) continue;
    opens.push(handles.openEvent[handle] < 0 ? BEFORE_TRACE : handles.openEvent[handle] * 2);
    ends.push(endPlaces[handle]);
  }
  opens.sort((a, b) => a - b);
  ends.sort((a, b) => a - b);
  let most = 0;
  let ended = 0;
  for (let open = 0; open < opens.length; open++) {
    while (ends[ended] <= opens[open]) ended++;
    most = Math.max(most, open + 1 - ended);
  }
  return most;
}

/** Reference counts, names, and the processes of reference changes. */
function fillEvents(
  objects: ObjectTable,
  object: number,
  list: Uint32Array,
  events: OrderedEvents,
  firstProcess: number,
  otherNames: Map<number, StringIndex[]>,
): void {
  let count = 0;
  let running = 0;
  let most = 0;
  for (const event of list) {
    const name = events.name[event];
    if (name >= 0) {
      if (objects.name[object] < 0) objects.name[object] = name;
      else if (objects.name[object] !== name) addOther(otherNames, object, name);
    }
    if (events.kind[event] !== KIND_REF_CHANGE) continue;
    count++;
    running += events.value[event];
    if (running > most) most = running;
    const process = events.process[event];
    if (process >= 0) {
      if (firstProcess < 0) firstProcess = process;
      else if (process !== firstProcess) objects.flags[object] |= OBJECT_MULTI_PROCESS;
    }
  }
  objects.refChanges[object] = count;
  objects.maxRefCount[object] = most;
}

function addOther(otherNames: Map<number, StringIndex[]>, object: number, name: StringIndex): void {
  const others = otherNames.get(object);
  if (others === undefined) otherNames.set(object, [name]);
  else if (!others.includes(name)) others.push(name);
}

function firstType(list: Uint32Array, events: OrderedEvents): number {
  for (const event of list) if (events.type[event] !== 0) return events.type[event];
  return 0;
}

/** Names of object types, numbered as they are met. */
class TypeNames {
  readonly names: string[] = [];
  private readonly byType = new Map<number, number>();
  private readonly decoder: Decoder;
  private readonly byName = new Map<string, number>();

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  of(type: number): number {
    let index = this.byType.get(type);
    if (index === undefined) {
      const name = this.decoder.typeNames.get(type);
      index = this.number(
        name !== undefined ? this.decoder.strings.texts[name] : type === 0 ? 'Unknown' : `Type ${type}`,
      );
      this.byType.set(type, index);
    }
    return index;
  }

  mapping(): number {
    return this.number('Mapping');
  }

  isFile(index: number): boolean {
    return this.names[index] === 'File';
  }

  private number(name: string): number {
    let index = this.byName.get(name);
    if (index === undefined) {
      index = this.names.push(name) - 1;
      this.byName.set(name, index);
    }
    return index;
  }
}

function mappingTable(facts: CorrelationFacts, decoder: Decoder, fileNames: FileNames): MappingTable {
  const { mappings } = facts.mappings;
  const { length } = mappings;
  const table: MappingTable = {
    length,
    process: mappings.process.trimmed().slice(),
    baseLow: new Uint32Array(length),
    baseHigh: new Uint32Array(length),
    sizeLow: new Uint32Array(length),
    sizeHigh: new Uint32Array(length),
    offsetLow: new Uint32Array(length),
    offsetHigh: new Uint32Array(length),
    keyLow: new Uint32Array(length),
    keyHigh: new Uint32Array(length),
    file: new Int32Array(length),
  };
  for (let mapping = 0; mapping < length; mapping++) {
    const event = mappings.describedBy.data[mapping];
    const raw = decoder.mappings[facts.events.detail[event]];
    table.baseLow[mapping] = facts.events.pointerLow[event];
    table.baseHigh[mapping] = facts.events.pointerHigh[event];
    table.sizeLow[mapping] = raw.sizeLow;
    table.sizeHigh[mapping] = raw.sizeHigh;
    table.offsetLow[mapping] = raw.offsetLow;
    table.offsetHigh[mapping] = raw.offsetHigh;
    table.keyLow[mapping] = raw.keyLow;
    table.keyHigh[mapping] = raw.keyHigh;
    table.file[mapping] = fileNames.at(raw.keyLow, raw.keyHigh, facts.events.ns[event]);
  }
  return table;
}

function fillMapping(
  objects: ObjectTable,
  object: number,
  mapping: number,
  facts: CorrelationFacts,
  table: MappingTable,
): void {
  const { mappings } = facts.mappings;
  const mapEvent = mappings.mapEvent.data[mapping];
  objects.mapping[object] = mapping;
  objects.flags[object] |= OBJECT_MAPPING;
  if (mappings.bornBefore.data[mapping]) objects.flags[object] |= OBJECT_BORN_BEFORE;
  if (mappings.leak.data[mapping]) objects.flags[object] |= OBJECT_LEAK;
  if (mapEvent >= 0) objects.birthNs[object] = facts.events.ns[mapEvent];
  objects.deathNs[object] = mappings.endNs.data[mapping];
  objects.createEvent[object] = mapEvent;
  objects.destroyEvent[object] = mappings.unmapEvent.data[mapping];
  objects.name[object] = table.file[mapping];
}
