/** From spans, handles and mappings to the finished tables: ids, births, deaths, owners, derived values. */
import { narrowed, type IntColumn } from '../columns/narrow.ts';
import { inSteps, type Steps } from '../columns/steps.ts';
import type { Decoder } from '../events/decoder.ts';
import type { RawMapping } from '../events/raw.ts';
import type { DetailedEvents, ExtraFields } from './detailed.ts';
import { EventWalk, type WalkedObjects } from './eventWalk.ts';
import type { FileNames } from './fileNames.ts';
import { groupCounted, type Grouped } from './grouping.ts';
import { AFTER_TRACE, BEFORE_TRACE, type HandleRows } from './handleRows.ts';
import type { HandleFacts } from './handles.ts';
import { existingFirst, HandleFiller, handlesOfEvents } from './handleTable.ts';
import { endHandlesOfDeadObjects, type Instances, type Spans } from './instances.ts';
import { leakFlags } from './leaks.ts';
import { mappingTable, type MappingFacts, type PairedMappings } from './mappings.ts';
import {
  END_OPEN,
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
import type { Processes } from './processes.ts';
import { TypeNames } from './typeNames.ts';

export interface Tables {
  objects: ObjectTable;
  handles: HandleTable;
  mappings: MappingTable;
  objectOfEvent: IntColumn;
  /** per event: row of the handle table, -1 none */
  handleOfEvent: IntColumn;
  typeNames: string[];
  handlesWithUnknownOwner: number;
  handlesLost: number;
  otherNames: Map<number, StringIndex[]>;
}

export interface CorrelationFacts {
  events: OrderedEvents;
  detailed: DetailedEvents;
  processes: Processes;
  handles: HandleFacts;
  instances: Instances;
  mappings: MappingFacts;
  mappingDetails: ExtraFields<RawMapping>;
}

/** Takes `facts` apart: their columns become those of the tables where they can. */
export function* buildTables(facts: CorrelationFacts, decoder: Decoder, fileNames: FileNames): Steps<Tables> {
  const { events, detailed, instances, processes } = facts;
  const { handles, handleOf, existingCount } = facts.handles;
  const { objectOfEvent, otherNames, walked } = yield* walkEvents(facts, decoder);
  const { length } = walked;
  // The room of their lives, which the walk was the last to ask for.
  const objectOfHandle = instances.spanOfHandle;
  const handleCounts = new Uint32Array(length + 1);
  yield* inSteps(handles.length, (from, to) => {
    if (instances.byObjectEvents) endHandlesOfDeadObjects(instances, handles, from, to);
    for (let handle = from; handle < to; handle++) {
      const object = objectOfEvent[handles.firstEvent(handle)];
      objectOfHandle[handle] = object;
      handleCounts[object]++;
    }
  });
  const handlesOf = yield* groupCounted(objectOfHandle, handles.length, handleCounts);
  if (existingCount > 0) yield* existingFirst(handlesOf.starts, handlesOf.rows, handles, events);
  const mappings = yield* mappingTable(events, detailed, facts.mappings, facts.mappingDetails, fileNames);
  releaseDetails(decoder, events);
  // Nobody asks for the rows of the file any more.
  const eventsOf = yield* groupCounted(objectOfEvent, events.length, walked.eventCounts(), events.row);

  const objects: ObjectTable = {
    length,
    flags: new Uint16Array(length),
    pointerLow: new Uint32Array(length),
    pointerHigh: new Uint32Array(length),
    type: new Int32Array(length),
    name: walked.names(),
    birthNs: new Float64Array(length),
    deathNs: new Float64Array(length),
    maxRefCount: new Float64Array(length),
    refChanges: new Uint32Array(length),
    peakOpen: new Uint32Array(length),
    createEvent: new Int32Array(length),
    destroyEvent: new Int32Array(length),
    handleStart: handlesOf.starts,
    eventStart: eventsOf.starts,
    eventList: eventsOf.rows,
    mapping: new Int32Array(length),
  };
  const types = new TypeNames(decoder);
  const rowOfHandle = objectOfHandle;
  const handleFiller = new HandleFiller(facts.handles, handlesOf.rows, rowOfHandle, events, processes);
  const { table } = handleFiller;
  const filler = new ObjectFiller(objects, walked, facts, table, handlesOf, mappings, decoder, types);
  yield* inSteps(length, (from, to) => {
    handleFiller.take(from, to, handlesOf.starts);
    filler.take(from, to);
    nameFiles(objects, from, to, types, fileNames, events);
  });
  const { unknownOwner, lost } = handleFiller;
  const handleOfEvent = yield* handlesOfEvents(events.length, detailed, handleOf, rowOfHandle);
  return {
    objects,
    handles: table,
    mappings,
    objectOfEvent,
    handleOfEvent,
    typeNames: types.names,
    otherNames,
    handlesWithUnknownOwner: unknownOwner,
    handlesLost: lost,
  };
}

/** In a function of its own: what the walk has at hand goes with it. */
function* walkEvents(facts: CorrelationFacts, { details, pointers }: Decoder): Steps<WalkedEvents> {
  const { events, detailed, handles, instances, mappings } = facts;
  const walk = new EventWalk(events, detailed, details, handles, instances, mappings, pointers.length);
  yield* inSteps(events.length, (from, to) => walk.take(from, to));
  const { otherNames, objects: walked } = walk;
  return { objectOfEvent: narrowed(walk.objectOfEvent, walked.length), otherNames, walked };
}

interface WalkedEvents {
  objectOfEvent: IntColumn;
  otherNames: Map<number, StringIndex[]>;
  walked: WalkedObjects;
}

/** Gives back what only detailed events have, before the large tables are made. */
function releaseDetails({ objects, details }: Decoder, events: OrderedEvents): void {
  events.detailOfRow = objects.value = new Int32Array(0);
  details.value = details.name = details.extra = new Int32Array(0);
  details.type = new Uint16Array(0);
}

/** File objects that no event names have the name of their key. */
function nameFiles(
  objects: ObjectTable,
  from: number,
  to: number,
  types: TypeNames,
  fileNames: FileNames,
  { ns }: OrderedEvents,
): void {
  const { name, type, mapping, birthNs, pointerLow, pointerHigh, eventStart, eventList } = objects;
  const file = types.file();
  for (let object = from; object < to; object++) {
    if (type[object] !== file || name[object] >= 0 || mapping[object] >= 0) continue;
    const birth = birthNs[object];
    const at = Number.isNaN(birth) ? ns[eventList[eventStart[object]]] : birth;
    name[object] = fileNames.at(pointerLow[object], pointerHigh[object], at);
  }
}

/** Fills the rows of objects, but for the names of files. */
class ObjectFiller {
  private readonly objects: ObjectTable;
  private readonly walked: WalkedObjects;
  private readonly events: OrderedEvents;
  private readonly spans: Spans;
  private readonly byObjectEvents: boolean;
  private readonly rows: HandleRows;
  private readonly handles: HandleTable;
  private readonly byObject: Grouped;
  private readonly paired: PairedMappings;
  private readonly mappings: MappingTable;
  private readonly pointerLow: Uint32Array;
  private readonly pointerHigh: Uint32Array;
  private readonly types: TypeNames;
  /** places where the handles of one object end */
  private ends = new Int32Array(64);

  constructor(
    objects: ObjectTable,
    walked: WalkedObjects,
    facts: CorrelationFacts,
    handles: HandleTable,
    byObject: Grouped,
    mappings: MappingTable,
    { pointers }: Decoder,
    types: TypeNames,
  ) {
    this.objects = objects;
    this.walked = walked;
    this.events = facts.events;
    this.spans = facts.instances.spans;
    this.byObjectEvents = facts.instances.byObjectEvents;
    this.rows = facts.handles.handles;
    this.handles = handles;
    this.byObject = byObject;
    this.paired = facts.mappings.mappings;
    this.mappings = mappings;
    this.pointerLow = pointers.low.data;
    this.pointerHigh = pointers.high.data;
    this.types = types;
  }

  /** Fills the objects [from, to). */
  take(from: number, to: number): void {
    const { objects, walked, types, pointerLow, pointerHigh } = this;
    const { pointer: pointers } = this.events;
    for (let object = from; object < to; object++) {
      const origin = walked.origin[object];
      if (origin < 0) {
        this.mapping(object, ~origin);
        continue;
      }
      const pointer = pointers[objects.eventList[objects.eventStart[object]]];
      objects.mapping[object] = -1;
      objects.pointerLow[object] = pointerLow[pointer];
      objects.pointerHigh[object] = pointerHigh[pointer];
      objects.type[object] = types.of(walked.type[object]);
      const handle = objects.handleStart[object];
      if (objects.handleStart[object + 1] === handle + 1 && !this.byObjectEvents && !walked.hasReferences) {
        this.onlyHandle(object, origin, handle);
        continue;
      }
      objects.flags[object] = this.spans.startPlace[origin] === BEFORE_TRACE ? OBJECT_BORN_BEFORE : 0;
      if (this.byObjectEvents) this.lifeByObjectEvents(object, origin);
      else this.lifeByHandles(object, origin);
      this.ownHandles(object);
    }
  }

  /** What {@link lifeByHandles} and {@link ownHandles} find for an object with one handle, as most are. */
  private onlyHandle(object: number, span: number, handle: number): void {
    const { objects, handles, spans, events } = this;
    const startPlace = spans.startPlace[span];
    const endPlace = spans.endPlace[span];
    const isCreated = startPlace !== BEFORE_TRACE && (startPlace & 1) === 0;
    const start = handles.start[handle];
    const end = handles.end[handle];
    const isDead = end !== END_OPEN;
    objects.createEvent[object] = isCreated ? startPlace >> 1 : -1;
    objects.birthNs[object] = isCreated ? events.ns[startPlace >> 1] : NaN;
    const isEndSeen = isDead && (endPlace & 1) === 0 && endPlace < events.length * 2;
    objects.destroyEvent[object] = isEndSeen ? endPlace >> 1 : -1;
    objects.deathNs[object] = isDead ? handles.closeNs[handle] : NaN;
    let flags = leakFlags(start, end);
    if (startPlace === BEFORE_TRACE) flags |= OBJECT_BORN_BEFORE;
    if (start === START_INHERITED) flags |= OBJECT_INHERITED;
    if (start === START_DUPLICATED) {
      const owner = handles.owner[handle];
      const source = handles.sourceProcess[handle];
      if (owner >= 0 && source >= 0 && owner !== source) flags |= OBJECT_MULTI_PROCESS;
    }
    objects.flags[object] = flags;
    objects.peakOpen[object] = 1;
  }

  private lifeByObjectEvents(object: number, span: number): void {
    const { objects, spans, events } = this;
    const startPlace = spans.startPlace[span];
    const endPlace = spans.endPlace[span];
    const isCreated = startPlace !== BEFORE_TRACE && (startPlace & 1) === 0;
    const isDeleted = (endPlace & 1) === 0;
    objects.createEvent[object] = isCreated ? startPlace >> 1 : -1;
    objects.destroyEvent[object] = isDeleted ? endPlace >> 1 : -1;
    objects.birthNs[object] = isCreated ? events.ns[startPlace >> 1] : NaN;
    // No DeleteObject, yet the pointer was given out again: it had died by then.
    objects.deathNs[object] = endPlace === AFTER_TRACE ? NaN : events.ns[(endPlace + 1) >> 1];
  }

  /** Without object events handles are birth and death; an object that only references tell of has neither. */
  private lifeByHandles(object: number, span: number): void {
    const { objects, handles, spans, events } = this;
    const startPlace = spans.startPlace[span];
    const endPlace = spans.endPlace[span];
    const isCreated = startPlace !== BEFORE_TRACE && (startPlace & 1) === 0;
    objects.createEvent[object] = isCreated ? startPlace >> 1 : -1;
    objects.birthNs[object] = isCreated ? events.ns[startPlace >> 1] : NaN;
    objects.destroyEvent[object] = -1;
    objects.deathNs[object] = NaN;
    const to = objects.handleStart[object + 1];
    let last = -1;
    for (let handle = objects.handleStart[object]; handle < to; handle++) {
      if (handles.end[handle] === END_OPEN) return;
      if (last < 0 || handles.closeNs[handle] >= handles.closeNs[last]) last = handle;
    }
    if (last < 0) return;
    objects.deathNs[object] = handles.closeNs[last];
    if ((endPlace & 1) === 0 && endPlace < events.length * 2) objects.destroyEvent[object] = endPlace >> 1;
  }

  /** Leak, inheritance, overlap and the processes that had handles to it or changed its references. */
  private ownHandles(object: number): void {
    const { objects, handles, walked } = this;
    const from = objects.handleStart[object];
    const to = objects.handleStart[object + 1];
    let flags = 0;
    let process = walked.process(object);
    let isShared = walked.hasSeveralProcesses(object);
    let existing = 0;
    for (let handle = from; handle < to; handle++) {
      const start = handles.start[handle];
      flags |= leakFlags(start, handles.end[handle]);
      if (start === START_EXISTING) existing++;
      else if (start === START_INHERITED) flags |= OBJECT_INHERITED;
      if (start === START_CREATED || start === START_DUPLICATED) {
        const owner = handles.owner[handle];
        if (owner >= 0) {
          if (process < 0) process = owner;
          else if (owner !== process) isShared = true;
        }
      }
      if (start === START_DUPLICATED) {
        const source = handles.sourceProcess[handle];
        if (source >= 0) {
          if (process < 0) process = source;
          else if (source !== process) isShared = true;
        }
      }
    }
    if (isShared) flags |= OBJECT_MULTI_PROCESS;
    let peak = to - from;
    if (to - from > 1) {
      peak = this.mostAtOnce(from, to);
      // Existing ones stand first.
      const own = existing === 0 ? peak : this.mostAtOnce(from + existing, to);
      if (own > 1) flags |= OBJECT_OVERLAPPED;
    }
    objects.flags[object] |= flags;
    objects.peakOpen[object] = peak;
    if (!walked.hasReferences) return;
    objects.refChanges[object] = walked.references(object);
    objects.maxRefCount[object] = walked.mostReferences(object);
  }

  /** The most handles of [from, to) open at once. Places tell which of two events at one time came first. */
  private mostAtOnce(from: number, to: number): number {
    const { handles, rows, byObject } = this;
    const count = to - from;
    if (this.ends.length < count) this.ends = new Int32Array(count * 2);
    const { ends } = this;
    let isSorted = true;
    for (let at = 0; at < count; at++) {
      ends[at] = rows.endPlace(byObject.rows[from + at]);
      if (at > 0 && ends[at] < ends[at - 1]) isSorted = false;
    }
    if (!isSorted && count === 2) [ends[0], ends[1]] = [ends[1], ends[0]];
    else if (!isSorted) ends.subarray(0, count).sort();
    let most = 0;
    let ended = 0;
    // The rows are in order of their opens.
    for (let at = 0; at < count; at++) {
      const openEvent = handles.openEvent[from + at];
      const openPlace = openEvent < 0 ? BEFORE_TRACE : openEvent * 2;
      while (ended < count && ends[ended] <= openPlace) ended++;
      most = Math.max(most, at + 1 - ended);
    }
    return most;
  }

  private mapping(object: number, mapping: number): void {
    const { objects, paired, mappings, events } = this;
    const mapEvent = paired.mapEvent.data[mapping];
    const bornBefore = paired.bornBefore.data[mapping] === 1 ? OBJECT_BORN_BEFORE : 0;
    const leak = paired.leak.data[mapping] === 1 ? OBJECT_LEAK : 0;
    objects.mapping[object] = mapping;
    objects.flags[object] = OBJECT_MAPPING | bornBefore | leak;
    objects.birthNs[object] = mapEvent >= 0 ? events.ns[mapEvent] : NaN;
    objects.deathNs[object] = paired.endNs.data[mapping];
    objects.createEvent[object] = mapEvent;
    objects.destroyEvent[object] = paired.unmapEvent.data[mapping];
    objects.name[object] = mappings.file[mapping];
    objects.pointerLow[object] = mappings.baseLow[mapping];
    objects.pointerHigh[object] = mappings.baseHigh[mapping];
    objects.type[object] = this.types.mapping();
  }
}
