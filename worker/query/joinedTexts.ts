/**
 * Many texts as a few long ones: a piece is looked for in all of them with one walk over memory that lies in order, where a search text by
 * text would meet a cache miss with each.
 */

/** Longest text that is put together (a single one may be longer), in UTF-16 code units. */
const BLOCK_LENGTH = 1 << 23;
const BETWEEN = '\n';

interface Block {
  text: string;
  /** index of its first text */
  first: number;
  /** where its texts begin; and where one more would */
  starts: Uint32Array;
}

export class JoinedTexts {
  private readonly length: number;
  private readonly blocks: Block[] = [];

  constructor(texts: readonly string[], blockLength = BLOCK_LENGTH) {
    this.length = texts.length;
    for (let first = 0; first < texts.length;) {
      let end = first;
      for (let length = 0; end < texts.length && (end === first || length < blockLength); end++) {
        length += texts[end].length + BETWEEN.length;
      }
      const mine = texts.slice(first, end);
      const starts = new Uint32Array(mine.length + 1);
      mine.forEach((text, at) => (starts[at + 1] = starts[at] + text.length + BETWEEN.length));
      this.blocks.push({ text: mine.join(BETWEEN), first, starts });
      first = end;
    }
  }

  /** Visits the texts that contain a piece, in their order; "" is in all. */
  forEachContaining(piece: string, visit: (index: number) => void): void {
    if (piece === '') {
      for (let index = 0; index < this.length; index++) visit(index);
      return;
    }
    for (const { text, first, starts } of this.blocks) {
      let at = 0;
      for (let found = text.indexOf(piece); found >= 0;) {
        at = textAt(starts, at, found);
        const next = starts[at + 1];
        // The piece may have what stands between two texts.
        const isInside = found + piece.length < next;
        if (isInside) visit(first + at);
        found = text.indexOf(piece, isInside ? next : found + 1);
      }
    }
  }
}

/** Last text from `from` on that begins at or before a place; looks near `from` first. */
function textAt(starts: Uint32Array, from: number, place: number): number {
  let stride = 1;
  while (from + stride < starts.length && starts[from + stride] <= place) stride *= 2;
  let low = from + (stride >>> 1);
  let high = Math.min(from + stride, starts.length) - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
