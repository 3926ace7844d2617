/**
 * What stack keys mean. A key is defined after it is used, and reused for another stack afterwards: a reference means the first definition at
 * or after the time of the reference record.
 */
import type { PairTable } from '../columns/pairs.ts';
import { SLICE, type Steps } from '../columns/steps.ts';
import type { RawStackKeys } from '../events/raw.ts';

/** Definitions by key, those of one key in order of time, then of the file. */
export class KeyDefinitions {
  /** definitions of key k: rows [starts[k], starts[k + 1]) of the columns */
  private readonly starts: Uint32Array;
  private readonly ns: Float64Array;
  private readonly part: Uint32Array;

  constructor(starts: Uint32Array, ns: Float64Array, part: Uint32Array) {
    this.starts = starts;
    this.ns = ns;
    this.part = part;
  }

  /** The part that a key means in a reference of this time; -1 where no definition follows. */
  partAt(key: number, ns: number): number {
    const { starts, ns: times } = this;
    let low = starts[key];
    let high = starts[key + 1];
    const end = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle] < ns) low = middle + 1;
      else high = middle;
    }
    return low < end ? this.part[low] : -1;
  }
}

/** `keys` numbers the keys; those that are only defined are added. */
export function* keyDefinitions(definitions: RawStackKeys, keys: PairTable): Steps<KeyDefinitions> {
  const { length } = definitions;
  const keyOf = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    keyOf[row] = keys.intern(definitions.keyLow[row], definitions.keyHigh[row]);
    if (row % SLICE === 0) yield;
  }
  const starts = new Uint32Array(keys.length + 1);
  for (let row = 0; row < length; row++) starts[keyOf[row] + 1]++;
  for (let key = 0; key < keys.length; key++) starts[key + 1] += starts[key];
  yield;
  const ns = new Float64Array(length);
  const part = new Uint32Array(length);
  const next = starts.slice();
  for (let row = 0; row < length; row++) {
    const at = next[keyOf[row]]++;
    ns[at] = definitions.ns[row];
    part[at] = definitions.part[row];
    if (row % SLICE === 0) yield;
  }
  for (let key = 0; key < keys.length; key++) {
    const from = starts[key];
    const to = starts[key + 1];
    if (!isRising(ns, from, to)) sortByTime(ns.subarray(from, to), part.subarray(from, to));
    if (key % SLICE === 0) yield;
  }
  return new KeyDefinitions(starts, ns, part);
}

/** Mostly: only definitions from several processors can be out of order. */
function isRising(ns: Float64Array, from: number, to: number): boolean {
  for (let at = from + 1; at < to; at++) if (!(ns[at - 1] <= ns[at])) return false;
  return true;
}

/** Equal times keep their order. */
function sortByTime(ns: Float64Array, part: Uint32Array): void {
  const unsorted = { ns: ns.slice(), part: part.slice() };
  const order = Uint32Array.from(ns, (_, row) => row).sort((a, b) => unsorted.ns[a] - unsorted.ns[b] || a - b);
  for (let row = 0; row < order.length; row++) {
    ns[row] = unsorted.ns[order[row]];
    part[row] = unsorted.part[order[row]];
  }
}
