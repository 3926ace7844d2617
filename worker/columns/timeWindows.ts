/**
 * Merges runs window by window, each window being all rows up to some time: a few thousand, put into as many buckets by their time, which
 * leaves next to nothing to compare. Comparing the heads of the runs for each row takes twice as long as moving the rows: which is next is a
 * guess that the processor gets wrong.
 */
import type { Runs, TakeRows } from './runs.ts';

/** Rows of a window, about: as many as stay in the processor's cache with all that is done to them. */
const WINDOW = 4096;
const CAPACITY = 2 * WINDOW;
/** With more runs than this a window costs more to begin than it saves. */
const MAX_RUNS = 256;
/** More rows in one bucket than this, and no window is made of them: putting those in order one by one is quadratic. */
const MAX_IN_BUCKET = 32;

export class Windows {
  /** the time up to which the last window goes, or was to go */
  end = 0;
  private readonly ns: Float64Array;
  private readonly runs: Runs;
  /** heads of the runs behind the window */
  private readonly nextPiece = new Uint32Array(MAX_RUNS);
  private readonly nextRow = new Uint32Array(MAX_RUNS);
  /** the rows of the window, run by run, and their times; then both in order */
  private readonly rows = new Uint32Array(CAPACITY);
  private readonly times = new Float64Array(CAPACITY);
  private readonly orderedRows = new Uint32Array(CAPACITY);
  private readonly orderedTimes = new Float64Array(CAPACITY);
  private readonly bucketOf = new Uint16Array(CAPACITY);
  /** of bucket b at b + 1: how many rows it has; then at b where its next row goes */
  private readonly places = new Uint32Array(CAPACITY + 1);

  constructor(ns: Float64Array, runs: Runs) {
    this.ns = ns;
    this.runs = runs;
  }

  /** Takes the next window and returns how many rows it has; 0: these rows make none, up to {@link end}. */
  take(take: TakeRows): number {
    const { runs } = this;
    if (runs.size > MAX_RUNS) {
      this.end = Infinity;
      return 0;
    }
    this.end = this.windowEnd();
    const count = this.collect();
    if (count === 0 || !this.spread(count)) return 0;
    this.settle(count);
    runs.piece.set(this.nextPiece.subarray(0, runs.size));
    runs.row.set(this.nextRow.subarray(0, runs.size));
    runs.dropEnded();
    take(this.orderedRows, count);
    return count;
  }

  /** The time up to which no run has more rows than its share of the window, but for those of that very time. */
  private windowEnd(): number {
    const { ns } = this;
    const { pieces, piece, row, size } = this.runs;
    const share = Math.floor(WINDOW / size);
    let end = Infinity;
    for (let run = 0; run < size; run++) {
      let at = piece[run];
      let from = row[run];
      let left = share;
      while (pieces.to.data[at] - from < left && pieces.next.data[at] > 0) {
        left -= pieces.to.data[at] - from;
        at = pieces.next.data[at] - 1;
        from = pieces.from.data[at];
      }
      const last = Math.min(from + left, pieces.to.data[at]) - 1;
      if (ns[last] < end) end = ns[last];
    }
    return end;
  }

  /** Copies the rows of the window, run by run; their number, 0: they are too many. */
  private collect(): number {
    const { ns, end, rows, times, nextPiece, nextRow } = this;
    const { pieces, piece, row, size } = this.runs;
    let count = 0;
    for (let run = 0; run < size; run++) {
      let at = piece[run];
      let next = row[run];
      for (;;) {
        const stop = Math.min(pieces.to.data[at], next + CAPACITY - count);
        for (; next < stop && ns[next] <= end; next++, count++) {
          times[count] = ns[next];
          rows[count] = next;
        }
        if (count === CAPACITY) return 0;
        if (next < stop || pieces.next.data[at] === 0) break;
        at = pieces.next.data[at] - 1;
        next = pieces.from.data[at];
      }
      nextPiece[run] = at;
      nextRow[run] = next;
    }
    return count;
  }

  /** Puts the rows into buckets, one behind the other; false: their times are too uneven. */
  private spread(count: number): boolean {
    const { times, rows, bucketOf, places, orderedTimes, orderedRows, end } = this;
    const first = this.firstTime();
    const scale = end > first ? (count - 1) / (end - first) : 0;
    places.fill(0, 0, count + 1);
    for (let at = 0; at < count; at++) {
      const bucket = ((times[at] - first) * scale) | 0;
      bucketOf[at] = bucket;
      places[bucket + 1]++;
    }
    for (let bucket = 0; bucket < count; bucket++) {
      if (places[bucket + 1] > MAX_IN_BUCKET) return false;
      places[bucket + 1] += places[bucket];
    }
    for (let at = 0; at < count; at++) {
      const place = places[bucketOf[at]]++;
      orderedTimes[place] = times[at];
      orderedRows[place] = rows[at];
    }
    return true;
  }

  private firstTime(): number {
    const { row, size } = this.runs;
    let first = Infinity;
    for (let run = 0; run < size; run++) first = Math.min(first, this.ns[row[run]]);
    return first;
  }

  /** Puts the rows in order inside their buckets. */
  private settle(count: number): void {
    const { orderedTimes: times, orderedRows: rows } = this;
    for (let at = 1; at < count; at++) {
      const time = times[at];
      if (time > times[at - 1]) continue;
      const row = rows[at];
      let to = at;
      while (to > 0 && (times[to - 1] > time || (times[to - 1] === time && rows[to - 1] > row))) {
        times[to] = times[to - 1];
        rows[to] = rows[to - 1];
        to--;
      }
      times[to] = time;
      rows[to] = row;
    }
  }
}
