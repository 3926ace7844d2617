/** Rows of a table grouped by a key column. */
import type { IntColumn } from '../columns/narrow.ts';
import { inSteps, type Steps } from '../columns/steps.ts';

/** Of key k: rows[starts[k] … starts[k + 1]), in the table's order. */
export interface Grouped {
  starts: Uint32Array;
  rows: Uint32Array;
}

/** Groups `length` rows by their keys, 0 … keyCount - 1; a row with a negative key is left out. */
export function* groupBy(keys: IntColumn, length: number, keyCount: number): Steps<Grouped> {
  const counts = new Uint32Array(keyCount + 1);
  yield* inSteps(length, (from, to) => count(keys, from, to, counts));
  return yield* groupCounted(keys, length, counts);
}

/**
 * As {@link groupBy}, with the number of rows of each key; `counts` has one entry more, 0, and becomes the starts. `room`: becomes the rows, where
 * it has exactly the room.
 */
export function* groupCounted(
  keys: IntColumn,
  length: number,
  counts: Uint32Array,
  room?: Uint32Array,
): Steps<Grouped> {
  const starts = counts;
  let sum = 0;
  yield* inSteps(starts.length, (from, to) => {
    for (let key = from; key < to; key++) {
      const ownCount = starts[key];
      starts[key] = sum;
      sum += ownCount;
    }
  });
  const rows = room?.length === sum ? room : new Uint32Array(sum);
  yield* inSteps(length, (from, to) => place(keys, from, to, starts, rows));
  // Each start has moved on to the end of its rows, which is the next one's start.
  starts.copyWithin(1, 0);
  starts[0] = 0;
  return { starts, rows };
}

function count(keys: IntColumn, from: number, to: number, counts: Uint32Array): void {
  for (let row = from; row < to; row++) if (keys[row] >= 0) counts[keys[row]]++;
}

function place(keys: IntColumn, from: number, to: number, next: Uint32Array, rows: Uint32Array): void {
  for (let row = from; row < to; row++) {
    const key = keys[row];
    if (key >= 0) rows[next[key]++] = row;
  }
}
