/** The tables whose rows stand on one level, by name. */
import type { Filter } from '../../../shared/filter.ts';
import type { TableName } from '../../../shared/tables.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { eventsTable } from './eventsTable.ts';
import type { FlatTable } from './flatTable.ts';
import { handlesTable, inheritanceTable } from './handlesTable.ts';
import { modulesTable } from './modulesTable.ts';
import { objectsTable } from './objectsTable.ts';
import { processesTable } from './processesTable.ts';

export type FlatTableName = Exclude<TableName, 'groups'>;

const makers: Record<FlatTableName, (cache: SelectionCache, filter: Filter) => FlatTable> = {
  objects: objectsTable,
  handles: handlesTable,
  events: eventsTable,
  inheritance: inheritanceTable,
  processes: processesTable,
  modules: modulesTable,
};

/** A table under a filter. Rows and orders are kept (shelf.ts), so that a page after the first costs what it shows. */
export function flatTable(cache: SelectionCache, table: FlatTableName, filter: Filter): FlatTable {
  return makers[table](cache, filter);
}
