/**
 * The rows of a table in order of time. Inside one processor's stream time rises, across streams it does not
 * (etl-format.md, section 1), so the streams are merged; a stream in which time falls (damage, a clock change) is
 * taken apart into runs that rise. Ties keep the order of the file.
 */
export function timeOrder(ns: Float64Array, length: number, streams: Uint16Array): Uint32Array {
  const rows = rowsByStream(length, streams);
  const ends = risingRuns(ns, rows, streams);
  return ends.length <= 1 ? rows : mergeRuns(ns, rows, ends);
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
  for (let at = 1; at < rows.length; at++) {
    if (streams[rows[at]] !== streams[rows[at - 1]] || ns[rows[at]] < ns[rows[at - 1]]) ends.push(at);
  }
  if (rows.length > 0) ends.push(rows.length);
  return ends;
}

/** Merges runs by a heap of their heads, smallest (time, row) first. */
function mergeRuns(ns: Float64Array, rows: Uint32Array, ends: number[]): Uint32Array {
  const count = ends.length;
  const heads = new Uint32Array(count);
  const stops = Uint32Array.from(ends);
  for (let run = 1; run < count; run++) heads[run] = stops[run - 1];

  const heap = new Uint32Array(count);
  const before = (a: number, b: number): boolean => {
    const rowA = rows[heads[a]];
    const rowB = rows[heads[b]];
    return ns[rowA] < ns[rowB] || (ns[rowA] === ns[rowB] && rowA < rowB);
  };
  let size = count;
  for (let run = 0; run < count; run++) heap[run] = run;
  const sink = (from: number): void => {
    const run = heap[from];
    let at = from;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], run)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = run;
  };
  for (let at = (size >> 1) - 1; at >= 0; at--) sink(at);

  const order = new Uint32Array(rows.length);
  for (let out = 0; out < order.length; out++) {
    const run = heap[0];
    order[out] = rows[heads[run]++];
    if (heads[run] === stops[run]) heap[0] = heap[--size];
    if (size > 0) sink(0);
  }
  return order;
}
