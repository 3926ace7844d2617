/** From spans, handles and mappings to the finished tables: ids, births, deaths, owners, derived values. */
import { intColumn, type IntColumn } from '../columns/narrow.ts';
import { SLICE, type Steps } from '../columns/steps.ts';
import type { Decoder } from '../events/decoder.ts';
import type { RawDetails } from '../events/raw.ts';
import type { FileNames } from './fileNames.ts';
import type { HandleFacts } from './handles.ts';
import { BEFORE_TRACE } from './handles.ts';
import { groupBy, type Instances } from './instances.ts';
import { leakFlags } from './leaks.ts';
import { MappingDetails, type MappingFacts } from './mappings.ts';
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
  objectOfEvent: IntColumn;
  /** per event: row of the handle table, -1 none */
  handleOfEvent: IntColumn;
  typeNames: string[];
  otherNames: Map<number, StringIndex[]>;
}

export interface CorrelationFacts {
  events: OrderedEvents;
  handles: HandleFacts;
  instances: Instances;
  mappings: MappingFacts;
}

/** Uses up `facts`: their columns by event are taken over. */
export function* buildTables(facts: CorrelationFacts, decoder: Decoder, fileNames: FileNames): Steps<Tables> {
  const { events } = facts;
  const { order, objectOfSpan, objectOfEvent } = numberInstances(facts);
  yield;
  const length = order.length;
  const { handles, rowOfHandle, handleStart, endPlaces } = handleTable(facts, objectOfSpan, length);
  const handleOfEvent = renumbered(facts.handles.handleOfEvent, rowOfHandle);
  yield;
  const grouped = groupBy(objectOfEvent, events.length, length);
  yield;
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

  const firstProcess = new Int32Array(length).fill(-1);
  for (let object = 0; object < length; object++) {
    if (object % SLICE === SLICE - 1) yield;
    const instance = order[object];
    if (instance < 0) {
      fillMapping(objects, object, ~instance, facts, mappings);
    } else {
      fillLife(objects, object, instance, facts, handles);
      firstProcess[object] = fillHandles(objects, object, handles, endPlaces);
    }
  }
  yield;
  const fill = new EventFacts(objects, objectOfEvent, events, decoder.details, firstProcess, otherNames);
  for (let from = 0; from < events.length; from += SLICE) {
    fill.take(from, Math.min(from + SLICE, events.length));
    yield;
  }
  for (let object = 0; object < length; object++) {
    if (object % SLICE === SLICE - 1) yield;
    if (order[object] < 0) {
      const { mapping } = objects;
      objects.pointerLow[object] = mappings.baseLow[mapping[object]];
      objects.pointerHigh[object] = mappings.baseHigh[mapping[object]];
      objects.type[object] = types.mapping();
      continue;
    }
    const firstEvent = grouped.rows[grouped.starts[object]];
    const pointer = events.pointer[firstEvent];
    objects.pointerLow[object] = decoder.pointers.low.data[pointer];
    objects.pointerHigh[object] = decoder.pointers.high.data[pointer];
    objects.type[object] = types.of(fill.type[object]);
    if (objects.name[object] < 0 && types.isFile(objects.type[object])) {
      const at = Number.isNaN(objects.birthNs[object]) ? events.ns[firstEvent] : objects.birthNs[object];
      objects.name[object] = fileNames.at(objects.pointerLow[object], objects.pointerHigh[object], at);
    }
  }
  return { objects, handles, mappings, objectOfEvent, handleOfEvent, typeNames: types.names, otherNames };
}

/**
 * Ids: instances and mappings in order of their first event. `order` has the span of each object, or ~mapping.
 */
function numberInstances({ instances, mappings, events }: CorrelationFacts): {
  order: Int32Array;
  objectOfSpan: Int32Array;
  objectOfEvent: IntColumn;
} {
  const spanCount = instances.spans.length;
  const mappingCount = mappings.mappings.length;
  const objectOfSpan = new Int32Array(spanCount).fill(-1);
  const objectOfMapping = new Int32Array(mappingCount).fill(-1);
  const order = new Int32Array(spanCount + mappingCount);
  const objectOfEvent = intColumn(events.length, spanCount + mappingCount);
  const { spanOfEvent } = instances;
  let next = 0;
  let mapped = 0;
  for (let event = 0; event < events.length; event++) {
    const span = spanOfEvent[event];
    if (span >= 0) {
      if (objectOfSpan[span] < 0) {
        objectOfSpan[span] = next;
        order[next++] = span;
      }
      objectOfEvent[event] = objectOfSpan[span];
    } else {
      // What is on no object is of a view; those are in order, too.
      const mapping = mappings.mappingOf[mapped++];
      if (objectOfMapping[mapping] < 0) {
        objectOfMapping[mapping] = next;
        order[next++] = ~mapping;
      }
      objectOfEvent[event] = objectOfMapping[mapping];
    }
  }
  return { order: order.subarray(0, next), objectOfSpan, objectOfEvent };
}

/** The column with every number exchanged by the one that `numbers` has for it. */
function renumbered(column: Int32Array, numbers: Int32Array): IntColumn {
  const result = intColumn(column.length, numbers.length);
  if (numbers.length === 0) return result.fill(-1);
  for (let row = 0; row < column.length; row++) result[row] = column[row] < 0 ? -1 : numbers[column[row]];
  return result;
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
  const fileRow = (handle: number): number => facts.events.row[source.firstEvent.data[handle]];
  for (let object = 0; object < objectCount; object++) {
    if (starts[object + 1] - starts[object] > 1) {
      // -1 (no open event) comes first by itself.
      rows.subarray(starts[object], starts[object + 1]).sort((a, b) => rank(a) - rank(b) || fileRow(a) - fileRow(b));
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

/** Reference counts, names, types, and the processes of reference changes, from one walk over the events in order of time. */
class EventFacts {
  /** per object: the first type that one of its events names, 0 none */
  readonly type: Uint16Array;
  private readonly running: Float64Array;
  private readonly objects: ObjectTable;
  private readonly objectOfEvent: IntColumn;
  private readonly events: OrderedEvents;
  private readonly details: RawDetails;
  private readonly firstProcess: Int32Array;
  private readonly otherNames: Map<number, StringIndex[]>;

  /** `firstProcess`: of each object, by its handles; -1 none. */
  constructor(
    objects: ObjectTable,
    objectOfEvent: IntColumn,
    events: OrderedEvents,
    details: RawDetails,
    firstProcess: Int32Array,
    otherNames: Map<number, StringIndex[]>,
  ) {
    this.type = new Uint16Array(objects.length);
    this.running = new Float64Array(objects.length);
    this.objects = objects;
    this.objectOfEvent = objectOfEvent;
    this.events = events;
    this.details = details;
    this.firstProcess = firstProcess;
    this.otherNames = otherNames;
  }

  /** Takes the events [from, to); to be called in order. */
  take(from: number, to: number): void {
    const { objectOfEvent } = this;
    const { kind } = this.events;
    for (let event = from; event < to; event++) {
      const object = objectOfEvent[event];
      if (kind[event] === KIND_REF_CHANGE) this.reference(object, event);
      else this.detail(object, event);
    }
  }

  private reference(object: number, event: number): void {
    const { objects, events, running, firstProcess } = this;
    objects.refChanges[object]++;
    const count = running[object] + events.value[event];
    running[object] = count;
    if (count > objects.maxRefCount[object]) objects.maxRefCount[object] = count;
    const process = events.process[event];
    if (process < 0) return;
    if (firstProcess[object] < 0) firstProcess[object] = process;
    else if (process !== firstProcess[object]) objects.flags[object] |= OBJECT_MULTI_PROCESS;
  }

  private detail(object: number, event: number): void {
    const { objects, events, details, type } = this;
    if (objects.mapping[object] >= 0) return;
    const detail = events.detailOfRow[events.row[event]];
    if (type[object] === 0) type[object] = details.type[detail];
    const name = details.name[detail];
    if (name < 0) return;
    if (objects.name[object] < 0) objects.name[object] = name;
    else if (objects.name[object] !== name) addOther(this.otherNames, object, name);
  }
}

function addOther(otherNames: Map<number, StringIndex[]>, object: number, name: StringIndex): void {
  const others = otherNames.get(object);
  if (others === undefined) otherNames.set(object, [name]);
  else if (!others.includes(name)) others.push(name);
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
  const details = new MappingDetails(decoder.mappings, decoder.details);
  for (let mapping = 0; mapping < length; mapping++) {
    const event = mappings.describedBy.data[mapping];
    const raw = details.of(facts.events, event);
    table.baseLow[mapping] = raw.baseLow;
    table.baseHigh[mapping] = raw.baseHigh;
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
