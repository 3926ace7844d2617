/** Sizes of the lanes, CSS pixels. Every row has one height: the row under a pixel is a division, whatever is above it. */
export const ROW_HEIGHT = 20;
export const BAR_TOP = 4;
export const BAR_HEIGHT = 12;
/** Views of files are drawn thinner than objects, so that they are told apart without colour. */
export const MAPPING_TOP = 7;
export const MAPPING_HEIGHT = 6;
/** Browsers cannot make an element higher than some 33 million px; rows past this many are reached by filtering. */
export const MAX_SCROLL_ROWS = 1_500_000;

export interface TimeScale {
  fromNs: number;
  toNs: number;
  /** px */
  width: number;
}

export function xOfTime(scale: TimeScale, ns: number): number {
  return ((ns - scale.fromNs) / (scale.toNs - scale.fromNs)) * scale.width;
}

export function timeOfX(scale: TimeScale, x: number): number {
  return scale.fromNs + (x / scale.width) * (scale.toNs - scale.fromNs);
}

/** Row under a y of the plot (0 at its top edge), whether or not there is such a row. */
export function rowAt(scrollTop: number, y: number): number {
  return Math.floor((scrollTop + y) / ROW_HEIGHT);
}

/** The scroll offset that brings a row into view: the same where it is, else with it in the middle. */
export function scrollToRow(row: number, scrollTop: number, height: number): number {
  const top = row * ROW_HEIGHT;
  if (top >= scrollTop && top + ROW_HEIGHT <= scrollTop + height) return scrollTop;
  return Math.max(0, Math.round(top - height / 2 + ROW_HEIGHT / 2));
}
