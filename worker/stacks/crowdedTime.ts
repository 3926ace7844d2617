/**
 * The events of one time at which very many stand: which of them a stack belongs to is found without a look at all of them. The choice is that
 * of match.ts.
 */
import { PairMap } from '../columns/pairMap.ts';
import { inSteps, SLICE, type Steps } from '../columns/steps.ts';
import { groupBy, type Grouped } from '../lifetimes/grouping.ts';
import { FreePlaces } from './freePlaces.ts';
import type { Candidates } from './waiting.ts';

/** Header thread of an event that names none. */
const NAMELESS = -1;

/** Lists of events that have two numbers in common; in each, in file order, those without a kernel part and those without a user part. */
class EventLists {
  private readonly numbers: PairMap;
  private readonly lists: Grouped;
  private readonly free: FreePlaces[];
  private readonly sequences: Uint32Array;

  /** `numbers`: of the lists, by what their events have in common. `sequences`: of the events. */
  constructor(numbers: PairMap, lists: Grouped, sequences: Uint32Array) {
    this.numbers = numbers;
    this.lists = lists;
    this.free = [new FreePlaces(sequences.length), new FreePlaces(sequences.length)];
    this.sequences = sequences;
  }

  has(first: number, second: number): boolean {
    return this.numbers.has(first, second);
  }

  /** Of those in a list that lack a part the last one before `sequence`, else the first one behind it; -1 none. */
  best(first: number, second: number, sequence: number, part: number): number {
    const list = this.numbers.get(first, second);
    if (list < 0) return -1;
    const { starts, rows } = this.lists;
    const place = this.placeOf(list, sequence);
    const before = this.free[part].before(place);
    if (before >= starts[list]) return rows[before];
    const behind = this.free[part].from(place);
    return behind >= 0 && behind < starts[list + 1] ? rows[behind] : -1;
  }

  /** The event has that part from now on. */
  take(first: number, second: number, event: number, part: number): void {
    this.free[part].remove(this.placeOf(this.numbers.get(first, second), this.sequences[event]));
  }

  /** The place of the first event of a list that does not stand before `sequence`. */
  private placeOf(list: number, sequence: number): number {
    const { starts, rows } = this.lists;
    let low = starts[list];
    let high = starts[list + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sequences[rows[middle]] < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class CrowdedTime {
  /** numbers among the candidates */
  private readonly events: Uint32Array;
  private readonly candidates: Candidates;
  private readonly byProcessorAndThread: EventLists;
  private readonly byProcessor: EventLists;
  private readonly byThread: EventLists;
  private readonly all: EventLists;

  constructor(events: Uint32Array, candidates: Candidates, lists: readonly EventLists[]) {
    this.events = events;
    this.candidates = candidates;
    [this.byProcessorAndThread, this.byProcessor, this.byThread, this.all] = lists;
  }

  /** The candidate that a stack belongs to, -1: all have that part. It has it then. `part`: 0 kernel, 1 user. */
  take(processor: number, tid: number, sequence: number, part: number): number {
    const event = this.best(processor, tid, sequence, part);
    if (event < 0) return -1;
    const candidate = this.events[event];
    const itsProcessor = this.candidates.processor.data[candidate];
    const itsTid = this.candidates.tid.data[candidate];
    this.byProcessorAndThread.take(itsProcessor, itsTid, event, part);
    this.byProcessor.take(itsProcessor, 0, event, part);
    this.byThread.take(itsTid, 0, event, part);
    this.all.take(0, 0, event, part);
    return candidate;
  }

  /** Where a list is asked for events of all processors, those of the stack's own have turned out to be taken. */
  private best(processor: number, tid: number, sequence: number, part: number): number {
    const { byProcessorAndThread, byProcessor, byThread, all } = this;
    if (!byThread.has(tid, 0) && !byThread.has(NAMELESS, 0)) {
      const event = byProcessor.best(processor, 0, sequence, part);
      return event >= 0 ? event : all.best(0, 0, sequence, part);
    }
    let event = byProcessorAndThread.best(processor, tid, sequence, part);
    if (event < 0) event = byProcessorAndThread.best(processor, NAMELESS, sequence, part);
    if (event < 0) event = byThread.best(tid, 0, sequence, part);
    return event >= 0 ? event : byThread.best(NAMELESS, 0, sequence, part);
  }
}

/** `first`: the first candidate of the time. */
export function* crowdedTime(candidates: Candidates, first: number): Steps<CrowdedTime> {
  const { next, processor, tid, sequence } = candidates;
  let length = 0;
  for (let at = first; at >= 0; at = next.data[at]) if (++length % SLICE === 0) yield;
  const events = new Uint32Array(length);
  let at = first;
  yield* inSteps(length, (from, to) => {
    for (let event = from; event < to; event++, at = next.data[at]) events[event] = at;
  });
  const processors = new Int32Array(length);
  const tids = new Int32Array(length);
  const sequences = new Uint32Array(length);
  yield* inSteps(length, (from, to) => {
    for (let event = from; event < to; event++) {
      processors[event] = processor.data[events[event]];
      tids[event] = tid.data[events[event]];
      sequences[event] = sequence.data[events[event]];
    }
  });
  const none = new Int32Array(length);
  return new CrowdedTime(events, candidates, [
    yield* eventLists(processors, tids, sequences),
    yield* eventLists(processors, none, sequences),
    yield* eventLists(tids, none, sequences),
    yield* eventLists(none, none, sequences),
  ]);
}

/** Events with equal `first` and equal `second` make a list. */
function* eventLists(first: Int32Array, second: Int32Array, sequences: Uint32Array): Steps<EventLists> {
  const { length } = sequences;
  const numbers = new PairMap(64);
  const listOf = new Int32Array(length);
  yield* inSteps(length, (from, to) => {
    for (let event = from; event < to; event++) {
      const known = numbers.get(first[event], second[event]);
      listOf[event] = known >= 0 ? known : numbers.size;
      if (known < 0) numbers.set(first[event], second[event], numbers.size);
    }
  });
  return new EventLists(numbers, yield* groupBy(listOf, length, numbers.size), sequences);
}
