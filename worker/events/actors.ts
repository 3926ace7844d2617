/**
 * Who did something: process and thread as they stand in the event, its stack or the last context switch. Few are distinct, so an event
 * keeps a number.
 */
import { growingU32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';

export class Actors {
  /** UNKNOWN_ID where unknown */
  readonly pid = growingU32();
  readonly tid = growingU32();
  /** 1: the thread was taken from the last context switch of the processor; a stack knows better */
  readonly isGuess = growingU32();
  private readonly named = new PairMap();
  private readonly guessed = new PairMap();
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
    const own = this.pid.data[actor];
    last.named = this.of(own === UNKNOWN_ID ? pid : own, tid);
    return last.named;
  }

  private find(map: PairMap, pid: number, tid: number, isGuess: number): number {
    const known = map.get(pid, tid);
    if (known >= 0) return known;
    const actor = this.add(pid, tid, isGuess);
    map.set(pid, tid, actor);
    return actor;
  }

  private add(pid: number, tid: number, isGuess: number): number {
    this.pid.push(pid);
    this.tid.push(tid);
    this.isGuess.push(isGuess);
    return this.pid.length - 1;
  }
}
