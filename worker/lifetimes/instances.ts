/**
 * Object instances: which events and handles on one pointer are one object (object-lifetimes.md, "Birth, death, identity").
 * A pointer is no identity; it is taken apart into spans, each the life of one object.
 */
import { grown } from '../columns/growing.ts';
import { inSteps, type Steps } from '../columns/steps.ts';
import type { DetailedEvents } from './detailed.ts';
import { groupBy, type Grouped } from './grouping.ts';
import { AFTER_TRACE, BEFORE_TRACE, type HandleRows } from './handleRows.ts';
import type { HandleFacts } from './handles.ts';
import {
  END_LOST,
  END_OPEN,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DUPLICATE,
  KIND_OBJECT_CREATE,
  KIND_OBJECT_DELETE,
  START_EXISTING,
} from './model.ts';
import type { OrderedEvents } from './ordered.ts';

/**
 * Lives of objects. Places as in handleRows.ts: one at an even place is that of the event that begins or ends the life; a life that starts
 * BEFORE_TRACE was born before it.
 */
export class Spans {
  length = 0;
  startPlace: Int32Array;
  endPlace: Int32Array;
  /** the next life on the same pointer, in order of time; 0 none */
  next: Int32Array;

  /** `capacity`: how many are expected. */
  constructor(capacity: number) {
    this.startPlace = new Int32Array(capacity + 16);
    this.endPlace = new Int32Array(capacity + 16);
    this.next = new Int32Array(capacity + 16);
  }

  /** `before`: the life before it on its pointer, -1 none. */
  add(startPlace: number, endPlace: number, before: number): number {
    if (this.length === this.startPlace.length) this.grow();
    const span = this.length++;
    this.startPlace[span] = startPlace;
    this.endPlace[span] = endPlace;
    if (before >= 0) this.next[before] = span;
    return span;
  }

  private grow(): void {
    const capacity = this.length * 2;
    this.startPlace = grown(this.startPlace, capacity);
    this.endPlace = grown(this.endPlace, capacity);
    this.next = grown(this.next, capacity);
  }
}

/** The lives on all pointers, and which of them each handle belongs to. */
export interface Instances {
  readonly spans: Spans;
  /** per handle its life; with object events only on pointers that {@link firstLife} was asked for */
  readonly spanOfHandle: Int32Array;
  /** the trace has CreateObject or DeleteObject events: these, not handles, are birth and death */
  readonly byObjectEvents: boolean;
  /**
   * The first life on a pointer, which has one at least. To be asked once a pointer, when its first event is met; `startsWithReference`: that is
   * a reference change, which shows that there was an object already (the others tell nothing).
   */
  firstLife(pointer: number, startsWithReference: boolean): number;
}

/** `pointerCount`: they are numbered 0 … pointerCount - 1. */
export function* findInstances(
  events: OrderedEvents,
  detailed: DetailedEvents,
  pointerCount: number,
  facts: HandleFacts,
): Steps<Instances> {
  if (!detailed.has(KIND_OBJECT_CREATE, KIND_OBJECT_DELETE)) return yield* livesByHandles(facts, pointerCount);
  const { handles } = facts;
  const pointers = new Int32Array(Math.max(handles.length, detailed.length));
  yield* inSteps(handles.length, (from, to) => {
    for (let handle = from; handle < to; handle++) pointers[handle] = handles.pointer(handle);
  });
  const handlesOf = yield* groupBy(pointers, handles.length, pointerCount);
  yield* inSteps(detailed.length, (from, to) => {
    for (let at = from; at < to; at++) pointers[at] = events.pointer[detailed.event[at]];
  });
  const detailsOf = yield* groupBy(pointers, detailed.length, pointerCount);
  return new LivesByObjectEvents(events, detailed, facts, handlesOf, detailsOf);
}

/**
 * Rule 5: the life at the place of an event; outside of all lives the one that is nearer in time. `span`: the last of the pointer's that starts
 * before, or its first.
 */
export function nearestLife(
  { startPlace, endPlace, next: nexts }: Spans,
  span: number,
  event: number,
  ns: Float64Array,
): number {
  const place = event * 2;
  const next = nexts[span];
  if (endPlace[span] >= place || next === 0) return span;
  if (startPlace[span] > place) return span;
  const sinceDeath = ns[event] - ns[Math.max(0, endPlace[span] >> 1)];
  const untilBirth = ns[(startPlace[next] + 1) >> 1] - ns[event];
  return untilBirth < sinceDeath ? next : span;
}

/** A handle that is open on a deleted object was closed unseen: at its death at the latest. For the handles [from, to). */
export function endHandlesOfDeadObjects(
  { spans, spanOfHandle }: Instances,
  handles: HandleRows,
  from: number,
  to: number,
): void {
  for (let handle = from; handle < to; handle++) {
    const end = handles.end(handle);
    if (end !== END_OPEN && end !== END_LOST) continue;
    const deathPlace = spans.endPlace[spanOfHandle[handle]];
    if (deathPlace === AFTER_TRACE || deathPlace >= handles.endPlace(handle)) continue;
    if (deathPlace < handles.openPlace(handle)) continue;
    handles.finish(handle, END_LOST, deathPlace);
  }
}

/**
 * Rules 2 and 3: an object lives as long as one of its handles is open. Handles that overlap are one object; one that was
 * open before the trace reaches back to its start and joins all that happened on the pointer until it was closed.
 */
class LivesByHandles implements Instances {
  readonly byObjectEvents = false;
  readonly spans: Spans;
  readonly spanOfHandle: Int32Array;
  private readonly handles: HandleRows;
  /** per pointer: its first and its last life + 1, 0 none (yet) */
  private readonly first: Int32Array;
  private readonly last: Int32Array;

  constructor(handles: HandleRows, pointerCount: number) {
    this.handles = handles;
    this.spans = new Spans(handles.length);
    this.spanOfHandle = new Int32Array(handles.length);
    this.first = new Int32Array(pointerCount);
    this.last = new Int32Array(pointerCount);
  }

  /**
   * Takes those of the handles [from, to) that are older than the trace, or those that are not; to be called for all of the former first.
   * Handles come in order of their first events: so their opens rise.
   */
  take(from: number, to: number, older: boolean): void {
    const { handles, spans, spanOfHandle, last } = this;
    for (let handle = from; handle < to; handle++) {
      const open = handles.openPlace(handle);
      if ((open === BEFORE_TRACE) !== older) continue;
      const end = handles.endPlace(handle);
      const pointer = handles.pointer(handle);
      let span = last[pointer] - 1;
      if (span < 0 || open > spans.endPlace[span]) {
        const added = spans.add(open, end, span);
        if (span < 0) this.first[pointer] = added + 1;
        last[pointer] = added + 1;
        span = added;
      } else if (end > spans.endPlace[span]) {
        spans.endPlace[span] = end;
      }
      spanOfHandle[handle] = span;
    }
  }

  firstLife(pointer: number): number {
    const known = this.first[pointer] - 1;
    return known >= 0 ? known : this.spans.add(BEFORE_TRACE, AFTER_TRACE, -1);
  }
}

function* livesByHandles({ handles, existingCount }: HandleFacts, pointerCount: number): Steps<Instances> {
  const lives = new LivesByHandles(handles, pointerCount);
  if (existingCount > 0) yield* inSteps(handles.length, (from, to) => lives.take(from, to, true));
  yield* inSteps(handles.length, (from, to) => lives.take(from, to, false));
  return lives;
}

/**
 * Rule 1: CreateObject and DeleteObject bound a life. Where one of them was lost, the other neighbour or a handle that
 * opens in between shows that there was an object: it gets a span without that bound.
 */
class LivesByObjectEvents implements Instances {
  readonly byObjectEvents = true;
  readonly spans: Spans;
  readonly spanOfHandle: Int32Array;
  private readonly events: OrderedEvents;
  private readonly detailed: DetailedEvents;
  private readonly facts: HandleFacts;
  /** by pointer: handles, and positions of detailed events */
  private readonly handlesOf: Grouped;
  private readonly detailsOf: Grouped;

  constructor(
    events: OrderedEvents,
    detailed: DetailedEvents,
    facts: HandleFacts,
    handlesOf: Grouped,
    detailsOf: Grouped,
  ) {
    this.events = events;
    this.detailed = detailed;
    this.facts = facts;
    this.handlesOf = handlesOf;
    this.detailsOf = detailsOf;
    const pointerCount = handlesOf.starts.length - 1;
    this.spans = new Spans(pointerCount + detailed.count[KIND_OBJECT_CREATE]);
    this.spanOfHandle = new Int32Array(facts.handles.length);
  }

  firstLife(pointer: number, startsWithReference: boolean): number {
    const { spans } = this;
    const first = spans.length;
    this.takeApart(pointer, first, startsWithReference);
    if (spans.length === first) spans.add(BEFORE_TRACE, AFTER_TRACE, -1);
    this.spansOfOwnHandles(pointer, first);
    return first;
  }

  private takeApart(pointer: number, first: number, startsWithReference: boolean): void {
    const { spans, detailed, detailsOf } = this;
    const { kind: kinds } = this.events;
    let open = startsWithReference ? spans.add(BEFORE_TRACE, AFTER_TRACE, -1) : -1;
    const to = detailsOf.starts[pointer + 1];
    for (let index = detailsOf.starts[pointer]; index < to; index++) {
      const at = detailsOf.rows[index];
      const event = detailed.event[at];
      const place = event * 2;
      const kind = kinds[event];
      if (kind === KIND_OBJECT_CREATE) {
        // Its DeleteObject was lost: the pointer is given out again, so it had died by now.
        if (open >= 0) spans.endPlace[open] = place - 1;
        open = this.add(first, place);
      } else if (kind === KIND_OBJECT_DELETE) {
        if (open < 0) open = this.add(first, this.behindLast(first));
        spans.endPlace[open] = place;
        open = -1;
      } else if (open < 0 && this.provesAnObject(kind, at, event, first)) {
        open = this.add(first, spans.length === first ? BEFORE_TRACE : place - 1);
      }
    }
  }

  /** Adds a life to the pointer's, of which `first` is the first. */
  private add(first: number, startPlace: number): number {
    const { spans } = this;
    return spans.add(startPlace, AFTER_TRACE, spans.length === first ? -1 : spans.length - 1);
  }

  /** Place behind the last death on this pointer. */
  private behindLast(first: number): number {
    const { spans } = this;
    return spans.length === first ? BEFORE_TRACE : spans.endPlace[spans.length - 1] + 1;
  }

  /**
   * Whether an event outside of all lives shows one. Closes and dereferences of the dead are logged late and belong to it;
   * a handle that opens does not.
   */
  private provesAnObject(kind: number, at: number, event: number, first: number): boolean {
    if (this.spans.length === first) return true;
    if (kind === KIND_HANDLE_CREATE || kind === KIND_HANDLE_DUPLICATE) return true;
    const { handles, handleOf } = this.facts;
    const handle = handleOf[at];
    const isOldHandle = handle >= 0 && handles.start(handle) === START_EXISTING;
    return isOldHandle && handles.isOpen(handle) && handles.firstEvent(handle) === event;
  }

  /**
   * The life in which each handle opened; for one without an open event the life in which it first shows up. Handles come in the order of
   * their first events, lives in order of time, so the search goes on where it was.
   */
  private spansOfOwnHandles(pointer: number, first: number): void {
    const { spanOfHandle, handlesOf } = this;
    const { handles } = this.facts;
    const { startPlace, length } = this.spans;
    let span = first;
    const to = handlesOf.starts[pointer + 1];
    for (let at = handlesOf.starts[pointer]; at < to; at++) {
      const handle = handlesOf.rows[at];
      const place = handles.firstEvent(handle) * 2;
      while (span + 1 < length && startPlace[span + 1] <= place) span++;
      spanOfHandle[handle] = span;
    }
  }
}
