import { describe, expect, it } from 'vitest';
import { axisEdges, positionOf, rangeOfBins, stretchOf } from './lifetimeScale.ts';

const EDGES = [1e-6, 1e-5, 1e-4, 1e-3];

describe('positionOf', () => {
  it('is logarithmic between the edges and stops at the ends', () => {
    expect([0, 1e-6, 1e-5, 1e-3, 9999].map((seconds) => positionOf(EDGES, seconds))).toEqual([0, 0, 1, 3, 3]);
    expect(positionOf(EDGES, Math.sqrt(1e-5 * 1e-4))).toBeCloseTo(1.5, 9);
  });
});

describe('rangeOfBins', () => {
  it('takes the start of the first bin and the last nanosecond of the last one', () => {
    expect(rangeOfBins(EDGES, 1, 2)).toEqual({ min: 1e-5, max: 0.000099999 });
    expect(rangeOfBins(EDGES, 0, 1)).toEqual({ min: null, max: 0.000009999 });
    expect(rangeOfBins(EDGES, 2, 3)).toEqual({ min: 1e-4, max: null });
    expect(rangeOfBins(EDGES, 0, 3)).toBeUndefined();
  });

  it('covers just these bins', () => {
    for (let from = 0; from < 3; from++) {
      for (let to = from + 1; to <= 3; to++) {
        const range = rangeOfBins(EDGES, from, to);
        const stretch = stretchOf(EDGES, range) ?? { from: 0, to: 3 };
        expect(stretch.from).toBeCloseTo(from, 9);
        expect(stretch.to).toBeCloseTo(to, 9);
      }
    }
  });
});

describe('axisEdges', () => {
  it('are whole decades, evenly apart', () => {
    const edges = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].map((us) => us / 1e6);
    expect(axisEdges(edges, 4)).toEqual([0, 3, 6, 9]);
    expect(axisEdges(edges, 3)).toEqual([0, 6]);
    expect(axisEdges([1e-6, 1], 4)).toEqual([0, 1]);
  });
});
