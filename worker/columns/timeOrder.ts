/**
 * The rows of a table in order of time. Inside one processor's stream time rises, across streams it does not
 * (etl-format.md, section 1), so the streams are merged; a stream in which time falls (damage, a clock change) is
 * taken apart into runs that rise. Ties keep the order of the file.
 */
import { RunMerge } from './runMerge.ts';
import { Pieces, Runs, type TakeRows } from './runs.ts';
import { SLICE, type Steps } from './steps.ts';
import { Windows } from './timeWindows.ts';

/** A stretch of rows of one stream: [firstRow, endRow). Stretches come in order of their rows. */
export interface StreamPart {
  processor: number;
  firstRow: number;
  endRow: number;
}

/** Calls `take` for blocks of rows that together are all rows of `parts` in order of (time, row). */
export function* inTimeOrder(ns: Float64Array, parts: readonly StreamPart[], take: TakeRows): Steps<void> {
  const pieces = new Pieces();
  let looked = 0;
  for (const { processor, firstRow, endRow } of parts) {
    if (endRow > firstRow) pieces.add(ns, processor, firstRow, endRow);
    looked += endRow - firstRow;
    if (looked < SLICE) continue;
    looked = 0;
    yield;
  }
  const runs = new Runs(pieces);
  const windows = new Windows(ns, runs);
  let taken = 0;
  while (runs.size > 0) {
    const count = windows.take(take);
    taken += count;
    // A window that is none, row by row.
    if (count === 0) {
      const merge = new RunMerge(ns, runs, windows.end);
      for (;;) {
        taken += merge.take(SLICE, take);
        if (merge.isDone) break;
        taken = 0;
        yield;
      }
      runs.dropEnded();
    }
    if (taken < SLICE) continue;
    taken = 0;
    yield;
  }
}
