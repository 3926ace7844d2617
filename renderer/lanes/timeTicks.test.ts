import { describe, expect, it } from 'vitest';
import { tickDigits, timeTicks } from './timeTicks.ts';

describe('timeTicks', () => {
  it('labels neighbouring ticks differently, at any zoom', () => {
    for (const spanNs of [1e3, 5e4, 1e6, 3.3e7, 1e9, 12e9]) {
      const { seconds, format } = timeTicks({ fromNs: 3_364_629_000, toNs: 3_364_629_000 + spanNs, width: 800 });
      const labels = seconds.map(format);
      expect(labels.length).toBeGreaterThan(1);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it('gives labels room', () => {
    const { seconds, format } = timeTicks({ fromNs: 3_364_629_000, toNs: 3_364_630_000, width: 800 });
    expect(seconds.length * format(seconds[0]).length * 6).toBeLessThan(800);
  });
});

describe('tickDigits', () => {
  it('is what a step needs', () => {
    expect([2, 1, 0.5, 0.1, 0.05, 1e-6].map(tickDigits)).toEqual([0, 0, 1, 1, 2, 6]);
  });
});
