/**
 * The tables of the window, all of one kind: a page of rows, every cell a plain value, sorted by any columns, under the filter in force.
 * The same columns and values go into exports.
 */
import { z } from 'zod';
import { filterSchema } from './filter.ts';

export const TABLES = ['objects', 'handles', 'events', 'groups', 'inheritance', 'processes', 'modules'] as const;
export type TableName = (typeof TABLES)[number];

/**
 * What a cell is: decides alignment, format and comparison.
 * `time`: ns since the start of the trace, null = before it or not yet; `duration`: ns; `rate`: a second; `hex`: "0x…" text
 */
export type CellKind = 'text' | 'count' | 'time' | 'duration' | 'rate' | 'bytes' | 'hex' | 'flag';
export type Cell = string | number | boolean | null;

export interface TableColumn {
  id: string;
  header: string;
  /** what the column says, for its tooltip */
  title: string;
  kind: CellKind;
  /** px */
  width: number;
  /** not shown before the user chooses it */
  hidden?: true;
  /** null cells: what stands there instead ("not closed", "before the trace", "unknown") */
  empty?: string;
  /** draws attention: leaks */
  leak?: true;
}

/** What rows can be grouped by, left of the counts. */
export const GROUP_KEYS = ['process', 'type', 'createStack', 'closeStack', 'name', 'inheritedFrom'] as const;
export type GroupKey = (typeof GROUP_KEYS)[number];

export const tableSortSchema = z.array(z.object({ column: z.string().max(64), descending: z.boolean() })).max(8);
export type TableSort = z.infer<typeof tableSortSchema>;

export const rowsRequestSchema = z.object({
  table: z.enum(TABLES),
  filter: filterSchema,
  sort: tableSortSchema,
  firstRow: z.number().int().min(0),
  rowCount: z.number().int().min(0).max(1000),
  /** of the groups table: the levels, outermost first; of others nothing */
  groupBy: z.array(z.enum(GROUP_KEYS)).max(6).optional(),
  /** of the groups table: keys of the rows that are open */
  openRows: z.array(z.string().max(4096)).max(20000).optional(),
  /** rows whose text has it count as hits (Ctrl+F); any case */
  find: z.string().max(1000).optional(),
});
export type RowsRequest = z.infer<typeof rowsRequestSchema>;

export interface TableRow {
  cells: Cell[];
  /** object that the row is about, 0 none: for the shared selection */
  id: number;
  /** stable key: of a group row its path of values, else the row's own identity */
  key: string;
  /** of group rows: level, whether it can be opened and is */
  depth: number;
  children: boolean;
  open: boolean;
  /** filter that keeps just what the row is about, to be laid over the one in force; null where there is none */
  filter: z.infer<typeof filterSchema> | null;
  /** it contains the searched text */
  hit: boolean;
}

export interface RowsPage {
  columns: TableColumn[];
  rows: TableRow[];
  firstRow: number;
  /** rows in all; of the groups table those that are visible with the open ones */
  total: number;
  /** rows with the searched text, and the row numbers of the first 10,000 of them */
  hits: number;
  hitRows: number[];
}

export const EXPORT_FORMATS = ['csv', 'tsv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Exactly what a table shows: its columns in the shown order, its sort, its filter. */
export const tableExportSchema = z.object({
  table: z.enum([...TABLES, 'stacks']),
  filter: filterSchema,
  sort: tableSortSchema,
  groupBy: z.array(z.enum(GROUP_KEYS)).max(6).optional(),
  /** of `stacks`: how the tree is made */
  stacks: z
    .object({
      by: z.enum(['create', 'destroy', 'any']),
      inverted: z.boolean(),
      onlyLeaks: z.boolean(),
      foldSystem: z.boolean(),
    })
    .optional(),
  /** ids, in this order; absent: the columns that are not hidden */
  columns: z.array(z.string().max(64)).max(64).optional(),
  format: z.enum(EXPORT_FORMATS),
  path: z.string().min(1),
});
export type TableExportRequest = z.infer<typeof tableExportSchema>;
