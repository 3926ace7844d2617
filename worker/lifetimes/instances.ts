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
 * Lives of objects; those of one pointer follow one another, in order of time. Places as in handleRows.ts: one at an even place is that of
 * the event that begins or ends the life; a life that starts BEFORE_TRACE was born before it.
 */
export class Spans {
  length = 0;
  startPlace: Int32Array;
  endPlace: Int32Array;

  /** `capacity`: how many are expected. */
  constructor(capacity: number) {
    this.startPlace = new Int32Array(capacity + 16);
    this.endPlace = new Int32Array(capacity + 16);
  }

  add(startPlace: number, endPlace: number): number {
    if (this.length === this.startPlace.length) {
      const capacity = this.length * 2;
      this.startPlace = grown(this.startPlace, capacity);
      this.endPlace = grown(this.endPlace, capacity);
    }
    this.startPlace[this.length] = startPlace;
    this.endPlace[this.length] = endPlace;
    return this.length++;
  }
}

/** Takes pointers apart, each when its first event is met. */
export class Instances {
  readonly spans: Spans;
  /** of the handles on pointers that were taken apart */
  readonly spanOfHandle: Int32Array;
  /** the trace has CreateObject or DeleteObject events: these, not handles, are birth and death */
  readonly byObjectEvents: boolean;
  private readonly events: OrderedEvents;
  private readonly detailed: DetailedEvents;
  private readonly facts: HandleFacts;
  /** by pointer: handles, and (with object events) positions of detailed events */
  private readonly handlesOf: Grouped;
  private readonly detailsOf: Grouped | null;

  constructor(
    events: OrderedEvents,
    detailed: DetailedEvents,
    facts: HandleFacts,
    handlesOf: Grouped,
    detailsOf: Grouped | null,
  ) {
    this.events = events;
    this.detailed = detailed;
    this.facts = facts;
    this.handlesOf = handlesOf;
    this.detailsOf = detailsOf;
    this.byObjectEvents = detailsOf !== null;
    const { count } = detailed;
    const pointerCount = handlesOf.starts.length - 1;
    this.spans = new Spans(pointerCount + (this.byObjectEvents ? count[KIND_OBJECT_CREATE] : facts.handles.length));
    this.spanOfHandle = new Int32Array(facts.handles.length);
  }

  /**
   * Finds the lives on a pointer: one or more, from the returned one to the last of `spans`. `startsWithReference`: the first event on it is
   * a reference change, which shows that there was an object already; the others tell nothing.
   */
  takeApart(pointer: number, startsWithReference: boolean): number {
    const { spans } = this;
    const first = spans.length;
    if (this.detailsOf === null) {
      this.spansByHandles(pointer);
    } else {
      this.spansByObjectEvents(this.detailsOf, pointer, first, startsWithReference);
    }
    if (spans.length === first) spans.add(BEFORE_TRACE, AFTER_TRACE);
    if (this.detailsOf !== null) this.spansOfOwnHandles(pointer, first);
    return first;
  }

  /** Rule 5: the life at the place of an event; outside of all lives the one that is nearer in time. `span`: the last of the pointer's that starts before, or its first; `end`: behind its last. */
  nearest(span: number, end: number, event: number): number {
    const { startPlace, endPlace } = this.spans;
    const place = event * 2;
    const next = span + 1;
    if (endPlace[span] >= place || next >= end) return span;
    if (startPlace[span] > place) return span;
    const { ns } = this.events;
    const sinceDeath = ns[event] - ns[Math.max(0, endPlace[span] >> 1)];
    const untilBirth = ns[(startPlace[next] + 1) >> 1] - ns[event];
    return untilBirth < sinceDeath ? next : span;
  }

  /** A handle that is open on a deleted object was closed unseen: at its death at the latest. For the handles [from, to). */
  endHandlesOfDeadObjects(from: number, to: number): void {
    const { spans, spanOfHandle } = this;
    const { handles } = this.facts;
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
  private spansByHandles(pointer: number): void {
    const { spans, spanOfHandle, handlesOf } = this;
    const { handles } = this.facts;
    const from = handlesOf.starts[pointer];
    const to = handlesOf.starts[pointer + 1];
    if (to - from > 1) sortByOpen(handlesOf.rows, from, to, handles);
    let span = -1;
    for (let at = from; at < to; at++) {
      const handle = handlesOf.rows[at];
      const open = handles.openPlace(handle);
      const end = handles.endPlace(handle);
      if (span < 0 || open > spans.endPlace[span]) span = spans.add(open, end);
      else if (end > spans.endPlace[span]) spans.endPlace[span] = end;
      spanOfHandle[handle] = span;
    }
  }

  /**
   * Rule 1: CreateObject and DeleteObject bound a life. Where one of them was lost, the other neighbour or a handle that
   * opens in between shows that there was an object: it gets a span without that bound.
   */
  private spansByObjectEvents(detailsOf: Grouped, pointer: number, first: number, startsWithReference: boolean): void {
    const { spans, detailed } = this;
    const { kind: kinds } = this.events;
    let open = startsWithReference ? spans.add(BEFORE_TRACE, AFTER_TRACE) : -1;
    const to = detailsOf.starts[pointer + 1];
    for (let index = detailsOf.starts[pointer]; index < to; index++) {
      const at = detailsOf.rows[index];
      const event = detailed.event[at];
      const place = event * 2;
      const kind = kinds[event];
      if (kind === KIND_OBJECT_CREATE) {
        // Its DeleteObject was lost: the pointer is given out again, so it had died by now.
        if (open >= 0) spans.endPlace[open] = place - 1;
        open = spans.add(place, AFTER_TRACE);
      } else if (kind === KIND_OBJECT_DELETE) {
        if (open < 0) open = spans.add(this.behindLast(first), AFTER_TRACE);
        spans.endPlace[open] = place;
        open = -1;
      } else if (open < 0 && this.provesAnObject(kind, at, event, first)) {
        open = spans.add(spans.length === first ? BEFORE_TRACE : place - 1, AFTER_TRACE);
      }
    }
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

/** Makes ready what takes pointers apart; they are numbered 0 … pointerCount - 1. */
export function* prepareInstances(
  events: OrderedEvents,
  detailed: DetailedEvents,
  pointerCount: number,
  facts: HandleFacts,
): Steps<Instances> {
  const { handles } = facts;
  const pointers = new Int32Array(Math.max(handles.length, detailed.length));
  yield* inSteps(handles.length, (from, to) => {
    for (let handle = from; handle < to; handle++) pointers[handle] = handles.pointer(handle);
  });
  const handlesOf = yield* groupBy(pointers, handles.length, pointerCount);
  if (!detailed.has(KIND_OBJECT_CREATE, KIND_OBJECT_DELETE)) {
    return new Instances(events, detailed, facts, handlesOf, null);
  }
  yield* inSteps(detailed.length, (from, to) => {
    for (let at = from; at < to; at++) pointers[at] = events.pointer[detailed.event[at]];
  });
  const detailsOf = yield* groupBy(pointers, detailed.length, pointerCount);
  return new Instances(events, detailed, facts, handlesOf, detailsOf);
}

/**
 * Brings list[from … to) in order of the opens. The handles come in order of their first events, so only those that are older than the trace
 * can stand too late.
 */
function sortByOpen(list: Uint32Array, from: number, to: number, handles: HandleRows): void {
  let at = from;
  while (at < to && handles.openPlace(list[at]) === BEFORE_TRACE) at++;
  while (at < to && handles.openPlace(list[at]) !== BEFORE_TRACE) at++;
  if (at === to) return;
  const before = list.slice(from, to);
  at = from;
  for (const handle of before) if (handles.openPlace(handle) === BEFORE_TRACE) list[at++] = handle;
  for (const handle of before) if (handles.openPlace(handle) !== BEFORE_TRACE) list[at++] = handle;
}
