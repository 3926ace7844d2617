/**
 * The rows of a table in order of time. Inside one processor's stream time rises, across streams it does not
 * (etl-format.md, section 1), so the streams are merged; a stream in which time falls (damage, a clock change) is
 * taken apart into runs that rise. Ties keep the order of the file.
 */
import { growingU32 } from './growing.ts';
import { SLICE, type Steps } from './steps.ts';

/** A stretch of rows of one stream: [firstRow, endRow). Stretches come in order of their rows. */
export interface StreamPart {
  processor: number;
  firstRow: number;
  endRow: number;
}

/** Gets the rows [from, to) as the next in order of time. */
type TakeRows = (from: number, to: number) => void;

/** Calls `take` for stretches of rows that together are all rows of `parts` in order of (time, row). */
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
  const merge = new PieceMerge(ns, pieces);
  while (!merge.isDone) {
    merge.take(SLICE, take);
    yield;
  }
}

/** Stretches of rows in which time rises, those of one run linked in their order. */
class Pieces {
  readonly from = growingU32();
  readonly to = growingU32();
  /** the next one of the same run, + 1; 0 none */
  readonly next = growingU32();
  /** per run, its first piece */
  readonly first = growingU32();
  /** per stream the last piece of its last run, and the time at its end */
  private readonly last = new Map<number, { piece: number; ns: number }>();

  add(ns: Float64Array, stream: number, firstRow: number, endRow: number): void {
    let last = this.last.get(stream);
    if (last === undefined) this.last.set(stream, (last = { piece: -1, ns: Infinity }));
    let before = last.ns;
    let from = firstRow;
    for (let row = firstRow; row < endRow; row++) {
      const now = ns[row];
      if (now < before) {
        if (row > from) this.append(last, from, row);
        from = row;
        last.piece = -1;
      }
      before = now;
    }
    this.append(last, from, endRow);
    last.ns = before;
  }

  private append(last: { piece: number }, from: number, to: number): void {
    const piece = this.from.length;
    this.from.push(from);
    this.to.push(to);
    this.next.push(0);
    if (last.piece < 0) this.first.push(piece);
    else this.next.data[last.piece] = piece + 1;
    last.piece = piece;
  }
}

/** Merges runs by a heap of their heads, smallest (time, row) first. */
class PieceMerge {
  private readonly ns: Float64Array;
  private readonly pieces: Pieces;
  /** per run: its current piece, its next row and the time of that */
  private readonly piece: Uint32Array;
  private readonly headRow: Uint32Array;
  private readonly headNs: Float64Array;
  private readonly heap: Uint32Array;
  private size: number;

  constructor(ns: Float64Array, pieces: Pieces) {
    this.ns = ns;
    this.pieces = pieces;
    this.piece = pieces.first.trimmed().slice();
    this.size = this.piece.length;
    this.headRow = this.piece.map((piece) => pieces.from.data[piece]);
    this.headNs = Float64Array.from(this.headRow, (row) => ns[row]);
    this.heap = Uint32Array.from(this.piece, (_, run) => run);
    for (let at = (this.size >> 1) - 1; at >= 0; at--) this.sink(at);
  }

  get isDone(): boolean {
    return this.size === 0;
  }

  /** Takes `count` rows, or what is left. */
  take(count: number, take: TakeRows): void {
    const { ns, pieces, piece, headRow, headNs, heap } = this;
    const { from: pieceFrom, to: pieceTo, next: pieceNext } = pieces;
    for (let left = count; left > 0 && this.size > 0;) {
      const run = heap[0];
      const from = headRow[run];
      const end = Math.min(pieceTo.data[piece[run]], from + left);
      // As long as no other run's head comes before.
      const other = this.second();
      let to = from + 1;
      if (other < 0) {
        to = end;
      } else {
        const otherNs = headNs[other];
        const otherRow = headRow[other];
        while (to < end && (ns[to] < otherNs || (ns[to] === otherNs && to < otherRow))) to++;
      }
      take(from, to);
      left -= to - from;
      if (to < pieceTo.data[piece[run]]) {
        headRow[run] = to;
        headNs[run] = ns[to];
      } else {
        const next = pieceNext.data[piece[run]];
        if (next > 0) {
          piece[run] = next - 1;
          headRow[run] = pieceFrom.data[next - 1];
          headNs[run] = ns[headRow[run]];
        } else {
          heap[0] = heap[--this.size];
        }
      }
      if (this.size > 1) this.sink(0);
    }
  }

  /** The run whose head comes after that of the first, -1 none. */
  private second(): number {
    const { heap, size } = this;
    if (size < 2) return -1;
    if (size === 2) return heap[1];
    return this.isBefore(heap[1], heap[2]) ? heap[1] : heap[2];
  }

  private isBefore(a: number, b: number): boolean {
    const { headNs, headRow } = this;
    return headNs[a] < headNs[b] || (headNs[a] === headNs[b] && headRow[a] < headRow[b]);
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
