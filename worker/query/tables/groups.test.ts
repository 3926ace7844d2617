import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP_KEYS, type Cell, type GroupKey, type RowsPage, type RowsRequest } from '../../../shared/tables.ts';
import { END_OPEN, OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, type ObjectIndex, type Trace } from '../../lifetimes/model.ts';
import { objectColumn } from '../objectColumns.ts';
import type { Selection } from '../select.ts';
import { SelectionCache } from '../selectionCache.ts';
import { ARBITRARY_END, arbitraryTrace } from '../testing/arbitraryTrace.ts';
import { traceFixture } from '../testing/traceFixture.ts';
import { textsOf } from '../texts.ts';
import { rowsPage } from './rows.ts';

function groups(cache: SelectionCache, request: Partial<RowsRequest> = {}): RowsPage {
  return rowsPage(cache, { table: 'groups', filter: {}, sort: [], firstRow: 0, rowCount: 1000, ...request });
}

/** The page with every row open that can be. */
function allOpen(cache: SelectionCache, request: Partial<RowsRequest> = {}): RowsPage {
  let page = groups(cache, request);
  for (;;) {
    const openRows = page.rows.filter(({ children }) => children).map(({ key }) => key);
    const next = groups(cache, { ...request, openRows });
    if (next.total === page.total) return next;
    page = next;
  }
}

/** "key | label | counts", indented by depth */
function drawn({ columns, rows }: RowsPage): string[] {
  const counts = columns.findIndex(({ id }) => id === 'count');
  return rows.map(({ cells, depth, key }) => {
    const label = cells.slice(0, counts).find((cell) => cell !== null) ?? '';
    return `${' '.repeat(depth)}${key} | ${String(label)} | ${cells.slice(counts).join(' ')}`;
  });
}

const trace = traceFixture({
  processes: [
    { name: 'a.exe', pid: 1 },
    { name: 'b.exe', pid: 2 },
  ],
  stacks: { make: ['ntdll.dll+0x2', 'app.exe!Make+0x1'], other: ['app.exe!Other+0x5'], close: ['app.exe!Close+0x3'] },
  objects: [
    { type: 'Event', name: 'x', handles: [{ owner: 'a.exe', value: 4, open: 1e9, openStack: 'make' }] },
    {
      type: 'Event',
      name: 'X',
      handles: [{ owner: 'a.exe', value: 8, open: 2e9, close: 4e9, openStack: 'make', closeStack: 'close' }],
    },
    {
      type: 'Event',
      handles: [{ owner: 'a.exe', value: 12, open: 3e9, close: 9e9, end: 'processExit', openStack: 'other' }],
    },
    { type: 'File', handles: [{ owner: 'b.exe', value: 4, dcStart: 5e9 }] },
    { map: { process: 'b.exe', base: '0x1000', size: 4096, map: 6e9 } },
  ],
  endNs: 10e9,
});
const cache = new SelectionCache(trace);

describe('the groups table', () => {
  it('has the groups that leak first; columns: count handles open leaked leakedAtExit peak rate bytes', () => {
    expect(drawn(groups(cache))).toEqual([
      'p:1 | a.exe(1) | 3 3 1 1 1 3 0.3 0',
      'p:2 | b.exe(2) | 2 1 1 1 0 2 0.1 4096',
    ]);
  });

  it('opens row by row', () => {
    const page = groups(cache, { openRows: ['p:2', 'p:9', 'nonsense', 'p:1/t:1'] });
    expect(drawn(page)).toEqual([
      'p:1 | a.exe(1) | 3 3 1 1 1 3 0.3 0',
      'p:2 | b.exe(2) | 2 1 1 1 0 2 0.1 4096',
      ' p:2/t:3 | Mapping | 1 0 0 1 0 1 0.1 4096',
      ' p:2/t:2 | File | 1 1 1 0 0 1 0 0',
    ]);
    expect(page.rows.map(({ children, open }) => [children, open])).toEqual([
      [true, false],
      [true, true],
      [false, false],
      [false, false],
    ]);
  });

  it('keeps the keys of rows under other filters and orders', () => {
    const page = groups(cache, {
      filter: { type: 'File' },
      openRows: ['p:2'],
      sort: [{ column: 'count', descending: false }],
    });
    expect(page.rows.map(({ key }) => key)).toEqual(['p:2', 'p:2/t:2']);
  });

  it('sorts by a group column on its level, by counts on all', () => {
    const keys = (column: string, descending: boolean): string[] =>
      groups(cache, { sort: [{ column, descending }], openRows: ['p:1', 'p:2'] }).rows.map(({ key }) => key);
    expect(keys('process', true)).toEqual(['p:2', 'p:2/t:2', 'p:2/t:3', 'p:1', 'p:1/t:1']);
    expect(keys('type', true)).toEqual(['p:1', 'p:1/t:1', 'p:2', 'p:2/t:3', 'p:2/t:2']);
    expect(keys('bytes', false)).toEqual(['p:1', 'p:1/t:1', 'p:2', 'p:2/t:2', 'p:2/t:3']);
  });

  it('names what has no value, and tells stacks with one frame apart', () => {
    const labels = (key: GroupKey): Cell[] => groups(cache, { groupBy: [key] }).rows.map(({ cells }) => cells[0]);
    expect(labels('name').sort()).toEqual(['(no name)', 'x']);
    expect(labels('createStack').sort()).toEqual([
      '(no stack)',
      'app.exe!Make+0x1 (stack 0)',
      'app.exe!Other+0x5 (stack 1)',
    ]);
    expect(labels('closeStack')).toContain('app.exe!Close+0x3 (stack 2)');
    expect(labels('inheritedFrom')).toEqual(['(not inherited)']);
  });

  it('counts objects per second of the time range in force', () => {
    const filter = { time: { min: 1, max: 3 } };
    expect(groups(cache, { filter, groupBy: ['process'] }).rows.map(({ cells }) => cells[7])).toEqual([1.5]);
    const moment = { time: { min: 1, max: 1 } };
    expect(groups(cache, { filter: moment, groupBy: ['process'] }).rows[0].cells[7]).toBe(null);
  });

  it('finds labels in the rows that are visible', () => {
    expect(groups(cache, { find: 'FILE' })).toMatchObject({ hits: 0 });
    const page = groups(cache, { find: 'FILE', openRows: ['p:2'] });
    expect(page).toMatchObject({ hits: 1, hitRows: [3] });
    expect(page.rows.map(({ hit }) => hit)).toEqual([false, false, false, true]);
    expect(groups(cache, { find: 'no name', groupBy: ['name'] }).hits).toBe(1);
  });

  it('a level twice is one level, no level the default', () => {
    expect(groups(cache, { groupBy: ['type', 'type'] }).columns[1].id).toBe('count');
    expect(
      groups(cache, { groupBy: [] })
        .columns.slice(0, 2)
        .map(({ id }) => id),
    ).toEqual(['process', 'type']);
  });
});

/** What an object is grouped by, the slow way. */
function plainValue({ trace: of }: { trace: Trace }, key: GroupKey, object: ObjectIndex): string {
  const texts = textsOf(of);
  const stack = (index: number): string =>
    index < 0 ? '(no stack)' : `${texts.frameOfStack(index) ?? '(no stack)'} (stack ${index})`;
  switch (key) {
    case 'process':
      return texts.process(objectColumn(of, 'home')[object]) ?? 'unknown';
    case 'type':
      return texts.type(object);
    case 'createStack':
      return stack(objectColumn(of, 'createStack')[object]);
    case 'closeStack':
      return stack(objectColumn(of, 'destroyStack')[object]);
    case 'name':
      return texts.name(object) ?? '(no name)';
    case 'inheritedFrom':
      return texts.process(objectColumn(of, 'inheritedFrom')[object]) ?? '(not inherited)';
  }
}

/**
 * count, handles, open, leaked, leakedAtExit, peak, rate, bytes of some objects, the slow way; and the peak where a handle that closes at the
 * time at which others open still counts.
 */
function plainCounts({ trace: of, handleKept }: Selection, members: ObjectIndex[]): number[] {
  const { objects, handles, mappings } = of;
  const own = members.flatMap((object) =>
    Array.from(
      { length: objects.handleStart[object + 1] - objects.handleStart[object] },
      (_, i) => objects.handleStart[object] + i,
    ).filter((handle) => handleKept === null || handleKept(handle)),
  );
  const views = members.filter((object) => objects.mapping[object] >= 0);
  const has = (flag: number): number => members.filter((object) => (objects.flags[object] & flag) !== 0).length;
  const spans = [
    ...own.map((handle) => [handles.openNs[handle], handles.closeNs[handle]]),
    ...views.map((object) => [objects.birthNs[object], objects.deathNs[object]]),
  ];
  const peak = (isClosed: (close: number, ns: number) => boolean): number =>
    Math.max(
      0,
      ...spans.map(([from]) => {
        const ns = Number.isNaN(from) ? -1 : from;
        return spans.filter(([open, close]) => !(open > ns) && !isClosed(close, ns)).length;
      }),
    );
  return [
    members.length,
    own.length,
    own.filter((handle) => handles.end[handle] === END_OPEN).length,
    has(OBJECT_LEAK),
    has(OBJECT_LEAK_AT_EXIT),
    peak((close, ns) => close <= ns),
    members.filter((object) => !Number.isNaN(objects.birthNs[object])).length / (ARBITRARY_END / 1e9),
    views.reduce((sum, object) => sum + mappings.sizeLow[objects.mapping[object]], 0),
    peak((close, ns) => close < ns),
  ];
}

const PEAK = 5;

it('is an obvious grouping, level by level, and a row as a filter keeps at least its objects', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(),
      fc.uniqueArray(fc.constantFrom(...GROUP_KEYS), { minLength: 1, maxLength: 3 }),
      fc.constantFrom({}, { handle: '0x4' }, { map: false }),
      (literal, groupBy, filter) => {
        const own = new SelectionCache(traceFixture(literal));
        const selection = own.get(filter);
        const page = allOpen(own, { groupBy, filter });
        const expected = new Map<string, ObjectIndex[]>();
        for (const object of selection.objects) {
          const path: string[] = [];
          for (const key of groupBy) {
            path.push(plainValue(selection, key, object));
            const name = path.join(' ▸ ');
            expected.set(name, [...(expected.get(name) ?? []), object]);
          }
        }
        expect(page.total).toBe(expected.size);
        const path: string[] = [];
        for (const { cells, depth, filter: rowFilter } of page.rows) {
          path.splice(depth);
          path.push(String(cells[depth]));
          const members = expected.get(path.join(' ▸ ')) ?? [];
          const counts = cells.slice(groupBy.length).map(Number);
          const wanted = plainCounts(selection, members);
          // Of handles that close when others open, the order of their events decides.
          expect(counts[PEAK]).toBeGreaterThanOrEqual(wanted[PEAK]);
          expect(counts[PEAK]).toBeLessThanOrEqual(wanted.pop() ?? 0);
          expect(counts.toSpliced(PEAK, 1)).toEqual(wanted.toSpliced(PEAK, 1));
          const kept = new Set(own.get({ ...filter, ...rowFilter }).objects);
          if (!groupBy.includes('process')) expect(members.every((object) => kept.has(object))).toBe(true);
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('an open group in a closed one has no rows', () => {
  const handles = (value: number) => [{ owner: 'a.exe', value, open: 10 * value }];
  const cache = new SelectionCache(
    traceFixture({
      processes: [{ name: 'a.exe', pid: 10 }],
      objects: [
        { name: 'one', type: 'Event', handles: handles(4) },
        { name: 'two', type: 'File', handles: handles(8) },
      ],
    }),
  );
  const groupBy: GroupKey[] = ['process', 'type', 'name'];
  const [outer] = groups(cache, { groupBy }).rows;
  const inner = groups(cache, { groupBy, openRows: [outer.key] }).rows[1];
  const page = groups(cache, { groupBy, openRows: [inner.key] });
  expect(page.rows.map(({ key }) => key)).toEqual([outer.key]);
  expect(page.total).toBe(1);
});
