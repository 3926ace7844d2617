import { describe, expect, it } from 'vitest';
import { brushedRange, highestStack, overviewPoints } from './overviewData.ts';

describe('overviewPoints', () => {
  it('turns series into samples', () => {
    const series = [
      { label: 'Event', values: Float32Array.of(1, 2) },
      { label: 'other', values: Float32Array.of(3, 4) },
    ];
    expect(overviewPoints({ series, peak: 6, endNs: 1 })).toEqual([
      { index: 0, values: [1, 3] },
      { index: 1, values: [2, 4] },
    ]);
    expect(overviewPoints({ series: [], peak: 0, endNs: 1 })).toEqual([]);
  });
});

it('finds the highest stack', () => {
  const points = [
    { index: 0, values: [1, 5] },
    { index: 1, values: [4, 3] },
  ];
  expect(highestStack(points)).toBe(7);
  expect(highestStack([])).toBe(0);
});

describe('brushedRange', () => {
  it('sorts and clamps, and refuses what is too thin', () => {
    expect(brushedRange(9000, -5, 8000)).toEqual({ fromNs: 0, toNs: 8000 });
    expect(brushedRange(100, 101, 8000)).toBeNull();
  });
});
