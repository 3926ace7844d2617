/** Tables whose rows all stand on one level: their order, their pages, what is found in them. */
import type { Filter } from '../../../shared/filter.ts';
import type { Cell, TableColumn, TableRow, TableSort } from '../../../shared/tables.ts';
import { fold } from '../../../shared/textFilter.ts';
import { bitsOfList, hasBit, keepWhere, type Bits } from '../bits.ts';
import { shortened } from '../labels.ts';
import { sortedOrder } from '../radix.ts';
import type { Shelf } from './shelf.ts';
import { cellOf, finder, sortKey, type Values } from './values.ts';

export interface FlatTable {
  /** name of these rows on the shelf: equal names, equal rows */
  name: string;
  columns: TableColumn[];
  /** by column id */
  values: Record<string, Values>;
  /** in the order without a sort; what a number means is up to the table */
  rows: Uint32Array;
  /** object that a row is about as its id, 0 none */
  id: (row: number) => number;
  key: (row: number) => string;
  filter: (row: number) => Filter | null;
}

const bytesOf = (column: Uint32Array): number => column.byteLength;

/** The rows in the order of a sort; equal ones as they stand. Columns that the table does not have are passed over. */
export function orderOf(shelf: Shelf, table: FlatTable, sort: TableSort): Uint32Array {
  const known = sort.filter(({ column }) => Object.hasOwn(table.values, column));
  if (known.length === 0) return table.rows;
  const make = (): Uint32Array => {
    const keys = known.map(({ column, descending }) => sortKey(table.values[column], table.rows, descending));
    const order = sortedOrder(table.rows.length, keys);
    for (let at = 0; at < order.length; at++) order[at] = table.rows[order[at]];
    return order;
  };
  return shelf.get(`${table.name}/order/${sortName(known)}`, make, bytesOf);
}

export function sortName(sort: TableSort): string {
  return sort.map(({ column, descending }) => `${descending ? '-' : '+'}${column}`).join();
}

/** How many rows with the searched text are named one by one. */
export const MAX_HIT_ROWS = 10_000;

export interface Hits {
  hits: number;
  hitRows: number[];
  isHit: (row: number) => boolean;
}

export const NO_HITS: Hits = { hits: 0, hitRows: [], isHit: () => false };

/** Rows of an order of which a column contains `find`, hidden columns included; no text finds nothing. */
export function hitsOf(shelf: Shelf, table: FlatTable, sort: TableSort, find: string | undefined): Hits {
  if (find === undefined || find === '') return NO_HITS;
  const make = (): Hits => {
    const columns = Object.values(table.values);
    const finders = (kept: (values: Values) => boolean): ((row: number) => boolean)[] =>
      columns
        .filter(kept)
        .map((values) => finder(values, find))
        .filter((test) => test !== null);
    const found = rowsContaining(
      shelf,
      table,
      fold(find),
      finders(({ is }) => is !== 'number'),
    );
    const hasNumber = anyOf(finders(({ is }) => is === 'number'));
    const isHit = (row: number): boolean => hasBit(found, row) || hasNumber(row);
    const hitRows: number[] = [];
    let hits = 0;
    orderOf(shelf, table, sort).forEach((row, at) => {
      if (!isHit(row)) return;
      hits++;
      if (hitRows.length < MAX_HIT_ROWS) hitRows.push(at);
    });
    return { hits, hitRows, isHit };
  };
  return shelf.get(`${table.name}/find/${sortName(sort)}/${find}`, make, ({ hitRows }) => hitRows.length * 8);
}

/** What was searched last in a table; `rows`: those of which a text contains it. */
interface Searched {
  needle: string;
  rows: Bits;
}

/**
 * Rows that pass a test for a folded text. While someone types, every text contains the one before: rows without that are not asked again.
 */
function rowsContaining(shelf: Shelf, table: FlatTable, needle: string, tests: ((row: number) => boolean)[]): Bits {
  const last = shelf.get(
    `${table.name}/searched`,
    (): { of: Searched | null } => ({ of: null }),
    () => (greatestRow(table) + 8) >> 3,
  );
  const rows = last.of !== null && needle.includes(last.of.needle) ? last.of.rows.slice() : allRows(table);
  keepWhere(rows, anyOf(tests));
  last.of = { needle, rows };
  return rows;
}

function allRows(table: FlatTable): Bits {
  return bitsOfList(greatestRow(table) + 1, table.rows);
}

function greatestRow({ rows }: FlatTable): number {
  let greatest = -1;
  for (const row of rows) if (row > greatest) greatest = row;
  return greatest;
}

function anyOf(tests: ((row: number) => boolean)[]): (row: number) => boolean {
  return (row) => {
    for (const test of tests) if (test(row)) return true;
    return false;
  };
}

/** A window shows a line of a name; one of 32,000 characters comes short. */
export function shownCell(cell: Cell): Cell {
  return typeof cell === 'string' ? shortened(cell) : cell;
}

/** Rows [first, first + count) of an order as they are shown. */
export function pageOf(
  table: FlatTable,
  order: Uint32Array,
  first: number,
  count: number,
  isHit: Hits['isHit'],
): TableRow[] {
  const values = table.columns.map(({ id }) => table.values[id]);
  return Array.from(order.subarray(first, first + count), (row) => ({
    cells: values.map((column) => shownCell(cellOf(column, row))),
    id: table.id(row),
    key: table.key(row),
    depth: 0,
    children: false,
    open: false,
    filter: table.filter(row),
    hit: isHit(row),
  }));
}
