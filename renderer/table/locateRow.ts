import type { Filter } from '../../shared/filter.ts';
import type { RowsPage, RowsRequest, TableName, TableSort } from '../../shared/tables.ts';

/** Asks for rows of a table; null where the answer is no longer wanted. */
export type AskPage = (request: RowsRequest) => Promise<RowsPage | null>;

/** What has a row: an object, and the moment at which the table of events shall show it. */
export interface Wanted {
  id: number;
  /** null: its first event in the table */
  ns: number | null;
}

/** Tables whose rows are about objects; the objects' own is left to the service's `locate`. */
const OBJECTS_IN: ReadonlySet<TableName> = new Set(['handles', 'events', 'inheritance']);
/** Rows that are looked through at once. */
const ROWS_AT_ONCE = 1000;
/** Looking for a pointer in every row takes the service 0.2 ms a thousand: in longer tables a selection would be waited for. */
const MOST_SEARCHED = 250_000;

/**
 * The number of the row that a table has about an object under a filter and a sort, -1 where it has none: handles in their own order
 * go by the objects' ids and events by time, so that a few rows tell where to look; of another order every row is searched, where
 * the table is not longer than {@link MOST_SEARCHED}: 10,000 hits of the pointer, or of the id, at most.
 */
export async function locateRow(
  ask: AskPage,
  { table, filter, sort }: { table: TableName; filter: Filter; sort: TableSort },
  wanted: Wanted,
): Promise<number> {
  const { id } = wanted;
  if (!OBJECTS_IN.has(table) || !mayHave(filter, id)) return -1;
  const part = (firstRow: number, rowCount: number, find?: string) =>
    ask({ table, filter, sort, firstRow, rowCount, ...(find !== undefined && { find }) });
  const alone = await ask({ table, filter: { ...filter, id: { min: id, max: id } }, sort, firstRow: 0, rowCount: 1 });
  const total = (await part(0, 0))?.total ?? 0;
  if (alone === null || alone.rows.length === 0 || total === 0) return -1;

  if (sort.length === 0 && table === 'handles') {
    return firstWhere(total, async (row) => ((await part(row, 1))?.rows[0]?.id ?? id) >= id);
  }
  if (sort.length === 0 && table === 'events') {
    const time = alone.columns.findIndex((column) => column.id === 'ns');
    const ns = wanted.ns ?? timeOf(alone, time);
    const first = await firstWhere(total, async (row) => timeOf(await part(row, 1), time) >= ns);
    const near = await part(first, ROWS_AT_ONCE);
    const at = near?.rows.findIndex((row) => row.id === id) ?? -1;
    return at < 0 ? -1 : first + at;
  }
  if (total > MOST_SEARCHED) return -1;
  // Pointers are used again, and other columns name them too; so do more with the id, which every table has.
  const pointer = alone.rows[0].cells[alone.columns.findIndex((column) => column.id === 'pointer')] ?? id;
  let looked = 0;
  for (const hit of (await part(0, 0, String(pointer)))?.hitRows ?? []) {
    if (hit < looked) continue;
    looked = hit + ROWS_AT_ONCE;
    const at = (await part(hit, ROWS_AT_ONCE))?.rows.findIndex((row) => row.id === id) ?? -1;
    if (at >= 0) return hit + at;
  }
  return -1;
}

function mayHave({ id: range }: Filter, id: number): boolean {
  return (range?.min ?? id) <= id && (range?.max ?? id) >= id;
}

/** Time of the only row of a page, ns; that of what happened before the trace is its start. */
function timeOf(page: RowsPage | null, column: number): number {
  const time = page?.rows[0]?.cells[column];
  return typeof time === 'number' ? time : 0;
}

/** The first of `count` rows for which something holds that holds for all after it too. */
async function firstWhere(count: number, holds: (row: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
