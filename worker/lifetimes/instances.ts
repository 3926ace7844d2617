/**
 * Object instances: which events and handles on one pointer are one object (object-lifetimes.md, "Birth, death, identity").
 * A pointer is no identity; it is taken apart into spans, each the life of one object.
 */
import { growingI32, growingU32, growingU8 } from '../columns/growing.ts';
import type { IntColumn } from '../columns/narrow.ts';
import { SLICE, type Steps } from '../columns/steps.ts';
import { AFTER_TRACE, BEFORE_TRACE, type HandleFacts } from './handles.ts';
import {
  END_LOST,
  END_OPEN,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DUPLICATE,
  KIND_OBJECT_CREATE,
  KIND_OBJECT_DELETE,
  KIND_REF_CHANGE,
  START_EXISTING,
} from './model.ts';
import type { OrderedEvents } from './ordered.ts';

/** Lives of objects, grouped by pointer and in order of time; places as in handles.ts. */
export class Spans {
  readonly startPlace = growingI32();
  readonly endPlace = growingI32();
  /** CreateObject and DeleteObject event, -1 none */
  readonly createEvent = growingI32();
  readonly deleteEvent = growingI32();
  readonly bornBefore = growingU8();

  get length(): number {
    return this.startPlace.length;
  }

  add(startPlace: number, endPlace: number, createEvent: number, deleteEvent: number, bornBefore: boolean): number {
    this.startPlace.push(startPlace);
    this.endPlace.push(endPlace);
    this.createEvent.push(createEvent);
    this.deleteEvent.push(deleteEvent);
    this.bornBefore.push(bornBefore ? 1 : 0);
    return this.length - 1;
  }
}

export interface Instances {
  spans: Spans;
  spanOfEvent: Int32Array;
  spanOfHandle: Int32Array;
  /** the trace has CreateObject or DeleteObject events: these, not handles, are birth and death */
  byObjectEvents: boolean;
}

/** Rows of a table grouped by a key column: rows[starts[key] … starts[key + 1]), in the table's order. */
interface Grouped {
  starts: Uint32Array;
  rows: Uint32Array;
}

/** Groups `length` rows by their keys, 0 … keyCount - 1; a row with a negative key is left out. */
export function groupBy(keys: IntColumn | Uint32Array, length: number, keyCount: number): Grouped {
  const starts = new Uint32Array(keyCount + 1);
  for (let row = 0; row < length; row++) if (keys[row] >= 0) starts[keys[row] + 1]++;
  for (let key = 0; key < keyCount; key++) starts[key + 1] += starts[key];
  const next = starts.slice();
  const rows = new Uint32Array(starts[keyCount]);
  for (let row = 0; row < length; row++) if (keys[row] >= 0) rows[next[keys[row]]++] = row;
  return { starts, rows };
}

/** Takes every pointer apart; pointers are numbered 0 … pointerCount - 1. */
export function* findInstances(events: OrderedEvents, pointerCount: number, facts: HandleFacts): Steps<Instances> {
  const spans = new Spans();
  const spanOfEvent = new Int32Array(events.length).fill(-1);
  const spanOfHandle = new Int32Array(facts.handles.length).fill(-1);
  const byObjectEvents = hasObjectEvents(events);
  yield;
  const marks = marksOf(events, pointerCount);
  yield;
  const marksByPointer = groupBy(marks.pointer, marks.event.length, pointerCount);
  for (let at = 0; at < marksByPointer.rows.length; at++) {
    marksByPointer.rows[at] = marks.event[marksByPointer.rows[at]];
  }
  yield;
  const handlesOf = groupBy(facts.handles.pointer.trimmed(), facts.handles.length, pointerCount);

  const spanStarts = new Uint32Array(pointerCount + 1);
  let done = 0;
  for (let pointer = 0; pointer < pointerCount; pointer++) {
    const handles = handlesOf.rows.subarray(handlesOf.starts[pointer], handlesOf.starts[pointer + 1]);
    const first = spans.length;
    if (byObjectEvents) {
      const list = marksByPointer.rows.subarray(marksByPointer.starts[pointer], marksByPointer.starts[pointer + 1]);
      spansByObjectEvents(events, list, facts, spans, first);
      spansOfOwnHandles(facts, handles, spans, first, spanOfHandle);
      done += list.length;
    } else {
      spansByHandles(facts, handles, spans, spanOfHandle);
    }
    if (spans.length === first) spans.add(BEFORE_TRACE, AFTER_TRACE, -1, -1, true);
    spanStarts[pointer + 1] = spans.length;
    done += handles.length;
    if (done < SLICE) continue;
    done = 0;
    yield;
  }
  const current = spanStarts.slice();
  for (let from = 0; from < events.length; from += SLICE) {
    const to = Math.min(from + SLICE, events.length);
    spansOfEvents(events, from, to, facts, spans, spanStarts, current, spanOfHandle, spanOfEvent);
    yield;
  }
  if (byObjectEvents) endHandlesOfDeadObjects(events, facts, spans, spanOfHandle);
  return { spans, spanOfEvent, spanOfHandle, byObjectEvents };
}

/**
 * The events that can begin or end a life: all but reference changes, of which only the first event on a pointer tells something
 * ({@link provesAnObject}).
 */
function marksOf(events: OrderedEvents, pointerCount: number): { event: Uint32Array; pointer: Int32Array } {
  const { kind, pointer: pointers, length } = events;
  const seen = new Uint8Array(pointerCount);
  const event = growingU32();
  const pointer = growingI32();
  for (let at = 0; at < length; at++) {
    const own = pointers[at];
    if (own < 0 || (kind[at] === KIND_REF_CHANGE && seen[own] === 1)) continue;
    seen[own] = 1;
    event.push(at);
    pointer.push(own);
  }
  return { event: event.trimmed(), pointer: pointer.trimmed() };
}

function hasObjectEvents({ kind }: OrderedEvents): boolean {
  return kind.includes(KIND_OBJECT_CREATE) || kind.includes(KIND_OBJECT_DELETE);
}

/**
 * Rules 2 and 3: an object lives as long as one of its handles is open. Handles that overlap are one object; one that was
 * open before the trace reaches back to its start and joins all that happened on the pointer until it was closed.
 */
function spansByHandles(facts: HandleFacts, handles: Uint32Array, spans: Spans, spanOfHandle: Int32Array): void {
  const { openPlace, endPlace } = facts.handles;
  const order =
    handles.length > 1 ? handles.slice().sort((a, b) => openPlace.data[a] - openPlace.data[b] || a - b) : handles;
  let span = -1;
  for (const handle of order) {
    const open = openPlace.data[handle];
    const end = endPlace.data[handle];
    if (span < 0 || open > spans.endPlace.data[span]) {
      span = spans.add(open, end, -1, -1, open === BEFORE_TRACE);
    } else if (end > spans.endPlace.data[span]) {
      spans.endPlace.data[span] = end;
    }
    spanOfHandle[handle] = span;
  }
}

/**
 * Rule 1: CreateObject and DeleteObject bound a life. Where one of them was lost, the other neighbour or a handle that
 * opens in between shows that there was an object: it gets a span without that bound.
 */
function spansByObjectEvents(
  events: OrderedEvents,
  list: Uint32Array,
  facts: HandleFacts,
  spans: Spans,
  first: number,
): void {
  let open = -1;
  for (const event of list) {
    const place = event * 2;
    const kind = events.kind[event];
    if (kind === KIND_OBJECT_CREATE) {
      // Its DeleteObject was lost: the pointer is given out again, so it had died by now.
      if (open >= 0) spans.endPlace.data[open] = place - 1;
      open = spans.add(place, AFTER_TRACE, event, -1, false);
    } else if (kind === KIND_OBJECT_DELETE) {
      if (open < 0) open = spans.add(startAfter(spans, first), AFTER_TRACE, -1, -1, spans.length === first);
      spans.endPlace.data[open] = place;
      spans.deleteEvent.data[open] = event;
      open = -1;
    } else if (open < 0 && provesAnObject(kind, facts, event, spans, first)) {
      const isFirst = spans.length === first;
      open = spans.add(isFirst ? BEFORE_TRACE : place - 1, AFTER_TRACE, -1, -1, isFirst);
    }
  }
}

/** Place behind the last death on this pointer. */
function startAfter(spans: Spans, first: number): number {
  return spans.length === first ? BEFORE_TRACE : spans.endPlace.data[spans.length - 1] + 1;
}

/**
 * Whether an event outside of all lives shows one. Closes and dereferences of the dead are logged late and belong to it;
 * a handle that opens does not.
 */
function provesAnObject(kind: number, facts: HandleFacts, event: number, spans: Spans, first: number): boolean {
  if (spans.length === first) return true;
  if (kind === KIND_HANDLE_CREATE || kind === KIND_HANDLE_DUPLICATE) return true;
  const handle = facts.handleOfEvent[event];
  const isOldHandle = handle >= 0 && facts.handles.start.data[handle] === START_EXISTING;
  return isOldHandle && facts.handles.end.data[handle] === END_OPEN && facts.handles.firstEvent.data[handle] === event;
}

/**
 * The life in which each handle opened; for one without an open event the life in which it first shows up. Handles come in the order of
 * their first events, lives in order of time, so the search goes on where it was.
 */
function spansOfOwnHandles(
  facts: HandleFacts,
  handles: Uint32Array,
  spans: Spans,
  first: number,
  spanOfHandle: Int32Array,
): void {
  const startPlace = spans.startPlace.data;
  let span = first;
  for (const handle of handles) {
    const place = facts.handles.firstEvent.data[handle] * 2;
    while (span + 1 < spans.length && startPlace[span + 1] <= place) span++;
    spanOfHandle[handle] = span;
  }
}

/**
 * The life of the events [from, to): that of its handle, else rule 5. `spanStarts`: the first life of every pointer; `current`: the one that
 * the search has come to.
 */
function spansOfEvents(
  events: OrderedEvents,
  from: number,
  to: number,
  facts: HandleFacts,
  spans: Spans,
  spanStarts: Uint32Array,
  current: Uint32Array,
  spanOfHandle: Int32Array,
  spanOfEvent: Int32Array,
): void {
  const { handleOfEvent } = facts;
  const { pointer: pointers } = events;
  const startPlace = spans.startPlace.data;
  for (let event = from; event < to; event++) {
    const pointer = pointers[event];
    if (pointer < 0) continue;
    const handle = handleOfEvent[event];
    if (handle >= 0) {
      spanOfEvent[event] = spanOfHandle[handle];
      continue;
    }
    const place = event * 2;
    const end = spanStarts[pointer + 1];
    let span = current[pointer];
    if (span + 1 < end) {
      while (span + 1 < end && startPlace[span + 1] <= place) span++;
      current[pointer] = span;
      spanOfEvent[event] = nearestSpan(spans, span, end, place, events);
    } else {
      spanOfEvent[event] = span;
    }
  }
}

/** Rule 5: the life at this place; outside of all lives the one that is nearer in time. `span`: the last of the pointer's that starts before, or its first; `end`: behind its last. */
function nearestSpan(spans: Spans, span: number, end: number, place: number, events: OrderedEvents): number {
  const next = span + 1;
  if (spans.endPlace.data[span] >= place || next >= end) return span;
  if (spans.startPlace.data[span] > place) return span;
  const ns = events.ns[place >> 1];
  const sinceDeath = ns - events.ns[Math.max(0, spans.endPlace.data[span] >> 1)];
  const untilBirth = events.ns[(spans.startPlace.data[next] + 1) >> 1] - ns;
  return untilBirth < sinceDeath ? next : span;
}

/** A handle that is open on a deleted object was closed unseen: at its death at the latest. */
function endHandlesOfDeadObjects(
  events: OrderedEvents,
  facts: HandleFacts,
  spans: Spans,
  spanOfHandle: Int32Array,
): void {
  const { handles } = facts;
  for (let handle = 0; handle < handles.length; handle++) {
    const end = handles.end.data[handle];
    if (end !== END_OPEN && end !== END_LOST) continue;
    const deathPlace = spans.endPlace.data[spanOfHandle[handle]];
    if (deathPlace === AFTER_TRACE || deathPlace >= handles.endPlace.data[handle]) continue;
    if (deathPlace < handles.openPlace.data[handle]) continue;
    handles.end.data[handle] = END_LOST;
    handles.endPlace.data[handle] = deathPlace;
    handles.closeNs.data[handle] = events.ns[(deathPlace + 1) >> 1];
  }
}
