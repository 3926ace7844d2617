import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import { facetsOf } from './facets.ts';
import { overviewOf } from './overview.ts';
import { selectObjects } from './select.ts';
import { SelectionCache } from './selectionCache.ts';
import { ARBITRARY_END, arbitraryTrace } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';

const trace = traceFixture({
  endNs: 1000,
  processes: [
    { name: 'a;b*.exe', pid: 1 },
    { name: 'child.exe', pid: 2 },
    { name: 'other.exe', pid: 3 },
  ],
  objects: [
    {
      type: 'File',
      handles: [
        { owner: 'child.exe', value: 4, dcStart: 0 },
        { owner: 'other.exe', value: 4, dcStart: 0 },
        { owner: 'other.exe', value: 8, dcStart: 0 },
      ],
    },
    { handles: [{ owner: 'a;b*.exe', value: 4, open: 100 }] },
    {
      handles: [
        { owner: 'a;b*.exe', value: 4, open: 200, close: 300 },
        {
          owner: 'child.exe',
          value: 4,
          start: 'inherited',
          open: 210,
          close: 250,
          end: 'processExit',
          source: { process: 'a;b*.exe', value: 4 },
        },
      ],
    },
    { type: 'Key', handles: [{ owner: 'other.exe', value: 4, open: 400, close: 500 }] },
  ],
});

describe('facets', () => {
  it('count every value under the other filters', () => {
    expect(facetsOf(new SelectionCache(trace), {})).toEqual({
      processes: [
        { value: 'a?b?.exe(1)', label: 'a;b*.exe(1)', objects: 2, leaks: 1 },
        { value: 'other.exe(3)', label: 'other.exe(3)', objects: 2, leaks: 0 },
        { value: 'child.exe(2)', label: 'child.exe(2)', objects: 1, leaks: 0 },
      ],
      types: [
        { value: 'Event', label: 'Event', objects: 2, leaks: 1 },
        { value: 'File', label: 'File', objects: 1, leaks: 0 },
        { value: 'Key', label: 'Key', objects: 1, leaks: 0 },
      ],
      inheritedBy: [{ value: 'child.exe(2)', label: 'child.exe(2)', objects: 1, leaks: 0 }],
      leak: 1,
      leakAtExit: 1,
      inherit: 1,
      matched: 4,
      total: 4,
    });
  });

  it('leave their own filter out', () => {
    const facets = facetsOf(new SelectionCache(trace), { type: 'Event', leak: true });
    expect(facets.types.map(({ label, objects }) => [label, objects])).toEqual([['Event', 1]]);
    expect(facets.processes.map(({ label, objects }) => [label, objects])).toEqual([['a;b*.exe(1)', 1]]);
    expect(facets).toMatchObject({ leak: 1, leakAtExit: 0, inherit: 0, matched: 1 });
    expect(facetsOf(new SelectionCache(trace), { leak: true }).leak).toBe(1);
    expect(facetsOf(new SelectionCache(trace), { type: 'Key' }).types).toHaveLength(3);
  });

  it('say what choosing a value leaves', () => {
    const filters = fc.constantFrom<Filter>(
      {},
      { leak: true },
      { type: 'Event' },
      { process: 'a.exe' },
      { relatedProcess: 'b.exe' },
      { handle: '0x4', inherit: true },
    );
    fc.assert(
      fc.property(arbitraryTrace(), filters, (literal, filter) => {
        const random = traceFixture(literal);
        const facets = facetsOf(new SelectionCache(random), filter);
        const left = (chosen: Filter): number => selectObjects(random, { ...filter, ...chosen }).objects.length;
        for (const { value, objects, leaks } of facets.processes) {
          expect(left({ process: value })).toBe(objects);
          if (filter.leak !== true) expect(left({ process: value, leak: true })).toBe(leaks);
        }
        for (const { value, objects } of facets.types) expect(left({ type: value })).toBe(objects);
        for (const { value, objects } of facets.inheritedBy)
          expect(left({ relatedProcess: value, inherit: true })).toBeGreaterThanOrEqual(objects);
        expect([facets.leak, facets.leakAtExit, facets.inherit]).toEqual([
          left({ leak: true }),
          left({ leakAtExit: true }),
          left({ inherit: true }),
        ]);
        expect(facets.matched).toBe(left({}));
      }),
      { numRuns: 150 },
    );
  });
});

describe('the overview', () => {
  const overview = (samples: number, filter: Filter = {}): [string, string][] => {
    const { series } = overviewOf(trace, selectObjects(trace, filter), { samples });
    return series.map(({ label, values }) => [label, Array.from(values).join(' ')]);
  };

  it('has a series a type, largest first', () => {
    expect(overview(10)).toEqual([
      ['File', '3 3 3 3 3 3 3 3 3 3'],
      ['Event', '0 1 3 1 1 1 1 1 1 1'],
      ['Key', '0 0 0 0 1 0 0 0 0 0'],
    ]);
    expect(overviewOf(trace, selectObjects(trace, {}), { samples: 10 })).toMatchObject({ peak: 6, endNs: 1000 });
  });

  it('follows the filter', () => {
    expect(overview(4, { type: 'Key' })).toEqual([['Key', '0 1 0 0']]);
    expect(overview(2, { handle: '0x8' })).toEqual([['File', '1 1']]);
    expect(overview(2, { type: 'none' })).toEqual([]);
  });

  it('puts the smallest types together', () => {
    const many = traceFixture({
      endNs: 100,
      objects: Array.from({ length: 10 }, (_, i) => ({ type: `T${i}`, handles: [{ value: 4, open: 10 * i }] })),
    });
    const { series, peak } = overviewOf(many, selectObjects(many, {}), { samples: 2 });
    expect(series.map(({ label }) => label)).toEqual(['T0', 'T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'other']);
    expect(Array.from(series[7].values)).toEqual([0, 3]);
    expect(peak).toBe(10);
  });

  it('has an exact peak, whatever the samples', () => {
    const apart = traceFixture({
      endNs: 100,
      objects: [
        { type: 'A', handles: [{ value: 4, open: 10, close: 20 }] },
        { type: 'B', handles: [{ value: 8, open: 30, close: 40 }] },
      ],
    });
    for (const samples of [2, 3, 10, 100]) {
      expect(overviewOf(apart, selectObjects(apart, {}), { samples }).peak, `${samples} samples`).toBe(1);
    }
  });

  it('never forgets a handle', () => {
    fc.assert(
      fc.property(arbitraryTrace(), fc.integer({ min: 2, max: 60 }), (literal, samples) => {
        const random = traceFixture(literal);
        const { series, peak } = overviewOf(random, selectObjects(random, {}), { samples });
        const last = series.reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0);
        const open = random.handles.end.reduce((sum, end) => sum + (end === 0 ? 1 : 0), 0);
        expect(last).toBeGreaterThanOrEqual(open);
        expect(peak).toBeGreaterThanOrEqual(open);
        for (const { label, values } of series)
          if (label !== 'other') expect(peak).toBeGreaterThanOrEqual(Math.max(...values));
        expect(overviewOf(random, selectObjects(random, {}), { samples: samples + 61 }).peak).toBe(peak);
        expect(random.endNs).toBe(ARBITRARY_END);
      }),
      { numRuns: 100 },
    );
  });
});
