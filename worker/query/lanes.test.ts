import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BAR_BORN_BEFORE,
  BAR_LEAK,
  BAR_LEAK_AT_EXIT,
  BAR_MAPPING,
  BAR_OPEN_END,
  LANE_GROUPINGS,
  type LaneRequest,
  type LaneResponse,
} from '../../shared/lanes.ts';
import { KIND_HANDLE_CLOSE, KIND_HANDLE_CREATE, KIND_REF_CHANGE, type Trace } from '../lifetimes/model.ts';
import {
  groupKey,
  groupOfKey,
  groupOfObject,
  groupTimeline,
  hasLanes,
  laneTree,
  membersOf,
  ROOT,
  type LaneTree,
} from './laneGroups.ts';
import { laneView } from './lanes.ts';
import { locateObject } from './locate.ts';
import { packLanes } from './packing.ts';
import { selectObjects, type Selection } from './select.ts';
import { SelectionCache } from './selectionCache.ts';
import { ARBITRARY_END, arbitraryTrace } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';
import { sampleTimeline } from './timeline.ts';
import { timeParts } from './timeParts.ts';
import { unitsOf } from './units.ts';

type View = Partial<Omit<LaneRequest, 'filter'>>;

const arbitraryGrouping = fc.uniqueArray(fc.constantFrom(...LANE_GROUPINGS), { maxLength: 3 });

function groupsOf(tree: LaneTree): number[] {
  return Array.from({ length: tree.length }, (_, group) => group);
}

function allKeys(selection: Selection, grouping?: View['grouping']): string[] {
  const tree = laneTree(selection, grouping);
  return groupsOf(tree)
    .filter((group) => group !== ROOT)
    .map((group) => groupKey(tree, group));
}

function view(trace: Trace, request: View = {}, selection = selectObjects(trace, {})): LaneResponse {
  return laneView(trace, selection, {
    fromNs: 0,
    toNs: trace.endNs,
    width: 1000,
    firstRow: 0,
    rowCount: 1000,
    openGroups: allKeys(selection, request.grouping),
    ...request,
  });
}

/** Bars as readable lines. */
function bars({ bars }: LaneResponse): string[] {
  return Array.from(bars.row, (row, i) => `${row}: ${bars.x0[i]}-${bars.x1[i]} #${bars.id[i]} f${bars.flags[i]}`);
}

const trace = traceFixture({
  endNs: 1000,
  processes: [
    { name: 'quiet.exe', pid: 1 },
    { name: 'leaky.exe', pid: 2 },
    { name: 'zealot.exe', pid: 3 },
  ],
  objects: [
    { type: 'File', handles: [{ owner: 'zealot.exe', value: 4, dcStart: 0 }] }, // 1
    { type: 'File', handles: [{ value: 4, dcStart: 0, close: 100 }] }, // 2
    {
      handles: [{ owner: 'leaky.exe', value: 4, open: 100, close: 300 }],
      refs: [
        { ns: 150, delta: 1 },
        { ns: 150, delta: -1 },
        { ns: 200, delta: 1 },
      ],
    }, // 3
    { handles: [{ owner: 'leaky.exe', value: 8, open: 200, close: 400, end: 'processExit' }] }, // 4
    { handles: [{ owner: 'leaky.exe', value: 12, open: 250 }] }, // 5
    { handles: [{ owner: 'leaky.exe', value: 16, open: 300, close: 350 }] }, // 6
    { type: 'Key', handles: [{ owner: 'quiet.exe', value: 4, open: 500, close: 600 }] }, // 7
    { map: { process: 'leaky.exe', base: '0x1000', size: 4096, map: 700, unmap: 800 } }, // 8
  ],
});

describe('the rows', () => {
  it('go by leaks, then open handles, then name', () => {
    const { rows, totalRows } = view(trace, { openGroups: [] });
    expect(totalRows).toBe(4);
    expect(
      rows.map(({ key, label, objects, leaks, leaksAtExit, openHandles, depth, kind, open }) => [
        key,
        label,
        objects,
        leaks,
        leaksAtExit,
        openHandles,
        depth,
        kind,
        open,
      ]),
    ).toEqual([
      ['p:1', 'leaky.exe(2)', 5, 1, 1, 1, 0, 'group', false],
      ['p:2', 'zealot.exe(3)', 1, 0, 0, 1, 0, 'group', false],
      ['p:0', 'quiet.exe(1)', 1, 0, 0, 0, 0, 'group', false],
      ['p:-1', 'unknown', 1, 0, 0, 0, 0, 'group', false],
    ]);
  });

  it('open group by group', () => {
    const { rows, totalRows, bars } = view(trace, { openGroups: ['p:1', 'p:1/t:1', 'p:0/t:2'] });
    expect(rows.map((row) => [row.kind, row.depth, row.key, row.label])).toEqual([
      ['group', 0, 'p:1', 'leaky.exe(2)'],
      ['group', 1, 'p:1/t:1', 'Event'],
      ['lane', 2, 'p:1/t:1', ''],
      ['lane', 2, 'p:1/t:1', ''],
      ['lane', 2, 'p:1/t:1', ''],
      ['group', 1, 'p:1/t:3', 'Mapping'],
      ['group', 0, 'p:2', 'zealot.exe(3)'],
      ['group', 0, 'p:0', 'quiet.exe(1)'],
      ['group', 0, 'p:-1', 'unknown'],
    ]);
    expect(totalRows).toBe(9);
    expect(new Set(bars.row)).toEqual(new Set([2, 3, 4]));
  });

  it('come as a window of them', () => {
    const whole = view(trace);
    for (let first = 0; first < whole.totalRows; first++) {
      const part = view(trace, { firstRow: first, rowCount: 3 });
      expect(part.rows).toEqual(whole.rows.slice(first, first + 3));
      expect(part.totalRows).toBe(whole.totalRows);
      const inside = (line: string): boolean => Number.parseInt(line) >= first && Number.parseInt(line) < first + 3;
      expect(bars(part)).toEqual(bars(whole).filter(inside));
      expect(part.areas).toEqual(whole.areas.filter(({ row }) => row >= first && row < first + 3));
    }
    expect(view(trace, { firstRow: 500, rowCount: 3 }).rows).toEqual([]);
  });
});

describe('the bars', () => {
  it('pack lifetimes, a lane for each leak first', () => {
    expect(bars(view(trace, { openGroups: ['p:1', 'p:1/t:1', 'p:1/t:3'] }))).toEqual([
      `2: 250-1000 #5 f${BAR_LEAK | BAR_OPEN_END}`,
      '3: 100-300 #3 f0',
      '3: 300-350 #6 f0',
      `4: 200-400 #4 f${BAR_LEAK_AT_EXIT}`,
      `6: 700-800 #8 f${BAR_MAPPING}`,
    ]);
    expect(bars(view(trace, { openGroups: ['p:2', 'p:2/t:0', 'p:-1', 'p:-1/t:0'] }))).toEqual([
      `3: 0-1000 #1 f${BAR_BORN_BEFORE | BAR_OPEN_END}`,
      `7: 0-100 #2 f${BAR_BORN_BEFORE}`,
    ]);
  });

  it('are cut to the time range', () => {
    expect(bars(view(trace, { openGroups: ['p:1', 'p:1/t:1'], fromNs: 240, toNs: 320, width: 80 }))).toEqual([
      `2: 10-80 #5 f${BAR_LEAK | BAR_OPEN_END}`,
      '3: 0-60 #3 f0',
      '3: 60-80 #6 f0',
      `4: 0-80 #4 f${BAR_LEAK_AT_EXIT}`,
    ]);
  });

  it('share a pixel as one bar, and what goes on beyond it stays itself', () => {
    const crowded = traceFixture({
      endNs: 1000,
      objects: [
        { handles: [{ value: 4, open: 100, close: 101 }] },
        { handles: [{ value: 4, open: 102, close: 103, end: 'processExit' }] },
        { handles: [{ value: 4, open: 104, close: 105 }] },
        { handles: [{ value: 4, open: 200, close: 203 }] },
        { handles: [{ value: 4, open: 205, close: 500 }] },
        { handles: [{ value: 4, open: 505, close: 600 }] },
      ],
    });
    expect(bars(view(crowded, { width: 100 })).map((line) => line.replace('.00000', '.'))).toEqual([
      `2: 10-10.5 #0 f${BAR_LEAK_AT_EXIT}`,
      '2: 20-21 #0 f0',
      '2: 21-50 #5 f0',
      '2: 50.5-60 #6 f0',
    ]);
  });

  it('keep every promise, whatever the trace and the zoom', () => {
    const range = fc.tuple(
      fc.integer({ min: 0, max: ARBITRARY_END - 1 }),
      fc.integer({ min: 1, max: ARBITRARY_END }),
      fc.integer({ min: 1, max: 300 }),
    );
    fc.assert(
      fc.property(arbitraryTrace(), range, (literal, [fromNs, length, width]) => {
        const random = traceFixture(literal);
        const response = view(random, { fromNs, toNs: fromNs + length, width });
        const { row, x0, x1 } = response.bars;
        for (let i = 0; i < row.length; i++) {
          expect(x1[i]).toBeGreaterThanOrEqual(x0[i]);
          expect(x0[i]).toBeGreaterThanOrEqual(0);
          expect(x1[i]).toBeLessThanOrEqual(width);
          if (i === 0 || row[i] !== row[i - 1]) continue;
          expect(row[i]).toBeGreaterThan(row[i - 1] - 1);
          expect(x0[i]).toBeGreaterThanOrEqual(x1[i - 1]);
          expect(Math.floor(x0[i])).toBeGreaterThan(Math.floor(x0[i - 1]));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('show every selected object at full zoom, with its own times', () => {
    fc.assert(
      fc.property(arbitraryTrace(), (literal) => {
        const random = traceFixture(literal);
        const width = ARBITRARY_END * 16;
        const { bars: found, matched } = view(random, { toNs: ARBITRARY_END, width });
        const seen = new Map<number, [number, number]>();
        found.id.forEach((id, i) => seen.set(id, [found.x0[i] / 16, found.x1[i] / 16]));
        expect(matched).toBe(random.objects.length);
        for (let object = 0; object < random.objects.length; object++) {
          const bar = seen.get(object + 1);
          if (bar === undefined) {
            // Lifetimes without length share a pixel with whoever starts there.
            const x = random.objects.birthNs[object] * 16;
            expect(Array.from(found.id).some((id, i) => id === 0 && found.x0[i] <= x && x <= found.x1[i])).toBe(true);
            expect(random.objects.deathNs[object] * 16).toBe(x);
            continue;
          }
          const birth = random.objects.birthNs[object];
          const death = random.objects.deathNs[object];
          expect(bar[0]).toBeCloseTo(Number.isNaN(birth) ? 0 : birth, 0);
          expect(bar[1]).toBeCloseTo(Number.isNaN(death) ? ARBITRARY_END : Math.max(death, bar[0]), 0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('stand for every object exactly once in the tree, and counts add up', () => {
    fc.assert(
      fc.property(arbitraryTrace(), arbitraryGrouping, (literal, grouping) => {
        const selection = selectObjects(traceFixture(literal), { type: '!Key' });
        const tree = laneTree(selection, grouping);
        const inner = groupsOf(tree).filter((group) => hasLanes(tree, group));
        const members = inner.flatMap((group) => Array.from(membersOf(tree, group)));
        expect(members.sort((a, b) => a - b)).toEqual(Array.from(selection.objects));
        for (const group of inner) {
          const mine = Array.from(membersOf(tree, group));
          expect(mine).toEqual(mine.toSorted((a, b) => a - b));
          for (const object of mine) expect(groupOfObject(tree, object)).toBe(group);
        }
        for (const group of groupsOf(tree)) {
          if (group !== ROOT) expect(groupOfKey(tree, groupKey(tree, group))).toBe(group);
          if (hasLanes(tree, group)) continue;
          const children = groupsOf(tree).filter((child) => tree.parent[child] === group);
          expect(children.every((child) => child >= tree.firstChild[group] && child < tree.childEnd[group])).toBe(true);
          expect(children).toHaveLength(tree.childEnd[group] - tree.firstChild[group]);
          for (const counts of [tree.leaks, tree.leaksAtExit, tree.openHandles]) {
            expect(counts[group]).toBe(children.reduce((sum, child) => sum + counts[child], 0));
          }
          const size = (of: number): number => membersOf(tree, of).length;
          expect(size(group)).toBe(children.reduce((sum, child) => sum + size(child), 0));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('packLanes', () => {
  it('uses as few lanes as overlap at one time, and never overlaps', () => {
    const interval = fc.tuple(fc.nat(50), fc.option(fc.nat(20), { nil: Infinity }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 60 }), (list) => {
        const sorted = list.map(([start, length]) => [start, start + length]).sort((a, b) => a[0] - b[0]);
        const starts = Float64Array.from(sorted, ([start]) => start);
        const ends = Float64Array.from(sorted, ([, end]) => end);
        const { laneStart, item } = packLanes(starts, ends, () => false);
        expect(Array.from(item).sort((a, b) => a - b)).toEqual(sorted.map((_, i) => i));
        for (let lane = 0; lane + 1 < laneStart.length; lane++) {
          for (let i = laneStart[lane] + 1; i < laneStart[lane + 1]; i++)
            expect(starts[item[i]]).toBeGreaterThanOrEqual(ends[item[i - 1]]);
        }
        const overlap = sorted.map(
          ([at], i) => sorted.filter(([start, end], j) => start <= at && (end > at || (end === at && j > i))).length,
        );
        const depth = Math.max(
          0,
          ...sorted.map(([at]) => sorted.filter(([start, end]) => start <= at && end > at).length),
        );
        expect(laneStart.length - 1).toBeLessThanOrEqual(Math.max(depth, ...overlap, 0) + 1);
        if (sorted.every(([start, end]) => end > start)) expect(laneStart.length - 1).toBe(depth);
      }),
    );
  });
});

describe('the ticks', () => {
  const ticks = (request: View): string[] => {
    const { ticks } = view(trace, { openGroups: ['p:1', 'p:1/t:1'], ...request });
    return Array.from(ticks.row, (row, i) => `${row}: ${ticks.x[i]} k${ticks.kind[i]}`);
  };
  it('mark opens, closes and reference changes, one a pixel and kind', () => {
    expect(ticks({})).toEqual([
      '2: 250 k0',
      '3: 100 k0',
      '3: 300 k1',
      '3: 150 k3',
      '3: 200 k3',
      '3: 300 k0',
      '3: 350 k1',
      '4: 200 k0',
      '4: 400 k1',
    ]);
    expect(ticks({ fromNs: 240, toNs: 320, width: 80 })).toEqual(['2: 10 k0', '3: 60 k1', '3: 60 k0']);
  });
  it('leave bars alone that are too narrow', () => {
    expect(ticks({ width: 8 })).toEqual(['2: 2 k0']);
  });
  it('follow the filter for events', () => {
    const selection = selectObjects(trace, { time: { min: 100e-9, max: 150e-9 } });
    const { ticks } = view(trace, {}, selection);
    expect(Array.from(ticks.kind)).toEqual([KIND_HANDLE_CREATE, KIND_REF_CHANGE, KIND_HANDLE_CLOSE]);
  });
});

/** Handles and views open at a time, counted one by one; `closing`: those that close at that time too. */
function outstanding(selection: Selection, members: Uint32Array, ns: number, closing: boolean): number {
  const { objects, handles } = selection.trace;
  const isOpen = (open: number, close: number): boolean => !(open > ns) && !(closing ? close < ns : close <= ns);
  let count = 0;
  for (const object of members) {
    if (objects.mapping[object] >= 0 && isOpen(objects.birthNs[object], objects.deathNs[object])) count++;
    for (let handle = objects.handleStart[object]; handle < objects.handleStart[object + 1]; handle++) {
      if ((selection.handleKept?.(handle) ?? true) && isOpen(handles.openNs[handle], handles.closeNs[handle])) count++;
    }
  }
  return count;
}

describe('the areas', () => {
  it('count what is outstanding, at its greatest in every two pixels', () => {
    const { areas, rows } = view(trace, { openGroups: [], width: 20 });
    expect(areas.map(({ row, peak, samples }) => [rows[row].label, peak, Array.from(samples).join(' ')])).toEqual([
      ['leaky.exe(2)', 3, '0 1 3 3 1 1 1 2 1 1'],
      ['zealot.exe(3)', 1, '1 1 1 1 1 1 1 1 1 1'],
      ['quiet.exe(1)', 1, '0 0 0 0 0 1 0 0 0 0'],
      ['unknown', 1, '1 0 0 0 0 0 0 0 0 0'],
    ]);
  });

  it('count only the handles that the filter keeps', () => {
    const { areas } = view(trace, { openGroups: [], width: 4 }, selectObjects(trace, { handle: '0x8' }));
    expect(areas.map(({ samples }) => Array.from(samples))).toEqual([[1, 0]]);
  });

  it('agree with counting by hand, at every level', () => {
    fc.assert(
      fc.property(arbitraryTrace(), fc.boolean(), fc.integer({ min: 1, max: 40 }), (literal, byHandle, count) => {
        const random = traceFixture(literal);
        const selection = selectObjects(random, byHandle ? { handle: '0x4' } : {});
        const tree = laneTree(selection, ['type', 'process']);
        for (const group of groupsOf(tree)) {
          const members = membersOf(tree, group);
          const line = groupTimeline(tree, group);
          const samples = sampleTimeline(line, timeParts(unitsOf(random), 0, ARBITRARY_END, count));
          for (let k = 0; k < count; k++) {
            // Several changes at one time: what lasted is the least, everything at once the most that a sample may say.
            let least = 0;
            let most = 0;
            for (let ns = Math.ceil((ARBITRARY_END / count) * k); ns < (ARBITRARY_END / count) * (k + 1); ns++) {
              least = Math.max(least, outstanding(selection, members, ns, false));
              most = Math.max(most, outstanding(selection, members, ns, true));
            }
            expect(samples[k]).toBeGreaterThanOrEqual(least);
            most = Math.max(most, outstanding(selection, members, (ARBITRARY_END / count) * k, true));
            expect(samples[k]).toBeLessThanOrEqual(k === count - 1 ? line.peak : most);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('locateObject', () => {
  it('finds the lane and the table row that show an object', () => {
    fc.assert(
      fc.property(arbitraryTrace(), (literal) => {
        const random = traceFixture(literal);
        const selection = selectObjects(random, {});
        const openGroups = allKeys(selection);
        const { bars: found } = view(random, { toNs: ARBITRARY_END, width: ARBITRARY_END * 16 });
        found.id.forEach((id, i) => {
          if (id === 0) return;
          const place = locateObject(new SelectionCache(random), {
            filter: {},
            id,
            sort: [{ column: 'id', descending: true }],
            openGroups,
          });
          expect(place.laneRow).toBe(found.row[i]);
          expect(place.tableRow).toBe(random.objects.length - id);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('says which groups to open, and what is hidden', () => {
    const cache = new SelectionCache(trace);
    expect(locateObject(cache, { filter: {}, id: 5, sort: [], openGroups: ['p:1'] })).toEqual({
      tableRow: 4,
      laneRow: -1,
      groups: ['p:1', 'p:1/t:1'],
    });
    expect(locateObject(cache, { filter: {}, id: 5, sort: [], openGroups: ['p:1', 'p:1/t:1'] }).laneRow).toBe(2);
    expect(locateObject(cache, { filter: { type: 'Key' }, id: 5, sort: [], openGroups: [] })).toEqual({
      tableRow: -1,
      laneRow: -1,
      groups: [],
    });
    expect(locateObject(cache, { filter: {}, id: 99, sort: [], openGroups: [] })).toEqual({
      tableRow: -1,
      laneRow: -1,
      groups: [],
    });
  });
});
