/**
 * The one walk over all events, in order of time: to which object each belongs, and what the events tell of the objects. Objects are numbered
 * as they are met.
 */
import { PairMap } from '../columns/pairMap.ts';
import { grown } from '../columns/growing.ts';
import { intColumn, largestOf, widened, type IntColumn } from '../columns/narrow.ts';
import type { RawDetails } from '../events/raw.ts';
import type { DetailedEvents } from './detailed.ts';
import type { HandleFacts } from './handles.ts';
import { nearestLife, type Instances } from './instances.ts';
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
  readonly hasReferences: boolean;
  private capacity: number;
  /** life, or ~mapping */
  origin: Int32Array;
  /** events but reference changes; a 0 behind */
  details: Uint32Array;
  /** the first type that one of its events names, 0 none */
  type: Uint16Array;
  /** the first name, -1 none */
  name: Int32Array;
  /** FACTS numbers an object; empty in a trace without reference changes */
  facts: Float64Array;

  constructor(capacity: number, hasReferences: boolean) {
    this.capacity = capacity;
    this.hasReferences = hasReferences;
    this.origin = new Int32Array(capacity);
    this.details = new Uint32Array(capacity + 1);
    this.type = new Uint16Array(capacity);
    this.name = new Int32Array(capacity);
    this.facts = new Float64Array(hasReferences ? capacity * FACTS : 0);
  }

  add(origin: number): number {
    if (this.length === this.capacity) this.grow();
    const object = this.length++;
    this.origin[object] = origin;
    this.name[object] = -1;
    if (this.hasReferences) this.facts[object * FACTS + PROCESS] = NO_PROCESS;
    return object;
  }

  /** The first names, in a column without spare room. */
  names(): Int32Array {
    return this.name.length === this.length ? this.name : this.name.slice(0, this.length);
  }

  /** The events of every object, and a 0 behind; to be asked for once, after the last event. */
  eventCounts(): Uint32Array {
    const { details, length } = this;
    const counts = details.length === length + 1 ? details : details.slice(0, length + 1);
    if (!this.hasReferences) return counts;
    for (let object = 0; object < this.length; object++) counts[object] += this.facts[object * FACTS + CHANGES];
    return counts;
  }

  /** Number of its reference changes. */
  references(object: number): number {
    return !this.hasReferences ? 0 : this.facts[object * FACTS + CHANGES];
  }

  /** The largest running sum of its reference changes, 0 where it is never above. */
  mostReferences(object: number): number {
    return !this.hasReferences ? 0 : this.facts[object * FACTS + MOST];
  }

  /** A process that changed its references, -1 none (or {@link hasSeveralProcesses}). */
  process(object: number): number {
    return !this.hasReferences ? NO_PROCESS : Math.max(NO_PROCESS, this.facts[object * FACTS + PROCESS]);
  }

  hasSeveralProcesses(object: number): boolean {
    return this.hasReferences && this.facts[object * FACTS + PROCESS] === SEVERAL_PROCESSES;
  }

  private grow(): void {
    this.capacity = Math.max(16, this.capacity * 2);
    this.origin = grown(this.origin, this.capacity);
    this.details = grown(this.details, this.capacity + 1);
    this.type = grown(this.type, this.capacity);
    this.name = grown(this.name, this.capacity);
    if (this.hasReferences) this.facts = grown(this.facts, this.capacity * FACTS);
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
  /** pairs of an object and one of those */
  private readonly knownNames = new PairMap();

  private readonly events: OrderedEvents;
  private readonly detailed: DetailedEvents;
  private readonly details: RawDetails;
  private readonly handleOf: Int32Array;
  private readonly instances: Instances;
  private readonly mappingOf: Int32Array;
  private readonly objectOfMapping: Int32Array;
  /** object + 1 of the pointer's only life; 0: not asked for yet; of a pointer with several ~ the life that the search has come to */
  private readonly objectOfPointer: Int32Array;
  /** the most that objectOfEvent has room for */
  private largest: number;
  private at = 0;
  private mapped = 0;

  constructor(
    events: OrderedEvents,
    detailed: DetailedEvents,
    details: RawDetails,
    { handleOf }: HandleFacts,
    instances: Instances,
    mappings: MappingFacts,
    pointerCount: number,
  ) {
    this.events = events;
    this.detailed = detailed;
    this.details = details;
    this.handleOf = handleOf;
    this.instances = instances;
    this.mappingOf = mappings.mappingOf;
    this.objectOfMapping = new Int32Array(mappings.mappings.length).fill(-1);
    this.objectOfPointer = new Int32Array(pointerCount);
    const spanCount = instances.byObjectEvents ? instances.spans.startPlace.length : instances.spans.length;
    this.objects = new WalkedObjects(spanCount + mappings.mappings.length, detailed.count[KIND_REF_CHANGE] > 0);
    this.objectOfSpan = new Int32Array(spanCount);
    // There will hardly be fewer objects.
    this.objectOfEvent = intColumn(
      events.length,
      Math.max(pointerCount, instances.spans.length, mappings.mappings.length),
    );
    this.largest = largestOf(this.objectOfEvent);
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
    const { event: eventOf, length } = this.detailed;
    const { row: rows, detailOfRow, pointer: pointers } = this.events;
    const { type: types, name: names } = this.details;
    const { spanOfHandle, byObjectEvents } = this.instances;
    let event = from;
    let { at } = this;
    for (; event < to && at < length && eventOf[at] === event; at++, event++) {
      const handle = handleOf[at];
      let object: number;
      if (handle >= 0 && !byObjectEvents) {
        object = this.objectOfSpan[spanOfHandle[handle]] - 1;
        if (object < 0) object = this.objectOfLife(spanOfHandle[handle]);
      } else {
        const pointer = pointers[event];
        if (pointer < 0) {
          this.view(event);
          continue;
        }
        object = objectOfPointer[pointer] - 1;
        if (object < 0) object = this.objectOnPointer(pointer, event, false, handle);
      }
      this.objectOfEvent[event] = object;
      objects.details[object]++;
      const detail = detailOfRow[rows[event]];
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
    if (object < 0) object = this.objectOfMapping[mapping] = this.number(~mapping);
    this.objectOfEvent[event] = object;
    this.objects.details[object]++;
  }

  /** The object of an event whose pointer has several lives or was not asked for yet. `handle`: of the event, -1 none. */
  private objectOnPointer(pointer: number, event: number, isReference: boolean, handle: number): number {
    const { instances, objectOfPointer } = this;
    const { spans, spanOfHandle } = instances;
    if (objectOfPointer[pointer] === 0) {
      const first = instances.firstLife(pointer, isReference);
      if (spans.next[first] === 0) {
        const object = this.objectOfLife(first);
        objectOfPointer[pointer] = object + 1;
        return object;
      }
      objectOfPointer[pointer] = ~first;
    }
    if (handle >= 0) return this.objectOfLife(spanOfHandle[handle]);
    const { startPlace, next } = spans;
    let span = ~objectOfPointer[pointer];
    while (next[span] > 0 && startPlace[next[span]] <= event * 2) span = next[span];
    objectOfPointer[pointer] = ~span;
    return this.objectOfLife(nearestLife(spans, span, event, this.events.ns));
  }

  private objectOfLife(span: number): number {
    const { startPlace } = this.instances.spans;
    if (span >= this.objectOfSpan.length) this.objectOfSpan = grown(this.objectOfSpan, startPlace.length);
    const known = this.objectOfSpan[span] - 1;
    if (known >= 0) return known;
    const object = this.number(span);
    this.objectOfSpan[span] = object + 1;
    return object;
  }

  private number(origin: number): number {
    const object = this.objects.add(origin);
    if (object >= this.largest) {
      // As of all columns of numbers: there is room for their count, too.
      this.objectOfEvent = widened(this.objectOfEvent, object + 1);
      this.largest = largestOf(this.objectOfEvent);
    }
    return object;
  }

  private addName(object: number, name: StringIndex): void {
    if (this.knownNames.has(object, name)) return;
    this.knownNames.set(object, name, 0);
    const others = this.otherNames.get(object);
    if (others === undefined) this.otherNames.set(object, [name]);
    else others.push(name);
  }
}
