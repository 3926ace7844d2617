/** Objects and mappings. */
import { filterKey, type Filter } from '../../../shared/filter.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { columnsOf } from './columns.ts';
import { ofObject } from './filters.ts';
import type { FlatTable } from './flatTable.ts';
import { objectValues } from './objectValues.ts';

/** Rows are object indexes, in id order. */
export function objectsTable(cache: SelectionCache, filter: Filter): FlatTable {
  return {
    name: `objects/${filterKey(filter)}`,
    columns: columnsOf('objects'),
    values: objectValues(cache.trace),
    rows: cache.get(filter).objects,
    id: (object) => object + 1,
    key: (object) => `o:${object + 1}`,
    filter: ofObject,
  };
}
