/**
 * The rows of a table in order of time. Inside one processor's stream time rises, across streams it does not
 * (etl-format.md, section 1), so the streams are merged; a stream in which time falls (damage, a clock change) is
 * taken apart into runs that rise. Ties keep the order of the file.
 */
import { SLICE, type Steps } from './steps.ts';

export function* timeOrder(ns: Float64Array, length: number, streams: Uint16Array): Steps<Uint32Array> {
  const rows = rowsByStream(length, streams);
  yield;
  const ends = risingRuns(ns, rows, streams);
  yield;
  if (ends.length <= 1) return rows;
  const merge = new RunMerge(ns, rows, ends);
  for (let from = 0; from < length; from += SLICE) {
    merge.take(Math.min(from + SLICE, length));
    yield;
  }
  return merge.order;
}

/** Row numbers grouped by stream, in file order inside each. */
function rowsByStream(length: number, streams: Uint16Array): Uint32Array {
  const starts = new Uint32Array(0x10001);
  for (let row = 0; row < length; row++) starts[streams[row] + 1]++;
  for (let stream = 0; stream < 0x10000; stream++) starts[stream + 1] += starts[stream];
  const rows = new Uint32Array(length);
  for (let row = 0; row < length; row++) rows[starts[streams[row]]++] = row;
  return rows;
}

/** Ends of the stretches of `rows` in which (time, row) rises. */
function risingRuns(ns: Float64Array, rows: Uint32Array, streams: Uint16Array): number[] {
  const ends: number[] = [];
  let before = -Infinity;
  let stream = rows.length > 0 ? streams[rows[0]] : 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (streams[row] !== stream || ns[row] < before) ends.push(at);
    stream = streams[row];
    before = ns[row];
  }
  if (rows.length > 0) ends.push(rows.length);
  return ends;
}

/** Merges runs by a heap of their heads, smallest (time, row) first. */
class RunMerge {
  readonly order: Uint32Array;
  private taken = 0;
  private readonly ns: Float64Array;
  private readonly rows: Uint32Array;
  private readonly stops: Uint32Array;
  /** per run: position of its head in rows, its row and its time */
  private readonly heads: Uint32Array;
  private readonly headRow: Uint32Array;
  private readonly headNs: Float64Array;
  private readonly heap: Uint32Array;
  private size: number;

  constructor(ns: Float64Array, rows: Uint32Array, ends: number[]) {
    this.ns = ns;
    this.rows = rows;
    this.order = new Uint32Array(rows.length);
    this.stops = Uint32Array.from(ends);
    this.size = ends.length;
    this.heads = Uint32Array.from(ends, (_, run) => (run === 0 ? 0 : ends[run - 1]));
    this.headRow = Uint32Array.from(this.heads, (at) => rows[at]);
    this.headNs = Float64Array.from(this.headRow, (row) => ns[row]);
    this.heap = Uint32Array.from(ends, (_, run) => run);
    for (let at = (this.size >> 1) - 1; at >= 0; at--) this.sink(at);
  }

  /** Fills the order up to a position. */
  take(end: number): void {
    const { ns, rows, order, stops, heads, headRow, headNs, heap } = this;
    for (; this.taken < end; this.taken++) {
      const run = heap[0];
      order[this.taken] = headRow[run];
      const next = ++heads[run];
      if (next === stops[run]) {
        heap[0] = heap[--this.size];
      } else {
        const row = rows[next];
        headRow[run] = row;
        headNs[run] = ns[row];
      }
      if (this.size > 1) this.sink(0);
    }
  }

  private sink(from: number): void {
    const { heap, headNs, headRow, size } = this;
    const run = heap[from];
    const ns = headNs[run];
    const row = headRow[run];
    let at = from;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      let other = heap[child];
      if (child + 1 < size) {
        const right = heap[child + 1];
        if (headNs[right] < headNs[other] || (headNs[right] === headNs[other] && headRow[right] < headRow[other])) {
          child++;
          other = right;
        }
      }
      if (ns < headNs[other] || (ns === headNs[other] && row < headRow[other])) break;
      heap[at] = other;
      at = child;
    }
    heap[at] = run;
  }
}
