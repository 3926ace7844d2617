/** Merges runs row by row: whatever they are like, no row costs more than the logarithm of their number. */
import type { Runs, TakeRows } from './runs.ts';

const BLOCK = 4096;

/** A heap of the runs' heads, smallest (time, row) first. */
export class RunMerge {
  private readonly ns: Float64Array;
  private readonly runs: Runs;
  private readonly end: number;
  private readonly headNs: Float64Array;
  private readonly heap: Uint32Array;
  private size: number;
  private readonly block = new Uint32Array(BLOCK);

  /** Only rows up to the time `end` are taken; until all are, nobody else may move the runs' heads. */
  constructor(ns: Float64Array, runs: Runs, end: number) {
    this.ns = ns;
    this.runs = runs;
    this.end = end;
    this.headNs = Float64Array.from(runs.row.subarray(0, runs.size), (row) => ns[row]);
    this.heap = Uint32Array.from(this.headNs.keys()).filter((run) => this.headNs[run] <= end);
    this.size = this.heap.length;
    for (let at = (this.size >> 1) - 1; at >= 0; at--) this.sink(at);
  }

  get isDone(): boolean {
    return this.size === 0;
  }

  /** Takes `count` rows (in whole blocks), or what is left; how many it were. */
  take(count: number, take: TakeRows): number {
    let taken = 0;
    while (taken < count && this.size > 0) {
      let filled = 0;
      while (filled < BLOCK && this.size > 0) filled = this.takeStretch(filled);
      take(this.block, filled);
      taken += filled;
    }
    return taken;
  }

  /** Takes from the first run as long as no other's head comes before; returns how far the block is filled. */
  private takeStretch(filled: number): number {
    const { ns, runs, heap, headNs, block } = this;
    const run = heap[0];
    const stop = runs.pieces.to.data[runs.piece[run]];
    const last = Math.min(stop, runs.row[run] + BLOCK - filled);
    const other = this.second();
    const otherNs = other < 0 ? Infinity : headNs[other];
    const otherRow = other < 0 ? Infinity : runs.row[other];
    let row = runs.row[run];
    do block[filled++] = row++;
    while (row < last && ns[row] <= this.end && (ns[row] < otherNs || (ns[row] === otherNs && row < otherRow)));
    this.moveHead(run, row, stop);
    return filled;
  }

  private moveHead(run: number, row: number, stop: number): void {
    const { pieces, piece, row: heads } = this.runs;
    heads[run] = row;
    const next = row === stop ? pieces.next.data[piece[run]] : 0;
    if (next > 0) {
      piece[run] = next - 1;
      heads[run] = pieces.from.data[next - 1];
    }
    const isEnded = row === stop && next === 0;
    if (!isEnded) this.headNs[run] = this.ns[heads[run]];
    if (isEnded || this.headNs[run] > this.end) this.heap[0] = this.heap[--this.size];
    if (this.size > 1) this.sink(0);
  }

  /** The run whose head comes after that of the first, -1 none. */
  private second(): number {
    const { heap, size } = this;
    if (size < 2) return -1;
    if (size === 2) return heap[1];
    return this.isBefore(heap[1], heap[2]) ? heap[1] : heap[2];
  }

  private isBefore(a: number, b: number): boolean {
    const { headNs } = this;
    return headNs[a] < headNs[b] || (headNs[a] === headNs[b] && this.runs.row[a] < this.runs.row[b]);
  }

  private sink(from: number): void {
    const { heap, size } = this;
    const run = heap[from];
    let at = from;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBefore(heap[child + 1], heap[child])) child++;
      if (!this.isBefore(heap[child], run)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = run;
  }
}
