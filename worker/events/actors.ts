/**
 * Who did something: process and thread as they stand in the event, its stack or the last context switch. Few are distinct, so an event
 * keeps a number.
 */
import { growingU32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';

/** No other actor stands behind it. */
const NONE = UNKNOWN_ID;

export class Actors {
  /** UNKNOWN_ID where unknown */
  readonly pid = growingU32();
  readonly tid = growingU32();
  /** 1: the thread was taken from the last context switch of the processor; a stack knows better */
  readonly isGuess = growingU32();
  /** of an actor that a stack named: the one that it stands for, to take the stack away again */
  private readonly before = growingU32();
  private readonly named = new PairMap();
  private readonly guessed = new PairMap();
  private readonly byStack = new PairMap();
  /** the last answer of {@link withStack}: the stacks of one thread follow one another */
  private readonly last = { actor: -1, pid: 0, tid: 0, named: -1 };

  get length(): number {
    return this.pid.length;
  }

  /** As the event says itself. */
  of(pid: number, tid: number): number {
    return this.find(this.named, pid, tid, 0);
  }

  /** An event that names no thread: `switchedTid` ran on its processor, UNKNOWN_ID nobody knows. */
  guess(pid: number, switchedTid: number): number {
    return this.find(this.guessed, pid, switchedTid, 1);
  }

  /** A stack names the thread of an event that does not: the actor to put in place of `actor`. The first stack decides. */
  withStack(actor: number, pid: number, tid: number): number {
    if (this.isGuess.data[actor] === 0) return actor;
    const { last } = this;
    if (last.actor === actor && last.pid === pid && last.tid === tid) return last.named;
    last.actor = actor;
    last.pid = pid;
    last.tid = tid;
    last.named = this.namedBy(actor, pid, tid);
    return last.named;
  }

  private namedBy(actor: number, pid: number, tid: number): number {
    const own = this.pid.data[actor];
    const told = this.of(own === UNKNOWN_ID ? pid : own, tid);
    const known = this.byStack.get(actor, told);
    if (known >= 0) return known;
    const added = this.add(this.pid.data[told], tid, 0, actor);
    this.byStack.set(actor, told, added);
    return added;
  }

  /** Undoes {@link withStack}. */
  withoutStack(actor: number): number {
    const before = this.before.data[actor];
    return before === NONE ? actor : before;
  }

  private find(map: PairMap, pid: number, tid: number, isGuess: number): number {
    const known = map.get(pid, tid);
    if (known >= 0) return known;
    const actor = this.add(pid, tid, isGuess, NONE);
    map.set(pid, tid, actor);
    return actor;
  }

  private add(pid: number, tid: number, isGuess: number, before: number): number {
    this.pid.push(pid);
    this.tid.push(tid);
    this.isGuess.push(isGuess);
    this.before.push(before);
    return this.pid.length - 1;
  }
}
