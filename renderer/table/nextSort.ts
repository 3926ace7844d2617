import type { ObjectColumn } from '../../shared/service.ts';
import type { SortKey } from '../state/tableStore.ts';

/** Columns of which one looks for those that have it: they come first on the first click. */
const DESCENDING_FIRST: ReadonlySet<ObjectColumn> = new Set<ObjectColumn>(['leak', 'leakAtExit']);

/**
 * The order after a click on a column's header: its first direction, then the other one, then none. A plain click sorts by
 * that column alone; `add` (Shift) keeps the others.
 */
export function nextSort(sort: readonly SortKey[], column: ObjectColumn, add: boolean): SortKey[] {
  const first = DESCENDING_FIRST.has(column);
  const place = sort.findIndex((key) => key.column === column);
  const others = add ? sort : sort.filter((_, index) => index === place);
  // Of several columns a plain click takes one, which then begins anew.
  if (place < 0 || (!add && sort.length > 1)) return [...(add ? sort : []), { column, descending: first }];
  if (sort[place].descending === first)
    return others.map((key) => (key.column === column ? { column, descending: !first } : key));
  return others.filter((key) => key.column !== column);
}
