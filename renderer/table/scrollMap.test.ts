import { describe, expect, it } from 'vitest';
import { MOST_HEIGHT, revealOffset, scrollMap } from './scrollMap.ts';

describe('scroll map', () => {
  it('is one to one as long as the rows fit into an element', () => {
    expect(scrollMap(24_000, 480)).toEqual({ height: 24_000, mostOffset: 23_520, scale: 1 });
    expect(scrollMap(100, 480)).toEqual({ height: 100, mostOffset: 0, scale: 1 });
  });

  it('reaches the first and the last of 15 million rows', () => {
    const { height, mostOffset, scale } = scrollMap(15_000_000 * 24, 480);
    expect(height).toBe(MOST_HEIGHT);
    expect((height - 480) * scale).toBeCloseTo(mostOffset, 3);
    expect(mostOffset + 480).toBe(15_000_000 * 24);
  });

  it('moves only as far as it takes to show a row', () => {
    expect(revealOffset(5, 24, 480, 0, 'nearest')).toBe(0);
    expect(revealOffset(20, 24, 480, 0, 'nearest')).toBe(24);
    expect(revealOffset(2, 24, 480, 240, 'nearest')).toBe(48);
    expect(revealOffset(100, 24, 480, 0, 'centre')).toBe(2172);
    expect(revealOffset(3, 24, 480, 4800, 'centre')).toBe(0);
  });
});
