import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../shared/filter.ts';
import { TABLES, type Cell, type RowsPage, type RowsRequest, type TableName } from '../../../shared/tables.ts';
import { csvChunks } from '../csv.ts';
import { objectDetails } from '../details.ts';
import { naturalKey } from '../radix.ts';
import { objectRow } from '../rows.ts';
import { SelectionCache } from '../selectionCache.ts';
import { arbitraryTrace } from '../testing/arbitraryTrace.ts';
import { traceFixture } from '../testing/traceFixture.ts';
import { flatTable } from './flatTables.ts';
import { rowOfObject, rowsPage } from './rows.ts';

const FLAT = TABLES.filter((table) => table !== 'groups');

function page(cache: SelectionCache, request: Partial<RowsRequest> & { table: TableName }): RowsPage {
  return rowsPage(cache, { filter: {}, sort: [], firstRow: 0, rowCount: 1000, ...request });
}

/** Rows as records by column id. */
function records({ columns, rows }: RowsPage): Record<string, Cell>[] {
  return rows.map(({ cells }) => Object.fromEntries(columns.map(({ id }, at) => [id, cells[at]])));
}

const trace = traceFixture({
  processes: [
    { name: 'parent.exe', pid: 10, commandLine: 'parent -x' },
    { name: 'child.exe', pid: 20, startNs: 150, endNs: 900 },
    { name: 'parent.exe', pid: 30 },
  ],
  stacks: { make: ['ntdll.dll+0x2', 'app.exe!Make+0x1'], close: ['app.exe!Close+0x3'] },
  objects: [
    {
      type: 'Event',
      name: 'one',
      pointer: '0xFFFFC28300000010',
      handles: [
        { owner: 'parent.exe(10)', value: 0xc0, open: 100, openStack: 'make', tid: 7 },
        {
          owner: 'child.exe',
          value: 0xc0,
          open: 150,
          start: 'inherited',
          source: { process: 'parent.exe(10)', value: 0xc0 },
          close: 900,
          end: 'processExit',
          closeStack: 'close',
        },
      ],
    },
    {
      type: 'File',
      name: 'two',
      otherNames: ['second'],
      handles: [{ owner: 'child.exe', value: 0x84, open: 200, close: 300, openStack: 'make', closeStack: 'close' }],
      refs: [{ ns: 250, delta: 2, process: 'parent.exe(10)' }],
    },
    { type: 'Key', name: 'old', handles: [{ owner: 'parent.exe(30)', value: 0x10, dcStart: 400, dcEnd: 990 }] },
    { map: { process: 'child.exe', base: '0x1B500000000', size: 4096, file: 'C:\\a.dat', map: 500 } },
  ],
  endNs: 1000,
});
trace.processes.parentPid[1] = 10;
trace.processes.sessionId.set([0xffffffff, 1, 1]);
const cache = new SelectionCache(trace);

describe('every table', () => {
  it.each(FLAT)('%s has values for all its columns', (table) => {
    const { columns, values } = flatTable(cache, table, {});
    expect(columns.filter(({ id }) => !Object.hasOwn(values, id))).toEqual([]);
    expect(new Set(columns.map(({ id }) => id)).size).toBe(columns.length);
  });

  it.each(TABLES)('%s goes page by page, and sorts by columns that it has alone', (table) => {
    const all = page(cache, { table });
    const first = page(cache, { table, rowCount: 1, sort: [{ column: 'no such column', descending: true }] });
    expect(first.rows).toEqual(all.rows.slice(0, 1));
    expect(page(cache, { table, firstRow: 1, rowCount: 1 }).rows).toEqual(all.rows.slice(1, 2));
    expect(page(cache, { table, firstRow: all.total + 5 }).rows).toEqual([]);
    expect(new Set(all.rows.map(({ key }) => key)).size).toBe(all.rows.length);
  });

  it('of a filter that matches nothing has no rows', () => {
    for (const table of FLAT.filter((name) => name !== 'modules')) {
      expect(page(cache, { table, filter: { type: 'none' } })).toMatchObject({ rows: [], total: 0 });
    }
    expect(page(cache, { table: 'groups', filter: { type: 'none' } })).toMatchObject({ rows: [], total: 0 });
  });
});

describe('objects', () => {
  it('say everything about an object', () => {
    const [event, file, key, view] = records(page(cache, { table: 'objects' }));
    expect(event).toEqual({
      id: 1,
      type: 'Event',
      name: 'one',
      process: 'parent.exe(10)',
      birthNs: 100,
      deathNs: null,
      lifetimeNs: null,
      handles: 2,
      openHandles: 1,
      leak: true,
      leakAtExit: true,
      createFrame: 'app.exe!Make+0x1',
      peakHandles: 2,
      refChanges: 0,
      maxRefs: 0,
      multiProcess: false,
      overlapped: true,
      inherited: true,
      inheritedBy: 'child.exe(20)',
      otherNames: null,
      bornBeforeTrace: false,
      mapping: false,
      mapSize: null,
      pointer: '0xFFFFC28300000010',
      createTid: 7,
      createStack: 0,
      destroyProcess: null,
      destroyTid: null,
      destroyFrame: null,
      destroyStack: null,
    });
    expect(file).toMatchObject({
      otherNames: 'second',
      destroyProcess: 'child.exe(20)',
      destroyFrame: 'app.exe!Close+0x3',
      refChanges: 1,
      maxRefs: 2,
    });
    expect(key).toMatchObject({ birthNs: null, process: null, bornBeforeTrace: true, createFrame: null });
    expect(view).toMatchObject({ mapping: true, mapSize: 4096, pointer: '0x1B500000000', name: 'C:\\a.dat' });
  });

  it('are what the object rows are', () => {
    fc.assert(
      fc.property(arbitraryTrace(), (literal) => {
        const made = traceFixture(literal);
        const rows = records(page(new SelectionCache(made), { table: 'objects' }));
        rows.forEach((row, object) => {
          const { kind, ...expected } = objectRow(made, object);
          expect(row).toMatchObject({ ...expected, mapping: kind === 'mapping' });
        });
      }),
      { numRuns: 30 },
    );
  });

  it('a row is found again by its id', () => {
    const sort = [{ column: 'type', descending: true }];
    expect([1, 2, 3, 4].map((id) => rowOfObject(cache, { table: 'objects', filter: {}, sort }, id))).toEqual([
      3, 2, 1, 0,
    ]);
    expect(rowOfObject(cache, { table: 'objects', filter: { type: 'Key' }, sort }, 1)).toBe(-1);
    expect(rowOfObject(cache, { table: 'handles', filter: {}, sort: [] }, 2)).toBe(2);
  });
});

describe('handles', () => {
  it('say where they came from and how they ended', () => {
    const rows = records(page(cache, { table: 'handles' }));
    expect(rows.map((row) => [row.id, row.owner, row.handle, row.start, row.end, row.leak])).toEqual([
      [1, 'parent.exe(10)', '0xC0', 'created', 'open', true],
      [1, 'child.exe(20)', '0xC0', 'inherited', 'processExit', false],
      [2, 'child.exe(20)', '0x84', 'created', 'closed', false],
      [3, 'parent.exe(30)', '0x10', 'existing', 'open', false],
    ]);
    expect(rows[1]).toMatchObject({ source: 'parent.exe(10) 0xC0', closeFrame: 'app.exe!Close+0x3', lifetimeNs: 750 });
  });

  it('with a handle filter are those with the value', () => {
    const rows = records(page(cache, { table: 'handles', filter: { handle: '0x84' } }));
    expect(rows.map((row) => [row.id, row.handle])).toEqual([[2, '0x84']]);
  });

  it('are those of the details, object by object', () => {
    fc.assert(
      fc.property(arbitraryTrace(), (literal) => {
        const made = traceFixture(literal);
        const rows = records(page(new SelectionCache(made), { table: 'handles' }));
        const expected = Array.from({ length: made.objects.length }, (_, object) =>
          (objectDetails(made, { id: object + 1, eventLimit: 0 })?.handles ?? []).map((handle) => ({
            id: object + 1,
            ...handle,
          })),
        ).flat();
        expect(rows.length).toBe(expected.length);
        rows.forEach((row, at) => expect(row).toMatchObject(expected[at]));
      }),
      { numRuns: 30 },
    );
  });
});

describe('events', () => {
  it('are in time order, rundown entries only of what has nothing else', () => {
    const rows = records(page(cache, { table: 'events' }));
    expect(rows.map((row) => [row.ns, row.kind, row.id])).toEqual([
      [100, 'HandleCreate', 1],
      [150, 'HandleDuplicate', 1],
      [200, 'HandleCreate', 2],
      [250, 'RefChange', 2],
      [300, 'HandleClose', 2],
      [400, 'HandleDCStart', 3],
      [500, 'Map', 4],
      [900, 'HandleClose', 1],
    ]);
    expect(rows[3]).toMatchObject({ delta: 2, handle: null, process: 'parent.exe(10)', frame: null });
    expect(rows[1].note).toBe('inherited by child.exe(20)');
    expect(rows[7].note).toBe('swept when child.exe(20) ended; inherited from parent.exe(10) 0xC0');
  });

  it('are the rows of the CSV, whatever the filter, with the notes of the details', () => {
    const filters: Filter[] = [
      {},
      { handle: '0x4' },
      { time: { min: 1e-7, max: 5e-7 } },
      { stack: 'make' },
      { map: false },
    ];
    fc.assert(
      fc.property(arbitraryTrace(), fc.constantFrom(...filters), (literal, filter) => {
        const made = traceFixture(literal);
        const own = new SelectionCache(made);
        const shown = page(own, { table: 'events', filter });
        expect(shown.total).toBe([...csvChunks(own.get(filter))].reduce((sum, { rows }) => sum + rows, 0));
        for (const row of records(shown)) {
          const details = objectDetails(made, { id: Number(row.id), eventLimit: 1000 });
          expect(details?.events).toContainEqual(
            expect.objectContaining({
              ns: row.ns,
              kind: row.kind,
              process: row.process,
              tid: row.tid,
              handle: row.handle,
              delta: row.delta,
              stack: row.stack,
              note: row.note,
            }),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('a row keeps its event alone', () => {
    const shown = page(cache, { table: 'events' });
    for (const { filter, cells } of shown.rows) {
      expect(page(cache, { table: 'events', filter: filter ?? {} }).rows.map((row) => row.cells)).toEqual([cells]);
    }
  });
});

describe('inheritance', () => {
  it('shows parent, child and what the child did', () => {
    const shown = page(cache, { table: 'inheritance' });
    expect(records(shown)).toEqual([
      {
        parent: 'parent.exe(10)',
        child: 'child.exe(20)',
        handle: '0xC0',
        id: 1,
        type: 'Event',
        name: 'one',
        openNs: 150,
        end: 'processExit',
        closeNs: 900,
        leak: false,
      },
    ]);
    expect(shown.rows[0].filter).toEqual({ inheritedPair: 'parent.exe(10) > child.exe(20)' });
    expect(page(cache, { table: 'objects', filter: shown.rows[0].filter ?? {} }).total).toBe(1);
  });
});

describe('processes', () => {
  it('have counts of what they created and own', () => {
    const rows = records(page(cache, { table: 'processes' }));
    expect(
      rows.map((row) => [row.name, row.pid, row.created, row.handles, row.open, row.leaked, row.leakedAtExit]),
    ).toEqual([
      ['parent.exe', 10, 1, 1, 1, 1, 0],
      ['child.exe', 20, 2, 2, 0, 0, 1],
      ['parent.exe', 30, 0, 1, 1, 0, 0],
    ]);
    expect(rows[1]).toMatchObject({ startNs: 150, endNs: 900, session: 1, parent: 'parent.exe(10)' });
    expect(rows[0]).toMatchObject({ startNs: null, endNs: null, session: null, commandLine: 'parent -x' });
  });

  it('under a filter are those that have something', () => {
    expect(records(page(cache, { table: 'processes', filter: { type: 'Key' } })).map(({ pid }) => pid)).toEqual([30]);
  });
});

describe('modules', () => {
  const version = {
    fileVersion: '1.2',
    binaryVersion: '1.2.0.0',
    productName: 'App',
    productVersion: '1',
    companyName: '',
    fileDescription: '',
    originalFileName: '',
  };
  const withModules = {
    ...trace,
    loadedModules: () => [
      {
        process: 1,
        name: 'b.dll',
        path: 'C:\\b.dll',
        baseLow: 0,
        baseHigh: 0x7ff6,
        size: 4096,
        timeStamp: 0,
        version: null,
        pdb: null,
      },
      {
        process: 0,
        name: 'a.exe',
        path: 'C:\\a.exe',
        baseLow: 0x400000,
        baseHigh: 0,
        size: 8192,
        timeStamp: 0,
        version: version as never,
        pdb: { name: 'a.pdb', guid: 'G', age: 2 },
      },
    ],
  };

  it('are those of the filtered process, and no other filter counts', () => {
    const own = new SelectionCache(withModules);
    const rows = records(page(own, { table: 'modules', filter: { type: 'none' } }));
    expect(rows.map(({ process, name }) => [process, name])).toEqual([
      ['child.exe(20)', 'b.dll'],
      ['parent.exe(10)', 'a.exe'],
    ]);
    expect(rows[0]).toMatchObject({ version: null, product: null, base: '0x7FF600000000', pdb: null, pdbAge: null });
    expect(rows[1]).toMatchObject({
      version: '1.2',
      product: 'App',
      size: 8192,
      pdb: 'a.pdb',
      pdbGuid: 'G',
      pdbAge: 2,
    });
    expect(page(own, { table: 'modules', filter: { process: 'parent' } }).total).toBe(1);
  });
});

/** Order of two cells as people expect it. */
function compare(a: Cell, b: Cell): number {
  const key = (cell: Cell): number | string =>
    typeof cell === 'string' ? naturalKey(cell.toLowerCase()) : Number(cell);
  const [x, y] = [key(a), key(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Times before the trace are first, times after it last, anything else that is unknown is last in any order. */
function plainOrder(rows: Record<string, Cell>[], column: string, descending: boolean, hex: boolean): number[] {
  const unknown =
    column === 'birthNs' || column === 'openNs' || column === 'startNs'
      ? -1
      : column === 'deathNs' || column === 'closeNs' || column === 'lifetimeNs' || column === 'endNs'
        ? 1e15
        : null;
  const value = (row: number): Cell => {
    const cell = rows[row][column] ?? unknown;
    return hex && cell !== null ? Number(cell) : cell;
  };
  return [...rows.keys()].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a - b;
    return compare(x, y) * (descending ? -1 : 1) || a - b;
  });
}

describe('sorting', () => {
  it('is that of an obvious sort, by any column of any table', () => {
    fc.assert(
      fc.property(
        arbitraryTrace(),
        fc.constantFrom(...FLAT.filter((table) => table !== 'modules')),
        fc.nat(),
        fc.boolean(),
        (literal, table, pick, descending) => {
          const own = new SelectionCache(traceFixture(literal));
          const plain = page(own, { table });
          const column = plain.columns[pick % plain.columns.length];
          const sorted = page(own, { table, sort: [{ column: column.id, descending }] });
          const order = plainOrder(records(plain), column.id, descending, column.kind === 'hex');
          expect(sorted.rows.map(({ key }) => key)).toEqual(order.map((row) => plain.rows[row].key));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('by several columns has the first one lead', () => {
    const sort = [
      { column: 'owner', descending: true },
      { column: 'openNs', descending: false },
    ];
    const rows = records(page(cache, { table: 'handles', sort }));
    expect(rows.map(({ owner, openNs }) => [owner, openNs])).toEqual([
      ['parent.exe(30)', null],
      ['parent.exe(10)', 100],
      ['child.exe(20)', 150],
      ['child.exe(20)', 200],
    ]);
  });
});

describe('finding', () => {
  it('counts the rows whose text, hex digits or identifying number has it, in any case', () => {
    const find = (table: TableName, text: string): number[] => page(cache, { table, find: text }).hitRows;
    expect(find('objects', 'EVENT')).toEqual([0]);
    expect(find('objects', 'c283')).toEqual([0]);
    expect(find('objects', '0x1b5')).toEqual([3]);
    expect(find('objects', '2')).toContain(1);
    expect(find('objects', 'child.exe')).toEqual([0, 1, 3]);
    expect(find('objects', 'second')).toEqual([1]);
    expect(find('handles', 'parent.exe(10) 0xc')).toEqual([1]);
    expect(find('events', 'swept')).toEqual([7]);
    expect(find('events', 'app.exe!close')).toEqual([4, 7]);
    expect(find('processes', '20')).toEqual([1]);
    expect(find('objects', 'nothing like it')).toEqual([]);
    expect(page(cache, { table: 'objects' })).toMatchObject({ hits: 0, hitRows: [] });
  });

  it('marks the rows, and numbers them in the order that is shown', () => {
    const shown = page(cache, { table: 'objects', find: 'child', sort: [{ column: 'id', descending: true }] });
    expect(shown).toMatchObject({ hits: 3, hitRows: [0, 2, 3] });
    expect(shown.rows.map(({ hit }) => hit)).toEqual([true, false, true, true]);
  });

  it('is that of an obvious search in text and hex cells', () => {
    fc.assert(
      fc.property(
        arbitraryTrace(),
        fc.constantFrom<TableName>('objects', 'handles', 'events'),
        fc.constantFrom('a.exe', 'NT', 'o', 'x', '0x4', 'c', 'f0', '0x80000004', '00', '=', '(', 'app.exe+0x1'),
        (literal, table, find) => {
          const own = new SelectionCache(traceFixture(literal));
          const shown = page(own, { table, find });
          const isText = shown.columns.map(({ kind }) => kind === 'text' || kind === 'hex');
          const expected = shown.rows.flatMap(({ cells }, row) =>
            cells.some(
              (cell, at) =>
                isText[at] &&
                String(cell ?? '')
                  .toLowerCase()
                  .includes(find.toLowerCase()),
            )
              ? [row]
              : [],
          );
          expect(shown.hitRows).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('a very long name comes short', () => {
  const long = traceFixture({ objects: [{ name: 'x'.repeat(32_000), handles: [{ value: 4, open: 1 }] }] });
  const name = records(page(new SelectionCache(long), { table: 'objects' }))[0].name;
  expect(String(name).length).toBeLessThan(1100);
});
