/**
 * Which stack belongs to which event (etl-format.md, StackWalk). A stack record names the exact time stamp of its event. Where
 * several events share it: the same processor first, then the same thread, then the nearest before it in the file. An
 * event of another thread is taken only where there is no other: a user part may come from any processor.
 * An event takes one kernel part and one user part; a further one of the same sort goes to the next best event.
 *
 * Most stacks have found their event while the file was read (eager.ts). Here are those that had to wait, with all events and stacks of their
 * times.
 */
import { SLICE, type Steps } from '../columns/steps.ts';
import type { Decoder } from '../events/decoder.ts';
import { STACK_ADDRESSES, STACK_KEY_KERNEL } from '../events/raw.ts';
import { crowdedTime, type CrowdedTime } from './crowdedTime.ts';
import { keyDefinitions, type KeyDefinitions } from './keys.ts';
import { isKernelAddress } from './parts.ts';
import type { Candidates } from './waiting.ts';

export interface MatchedStacks {
  /** per object event (file order): part + 1 of the kernel half and of the user half, 0 none; empty where no event has a stack */
  kernelPart: Int32Array;
  userPart: Int32Array;
  stackEvents: number;
  matchedToAnEvent: number;
  /** stacks whose events have all got one of that sort already; not used */
  surplus: number;
  unresolvedKeys: number;
  frames: number;
}

export function* matchStacks(decoder: Decoder, pointerSize: number): Steps<MatchedStacks> {
  const { objects, candidates } = decoder;
  const keys = yield* keyDefinitions(decoder.stackKeys, decoder.keys);
  const waiting = new WaitingStacks(decoder, keys, pointerSize);
  for (let from = 0; from < candidates.length; from += SLICE) {
    waiting.takeBack(from, Math.min(from + SLICE, candidates.length));
    yield;
  }
  yield* waiting.matchAll();
  const meant = yield* meaningsOf(decoder, keys);
  for (const column of [objects.kernelPart, objects.userPart]) {
    // There are none, or there is one for every event and some to spare.
    const length = Math.min(column.length, objects.length);
    for (let from = 0; from < length; from += SLICE) {
      resolveKeys(column.subarray(from, Math.min(from + SLICE, length)), meant.parts);
      yield;
    }
  }
  return {
    kernelPart: objects.kernelPart,
    userPart: objects.userPart,
    stackEvents: decoder.stackEvents,
    matchedToAnEvent: decoder.matchedAtOnce + waiting.matched,
    surplus: waiting.surplus,
    unresolvedKeys: meant.unresolved,
    frames: decoder.stackAddresses + meant.frames,
  };
}

interface Meanings {
  /** per key reference: part + 1, 0 where its key is never defined */
  parts: Uint32Array;
  /** how many are 0 */
  unresolved: number;
  /** frames of all of them */
  frames: number;
}

function* meaningsOf({ keyReferences, parts }: Decoder, keys: KeyDefinitions): Steps<Meanings> {
  const { length, key, ns } = keyReferences;
  const meant: Meanings = { parts: new Uint32Array(length), unresolved: 0, frames: 0 };
  for (let from = 0; from < length; from += SLICE) {
    const to = Math.min(from + SLICE, length);
    for (let row = from; row < to; row++) {
      const part = keys.partAt(key[row], ns[row]);
      meant.parts[row] = part + 1;
      if (part < 0) meant.unresolved++;
      else meant.frames += parts.frameCount(part);
    }
    yield;
  }
  return meant;
}

/** Puts parts in the place of key references. */
function resolveKeys(column: Int32Array, partOfReference: Uint32Array): void {
  for (let row = 0; row < column.length; row++) {
    if (column[row] < 0) column[row] = partOfReference[-1 - column[row]];
  }
}

/** Gives the stacks that had to wait to their events, after what was given at once at the same times is {@link takeBack taken back}. */
class WaitingStacks {
  matched = 0;
  surplus = 0;
  private readonly decoder: Decoder;
  private readonly keys: KeyDefinitions;
  private readonly pointerSize: number;
  private readonly choice: StackChoice;

  constructor(decoder: Decoder, keys: KeyDefinitions, pointerSize: number) {
    this.decoder = decoder;
    this.keys = keys;
    this.pointerSize = pointerSize;
    this.choice = new StackChoice(decoder.candidates);
  }

  /** Takes back what the candidates [from, to) were given; to be called for all of them before any is matched. */
  takeBack(from: number, to: number): void {
    const { candidates } = this.decoder;
    for (let candidate = from; candidate < to; candidate++) {
      candidates.taken.data[candidate] = 0;
      if (candidates.row.data[candidate] >= 0) takeStackBack(this.decoder, candidate);
    }
  }

  *matchAll(): Steps<void> {
    const { stackReferences: references } = this.decoder;
    let done = 0;
    for (let from = 0; from < references.length; from += REFERENCES_A_STEP) {
      const to = Math.min(from + REFERENCES_A_STEP, references.length);
      for (;;) {
        done = this.match(done, to);
        if (done === to) break;
        yield* this.choice.lookInto(references.eventNs[done]);
      }
      yield;
    }
  }

  /** Matches the references [from, to), in order, and returns the first that it could not: `choice` has to look into its time. */
  private match(from: number, to: number): number {
    const { decoder, choice } = this;
    const { stackReferences: references, candidates, objects } = decoder;
    for (let row = from; row < to; row++) {
      const part = this.partOf(row);
      const isKernel = this.isKernel(row);
      const { eventNs, processor, tid, sequence } = references;
      const candidate = choice.take(eventNs[row], processor[row], tid[row] | 0, sequence[row], isKernel);
      if (candidate === NOT_LOOKED_INTO) return row;
      if (candidate === NO_EVENT) continue;
      if (decoder.stacks.isWaiting(references.eventNs[row], references.sequence[row])) this.matched++;
      if (candidate === ALL_TAKEN) {
        this.surplus++;
        continue;
      }
      const event = candidates.row.data[candidate];
      if (event < 0) continue;
      decoder.nameThread(event, references.pid[row], references.tid[row]);
      if (part >= 0) objects.setPart(event, isKernel, part + 1);
    }
    return to;
  }

  /** -1: the key is never defined. */
  private partOf(row: number): number {
    const { stackReferences: references, keys } = this.decoder;
    if (references.kind[row] === STACK_ADDRESSES) return references.keyLow[row];
    return this.keys.partAt(keys.intern(references.keyLow[row], references.keyHigh[row]), references.ns[row]);
  }

  private isKernel(row: number): boolean {
    const { stackReferences: references, parts } = this.decoder;
    if (references.kind[row] !== STACK_ADDRESSES) return references.kind[row] === STACK_KEY_KERNEL;
    const part = references.keyLow[row];
    return parts.frameCount(part) > 0 && isKernelAddress(parts.low(part, 0), parts.high(part, 0), this.pointerSize);
  }
}

/** `candidate`: an object event. */
function takeStackBack({ objects, candidates, ownStacks }: Decoder, candidate: number): void {
  const row = candidates.row.data[candidate];
  const actor = candidates.actor.data[candidate];
  if (actor >= 0) objects.actor[row] = actor;
  if (objects.kernelPart.length === 0) return;
  objects.setPart(row, true, 0);
  objects.setPart(row, false, 0);
  const own = ownStacks.get(row);
  if (own !== undefined) objects.setPart(row, own.isKernel, own.part + 1);
}

/** Answers of {@link StackChoice.take} that are no candidate. */
export const NO_EVENT = -1;
export const ALL_TAKEN = -2;
export const NOT_LOOKED_INTO = -3;

/** Events of one time that are looked through for every stack; where there are more they get an order of their own (crowdedTime.ts). */
const FEW = 512;

/** Stack references that are matched in one step: each may have to look through so many events. */
const REFERENCES_A_STEP = SLICE / 8;

/** Which event a stack belongs to, where the choice is between all events of its time. */
export class StackChoice {
  private readonly candidates: Candidates;
  private readonly few: number;
  /** by the first candidate of the time */
  private readonly crowded = new Map<number, CrowdedTime>();

  constructor(candidates: Candidates, few = FEW) {
    this.candidates = candidates;
    this.few = few;
  }

  /**
   * The candidate that a stack belongs to; it has that part of its stack then. NO_EVENT: none has that time. ALL_TAKEN: all have that part.
   * NOT_LOOKED_INTO: very many have that time; {@link lookInto} it first.
   */
  take(eventNs: number, processor: number, tid: number, sequence: number, isKernel: boolean): number {
    const { candidates, crowded, few } = this;
    const first = candidates.firstAt(eventNs);
    if (first < 0) return NO_EVENT;
    let count = 0;
    for (let at = first; at >= 0 && count <= few; at = candidates.next.data[at]) count++;
    if (count <= few) return chooseAmong(candidates, first, processor, tid, sequence, isKernel ? 1 : 2);
    const time = crowded.get(first);
    if (time === undefined) return NOT_LOOKED_INTO;
    const candidate = time.take(processor, tid, sequence, isKernel ? 0 : 1);
    return candidate < 0 ? ALL_TAKEN : candidate;
  }

  *lookInto(eventNs: number): Steps<void> {
    const first = this.candidates.firstAt(eventNs);
    this.crowded.set(first, yield* crowdedTime(this.candidates, first));
  }
}

/** As {@link StackChoice.take}, with a look at every candidate of the time. `bit`: 1 kernel, 2 user. */
function chooseAmong(
  candidates: Candidates,
  first: number,
  processor: number,
  tid: number,
  sequence: number,
  bit: number,
): number {
  const next = candidates.next.data;
  const isOfOther = (candidate: number): boolean => {
    const its = candidates.tid.data[candidate];
    return its !== -1 && its !== tid;
  };
  let hasOwnThread = false;
  for (let at = first; at >= 0 && !hasOwnThread; at = next[at]) hasOwnThread = !isOfOther(at);
  let best = -1;
  let bestRank = -1;
  for (let at = first; at >= 0; at = next[at]) {
    if (candidates.taken.data[at] & bit || (hasOwnThread && isOfOther(at))) continue;
    const sameProcessor = candidates.processor.data[at] === processor ? 4 : 0;
    const sameTid = candidates.tid.data[at] === tid ? 2 : 0;
    const isBefore = candidates.sequence.data[at] < sequence;
    const rank = sameProcessor + sameTid + (isBefore ? 1 : 0);
    // They are in file order: among equals the later is nearer, as long as it stands before the reference.
    if (rank > bestRank || (rank === bestRank && isBefore)) {
      best = at;
      bestRank = rank;
    }
  }
  if (best < 0) return ALL_TAKEN;
  candidates.taken.data[best] |= bit;
  return best;
}
