import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABLES, type Cell, type TableExportRequest, type TableName } from '../../../shared/tables.ts';
import { SelectionCache } from '../selectionCache.ts';
import { arbitraryTrace } from '../testing/arbitraryTrace.ts';
import { traceFixture } from '../testing/traceFixture.ts';
import { exportTable, tableChunks } from './exportTable.ts';
import { rowsPage } from './rows.ts';

const trace = traceFixture({
  processes: [
    { name: 'a.exe', pid: 1 },
    { name: '=cmd.exe', pid: 2 },
  ],
  stacks: { make: ['app.exe!Make+0x1', 'app.exe!main+0x2'], other: ['app.exe!Other+0x1', 'app.exe!main+0x2'] },
  objects: [
    {
      type: 'Event',
      name: 'say "hi", you',
      handles: [{ owner: 'a.exe', value: 4, open: 1_500_000_100, openStack: 'make' }],
    },
    {
      type: 'File',
      name: '+1;two\nlines',
      handles: [{ owner: '=cmd.exe', value: 8, open: 2_000_000_000, close: 3_000_000_000, openStack: 'other' }],
    },
    { type: 'File', handles: [{ owner: 'a.exe', value: 12, dcStart: 4_000_000_000 }] },
  ],
  endNs: 5_000_000_000,
});
const cache = new SelectionCache(trace);

type Wanted = Partial<Omit<TableExportRequest, 'path'>> & { table: TableExportRequest['table'] };

function text(request: Wanted, own = cache, chunkLength?: number): string {
  const full = { filter: {}, sort: [], format: 'csv' as const, ...request };
  return [...tableChunks(own, full, chunkLength)].map((chunk) => chunk.text).join('');
}

describe('CSV and TSV', () => {
  it('have headers, exact seconds, empty cells, and defuse what a spreadsheet would run', () => {
    const columns = ['id', 'name', 'process', 'birthNs', 'lifetimeNs', 'leak', 'pointer'];
    expect(text({ table: 'objects', columns })).toBe(
      [
        'Id,Name,Process,Created in s,Lifetime in s,Leak,Pointer',
        '1,"say ""hi"", you",a.exe(1),1.5000001,,True,0x1',
        '2,"\'+1;two\nlines",\'=cmd.exe(2),2,1,False,0x2',
        '3,,,,,False,0x3',
        '',
      ].join('\r\n'),
    );
    expect(text({ table: 'objects', columns, format: 'tsv' }).split('\r\n')[1]).toBe(
      '1\t"say ""hi"", you"\ta.exe(1)\t1.5000001\t\tTrue\t0x1',
    );
  });

  it('have the shown order, filter and columns', () => {
    const request: Wanted = {
      table: 'objects',
      columns: ['type', 'id', 'no such column'],
      filter: { type: 'File' },
      sort: [{ column: 'id', descending: true }],
    };
    expect(text(request)).toBe('Type,Id\r\nFile,3\r\nFile,2\r\n');
  });

  it('without columns have those that are not hidden', () => {
    expect(text({ table: 'handles' }).split('\r\n')[0]).toBe(
      'Object,Type,Name,Owner,Handle,Start,End,Opened in s,Closed in s,Lifetime in s,Leak,Source,Closed by,Opened at,Closed at',
    );
  });
});

it('JSON has the raw values', () => {
  const rows: unknown = JSON.parse(
    text({ table: 'objects', format: 'json', columns: ['id', 'name', 'birthNs', 'leak'] }),
  );
  expect(rows).toEqual([
    { id: 1, name: 'say "hi", you', birthNs: 1_500_000_100, leak: true },
    { id: 2, name: '+1;two\nlines', birthNs: 2_000_000_000, leak: false },
    { id: 3, name: null, birthNs: null, leak: false },
  ]);
  expect(JSON.parse(text({ table: 'objects', format: 'json', filter: { type: 'none' } }))).toEqual([]);
});

it('groups come with all levels, and the values of their path', () => {
  expect(text({ table: 'groups', columns: ['depth', 'process', 'type', 'count', 'leaked'] })).toBe(
    [
      'Depth,Process,Type,Count,Leaked',
      '0,a.exe(1),,2,1',
      '1,a.exe(1),Event,1,1',
      '1,a.exe(1),File,1,0',
      "0,'=cmd.exe(2),,1,0",
      "1,'=cmd.exe(2),File,1,0",
      '',
    ].join('\r\n'),
  );
  expect(text({ table: 'groups', groupBy: ['type'] }).split('\r\n')[0]).toBe(
    'Depth,Type,Count,Handles,Open,Leaked,Leaked at exit,Peak outstanding,Rate,Mapped',
  );
});

it('stacks come with all nodes, numbered, and their path where it is wanted', () => {
  const columns = ['node', 'parent', 'depth', 'frame', 'created', 'self', 'path'];
  expect(text({ table: 'stacks', columns })).toBe(
    [
      'Node,Parent,Depth,Frame,Created,Self,Path',
      '1,,0,app.exe!main+0x2,2,0,app.exe!main+0x2',
      '2,1,1,app.exe!Make+0x1,1,1,app.exe!main+0x2 > app.exe!Make+0x1',
      '3,1,1,app.exe!Other+0x1,1,1,app.exe!main+0x2 > app.exe!Other+0x1',
      '4,,0,(no stack),1,1,(no stack)',
      '',
    ].join('\r\n'),
  );
  const stacks = { by: 'create', inverted: true, onlyLeaks: true, foldSystem: false } as const;
  expect(text({ table: 'stacks', columns: ['frame'], stacks })).toBe(
    'Frame\r\napp.exe!Make+0x1\r\napp.exe!main+0x2\r\n',
  );
});

it('paths of stacks thousands of frames deep are cut', () => {
  const deep = traceFixture({
    stacks: { deep: Array.from({ length: 5000 }, (_, at) => `f${at}`) },
    objects: [{ handles: [{ value: 4, open: 1, openStack: 'deep' }] }],
  });
  const rows = text({ table: 'stacks', columns: ['path'] }, new SelectionCache(deep)).split('\r\n');
  expect(rows.length).toBe(5002);
  expect(rows.at(-2)?.length).toBe(4097);
});

it('is what the window shows, chunk by chunk', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(),
      fc.constantFrom(...TABLES.filter((table) => table !== 'groups')),
      fc.integer({ min: 1, max: 500 }),
      (literal, table: TableName, chunkLength) => {
        const own = new SelectionCache(traceFixture(literal));
        const { columns, rows } = rowsPage(own, { table, filter: {}, sort: [], firstRow: 0, rowCount: 1000 });
        const all = columns.map(({ id }) => id);
        const exported = JSON.parse(text({ table, format: 'json', columns: all }, own, chunkLength)) as Record<
          string,
          Cell
        >[];
        expect(exported.map((row) => all.map((id) => row[id]))).toEqual(rows.map(({ cells }) => cells));
        expect(text({ table, columns: all }, own, chunkLength)).toBe(text({ table, columns: all }, own));
      },
    ),
    { numRuns: 60 },
  );
});

describe('the file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklanes-export-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const request = (name: string): TableExportRequest => ({
    table: 'objects',
    filter: {},
    sort: [],
    format: 'csv',
    path: join(folder, name),
  });

  it('has all rows, and its size is told', async () => {
    const progress: number[] = [];
    const result = await exportTable(cache, request('all.csv'), { onProgress: ({ events }) => progress.push(events) });
    const written = await readFile(join(folder, 'all.csv'));
    expect(result).toEqual({ rows: 3, bytes: written.length });
    expect(written.toString('utf8')).toBe(text({ table: 'objects' }));
    expect(progress.at(-1)).toBe(3);
  });

  it('that is cancelled leaves the old one alone, and no half one', async () => {
    await writeFile(join(folder, 'old.csv'), 'old');
    const abort = new AbortController();
    abort.abort();
    await expect(exportTable(cache, request('old.csv'), { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const late = new AbortController();
    const exporting = exportTable(cache, { ...request('old.csv'), table: 'groups' }, { signal: late.signal });
    late.abort();
    await expect(exporting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readFile(join(folder, 'old.csv'), 'utf8')).toBe('old');
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('that cannot be written is an error that names it', async () => {
    const path = join('no such folder', 'x.csv');
    await expect(exportTable(cache, request(path))).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('choose another place') as string,
    });
  });
});
