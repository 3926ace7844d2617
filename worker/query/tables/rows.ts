/** Pages of the tables of the window (shared/tables.ts). */
import type { RowsPage, RowsRequest, TableSort } from '../../../shared/tables.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { hitsOf, orderOf, pageOf } from './flatTable.ts';
import { flatTable, type FlatTableName } from './flatTables.ts';
import { groupsPage } from './groupTree.ts';
import { shelfOf } from './shelf.ts';

/** Rows [firstRow, firstRow + rowCount) of a table, fewer at its end. */
export function rowsPage(cache: SelectionCache, request: RowsRequest): RowsPage {
  const { table: name, firstRow } = request;
  if (name === 'groups') return groupsPage(cache, request);
  const shelf = shelfOf(cache.trace);
  const table = flatTable(cache, name, request.filter);
  const order = orderOf(shelf, table, request.sort);
  const { hits, hitRows, isHit } = hitsOf(shelf, table, request.sort, request.find);
  return {
    columns: table.columns,
    rows: pageOf(table, order, firstRow, request.rowCount, isHit),
    firstRow,
    total: order.length,
    hits,
    hitRows,
  };
}

/** Number of the first row about an object, -1 where the filter hides it or the table has no objects: to scroll to a selection. */
export function rowOfObject(
  cache: SelectionCache,
  { table: name, filter, sort }: { table: FlatTableName; filter: RowsRequest['filter']; sort: TableSort },
  id: number,
): number {
  const table = flatTable(cache, name, filter);
  return orderOf(shelfOf(cache.trace), table, sort).findIndex((row) => table.id(row) === id);
}
