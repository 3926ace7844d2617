import type { TableColumn, TableSort } from '../../shared/tables.ts';

/**
 * The order after a click on a column's header: its first direction, then the other one, then none. A plain click sorts by
 * that column alone; `add` (Shift) keeps the others. Of counts, lengths and flags the greatest come first: one looks for those.
 */
export function nextSort(sort: TableSort, column: Pick<TableColumn, 'id' | 'kind'>, add: boolean): TableSort {
  const first = DESCENDING_FIRST.has(column.kind) && column.id !== 'id';
  const place = sort.findIndex((key) => key.column === column.id);
  const others = add ? sort : sort.filter((_, index) => index === place);
  // Of several columns a plain click takes one, which then begins anew.
  if (place < 0 || (!add && sort.length > 1)) return [...(add ? sort : []), { column: column.id, descending: first }];
  if (sort[place].descending === first)
    return others.map((key) => (key.column === column.id ? { ...key, descending: !first } : key));
  return others.filter((key) => key.column !== column.id);
}

const DESCENDING_FIRST: ReadonlySet<TableColumn['kind']> = new Set(['count', 'duration', 'rate', 'bytes', 'flag']);
