/** The events and stacks of the times at which stacks wait for the end of the file (eager.ts), taken in a second walk over the file. */
import { growingI32, growingU32, growingU8 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';

/** Events that share a time with a stack that waits; no stacks among them. */
export class Candidates {
  readonly sequence = growingU32();
  readonly processor = growingU32();
  /** -1: the header names none */
  readonly tid = growingI32();
  /** among the object events, -1 of another kind */
  readonly row = growingI32();
  /** number of who did it in Decoder.actors before any stack said so; -1: no stack can say so */
  readonly actor = growingI32();
  /** bit 0: has its kernel part, bit 1: has its user part */
  readonly taken = growingU8();
  /** the next one of the same time in file order, -1 none */
  readonly next = growingI32();
  private readonly first = new PairMap();
  private readonly last = new PairMap();

  get length(): number {
    return this.sequence.length;
  }

  /** The first one of a time, -1 none. */
  firstAt(ns: number): number {
    timeBits[0] = ns;
    return this.first.get(timeWords[0], timeWords[1]);
  }

  /** To be called in file order. */
  add(ns: number, sequence: number, processor: number, tid: number, row: number, actor: number): void {
    const candidate = this.length;
    this.sequence.push(sequence);
    this.processor.push(processor);
    this.tid.push(tid);
    this.row.push(row);
    this.actor.push(actor);
    this.taken.push(0);
    this.next.push(-1);
    timeBits[0] = ns;
    const last = this.last.get(timeWords[0], timeWords[1]);
    if (last < 0) this.first.set(timeWords[0], timeWords[1], candidate);
    else this.next.data[last] = candidate;
    this.last.set(timeWords[0], timeWords[1], candidate);
  }
}

const timeBits = new Float64Array(1);
const timeWords = new Uint32Array(timeBits.buffer);
