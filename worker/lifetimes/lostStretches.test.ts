import { describe, expect, it } from 'vitest';
import { lostStretches } from './lostStretches.ts';

/** Two processors that take turns: the first event of a run at its number × 100 ns, the last one 20 ns later. */
const RUNS = [0, 1, 0, 1, 0].map((processor, run) => ({ processor, firstNs: run * 100, lastNs: run * 100 + 20 }));
const END = 420;

describe('lostStretches', () => {
  it('lie between a processor’s buffer before and the marked one, whatever other processors wrote meanwhile', () => {
    expect(lostStretches([{ before: 2, processor: 0 }], RUNS, END)).toEqual([{ fromNs: 20, toNs: 200 }]);
  });

  it('reach back to the start where the first buffer is marked', () => {
    expect(lostStretches([{ before: 1, processor: 1 }], RUNS, END)).toEqual([{ fromNs: 0, toNs: 100 }]);
  });

  it('of a damaged end of a buffer reach to the processor’s next buffer', () => {
    expect(lostStretches([{ before: 2, processor: 1 }], RUNS, END)).toEqual([{ fromNs: 120, toNs: 300 }]);
  });

  it('reach to the end where nothing follows', () => {
    expect(lostStretches([{ before: 5, processor: 0 }], RUNS, END)).toEqual([{ fromNs: 420, toNs: 420 }]);
    expect(lostStretches([{ before: 4, processor: 1 }], RUNS, END)).toEqual([{ fromNs: 320, toNs: 420 }]);
  });

  it('of a buffer that could not be read lie between its neighbours in the file', () => {
    expect(lostStretches([{ before: 3, processor: -1 }], RUNS, END)).toEqual([{ fromNs: 220, toNs: 300 }]);
    expect(lostStretches([{ before: 0, processor: -1 }], RUNS, END)).toEqual([{ fromNs: 0, toNs: 0 }]);
  });

  it('join where they overlap', () => {
    const losses = [
      { before: 3, processor: 1 },
      { before: 2, processor: 0 },
    ];
    expect(lostStretches(losses.slice(1), RUNS, END)).toEqual([{ fromNs: 20, toNs: 200 }]);
    expect(lostStretches(losses, RUNS, END)).toEqual([{ fromNs: 20, toNs: 300 }]);
  });

  it('reach to the ends of the trace where a run has no times', () => {
    const runs = RUNS.map((run) => ({ ...run, firstNs: NaN, lastNs: NaN }));
    expect(lostStretches([{ before: 2, processor: 0 }], runs, END)).toEqual([{ fromNs: 0, toNs: END }]);
  });
});
