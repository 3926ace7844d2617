import { describe, expect, it } from 'vitest';
import { tickDigits, tickLabels, timeTicks } from './timeTicks.ts';

describe('timeTicks', () => {
  it('labels neighbouring ticks differently, at any zoom', () => {
    for (const spanNs of [1e3, 5e4, 1e6, 3.3e7, 1e9, 12e9]) {
      const { ns, format } = timeTicks({ fromNs: 3_364_629_000, toNs: 3_364_629_000 + spanNs, width: 800 });
      const labels = ns.map(format);
      expect(labels.length).toBeGreaterThan(1);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it('gives labels room', () => {
    const { ns, format } = timeTicks({ fromNs: 3_364_629_000, toNs: 3_364_630_000, width: 800 });
    expect(ns.length * format(ns[0]).length * 6).toBeLessThan(800);
  });
});

describe('times of day', () => {
  // 2024-05-10T14:46:34.5Z
  const header = { startTimeFiletime: '133598259945000000', timeZoneBiasMinutes: -120 };

  it('are round times of the clock, not of the trace', () => {
    const { ns, format } = timeTicks({ fromNs: 0, toNs: 8e9, width: 1000 }, tickLabels('utc', header));
    expect(ns[0]).toBe(0.5e9);
    expect(ns.map(format)[0]).toBe('14:46:35');
    expect(timeTicks({ fromNs: 0, toNs: 8e9, width: 1000 }, tickLabels('local', header)).format(ns[0])).toBe(
      '16:46:35',
    );
  });

  it('have digits that tell them apart when zoomed in', () => {
    const { ns, format } = timeTicks({ fromNs: 1e9, toNs: 1e9 + 50_000, width: 900 }, tickLabels('local', header));
    expect(new Set(ns.map(format)).size).toBe(ns.length);
  });

  it('are seconds where the trace does not tell its start', () => {
    const labels = tickLabels('local', { startTimeFiletime: 'nonsense', timeZoneBiasMinutes: 0 });
    expect(timeTicks({ fromNs: 0, toNs: 8e9, width: 1000 }, labels).format(1e9)).toBe('1 s');
  });
});

describe('tickDigits', () => {
  it('is what a step needs', () => {
    expect([2, 1, 0.5, 0.1, 0.05, 1e-6].map(tickDigits)).toEqual([0, 0, 1, 1, 2, 6]);
  });
});
