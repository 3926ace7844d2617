import type { Overview } from '../../shared/service.ts';
import { MIN_SPAN_NS, type TimeRange } from '../state/timeRange.ts';

/** One sample of the overview, for the area stack. */
export interface OverviewPoint {
  index: number;
  /** open handles, one number a series */
  values: number[];
}

export function overviewPoints(overview: Overview): OverviewPoint[] {
  const length = overview.series[0]?.values.length ?? 0;
  return Array.from({ length }, (_, index) => ({
    index,
    values: overview.series.map((series) => series.values[index] ?? 0),
  }));
}

/** Height of the highest stack: more than the peak where types reach theirs within one sample, but not at once. */
export function highestStack(points: readonly OverviewPoint[]): number {
  return points.reduce(
    (most, { values }) =>
      Math.max(
        most,
        values.reduce((sum, value) => sum + value, 0),
      ),
    0,
  );
}

/** The brush's state for an extent in px. */
export function brushExtent(x0: number, x1: number, width: number, height: number) {
  return {
    start: { x: x0, y: 0 },
    end: { x: x1, y: height },
    extent: { x0, x1, y0: 0, y1: height },
    bounds: { x0: 0, x1: width, y0: 0, y1: height },
  };
}

/** What a brush of these times means for the view; null where it is too thin to be meant. */
export function brushedRange(x0: number, x1: number, endNs: number): TimeRange | null {
  const fromNs = Math.max(0, Math.min(x0, x1));
  const toNs = Math.min(endNs, Math.max(x0, x1));
  return toNs - fromNs < MIN_SPAN_NS ? null : { fromNs, toNs };
}
