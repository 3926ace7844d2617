/**
 * The one walk over all events, in order of time: to which object each belongs, and what the events tell of the objects. Objects are numbered
 * as they are met.
 */
import { growingI32, grown } from '../columns/growing.ts';
import { intColumn, largestOf, type IntColumn } from '../columns/narrow.ts';
import type { RawDetails } from '../events/raw.ts';
import type { DetailedEvents } from './detailed.ts';
import type { HandleRows } from './handleRows.ts';
import type { HandleFacts } from './handles.ts';
import type { Instances } from './instances.ts';
import type { MappingFacts } from './mappings.ts';
import { KIND_REF_CHANGE, type StringIndex } from './model.ts';
import type { OrderedEvents } from './ordered.ts';

// What reference changes tell of an object, side by side: a change touches one line of the processor's cache.
const FACTS = 4;
const CHANGES = 0;
const RUNNING = 1;
const MOST = 2;
const PROCESS = 3;
/** Values of PROCESS that are no process. */
const NO_PROCESS = -1;
const SEVERAL_PROCESSES = -2;

/** Columns of what {@link EventWalk} numbers, one row an object. */
export class WalkedObjects {
  length = 0;
  capacity: number;
  /** life, or ~mapping */
  origin: Int32Array;
  /** number of the pointer, -1 of mappings */
  pointer: Int32Array;
  /** events but reference changes */
  details: Uint32Array;
  /** the first type that one of its events names, 0 none */
  type: Uint16Array;
  /** the first name, -1 none */
  name: Int32Array;
  /** FACTS numbers an object; empty in a trace without reference changes */
  facts: Float64Array;

  constructor(capacity: number, hasReferences: boolean) {
    this.capacity = capacity;
    this.origin = new Int32Array(capacity);
    this.pointer = new Int32Array(capacity);
    this.details = new Uint32Array(capacity);
    this.type = new Uint16Array(capacity);
    this.name = new Int32Array(capacity);
    this.facts = new Float64Array(hasReferences ? capacity * FACTS : 0);
  }

  add(origin: number, pointer: number): number {
    if (this.length === this.capacity) this.grow();
    const object = this.length++;
    this.origin[object] = origin;
    this.pointer[object] = pointer;
    this.name[object] = -1;
    if (this.facts.length > 0) this.facts[object * FACTS + PROCESS] = NO_PROCESS;
    return object;
  }

  /** The events of every object, and a 0 behind. */
  eventCounts(): Uint32Array {
    const counts = new Uint32Array(this.length + 1);
    counts.set(this.details.subarray(0, this.length));
    if (this.facts.length === 0) return counts;
    for (let object = 0; object < this.length; object++) counts[object] += this.facts[object * FACTS + CHANGES];
    return counts;
  }

  /** Number of its reference changes. */
  references(object: number): number {
    return this.facts.length === 0 ? 0 : this.facts[object * FACTS + CHANGES];
  }

  /** The largest running sum of its reference changes, 0 where it is never above. */
  mostReferences(object: number): number {
    return this.facts.length === 0 ? 0 : this.facts[object * FACTS + MOST];
  }

  /** A process that changed its references, -1 none (or {@link hasSeveralProcesses}). */
  process(object: number): number {
    return this.facts.length === 0 ? NO_PROCESS : Math.max(NO_PROCESS, this.facts[object * FACTS + PROCESS]);
  }

  hasSeveralProcesses(object: number): boolean {
    return this.facts.length > 0 && this.facts[object * FACTS + PROCESS] === SEVERAL_PROCESSES;
  }

  private grow(): void {
    this.capacity *= 2;
    this.origin = grown(this.origin, this.capacity);
    this.pointer = grown(this.pointer, this.capacity);
    this.details = grown(this.details, this.capacity);
    this.type = grown(this.type, this.capacity);
    this.name = grown(this.name, this.capacity);
    if (this.facts.length > 0) this.facts = grown(this.facts, this.capacity * FACTS);
  }
}

/** The pointers that have several lives: which life the search has come to, and where they end. */
class SeveralLives {
  readonly current = growingI32();
  readonly end = growingI32();

  add(first: number, end: number): number {
    this.current.push(first);
    this.end.push(end);
    return this.end.length - 1;
  }
}

export class EventWalk {
  /** per event */
  objectOfEvent: IntColumn;
  /** per life: its object + 1, 0 not numbered (yet) */
  private objectOfSpan: Int32Array;
  readonly objects: WalkedObjects;
  /** names of an object beyond the first */
  readonly otherNames = new Map<number, StringIndex[]>();

  private readonly events: OrderedEvents;
  private readonly detailed: DetailedEvents;
  private readonly details: RawDetails;
  private readonly handles: HandleRows;
  private readonly handleOf: Int32Array;
  private readonly instances: Instances;
  private readonly mappingOf: Int32Array;
  private readonly objectOfMapping: Int32Array;
  /** object + 1 of the pointer's only life; 0: no event on it was met yet; else ~ its number in `several` */
  private readonly objectOfPointer: Int32Array;
  private readonly several = new SeveralLives();
  /** the most that objectOfEvent has room for */
  private largest: number;
  private at = 0;
  private mapped = 0;

  constructor(
    events: OrderedEvents,
    detailed: DetailedEvents,
    details: RawDetails,
    { handles, handleOf }: HandleFacts,
    instances: Instances,
    mappings: MappingFacts,
    pointerCount: number,
  ) {
    this.events = events;
    this.detailed = detailed;
    this.details = details;
    this.handles = handles;
    this.handleOf = handleOf;
    this.instances = instances;
    this.mappingOf = mappings.mappingOf;
    this.objectOfMapping = new Int32Array(mappings.mappings.length).fill(-1);
    this.objectOfPointer = new Int32Array(pointerCount);
    const spanCount = instances.spans.startPlace.length;
    this.objects = new WalkedObjects(spanCount + mappings.mappings.length, detailed.count[KIND_REF_CHANGE] > 0);
    this.objectOfSpan = new Int32Array(spanCount);
    this.objectOfEvent = intColumn(events.length, 0);
    this.largest = largestOf(this.objectOfEvent);
  }

  /**
   * Fills in the objects of the handles [from, to); to be called after the last event. A life that no event belongs to is no object (the source
   * of a duplicate that takes over its source's value): its handles go to the object of the event that told of them.
   */
  objectsOfHandles(from: number, to: number, objectOfHandle: Int32Array): void {
    const { objectOfSpan, objectOfEvent, handles } = this;
    const { spanOfHandle } = this.instances;
    for (let handle = from; handle < to; handle++) {
      const object = objectOfSpan[spanOfHandle[handle]] - 1;
      objectOfHandle[handle] = object >= 0 ? object : objectOfEvent[handles.firstEvent(handle)];
    }
  }

  /** Takes the events [from, to); to be called in order. */
  take(from: number, to: number): void {
    const { event: eventOf, length } = this.detailed;
    let event = from;
    while (event < to) {
      const next = this.at < length ? Math.min(eventOf[this.at], to) : to;
      if (event < next) this.references(event, next);
      event = next < to ? this.detailsFrom(next, to) : next;
    }
  }

  /** Takes reference changes, [from, to). */
  private references(from: number, to: number): void {
    const { objectOfPointer, objects } = this;
    const { pointer: pointers, value: values, process: processes } = this.events;
    let { objectOfEvent } = this;
    let { facts } = objects;
    for (let event = from; event < to; event++) {
      const pointer = pointers[event];
      let object = objectOfPointer[pointer] - 1;
      if (object < 0) {
        object = this.objectOnPointer(pointer, event, true, -1);
        objectOfEvent = this.objectOfEvent;
        facts = objects.facts;
      }
      objectOfEvent[event] = object;
      const at = object * FACTS;
      facts[at + CHANGES]++;
      const running = facts[at + RUNNING] + values[event];
      facts[at + RUNNING] = running;
      if (running > facts[at + MOST]) facts[at + MOST] = running;
      const before = facts[at + PROCESS];
      if (before === SEVERAL_PROCESSES) continue;
      const process = processes[event];
      if (process !== before && process >= 0) facts[at + PROCESS] = before === NO_PROCESS ? process : SEVERAL_PROCESSES;
    }
  }

  /** Takes detailed events from `event` on, up to the next reference change or `to`; returns where it ended. */
  private detailsFrom(from: number, to: number): number {
    const { objects, objectOfPointer, handleOf } = this;
    const { event: eventOf, detail: detailOf, length } = this.detailed;
    const { pointer: pointers } = this.events;
    const { type: types, name: names } = this.details;
    let event = from;
    let { at } = this;
    for (; event < to && at < length && eventOf[at] === event; at++, event++) {
      const pointer = pointers[event];
      if (pointer < 0) {
        this.view(event);
        continue;
      }
      let object = objectOfPointer[pointer] - 1;
      if (object < 0) object = this.objectOnPointer(pointer, event, false, handleOf[at]);
      this.objectOfEvent[event] = object;
      objects.details[object]++;
      const detail = detailOf[at];
      if (objects.type[object] === 0) objects.type[object] = types[detail];
      const name = names[detail];
      if (name < 0) continue;
      if (objects.name[object] < 0) objects.name[object] = name;
      else if (objects.name[object] !== name) this.addName(object, name);
    }
    this.at = at;
    return event;
  }

  private view(event: number): void {
    const mapping = this.mappingOf[this.mapped++];
    let object = this.objectOfMapping[mapping];
    if (object < 0) object = this.objectOfMapping[mapping] = this.number(~mapping, -1);
    this.objectOfEvent[event] = object;
    this.objects.details[object]++;
  }

  /** The object of an event whose pointer has several lives or was not met yet. `handle`: of the event, -1 none. */
  private objectOnPointer(pointer: number, event: number, isReference: boolean, handle: number): number {
    const { instances, objectOfPointer, several } = this;
    const { spans } = instances;
    if (objectOfPointer[pointer] === 0) {
      const first = instances.takeApart(pointer, isReference);
      if (spans.length === first + 1) {
        const object = this.objectOfLife(first, pointer);
        objectOfPointer[pointer] = object + 1;
        return object;
      }
      objectOfPointer[pointer] = ~several.add(first, spans.length);
    }
    if (handle >= 0) return this.objectOfLife(instances.spanOfHandle[handle], pointer);
    const lives = ~objectOfPointer[pointer];
    const end = several.end.data[lives];
    let span = several.current.data[lives];
    while (span + 1 < end && spans.startPlace[span + 1] <= event * 2) span++;
    several.current.data[lives] = span;
    return this.objectOfLife(instances.nearest(span, end, event), pointer);
  }

  private objectOfLife(span: number, pointer: number): number {
    const { startPlace } = this.instances.spans;
    if (span >= this.objectOfSpan.length) this.objectOfSpan = grown(this.objectOfSpan, startPlace.length);
    const known = this.objectOfSpan[span] - 1;
    if (known >= 0) return known;
    const object = this.number(span, pointer);
    this.objectOfSpan[span] = object + 1;
    return object;
  }

  private number(origin: number, pointer: number): number {
    const object = this.objects.add(origin, pointer);
    if (object >= this.largest) {
      // As of all columns of numbers: there is room for their count, too.
      const wider = intColumn(this.events.length, object + 1);
      wider.set(this.objectOfEvent);
      this.objectOfEvent = wider;
      this.largest = largestOf(wider);
    }
    return object;
  }

  private addName(object: number, name: StringIndex): void {
    const others = this.otherNames.get(object);
    if (others === undefined) this.otherNames.set(object, [name]);
    else if (!others.includes(name)) others.push(name);
  }
}
