import { describe, expect, it } from 'vitest';
import { clampRange, MIN_SPAN_NS, panRange, revealRange, zoomRange } from './timeRange.ts';

const END = 10_000_000;

describe('clampRange', () => {
  it('keeps the span when pushed over an end', () => {
    expect(clampRange({ fromNs: -500, toNs: 1_500 }, END)).toEqual({ fromNs: 0, toNs: 2000 });
    expect(clampRange({ fromNs: END - 500, toNs: END + 1500 }, END)).toEqual({ fromNs: END - 2000, toNs: END });
  });

  it('is never longer than the trace nor shorter than the closest zoom', () => {
    expect(clampRange({ fromNs: -5, toNs: END * 3 }, END)).toEqual({ fromNs: 0, toNs: END });
    expect(clampRange({ fromNs: 50, toNs: 51 }, END)).toEqual({ fromNs: 50, toNs: 50 + MIN_SPAN_NS });
  });
});

describe('zoomRange', () => {
  it('keeps the time under the cursor where it is', () => {
    const range = { fromNs: 2_000_000, toNs: 6_000_000 };
    const zoomed = zoomRange(range, END, 3_000_000, 0.5);
    expect(zoomed).toEqual({ fromNs: 2_500_000, toNs: 4_500_000 });
    expect((3_000_000 - zoomed.fromNs) / (zoomed.toNs - zoomed.fromNs)).toBeCloseTo(0.25);
  });

  it('cannot leave the trace by zooming out at its edge', () => {
    expect(zoomRange({ fromNs: 0, toNs: 1_000_000 }, END, 0, 100)).toEqual({ fromNs: 0, toNs: END });
  });
});

describe('panRange', () => {
  it('moves by a share and stops at the end', () => {
    expect(panRange({ fromNs: 0, toNs: 1_000_000 }, END, 0.5)).toEqual({ fromNs: 500_000, toNs: 1_500_000 });
    expect(panRange({ fromNs: END - 1_000_000, toNs: END }, END, 0.5).toNs).toBe(END);
  });
});

describe('revealRange', () => {
  const range = { fromNs: 4_000_000, toNs: 5_000_000 };

  it('leaves the view alone where a part of the object is in it', () => {
    expect(revealRange(range, END, 4_900_000, 9_000_000)).toBe(range);
  });

  it('moves to an object outside at the same zoom', () => {
    expect(revealRange(range, END, 7_000_000, 7_100_000)).toEqual({ fromNs: 6_550_000, toNs: 7_550_000 });
  });
});
