/** Stable sorting of many rows by several columns: least significant digit first, so no comparison function runs. */

/** A sort key of n rows: unsigned 64-bit numbers in two halves; `high` null where all of them are 0. */
export interface SortKey {
  high: Uint32Array | null;
  low: Uint32Array;
}

const DIGIT = 0x10000;

/**
 * Order of the rows 0 … n - 1 by the keys, the first key the most significant; equal rows stay in their order.
 * Grows with n, up to four passes a key (a digit that all rows share costs a look).
 */
export function sortedOrder(n: number, keys: readonly SortKey[]): Uint32Array {
  let order = new Uint32Array(n);
  for (let row = 0; row < n; row++) order[row] = row;
  let spare = new Uint32Array(n);
  const pass = (column: Uint32Array, shift: number): void => {
    if (!distribute(order, spare, column, shift)) return;
    [order, spare] = [spare, order];
  };
  for (const key of keys.toReversed()) {
    pass(key.low, 0);
    pass(key.low, 16);
    if (key.high === null) continue;
    pass(key.high, 0);
    pass(key.high, 16);
  }
  return order;
}

/** One counting-sort pass on 16 bits of a column; false where all rows have the same digit and nothing was written. */
function distribute(from: Uint32Array, to: Uint32Array, column: Uint32Array, shift: number): boolean {
  const next = new Uint32Array(DIGIT);
  const n = from.length;
  for (let row = 0; row < n; row++) next[(column[row] >>> shift) & 0xffff]++;
  if (n === 0 || next[(column[0] >>> shift) & 0xffff] === n) return false;
  let sum = 0;
  for (let digit = 0; digit < DIGIT; digit++) {
    const count = next[digit];
    next[digit] = sum;
    sum += count;
  }
  for (let i = 0; i < n; i++) {
    const row = from[i];
    to[next[(column[row] >>> shift) & 0xffff]++] = row;
  }
  return true;
}

/** Text in an order that people expect: any case, and numbers by their size ("Event_2" before "Event_10"). Compare with `<`. */
export function naturalKey(folded: string): string {
  return folded.replace(/\d+/g, (digits) => String.fromCharCode(0x30 + Math.min(digits.length, 9)) + digits);
}

/** Rank of each text among all of them, equal ones alike, from 0. */
export function ranks(texts: readonly string[]): Uint32Array {
  const order = Array.from(texts.keys()).sort((a, b) => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : 0));
  const rank = new Uint32Array(texts.length);
  for (let i = 1; i < order.length; i++) {
    rank[order[i]] = rank[order[i - 1]] + (texts[order[i]] === texts[order[i - 1]] ? 0 : 1);
  }
  return rank;
}
