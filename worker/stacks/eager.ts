/**
 * Gives stacks to their events while the file is read, as far as what follows in the file cannot change the choice that match.ts describes.
 * A stack mostly stands just behind its event, so a short memory of each processor's last events is enough; only the time of a stack that has
 * to wait is kept. match.ts settles those at the end, with all events and stacks of their times (readTrace walks the file once more).
 *
 * When nothing later can change the choice:
 * - the event of the stack's own thread and processor that stands last before it is the best there can be;
 * - without one, the last event before it on its processor whose header names no thread, where the memory reaches back far enough to tell that
 *   there is none of the stack's own thread. Only an event of that thread, processor and time further on in the file would be better:
 *   it is watched for.
 * As long as no earlier stack of the same time waits.
 */
import { PairMap } from '../columns/pairMap.ts';

/** Events of a processor that are remembered, a power of two; a stack whose event is further back waits. */
export const REMEMBERED = 256;
/** Bits of the filter of choices to watch over. */
const FILTER_BITS = 1 << 21;

/** What {@link EagerStacks.choose} gives where a stack has to wait. */
export const WAITS = -2;

const KERNEL_BIT = 1;
const USER_BIT = 2;

/** The last events of one processor, stacks left out. Event e stands at e modulo {@link REMEMBERED}. */
class Memory {
  /** two an event: its time, the latest time of all events before */
  readonly times = new Float64Array(2 * REMEMBERED);
  /** four an event: thread (-1: the header names none), row among the object events (-1: of another kind), parts taken, unused */
  readonly facts = new Int32Array(4 * REMEMBERED);
  /** events ever remembered */
  count = 0;
  /** latest time of all events, latest time of the choices to watch over */
  readonly latest = Float64Array.of(-Infinity, -Infinity);
}

/** Parts in Memory.facts. */
const TID = 0;
const ROW = 1;
const TAKEN = 2;
/** Parts in Memory.latest. */
const OF_EVENTS = 0;
const OF_WATCHED = 1;

export class EagerStacks {
  /** times of stacks that wait → the event from whose sequence on all stacks of that time do */
  readonly waiting = new PairMap();
  private readonly memories = new Map<number, Memory>();
  private memory = new Memory();
  private processor = 0;
  /** hashes of (time, processor, thread) of the choices to watch over */
  private readonly watched = new Uint32Array(FILTER_BITS >> 5);

  beginBuffer(processor: number): void {
    let memory = this.memories.get(processor);
    if (memory === undefined) this.memories.set(processor, (memory = new Memory()));
    this.memory = memory;
    this.processor = processor;
  }

  /** An event that is no stack, in file order. */
  note(ns: number, tid: number, row: number, sequence: number): void {
    const { memory } = this;
    const { times, facts, latest } = memory;
    const at = memory.count++ & (REMEMBERED - 1);
    const before = latest[OF_EVENTS];
    times[2 * at] = ns;
    times[2 * at + 1] = before;
    facts[4 * at + TID] = tid;
    facts[4 * at + ROW] = row;
    facts[4 * at + TAKEN] = 0;
    if (ns > before) latest[OF_EVENTS] = ns;
    if (ns <= latest[OF_WATCHED]) this.heed(ns, tid, sequence);
  }

  /**
   * Events of the processor that as many others follow at once as are remembered, without a stack: none of them will be found any more.
   * `latestNs`: their latest time. Those up to {@link watchedUntil} are to be {@link heed}ed as well.
   */
  skip(latestNs: number): void {
    const { latest } = this.memory;
    if (latestNs > latest[OF_EVENTS]) latest[OF_EVENTS] = latestNs;
  }

  /** Latest time of a choice of this processor that a later event can change. */
  get watchedUntil(): number {
    return this.memory.latest[OF_WATCHED];
  }

  /** An event up to {@link watchedUntil} whose header names its thread. */
  heed(ns: number, tid: number, sequence: number): void {
    if (tid !== -1 && this.isWatched(ns, tid)) this.wait(ns, sequence);
  }

  /**
   * The row of the event that the stack of (ns, tid) belongs to, -1 where that is no object event; WAITS where it cannot be told yet.
   */
  choose(ns: number, tid: number, isKernel: boolean, sequence: number): number {
    if (this.isWaitedFor(ns)) return WAITS;
    const { count, times, facts } = this.memory;
    const bit = isKernel ? KERNEL_BIT : USER_BIT;
    const last = Math.max(0, count - REMEMBERED);
    let nameless = -1;
    let isComplete = last === 0;
    for (let event = count - 1; event >= last; event--) {
      const at = event & (REMEMBERED - 1);
      if (times[2 * at] === ns && (facts[4 * at + TAKEN] & bit) === 0) {
        const itsTid = facts[4 * at + TID];
        if (itsTid === tid) {
          facts[4 * at + TAKEN] |= bit;
          return facts[4 * at + ROW];
        }
        if (itsTid === -1 && nameless < 0) nameless = at;
      }
      // Everything before is earlier.
      if (times[2 * at + 1] < ns) {
        isComplete = true;
        break;
      }
    }
    if (!isComplete || nameless < 0) {
      this.wait(ns, sequence);
      return WAITS;
    }
    this.watch(ns, tid);
    facts[4 * nameless + TAKEN] |= bit;
    return facts[4 * nameless + ROW];
  }

  /** Whether a stack of this time waits. */
  isWaitedFor(ns: number): boolean {
    // Mostly none waits at all.
    if (this.waiting.size === 0) return false;
    timeBits[0] = ns;
    return this.waiting.has(timeWords[0], timeWords[1]);
  }

  /** Whether this very stack waits. */
  isWaiting(ns: number, sequence: number): boolean {
    timeBits[0] = ns;
    return sequence >= this.waiting.get(timeWords[0], timeWords[1]);
  }

  /** All stacks of this time wait, from this sequence on. */
  wait(ns: number, sequence: number): void {
    timeBits[0] = ns;
    if (!this.waiting.has(timeWords[0], timeWords[1])) this.waiting.set(timeWords[0], timeWords[1], sequence);
  }

  private watch(ns: number, tid: number): void {
    const bit = this.filterBit(ns, tid);
    this.watched[bit >>> 5] |= 1 << (bit & 31);
    const { latest } = this.memory;
    if (ns > latest[OF_WATCHED]) latest[OF_WATCHED] = ns;
  }

  private isWatched(ns: number, tid: number): boolean {
    const bit = this.filterBit(ns, tid);
    return (this.watched[bit >>> 5] & (1 << (bit & 31))) !== 0;
  }

  private filterBit(ns: number, tid: number): number {
    timeBits[0] = ns;
    let hash = Math.imul(timeWords[0] ^ Math.imul(timeWords[1], 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ tid ^ (this.processor << 20), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) & (FILTER_BITS - 1);
  }
}

/** A time as two halves, for hash keys; -0 does not occur among times. */
const timeBits = new Float64Array(1);
const timeWords = new Uint32Array(timeBits.buffer);
