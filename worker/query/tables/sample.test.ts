/** The tables of the sample have the numbers of `leaklanes totals` and of the trace itself. */
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Cell, RowsPage, RowsRequest, TableName } from '../../../shared/tables.ts';
import { openTrace } from '../../openTrace.ts';
import { SelectionCache } from '../selectionCache.ts';
import { countOpenHandles, countTotals } from '../totals.ts';
import { rowsPage } from './rows.ts';
import { stackTreePage } from './stackTreePage.ts';

const SAMPLE = join(import.meta.dirname, '../../../samples/handle-leak.etl');

let cache: SelectionCache;
beforeAll(async () => {
  cache = new SelectionCache(await openTrace(SAMPLE));
});

function page(table: TableName, more: Partial<RowsRequest> = {}): RowsPage {
  return rowsPage(cache, { table, filter: {}, sort: [], firstRow: 0, rowCount: 1000, ...more });
}

function column({ columns, rows }: RowsPage, id: string): Cell[] {
  const at = columns.findIndex((each) => each.id === id);
  return rows.map(({ cells }) => cells[at]);
}

function sum(cells: Cell[]): number {
  return cells.reduce<number>((total, cell) => total + Number(cell), 0);
}

it('open handles by type are those of the totals', () => {
  const { rows, open } = countOpenHandles(cache.get({}), 'type');
  const groups = page('groups', { groupBy: ['type'], sort: [{ column: 'open', descending: true }] });
  const labels = column(groups, 'type');
  const byType = new Map(column(groups, 'open').map((count, row) => [labels[row], count]));
  for (const row of rows) expect([row.label, byType.get(row.label)]).toEqual([row.label, row.open]);
  expect(sum(column(groups, 'open'))).toBe(open);
});

it('open and leaked handles by process are those of the totals', () => {
  const { rows } = countOpenHandles(cache.get({}), 'process');
  const shown = page('processes');
  const [pids, open, leaked] = ['pid', 'open', 'leaked'].map((id) => column(shown, id));
  for (const row of rows.filter(({ index }) => index >= 0)) {
    const at = pids.indexOf(cache.trace.processes.pid[row.index]);
    expect([row.label, open[at], leaked[at]]).toEqual([row.label, row.open, row.leaked]);
  }
  expect(shown.total).toBe(cache.trace.processes.length);
});

it('objects, handles and events are all there', () => {
  const { trace } = cache;
  const totals = countTotals(cache.get({}));
  expect(page('objects').total).toBe(trace.objects.length);
  expect(page('handles').total).toBe(trace.handles.length);
  expect(page('events', { find: 'HandleCreate' }).hits).toBe(totals.handlesCreated);
  expect(page('events', { find: 'HandleClose' }).hits).toBe(totals.handlesClosed);
  expect(page('events', { find: 'HandleDuplicate' }).hits).toBe(totals.handlesDuplicated);
  expect(page('inheritance').total).toBe(page('handles', { find: 'inherited' }).hits);
  expect(page('modules').total).toBe(trace.loadedModules().length);
});

it('groups of any kind have all objects, and never more outstanding than the objects of the group have by themselves', () => {
  const { trace } = cache;
  for (const key of ['process', 'type', 'createStack', 'closeStack', 'name', 'inheritedFrom'] as const) {
    const request = { groupBy: [key], sort: [{ column: 'count', descending: true }] };
    let objects = 0;
    let leaked = 0;
    const { total } = page('groups', { ...request, rowCount: 0 });
    for (let firstRow = 0; firstRow < total; firstRow += 1000) {
      const shown = page('groups', { ...request, firstRow });
      objects += sum(column(shown, 'count'));
      leaked += sum(column(shown, 'leaked'));
    }
    expect([key, objects]).toEqual([key, trace.objects.length]);
    expect([key, leaked]).toEqual([key, page('objects', { filter: { leak: true } }).total]);
  }
});

it('one object as a group has its own peak', () => {
  const { peakOpen, mapping } = cache.trace.objects;
  for (let object = 0; object < cache.trace.objects.length; object += 97) {
    if (mapping[object] >= 0) continue;
    const shown = page('groups', { filter: { id: { min: object + 1, max: object + 1 } }, groupBy: ['type'] });
    expect(column(shown, 'peak')).toEqual([peakOpen[object]]);
  }
});

it('the tree of stacks has all objects, and its leaks are theirs', () => {
  const request = {
    filter: {},
    inverted: false,
    onlyLeaks: false,
    foldSystem: true,
    openNodes: [],
    firstRow: 0,
    rowCount: 100,
  };
  const { created, leaked } = stackTreePage(cache, { ...request, by: 'create' });
  expect([created, leaked]).toEqual([cache.trace.objects.length, page('objects', { filter: { leak: true } }).total]);
});
