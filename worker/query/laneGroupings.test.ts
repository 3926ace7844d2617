/** Lanes by anything else than process ▸ type, and what a request may ask beyond its rows: packing, colours, pins, links, hits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import { LANE_COLORS, LANE_GROUPINGS, type LaneRequest, type LaneResponse } from '../../shared/lanes.ts';
import type { Trace } from '../lifetimes/model.ts';
import { groupKey, laneTree } from './laneGroups.ts';
import { laneView } from './lanes.ts';
import { locateObject } from './locate.ts';
import { selectObjects, type Selection } from './select.ts';
import { SelectionCache } from './selectionCache.ts';
import { ARBITRARY_END, arbitraryTrace } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';

type View = Partial<Omit<LaneRequest, 'filter'>>;

const trace = traceFixture({
  endNs: 1000,
  processes: [
    { name: 'cmd.exe', pid: 1 },
    { name: 'app.exe', pid: 2 },
    { name: 'idle.exe', pid: 3 },
  ],
  stacks: {
    make: ['ntdll.dll+0x1', 'app.exe!Make+0x1'],
    again: ['ntdll.dll+0x1', 'app.exe!Make+0x1', 'app.exe!Loop+0x2'],
  },
  objects: [
    // 1: handed down from cmd.exe to app.exe, duplicated into idle.exe
    {
      type: 'File',
      name: 'ConDrv',
      handles: [
        { owner: 'cmd.exe', value: 4, open: 10, close: 500 },
        { owner: 'app.exe', value: 4, start: 'inherited', open: 100, source: { process: 'cmd.exe', value: 4 } },
        {
          owner: 'idle.exe',
          value: 0x24,
          start: 'duplicated',
          open: 200,
          close: 210,
          source: { process: 'app.exe', value: 4 },
        },
        {
          owner: 'idle.exe',
          value: 0x28,
          start: 'duplicated',
          open: 200,
          close: 220,
          source: { process: 'app.exe', value: 4 },
        },
      ],
    },
    // 2 … 4
    { name: 'Signal', handles: [{ owner: 'app.exe', value: 8, open: 20, close: 30, openStack: 'make' }] },
    { name: 'SIGNAL', handles: [{ owner: 'app.exe', value: 8, open: 40, close: 50, openStack: 'again' }] },
    { handles: [{ owner: 'app.exe', value: 8, open: 60, close: 70, end: 'processExit', openStack: 'make' }] },
    // 5
    { type: 'Key', name: 'Run', handles: [{ owner: 'idle.exe', value: 4, open: 80, close: 90 }] },
  ],
});

function view(of: Trace, request: View = {}, filter: Filter = {}): LaneResponse {
  return laneView(of, selectObjects(of, filter), {
    fromNs: 0,
    toNs: of.endNs,
    width: 1000,
    firstRow: 0,
    rowCount: 2000,
    openGroups: [],
    ...request,
  });
}

/** Rows as "depth kind key label objects leaks". */
function rowLines({ rows }: LaneResponse): string[] {
  return rows.map((row) =>
    row.kind === 'group'
      ? `${'  '.repeat(row.depth)}${row.key} ${row.label}: ${row.objects}/${row.leaks}/${row.leaksAtExit}/${row.openHandles}`
      : `${'  '.repeat(row.depth)}- ${row.label}`,
  );
}

function everyKey(selection: Selection, grouping: View['grouping']): string[] {
  const tree = laneTree(selection, grouping);
  return Array.from({ length: tree.length - 1 }, (_, i) => groupKey(tree, i + 1));
}

describe('groupings', () => {
  it('by create stack', () => {
    expect(rowLines(view(trace, { grouping: ['createStack'] }))).toEqual([
      's:-1 (no stack): 2/1/0/1',
      's:0 app.exe!Make+0x1 (stack 0): 2/0/1/0',
      's:1 app.exe!Make+0x1 (stack 1): 1/0/0/0',
    ]);
  });

  it('by name, whatever its case', () => {
    expect(rowLines(view(trace, { grouping: ['name'], openGroups: ['n:1'] }))).toEqual([
      'n:0 ConDrv: 1/1/0/1',
      'n:-1 (no name): 1/0/1/0',
      'n:1 Signal: 2/0/0/0',
      '  - ',
      'n:3 Run: 1/0/0/0',
    ]);
  });

  it('by who handed it down', () => {
    expect(rowLines(view(trace, { grouping: ['inheritedFrom', 'type'], openGroups: ['i:0'] }))).toEqual([
      'i:0 cmd.exe(1): 1/1/0/1',
      '  i:0/t:0 File: 1/1/0/1',
      'i:-1 (not inherited): 4/0/1/0',
    ]);
  });

  it('three levels', () => {
    const openGroups = ['t:1', 't:1/p:1', 't:1/p:1/s:0'];
    expect(rowLines(view(trace, { grouping: ['type', 'process', 'createStack'], openGroups }))).toEqual([
      't:0 File: 1/1/0/1',
      't:1 Event: 3/0/1/0',
      '  t:1/p:1 app.exe(2): 3/0/1/0',
      '    t:1/p:1/s:0 app.exe!Make+0x1 (stack 0): 2/0/1/0',
      '      - ',
      '    t:1/p:1/s:1 app.exe!Make+0x1 (stack 1): 1/0/0/0',
      't:2 Key: 1/0/0/0',
    ]);
  });

  it('flat: lanes from the first row on', () => {
    const flat = view(trace, { grouping: [] });
    expect(flat.rows.map(({ kind, depth, key, label }) => [kind, depth, key, label])).toEqual([
      ['lane', 0, '', ''],
      ['lane', 0, '', ''],
    ]);
    expect(flat.areas).toEqual([]);
    expect(Array.from(flat.bars.row, (row, i) => `${row}: #${flat.bars.id[i]}`)).toEqual([
      '0: #1',
      '1: #2',
      '1: #3',
      '1: #4',
      '1: #5',
    ]);
  });

  it('do not know keys of others', () => {
    for (const key of ['p:1', 't:1/p:9', 't:99', 't:', 'x', '', 't:1/p:1/s:0', 't:-1', 't:9999999999']) {
      expect(view(trace, { grouping: ['type', 'process'], openGroups: [key] }).totalRows, key).toBe(3);
    }
  });

  it('put pinned groups first, in their order', () => {
    const labels = (pinned: string[]): string[] => view(trace, { pinned }).rows.map(({ key }) => key);
    expect(labels([])).toEqual(['p:0', 'p:1', 'p:2']);
    expect(labels(['p:2', 'p:1'])).toEqual(['p:2', 'p:1', 'p:0']);
    expect(labels(['p:7', 'p:1/t:1', 'p:1', 'p:1'])).toEqual(['p:1', 'p:0', 'p:2']);
  });

  it('show every object in exactly one lane, none over another, however they are made', () => {
    const request = fc.record({
      grouping: fc.uniqueArray(fc.constantFrom(...LANE_GROUPINGS), { maxLength: 3 }),
      packing: fc.constantFrom<'packed' | 'single'>('packed', 'single'),
      colorBy: fc.constantFrom(...LANE_COLORS),
    });
    fc.assert(
      fc.property(arbitraryTrace(12), request, (literal, wanted) => {
        const random = traceFixture(literal);
        const selection = selectObjects(random, {});
        const openGroups = everyKey(selection, wanted.grouping);
        const width = ARBITRARY_END * 16;
        const { rows, bars, totalRows, colors } = view(random, { ...wanted, openGroups, width, toNs: ARBITRARY_END });
        expect(rows).toHaveLength(totalRows);
        const { objects } = random;
        const instants = Array.from(objects.birthNs).filter((birth, i) => birth === objects.deathNs[i]).length;
        const ids = Array.from(bars.id).filter((id) => id > 0);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBeGreaterThanOrEqual(objects.length - instants * (wanted.packing === 'packed' ? 2 : 0));
        for (let i = 0; i < bars.row.length; i++) {
          expect(rows[bars.row[i]].kind).toBe('lane');
          expect(bars.color[i]).toBeLessThan(colors.length);
          if (i > 0 && bars.row[i] === bars.row[i - 1]) expect(bars.x0[i]).toBeGreaterThanOrEqual(bars.x1[i - 1]);
        }
        const lanes = rows.filter(({ kind }) => kind === 'lane').length;
        if (wanted.packing === 'single') expect(lanes).toBe(objects.length);
        for (const [i, id] of bars.id.entries()) {
          if (id === 0) continue;
          const place = locateObject(new SelectionCache(random), { filter: {}, ...wanted, id, sort: [], openGroups });
          expect(place.laneRow).toBe(bars.row[i]);
          expect(place.groups.every((key) => openGroups.includes(key))).toBe(true);
          expect(place.groups).toHaveLength(wanted.grouping.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('packing', () => {
  const openGroups = ['p:1', 'p:1/t:1'];
  it('single: a lane an object, named', () => {
    expect(rowLines(view(trace, { packing: 'single', openGroups })).slice(2, 6)).toEqual([
      '  p:1/t:1 Event: 3/0/1/0',
      '    - #2 Signal',
      '    - #3 SIGNAL',
      '    - #4',
    ]);
    expect(rowLines(view(trace, { packing: 'single', grouping: ['process'], openGroups: ['p:1'] }))).toContain(
      '  - #2 Event, Signal',
    );
    expect(view(trace, { packing: 'single', grouping: [] }).rows.map(({ label }) => label)).toContain(
      '#2 Event, app.exe(2), Signal',
    );
    expect(view(trace, { packing: 'single', grouping: ['name'], openGroups: ['n:-1'] }).rows.length).toBeGreaterThan(0);
    expect(rowLines(view(trace, { openGroups })).slice(2, 4)).toEqual(['  p:1/t:1 Event: 3/0/1/0', '    - ']);
  });
  it('single: leaks above the others', () => {
    const { bars } = view(trace, { grouping: [], packing: 'single' }, { type: 'File;Event' });
    expect(Array.from(bars.id)).toEqual([1, 2, 3, 4]);
  });
});

describe('colours', () => {
  const colored = (colorBy: View['colorBy'], filter: Filter = {}): [string[], string[]] => {
    const { colors, bars } = view(trace, { grouping: [], packing: 'single', colorBy }, filter);
    return [colors, Array.from(bars.id, (id, i) => `${id} ${colors[bars.color[i]]}`)];
  };
  it('say the type', () => {
    expect(colored('type')).toEqual([
      ['Event', 'File', 'Key'],
      ['1 File', '2 Event', '3 Event', '4 Event', '5 Key'],
    ]);
  });
  it('say how the last handle ended', () => {
    expect(colored('end')).toEqual([
      ['closed', 'open', 'processExit'],
      ['1 open', '2 closed', '3 closed', '4 processExit', '5 closed'],
    ]);
  });
  it('say the process or the stack', () => {
    expect(colored('process')[0]).toEqual(['app.exe(2)', 'cmd.exe(1)', 'idle.exe(3)']);
    expect(colored('createStack')[1][2]).toBe('3 app.exe!Make+0x1 (stack 1)');
  });
  it('go by what the filter keeps', () => {
    expect(colored('type', { type: 'Key' })).toEqual([['Key'], ['5 Key']]);
  });
  it('put what is rare together', () => {
    const many = traceFixture({
      endNs: 100,
      objects: Array.from({ length: 50 }, (_, i) => ({ type: `T${i}`, handles: [{ value: 4, open: i }] })),
    });
    const { colors, bars } = view(many, { grouping: [], colorBy: 'type' });
    expect(colors).toHaveLength(33);
    expect(colors[32]).toBe('other');
    expect(bars.color.at(-1)).toBe(32);
  });
});

describe('links', () => {
  it('go from the lane to the processes that got a handle', () => {
    const { links } = view(trace, { linksOf: 1, openGroups: ['p:0', 'p:0/t:0'] });
    expect(links).toEqual([
      { kind: 'inherit', ns: 100, fromRow: 2, toRow: 3, label: 'cmd.exe(1) 0x4 → app.exe(2) 0x4' },
      { kind: 'duplicate', ns: 200, fromRow: 2, toRow: 4, label: 'app.exe(2) 0x4 → idle.exe(3) 0x24' },
    ]);
  });
  it('go from the group that hides the lane', () => {
    expect(view(trace, { linksOf: 1, openGroups: ['p:0'] }).links[0]).toMatchObject({ fromRow: 1, toRow: 2 });
    expect(view(trace, { linksOf: 1 }).links[0]).toMatchObject({ fromRow: 0, toRow: 1 });
  });
  it('have no row where none shows the receiver', () => {
    expect(view(trace, { linksOf: 1 }, { type: 'File' }).links[0]).toMatchObject({ fromRow: 0, toRow: -1 });
    expect(view(trace, { linksOf: 1, grouping: ['type'] }).links[0]).toMatchObject({ fromRow: 0, toRow: -1 });
    const byType = view(trace, { linksOf: 1, grouping: ['type', 'process'], openGroups: ['t:0'] });
    expect(byType.links[0]).toMatchObject({ fromRow: 1, toRow: -1 });
  });
  it('are those in view, of what is selected', () => {
    expect(view(trace, { linksOf: 1, fromNs: 150 }).links).toHaveLength(1);
    expect(view(trace, { linksOf: 1, width: 10_000 }, { handle: '0x28' }).links).toHaveLength(1);
    expect(view(trace, { linksOf: 1 }, { time: { min: 0, max: 100e-9 } }).links).toHaveLength(1);
    for (const linksOf of [0, 2, 99]) expect(view(trace, { linksOf }).links).toEqual([]);
    expect(view(trace, { linksOf: 1 }, { type: 'Key' }).links).toEqual([]);
  });
});

describe('hits', () => {
  const found = (find: string, request: View = {}): number[] => {
    const response = view(trace, { find, ...request });
    expect(response.rows.flatMap(({ hit }, row) => (hit ? [row] : []))).toEqual(response.hitRows);
    expect(response.hits).toBe(response.hitRows.length);
    return response.hitRows;
  };
  const open: View = { openGroups: ['p:1', 'p:1/t:1'], packing: 'single' };
  it('are groups by their label, and lanes by names and frames', () => {
    expect(rowLines(view(trace, open)).map((line) => line.trim().split(':')[0])).toHaveLength(7);
    expect(found('APP.exe(', open)).toEqual([1]);
    expect(found('signal', open)).toEqual([3, 4]);
    expect(found('make+', open)).toEqual([3, 4, 5]);
    expect(found('event', open)).toEqual([2]);
    expect(found('nowhere', open)).toEqual([]);
    expect(found('', open)).toEqual([]);
  });
  it('are closed groups that hide one', () => {
    expect(found('signal')).toEqual([1]);
    expect(found('signal', { openGroups: ['p:1'] })).toEqual([2]);
  });
  it('are counted beyond the rows that are asked for', () => {
    const { rows, hits, hitRows } = view(trace, { ...open, find: 'signal', rowCount: 1 });
    expect([rows.length, hits, hitRows]).toEqual([1, 2, [3, 4]]);
  });
  it('are in lanes without groups too', () => {
    expect(found('run', { grouping: [], packing: 'single' })).toEqual([4]);
  });
});
