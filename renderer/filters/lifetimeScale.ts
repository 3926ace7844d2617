import type { Range } from '../../shared/filter.ts';

/** Where lifetimes stand on the histogram's axis. Positions are in bins: 0 is its left end, the number of bins its right one. Times are seconds. */

/** @param edges bounds of the bins, rising, the first above 0; one more than bins */
export function positionOf(edges: readonly number[], seconds: number): number {
  const last = edges.length - 1;
  if (seconds <= edges[0]) return 0;
  if (seconds >= edges[last]) return last;
  let bin = 0;
  while (edges[bin + 1] <= seconds) bin++;
  return bin + Math.log(seconds / edges[bin]) / Math.log(edges[bin + 1] / edges[bin]);
}

/** Edges with a label: those at whole decades of the first, as many as there may be. */
export function axisEdges(edges: readonly number[], most: number): number[] {
  const decades = edges.flatMap((edge, at) => {
    const power = Math.log10(edge / edges[0]);
    return Math.abs(power - Math.round(power)) < 1e-9 ? [at] : [];
  });
  const step = Math.ceil(decades.length / most);
  return decades.filter((_, index) => index % step === 0);
}

/** The stretch that a range covers; null where it is none. */
export function stretchOf(edges: readonly number[], range: Range | undefined): { from: number; to: number } | null {
  if (range === undefined) return null;
  const last = edges.length - 1;
  return {
    from: range.min === null ? 0 : positionOf(edges, range.min),
    // A range includes its end, a bin does not: its last nanosecond is the edge.
    to: range.max === null ? last : positionOf(edges, onEdge(edges, range.max)),
  };
}

/**
 * The range of whole bins [from, to). An end of the axis is unbounded: the outermost bins have all that is beyond them.
 * undefined for the whole axis.
 */
export function rangeOfBins(edges: readonly number[], from: number, to: number): Range | undefined {
  const min = from <= 0 ? null : edges[from];
  const max = to >= edges.length - 1 ? null : (Math.round(edges[to] * 1e9) - 1) / 1e9;
  return min === null && max === null ? undefined : { min, max };
}

function onEdge(edges: readonly number[], seconds: number): number {
  const next = (Math.round(seconds * 1e9) + 1) / 1e9;
  return edges.find((edge) => Math.abs(edge - next) < 1e-12) ?? seconds;
}
