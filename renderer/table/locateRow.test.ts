import { beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import type { RowsRequest, TableName, TableRow, TableSort } from '../../shared/tables.ts';
import { createServiceHost, type ServiceHost } from '../testing/serviceHost.ts';
import { locateRow } from './locateRow.ts';

let host: ServiceHost;
beforeAll(async () => {
  host = createServiceHost();
  await host.open({ kind: 'sample' }, () => {}, new AbortController().signal);
});

const ask = (request: RowsRequest) => host.query('rows', request);

async function allRows(table: TableName, filter: Filter, sort: TableSort): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for (;;) {
    const page = await ask({ table, filter, sort, firstRow: rows.length, rowCount: 1000 });
    rows.push(...page.rows);
    if (page.rows.length === 0) return rows;
  }
}

const BY_TYPE: TableSort = [{ column: 'type', descending: true }];
const FILTER: Filter = { type: '!Thread' };

describe.each<[TableName, TableSort]>([
  ['handles', []],
  ['handles', BY_TYPE],
  ['events', []],
  ['events', BY_TYPE],
  ['inheritance', []],
])('a row of %s sorted by %j', (table, sort) => {
  it.each<[string, Filter]>([
    ['no filter', {}],
    ['a filter', FILTER],
  ])('is the first of its object, under %s', async (_what, filter) => {
    const rows = await allRows(table, filter, sort);
    const step = Math.max(1, Math.floor(rows.length / 40));
    for (let at = 0; at < rows.length; at += step) {
      const { id } = rows[at];
      const first = rows.findIndex((row) => row.id === id);
      expect(await locateRow(ask, { table, filter, sort }, { id, ns: null })).toBe(first);
    }
  });
});

it('finds the event of a moment', async () => {
  const order = { table: 'events', filter: {}, sort: [] } as const;
  const page = await ask({ ...order, sort: [], firstRow: 5000, rowCount: 1 });
  const [{ id, cells }] = page.rows;
  const ns = cells[page.columns.findIndex((column) => column.id === 'ns')] as number;
  const row = await locateRow(ask, { ...order, sort: [] }, { id, ns });
  const found = (await ask({ ...order, sort: [], firstRow: row, rowCount: 1 })).rows[0];
  expect(found.id).toBe(id);
  expect(found.cells).toContain(ns);
});

it('finds none of what the filter hides, of what a table does not have, and of what is in none', async () => {
  const [thread] = (await ask({ table: 'objects', filter: { type: 'Thread' }, sort: [], firstRow: 0, rowCount: 1 }))
    .rows;
  const wanted = { id: thread.id, ns: null };
  const of = (table: TableName, filter: Filter) => locateRow(ask, { table, filter, sort: [] }, wanted);
  expect(await of('handles', {})).toBeGreaterThanOrEqual(0);
  expect(await of('handles', FILTER)).toBe(-1);
  expect(await of('handles', { id: { min: thread.id + 1, max: null } })).toBe(-1);
  expect(await of('processes', {})).toBe(-1);
  expect(await of('groups', {})).toBe(-1);
});

it('gives way to a newer request', async () => {
  const order = { table: 'handles', filter: {}, sort: [] } as const;
  expect(await locateRow(() => Promise.resolve(null), { ...order, sort: [] }, { id: 7, ns: null })).toBe(-1);
});
