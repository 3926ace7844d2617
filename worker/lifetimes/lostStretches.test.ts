import { describe, expect, it } from 'vitest';
import { lostStretches } from './lostStretches.ts';

/** Two processors that take turns: runs of three events, the first event of a run at its number × 100 ns. */
const RUNS = [0, 1, 0, 1, 0].map((processor, run) => ({ processor, firstSequence: run * 3, endSequence: run * 3 + 3 }));
const NS = Float64Array.from(RUNS.flatMap((_, run) => [run * 100, run * 100 + 10, run * 100 + 20]));
const END = 420;

describe('lostStretches', () => {
  it('lie between a processor’s buffer before and the marked one, whatever other processors wrote meanwhile', () => {
    expect(lostStretches([{ before: 2, processor: 0 }], RUNS, NS, END)).toEqual([{ fromNs: 20, toNs: 200 }]);
  });

  it('reach back to the start where the first buffer is marked', () => {
    expect(lostStretches([{ before: 1, processor: 1 }], RUNS, NS, END)).toEqual([{ fromNs: 0, toNs: 100 }]);
  });

  it('of a damaged end of a buffer reach to the processor’s next buffer', () => {
    expect(lostStretches([{ before: 2, processor: 1 }], RUNS, NS, END)).toEqual([{ fromNs: 120, toNs: 300 }]);
  });

  it('reach to the end where nothing follows', () => {
    expect(lostStretches([{ before: 5, processor: 0 }], RUNS, NS, END)).toEqual([{ fromNs: 420, toNs: 420 }]);
    expect(lostStretches([{ before: 4, processor: 1 }], RUNS, NS, END)).toEqual([{ fromNs: 320, toNs: 420 }]);
  });

  it('of a buffer that could not be read lie between its neighbours in the file', () => {
    expect(lostStretches([{ before: 3, processor: -1 }], RUNS, NS, END)).toEqual([{ fromNs: 220, toNs: 300 }]);
    expect(lostStretches([{ before: 0, processor: -1 }], RUNS, NS, END)).toEqual([{ fromNs: 0, toNs: 0 }]);
  });

  it('look past events without a time, and join where they overlap', () => {
    const ns = NS.slice();
    ns[2] = NaN;
    ns[6] = NaN;
    const losses = [
      { before: 3, processor: 1 },
      { before: 2, processor: 0 },
    ];
    expect(lostStretches(losses.slice(1), RUNS, ns, END)).toEqual([{ fromNs: 10, toNs: 210 }]);
    expect(lostStretches(losses, RUNS, ns, END)).toEqual([{ fromNs: 10, toNs: 300 }]);
  });
});
