/**
 * Browsers cannot make an element higher than some 33 million px, and a trace has more events than that is rows. Up to
 * {@link MOST_HEIGHT} a scroll position is the place in the rows; above, positions stand for places that lie further apart.
 */
export const MOST_HEIGHT = 8_000_000;

export interface ScrollMap {
  /** Height of the element that scrolls, px. */
  height: number;
  /** Greatest offset: the last row is at the bottom then. */
  mostOffset: number;
  /** Pixels of rows for a pixel of scrolling, at least 1. */
  scale: number;
}

/** @param rowsHeight of all rows, px; @param viewHeight of what is seen of them, px */
export function scrollMap(rowsHeight: number, viewHeight: number): ScrollMap {
  const height = Math.min(rowsHeight, MOST_HEIGHT);
  const mostOffset = Math.max(0, rowsHeight - viewHeight);
  const mostScroll = Math.max(0, height - viewHeight);
  return { height, mostOffset, scale: mostScroll === 0 ? 1 : mostOffset / mostScroll };
}

/** Offset that makes a row visible; `offset` itself where it is. `centre`: a row that is not goes into the middle. */
export function revealOffset(
  row: number,
  rowHeight: number,
  viewHeight: number,
  offset: number,
  align: 'nearest' | 'centre',
): number {
  const top = row * rowHeight;
  if (top >= offset && top + rowHeight <= offset + viewHeight) return offset;
  if (align === 'centre') return Math.max(0, top - (viewHeight - rowHeight) / 2);
  return top < offset ? top : top + rowHeight - viewHeight;
}
