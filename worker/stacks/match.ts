/**
 * Which stack belongs to which event (etl-format.md, StackWalk). A stack record names the exact time stamp of its event. Where
 * several events share it: the same processor first, then the same thread, then the nearest before it in the file. An
 * event of another thread is taken only where there is no other: a user part may come from any processor.
 * An event takes one kernel part and one user part; a further one of the same sort goes to the next best event.
 */
import { PairMap } from '../columns/pairMap.ts';
import type { Decoder } from '../events/decoder.ts';
import { STACK_ADDRESSES, STACK_KEY_KERNEL, type BufferRun, type RawStackKeys } from '../events/raw.ts';
import { isKernelAddress } from './parts.ts';

export interface MatchedStacks {
  /** per object event (file order): part of the kernel half and of the user half, -1 none */
  kernelPart: Int32Array;
  userPart: Int32Array;
  /** row of the stack reference that gave it, -1 none: its pid and tid stand in for a header that has none */
  reference: Int32Array;
  stackEvents: number;
  matchedToAnEvent: number;
  /** stacks whose events have all got one of that sort already; not used */
  surplus: number;
  unresolvedKeys: number;
  frames: number;
}

export function matchStacks(decoder: Decoder, pointerSize: number): MatchedStacks {
  const { stackReferences: references, objects, parts } = decoder;
  const kernelPart = new Int32Array(objects.length).fill(-1);
  const userPart = new Int32Array(objects.length).fill(-1);
  const reference = new Int32Array(objects.length).fill(-1);
  const result: MatchedStacks = {
    kernelPart,
    userPart,
    reference,
    stackEvents: references.length,
    matchedToAnEvent: 0,
    surplus: 0,
    unresolvedKeys: 0,
    frames: 0,
  };

  attachOwnStacks(decoder, result, pointerSize);
  const keys = new KeyDefinitions(decoder.stackKeys);
  const candidates = new Candidates(decoder);
  for (let row = 0; row < references.length; row++) {
    const kind = references.kind[row];
    const part =
      kind === STACK_ADDRESSES
        ? references.keyLow[row]
        : keys.partAt(references.keyLow[row], references.keyHigh[row], references.ns[row]);
    if (part < 0) result.unresolvedKeys++;
    else result.frames += parts.frameCount(part);

    const isKernel =
      kind === STACK_ADDRESSES
        ? parts.frameCount(part) > 0 && isKernelAddress(parts.low(part, 0), parts.high(part, 0), pointerSize)
        : kind === STACK_KEY_KERNEL;
    const candidate = candidates.choose(row, isKernel);
    if (candidate === NO_EVENT) continue;
    result.matchedToAnEvent++;
    if (candidate === ALL_TAKEN) {
      result.surplus++;
      continue;
    }
    const event = candidates.objectRow(candidate);
    if (event < 0) continue;
    if (reference[event] < 0) reference[event] = row;
    if (part >= 0) (isKernel ? kernelPart : userPart)[event] = part;
  }
  return result;
}

/** Stacks that stand among the extended items of their event's own header. */
function attachOwnStacks(decoder: Decoder, result: MatchedStacks, pointerSize: number): void {
  const { ownStacks, parts, objects } = decoder;
  for (let index = 0; index < ownStacks.sequence.length; index++) {
    const row = rowOfSequence(objects.sequence, objects.length, ownStacks.sequence.data[index]);
    const part = ownStacks.part.data[index];
    if (row < 0 || parts.frameCount(part) === 0) continue;
    const isKernel = isKernelAddress(parts.low(part, 0), parts.high(part, 0), pointerSize);
    (isKernel ? result.kernelPart : result.userPart)[row] = part;
  }
}

/** Definitions of stack keys by key and time. */
class KeyDefinitions {
  private readonly lists = new PairMap();
  private readonly next: Int32Array;
  private readonly keys: RawStackKeys;

  constructor(keys: RawStackKeys) {
    this.keys = keys;
    this.next = new Int32Array(keys.length).fill(-1);
    const order = Array.from({ length: keys.length }, (_, row) => row).sort((a, b) => keys.ns[b] - keys.ns[a] || b - a);
    // Latest first, so that each list ends up in order of time.
    for (const row of order) {
      this.next[row] = this.lists.get(keys.keyLow[row], keys.keyHigh[row]);
      this.lists.set(keys.keyLow[row], keys.keyHigh[row], row);
    }
  }

  /**
   * A key is defined after it is used, and reused for another stack afterwards: a reference means the first definition
   * at or after the time of the reference record. -1 where there is none.
   */
  partAt(low: number, high: number, ns: number): number {
    let row = this.lists.get(low, high);
    while (row >= 0 && this.keys.ns[row] < ns) row = this.next[row];
    return row < 0 ? -1 : this.keys.part[row];
  }
}

const NO_EVENT = -1;
const ALL_TAKEN = -2;

/** The events that share a time stamp with some stack reference. */
class Candidates {
  private readonly decoder: Decoder;
  private readonly heads: PairMap;
  private readonly next: number[] = [];
  private readonly sequence: number[] = [];
  /** bit 0: has its kernel part, bit 1: has its user part */
  private readonly taken: number[] = [];
  private readonly runStarts: Uint32Array;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
    this.runStarts = Uint32Array.from(decoder.runs, (run) => run.firstSequence);
    const wanted = decoder.stackReferences;
    this.heads = new PairMap(nextPowerOfTwo(wanted.length * 2));
    const wantedBits = bitsOf(wanted.eventNs);
    for (let row = 0; row < wanted.length; row++) this.heads.set(wantedBits[row * 2], wantedBits[row * 2 + 1], -1);
    if (wanted.length === 0) return;

    const all = decoder.allNs;
    const bits = bitsOf(all.data);
    // From the end, so that each list is in file order.
    for (let sequence = all.length - 1; sequence >= 0; sequence--) {
      if (Number.isNaN(all.data[sequence])) continue;
      const low = bits[sequence * 2];
      const high = bits[sequence * 2 + 1];
      if (!this.heads.has(low, high)) continue;
      this.next.push(this.heads.get(low, high));
      this.sequence.push(sequence);
      this.taken.push(0);
      this.heads.set(low, high, this.sequence.length - 1);
    }
  }

  /** The event that a stack reference belongs to. */
  choose(reference: number, isKernel: boolean): number {
    const { stackReferences: references, allTids } = this.decoder;
    timeBits[0] = references.eventNs[reference];
    const own = references.sequence[reference];
    const processor = this.processorOf(own);
    const tid = references.tid[reference] | 0;
    const bit = isKernel ? 1 : 2;
    const first = this.heads.get(timeWords[0], timeWords[1]);
    if (first < 0) return NO_EVENT;
    const hasOwnThread = this.hasThread(first, tid);
    let best = NO_EVENT;
    let bestRank = -1;
    for (let head = first; head >= 0; head = this.next[head]) {
      if (this.taken[head] & bit || (hasOwnThread && this.isOfOther(head, tid))) continue;
      const sequence = this.sequence[head];
      const sameProcessor = this.processorOf(sequence) === processor ? 4 : 0;
      const sameTid = allTids.data[sequence] === tid ? 2 : 0;
      const rank = sameProcessor + sameTid + (sequence < own ? 1 : 0);
      // Lists are in file order: among equals the later is nearer, as long as it stands before the reference.
      if (rank > bestRank || (rank === bestRank && sequence < own)) {
        best = head;
        bestRank = rank;
      }
    }
    if (best < 0) return ALL_TAKEN;
    this.taken[best] |= bit;
    return best;
  }

  /** Whether one of the candidates is, or can be, of this thread. */
  private hasThread(first: number, tid: number): boolean {
    for (let head = first; head >= 0; head = this.next[head]) if (!this.isOfOther(head, tid)) return true;
    return false;
  }

  private isOfOther(candidate: number, tid: number): boolean {
    const own = this.decoder.allTids.data[this.sequence[candidate]];
    return own !== -1 && own !== tid;
  }

  /** Row of a candidate among the object events, -1 where it is of another kind. */
  objectRow(candidate: number): number {
    const { objects } = this.decoder;
    return rowOfSequence(objects.sequence, objects.length, this.sequence[candidate]);
  }

  private processorOf(sequence: number): number {
    return runOfSequence(this.decoder.runs, this.runStarts, sequence).processor;
  }
}

const timeBits = new Float64Array(1);
const timeWords = new Uint32Array(timeBits.buffer);

/** The two 32-bit halves of every number of a column, as hash keys; -0 does not occur among times. */
function bitsOf(column: Float64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
}

function nextPowerOfTwo(value: number): number {
  let power = 1024;
  while (power < value) power *= 2;
  return power;
}

function rowOfSequence(sequences: Uint32Array, length: number, sequence: number): number {
  let low = 0;
  let high = length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = sequences[middle];
    if (value === sequence) return middle;
    if (value < sequence) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The buffer that an event stood in. Empty buffers share their first sequence with the next one; the last of them holds it. */
export function runOfSequence(runs: readonly BufferRun[], starts: Uint32Array, sequence: number): BufferRun {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= sequence) low = middle;
    else high = middle - 1;
  }
  return runs[low];
}
