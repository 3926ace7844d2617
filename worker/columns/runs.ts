/** Rows of a table as runs in which time rises. */
import { growingU32 } from './growing.ts';

/** Gets the rows `rows[0 … count)` as the next in order of time; `rows` is used again for those after them. */
export type TakeRows = (rows: Uint32Array, count: number) => void;

/** Stretches of rows in which time rises, those of one run linked in their order. */
export class Pieces {
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

/** The runs that have rows left, each with its head: the first of them. */
export class Runs {
  readonly pieces: Pieces;
  size: number;
  /** of the head: its piece, and its row */
  readonly piece: Uint32Array;
  readonly row: Uint32Array;

  constructor(pieces: Pieces) {
    this.pieces = pieces;
    this.piece = pieces.first.trimmed().slice();
    this.row = this.piece.map((piece) => pieces.from.data[piece]);
    this.size = this.piece.length;
  }

  /** To be called when heads were moved on, each to the end of its run at most: forgets the runs that have no rows left. */
  dropEnded(): void {
    const { piece, row, pieces } = this;
    let left = 0;
    for (let run = 0; run < this.size; run++) {
      if (row[run] === pieces.to.data[piece[run]]) continue;
      piece[left] = piece[run];
      row[left++] = row[run];
    }
    this.size = left;
  }
}
