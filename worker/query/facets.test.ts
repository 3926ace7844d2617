import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import { FACETS, type FacetList, type FacetRequest, type Facets } from '../../shared/service.ts';
import type { Trace } from '../lifetimes/model.ts';
import { lifetimeEdges } from './facetColumns.ts';
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

/** Entries of a list as readable lines. */
function lines({ entries }: FacetList): string[] {
  return entries.map(({ value, label, detail, objects, leaks }) =>
    [value === label ? label : `${value} = ${label}`, ...(detail === undefined ? [] : [detail]), objects, leaks].join(
      ' | ',
    ),
  );
}

function facets(of: Trace, filter: Filter = {}, more: Partial<FacetRequest> = {}): Facets {
  return facetsOf(new SelectionCache(of), { filter, ...more });
}

describe('facets', () => {
  it('count every value under the other filters', () => {
    const { lists, lifetimes, ...counts } = facets(trace);
    expect(counts).toEqual({
      leak: 1,
      leakAtExit: 1,
      inherit: 1,
      multiProcess: 0,
      overlapped: 1,
      mappings: 0,
      objects: 4,
      matched: 4,
      total: 4,
    });
    expect(Object.fromEntries(FACETS.map((name) => [name, lines(lists[name])]))).toEqual({
      process: ['a?b?.exe(1) = a;b*.exe(1) | 2 | 1', 'other.exe(3) | 2 | 0', 'child.exe(2) | 1 | 0'],
      type: ['Event | 2 | 1', 'File | 1 | 0', 'Key | 1 | 0'],
      createStackId: ['(none) = (no stack) | 4 | 1'],
      objectName: ['(none) = (no name) | 4 | 1'],
      inheritedPair: ['a?b?.exe(1) > child.exe(2) = a;b*.exe(1) > child.exe(2) | 1 | 0'],
      relatedProcess: ['a?b?.exe(1) = a;b*.exe(1) | 2 | 1', 'child.exe(2) | 2 | 0', 'other.exe(3) | 2 | 0'],
      end: ['closed | 2 | 0', 'open | 2 | 1', 'processExit | 1 | 0'],
    });
    expect(lists.type.distinct).toBe(3);
    expect(lifetimes).toMatchObject({ unknown: 2, objects: [2, ...new Array<number>(9).fill(0)] });
  });

  it('leave their own filter out', () => {
    const { lists, ...counts } = facets(trace, { type: 'Event', leak: true });
    expect(lines(lists.type)).toEqual(['Event | 1 | 1']);
    expect(lines(lists.process)).toEqual(['a?b?.exe(1) = a;b*.exe(1) | 1 | 1']);
    expect(counts).toMatchObject({ leak: 1, leakAtExit: 0, inherit: 0, matched: 1 });
    expect(facets(trace, { leak: true }).leak).toBe(1);
    expect(facets(trace, { type: 'Key' }).lists.type.entries).toHaveLength(3);
  });

  it('say what choosing a value leaves', () => {
    const filters = fc.constantFrom<Filter>(
      {},
      { leak: true },
      { type: 'Event', end: 'open' },
      { type: '!Event;!Key', process: 'a.exe', objectName: 'two*' },
      { process: 'a.exe' },
      { relatedProcess: 'b.exe', map: false },
      { handle: '0x4', inherit: true },
      { lifetime: { min: null, max: 300e-9 }, time: { min: null, max: 500e-9 } },
      { createStackId: '0', inheritedPair: '(none)' },
      { objectName: '(none)', map: true },
    );
    fc.assert(
      fc.property(arbitraryTrace(), filters, (literal, filter) => {
        const random = traceFixture(literal);
        const found = facets(random, filter);
        const left = (chosen: Filter): number => selectObjects(random, { ...filter, ...chosen }).objects.length;
        for (const name of FACETS) {
          for (const { value, objects, leaks } of found.lists[name].entries) {
            expect(left({ [name]: value }), `${name} ${value}`).toBe(objects);
            if (filter.leak !== true) expect(left({ [name]: value, leak: true }), `${name} ${value}`).toBe(leaks);
          }
        }
        expect([found.leak, found.leakAtExit, found.inherit, found.multiProcess, found.overlapped]).toEqual([
          left({ leak: true }),
          left({ leakAtExit: true }),
          left({ inherit: true }),
          left({ multiProcess: true }),
          left({ overlapped: true }),
        ]);
        expect([found.mappings, found.objects, found.matched]).toEqual([
          left({ map: true }),
          left({ map: false }),
          left({}),
        ]);
        const known = found.lifetimes.objects.reduce((sum, count) => sum + count, 0);
        expect(known + found.lifetimes.unknown).toBe(left({ lifetime: undefined }));
      }),
      { numRuns: 200 },
    );
  });

  const named = traceFixture({
    endNs: 1e9,
    processes: [
      { name: 'app.exe', pid: 8 },
      { name: 'App.exe', pid: 8 },
    ],
    stacks: {
      a: ['ntdll.dll+0x1', 'app.exe!Make+0x1', 'app.exe!Caller+0x2'],
      b: ['ntdll.dll+0x1', 'app.exe!Make+0x1', 'app.exe!Other+0x2'],
      c: ['ntdll.dll+0x1', 'app.exe!Make+0x1'],
      d: ['ntdll.dll+0x2', 'app.exe!Make+0x1'],
    },
    objects: ['a', 'b', 'c', 'd', 'a'].map((openStack, i) => ({
      name: ['Alpha', 'ALPHA', 'beta', 'Gamma', 'n'.repeat(32_000)][i],
      otherNames: i === 2 ? ['alpha', 'Beta'] : [],
      handles: [
        { owner: i % 2 === 0 ? 'app.exe(8)' : 'App.exe(8)', value: 4, open: 10 ** i, close: 2 * 10 ** i, openStack },
      ],
    })),
  });

  it('tell stacks with one first frame apart', () => {
    expect(lines(facets(named).lists.createStackId)).toEqual([
      '0 = app.exe!Make+0x1 | app.exe!Caller+0x2 | 2 | 0',
      '1 = app.exe!Make+0x1 | app.exe!Other+0x2 | 1 | 0',
      '2 = app.exe!Make+0x1 | app.exe(8), Event | 1 | 0',
      '3 = app.exe!Make+0x1 | App.exe(8), Event | 1 | 0',
    ]);
  });

  it('put values together that a filter cannot tell apart', () => {
    const { lists } = facets(named);
    expect(lines(lists.process)).toEqual(['app.exe(8) | 5 | 0']);
    expect(lists.objectName.entries.slice(0, 3).map(({ label, objects }) => [label, objects])).toEqual([
      ['Alpha', 3],
      ['beta', 1],
      ['Gamma', 1],
    ]);
  });

  it('have short values for long names', () => {
    const entry = facets(named).lists.objectName.entries[3];
    expect(entry.label).toHaveLength(1001);
    expect(entry.value.length).toBeLessThan(2000);
    expect(selectObjects(named, { objectName: entry.value }).objects).toEqual(Uint32Array.of(4));
    const long = facets(named, { objectName: entry.value }, { limit: 1 }).lists.objectName;
    expect(long.entries.map(({ value }) => value)).toContain(entry.value);
  });

  it('are searched and cut, but name what the filter names', () => {
    const search = { objectName: 'ALPH', createStackId: 'caller', type: 'none' } as const;
    const { lists } = facets(named, {}, { search });
    expect(lines(lists.objectName)).toEqual(['Alpha | 3 | 0']);
    expect(lists.objectName.distinct).toBe(1);
    expect(lists.createStackId.entries.map(({ value }) => value)).toEqual(['0']);
    expect(lists.type).toEqual({ entries: [], distinct: 0 });

    const filter = { objectName: 'gamma;!Nowhere', process: 'gone.exe(7);App', end: '!lost', createStackId: '3' };
    const cut = facets(named, filter, { limit: 1 }).lists;
    expect(lines(cut.objectName)).toEqual(['Gamma | 1 | 0', 'Nowhere | 0 | 0']);
    expect(cut.objectName.distinct).toBe(1);
    expect(lines(cut.process)).toEqual(['app.exe(8) | 1 | 0', 'gone.exe(7) | 0 | 0']);
    expect(lines(cut.end)).toEqual(['closed | 1 | 0', 'lost | 0 | 0']);
    expect(lines(facets(named, { createStackId: '3' }, { limit: 1 }).lists.createStackId)).toEqual([
      '0 = app.exe!Make+0x1 | app.exe!Caller+0x2 | 2 | 0',
      '3 = app.exe!Make+0x1 | App.exe(8), Event | 1 | 0',
    ]);
    expect(facets(named, {}, { limit: 2 }).lists.objectName).toMatchObject({ distinct: 4 });
    expect(facets(named, {}, { limit: 2 }).lists.objectName.entries).toHaveLength(2);
  });

  it('make only the lists that are asked for; the counts are the same', () => {
    const all = facets(trace, { leak: true });
    const { lists, ...counts } = facets(trace, { leak: true }, { lists: ['type'] });
    const { lists: allLists, ...allCounts } = all;
    expect(counts).toEqual(allCounts);
    expect(lists.type).toEqual(allLists.type);
    for (const name of FACETS) if (name !== 'type') expect(lists[name], name).toEqual({ entries: [], distinct: 0 });
  });

  it('bound the bins of lifetimes by round numbers, as many as there is room for', () => {
    expect(lifetimeEdges(0)).toEqual([1000, 1200, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 10_000]);
    for (const endNs of [1, 10_000, 10_001, 999_999, 1e6, 1e9, 1e9 + 1, 3e9, 3600e9, 1e18]) {
      const edges = lifetimeEdges(endNs);
      expect(edges.length - 1).toBeLessThanOrEqual(36);
      expect(edges.length - 1).toBeGreaterThanOrEqual(10);
      expect(edges.at(-1)).toBeGreaterThanOrEqual(endNs);
      expect(edges.at(-2)).toBeLessThan(Math.max(endNs, 10_000));
      edges.forEach((edge, at) => {
        expect(Number(edge.toPrecision(2)), 'two digits').toBe(edge);
        if (at > 0) expect(edge).toBeGreaterThan(edges[at - 1]);
      });
    }
  });

  it('count lifetimes in bins that a range filter can name', () => {
    const { lifetimes } = facets(named);
    expect(lifetimes.edges[0]).toBe(1e-6);
    expect(lifetimes.edges.at(-1)).toBe(1);
    lifetimes.objects.forEach((count, bin) => {
      const min = bin === 0 ? null : lifetimes.edges[bin];
      const max = bin === lifetimes.objects.length - 1 ? null : lifetimes.edges[bin + 1] - 1e-9;
      expect(selectObjects(named, { lifetime: { min, max } }).objects).toHaveLength(count);
    });
    expect(lifetimes.objects.reduce((sum, count) => sum + count)).toBe(5);
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

  it('goes by process too', () => {
    const { series, peak } = overviewOf(trace, selectObjects(trace, {}), { samples: 10, by: 'process' });
    expect(series.map(({ label, values }) => [label, Array.from(values).join(' ')])).toEqual([
      ['child.exe(2)', '3 3 3 3 3 3 3 3 3 3'],
      ['a;b*.exe(1)', '0 1 3 1 1 1 1 1 1 1'],
      ['other.exe(3)', '0 0 0 0 1 0 0 0 0 0'],
    ]);
    expect(peak).toBe(6);
  });

  it('follows the filter', () => {
    expect(overview(4, { type: 'Key' })).toEqual([['Key', '0 1 0 0']]);
    expect(overview(2, { handle: '0x8' })).toEqual([['File', '1 1']]);
    expect(overview(2, { type: 'none' })).toEqual([]);
  });

  it('has what opened before the time 0 of the header', () => {
    const early = traceFixture({
      endNs: 2000,
      objects: [{ handles: [{ value: 4, open: -5000 }] }, { handles: [{ value: 8, open: 1500 }] }],
    });
    const { series, peak } = overviewOf(early, selectObjects(early, {}), { samples: 4 });
    expect(series.map(({ values }) => [...values])).toEqual([[1, 1, 1, 2]]);
    expect(peak).toBe(2);
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
