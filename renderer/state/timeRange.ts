/** A visible stretch of the trace, ns, from < to. */
export interface TimeRange {
  fromNs: number;
  toNs: number;
}

/** The closest zoom: below it a pixel would be less than a nanosecond. */
export const MIN_SPAN_NS = 1000;

/** The nearest range of the same span inside [0, endNs], integers; the span is kept between {@link MIN_SPAN_NS} and the whole trace. */
export function clampRange(range: TimeRange, endNs: number): TimeRange {
  const end = Math.max(endNs, MIN_SPAN_NS);
  const span = Math.min(end, Math.max(MIN_SPAN_NS, Math.round(range.toNs - range.fromNs)));
  const fromNs = Math.min(Math.max(0, Math.round(range.fromNs)), end - span);
  return { fromNs, toNs: fromNs + span };
}

/** Zooms by a factor (< 1 is closer) and keeps the time `atNs` where it is on the screen. */
export function zoomRange(range: TimeRange, endNs: number, atNs: number, factor: number): TimeRange {
  const span = Math.min(Math.max(endNs, MIN_SPAN_NS), Math.max(MIN_SPAN_NS, (range.toNs - range.fromNs) * factor));
  const share = (atNs - range.fromNs) / (range.toNs - range.fromNs);
  const fromNs = atNs - share * span;
  return clampRange({ fromNs, toNs: fromNs + span }, endNs);
}

/** Moves by a share of the visible span: 0.25 is a quarter to the right. */
export function panRange(range: TimeRange, endNs: number, share: number): TimeRange {
  const by = (range.toNs - range.fromNs) * share;
  return clampRange({ fromNs: range.fromNs + by, toNs: range.toNs + by }, endNs);
}

/** The range with [birth, death] in view: unchanged where any of it is visible, else moved to its middle at the same zoom. */
export function revealRange(range: TimeRange, endNs: number, birthNs: number, deathNs: number): TimeRange {
  if (birthNs <= range.toNs && deathNs >= range.fromNs) return range;
  const middle = (birthNs + deathNs) / 2;
  const span = range.toNs - range.fromNs;
  return clampRange({ fromNs: middle - span / 2, toNs: middle + span / 2 }, endNs);
}
