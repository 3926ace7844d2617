import type { Filter } from '../../shared/filter.ts';
import type { Cell, GroupKey, TableName, TableRow } from '../../shared/tables.ts';
import { escapeForFilter, NO_TEXT } from '../../shared/textFilter.ts';
import { toggleValue, valueState, type TextField } from '../filters/filterText.ts';

type FlagField = 'leak' | 'leakAtExit' | 'inherit' | 'multiProcess' | 'overlapped';

const OF_OBJECT: Record<string, TextField> = { type: 'type', name: 'objectName', pointer: 'object' };
/** The field that asks for what a column shows, by table and column. */
const TEXT_FIELDS: Partial<Record<TableName, Record<string, TextField>>> = {
  objects: { ...OF_OBJECT, process: 'process', createStack: 'createStackId' },
  handles: { ...OF_OBJECT, owner: 'relatedProcess', handle: 'handle', end: 'end' },
  events: { ...OF_OBJECT, process: 'relatedProcess', handle: 'handle' },
  inheritance: { ...OF_OBJECT, handle: 'handle', end: 'end' },
};
const FLAG_FIELDS: Record<string, FlagField> = {
  leak: 'leak',
  leakAtExit: 'leakAtExit',
  inherited: 'inherit',
  multiProcess: 'multiProcess',
  overlapped: 'overlapped',
};
const GROUP_FIELDS: Record<GroupKey, TextField> = {
  process: 'process',
  type: 'type',
  createStack: 'createStackId',
  closeStack: 'destroyStack',
  name: 'objectName',
  inheritedFrom: 'inheritedPair',
};

/** A change of the filter, and what it says: "Only Type: Event". */
export interface FilterChange {
  label: string;
  change: Partial<Filter>;
}

export interface CellFilters {
  only: FilterChange | null;
  exclude: FilterChange | null;
}

/** What a cell can make of the filter in force: keep only its value, or leave it out. */
export function cellFilters(
  table: TableName,
  column: { id: string; header: string },
  cell: Cell,
  row: Pick<TableRow, 'filter'>,
  filter: Filter,
): CellFilters {
  const flag = table === 'objects' ? FLAG_FIELDS[column.id] : undefined;
  if (flag !== undefined && cell === true)
    return { only: { label: `Only with: ${column.header}`, change: { [flag]: true } }, exclude: null };
  const [field, value] = fieldOf(table, column.id, cell, row);
  if (field === null || value === '') return { only: null, exclude: null };
  const shown = `${column.header}: ${cell === null ? 'none' : String(cell).slice(0, 80)}`;
  return {
    only: { label: `Only ${shown}`, change: { [field]: value } },
    exclude: { label: `Without ${shown}`, change: { [field]: without(filter[field], value) } },
  };
}

function fieldOf(
  table: TableName,
  column: string,
  cell: Cell,
  row: Pick<TableRow, 'filter'>,
): [TextField | null, string] {
  if (table === 'groups') {
    // The row's own filter has the value as the worker tells it, which the shown text may not.
    const field = GROUP_FIELDS[column as GroupKey] as TextField | undefined;
    return field === undefined ? [null, ''] : [field, row.filter?.[field] ?? ''];
  }
  if (table === 'processes') return ['process', row.filter?.process ?? ''];
  const field = TEXT_FIELDS[table]?.[column];
  if (field === undefined) return [null, ''];
  if (cell === null || cell === '') return [field, field === 'object' || field === 'handle' ? '' : NO_TEXT];
  return [field, valueText(cell)];
}

/** The worker cuts very long texts and says so by "…". */
function valueText(cell: string | number | boolean): string {
  const text = String(cell);
  return text.length > 1000 && text.endsWith('…') ? `${escapeForFilter(text.slice(0, -1))}*` : escapeForFilter(text);
}

/** A text filter with one value left out: no alternative of it any more, and an excluding one. */
function without(text: string | undefined, value: string): string | undefined {
  return valueState(text, value) === 'exclude' ? text : toggleValue(text, value, 'exclude');
}
