/**
 * What an exported table is made of: columns that give the value of a row, and the rows in batches. docs/fleet.md describes every table and
 * column for people; its test compares the two.
 */

/**
 * Version of all tables together. It grows with every change that a query could notice: a column that is new, gone, or means something else.
 */
export const SCHEMA_VERSION = 1;

/** Rows that are written at a time: a row group of Parquet, a record batch of Arrow. DuckDB and Spark read one group a thread. */
export const BATCH_ROWS = 122_880;

export const TABLE_NAMES = ['trace', 'processes', 'objects', 'handles', 'events', 'stacks'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** A row of a table: what it stands for (an index of the trace's columns) is the table's own. */
export type Row = number;

interface ColumnBase {
  name: string;
  /** whether a value can be null; without, `value` never gives one */
  nullable: boolean;
}

/** Any text. */
export interface TextColumn extends ColumnBase {
  type: 'text';
  value: (row: Row) => string | null;
}

/** One of few texts: formats store each once and an index a row. Null is -1. */
export interface WordColumn extends ColumnBase {
  type: 'word';
  words: readonly string[];
  /** index into words, -1 null */
  value: (row: Row) => number;
}

export interface BooleanColumn extends ColumnBase {
  type: 'bool';
  value: (row: Row) => boolean;
}

/** 32 bits, with a sign or without. */
export interface NumberColumn extends ColumnBase {
  type: 'int32' | 'uint32';
  value: (row: Row) => number | null;
}

/** Integers in doubles, exact below 2^53: times in nanoseconds, sizes of files. NaN is null. */
export interface LongColumn extends ColumnBase {
  type: 'int64';
  value: (row: Row) => number;
}

/** 64 bits without a sign, in two halves as the trace has them; null where `has` says so. */
export interface WideColumn extends ColumnBase {
  type: 'uint64';
  high: (row: Row) => number;
  low: (row: Row) => number;
  /** absent: every row has a value */
  has?: (row: Row) => boolean;
}

/** Beyond what a double holds: nanoseconds since 1970, and times of day as microseconds since 1970. For tables of few rows. */
export interface MomentColumn extends ColumnBase {
  type: 'bigint64' | 'utcMicros';
  value: (row: Row) => bigint | null;
}

export type Column = TextColumn | WordColumn | BooleanColumn | NumberColumn | LongColumn | WideColumn | MomentColumn;

export interface ExportTable {
  name: TableName;
  columns: readonly Column[];
  /** rows in the order of the table, at most `size` at a time; a batch is good until the next is asked for */
  batches(size: number): Iterable<Uint32Array>;
}

/** What a file says of itself beside its columns. */
export interface TableMetadata {
  traceId: string;
  /** version of the program */
  program: string;
}

/** By the names that readers find in the file. */
export function metadataPairs(table: ExportTable, { traceId, program }: TableMetadata): [string, string][] {
  return [
    ['leaklanes.schema_version', String(SCHEMA_VERSION)],
    ['leaklanes.table', table.name],
    ['leaklanes.trace_id', traceId],
    ['leaklanes.program', program],
  ];
}

const LARGEST_LONG = (1n << 63n) - 1n;

/** The value of a {@link LongColumn} in 64 bits. Clocks of damaged files can say more than fits: such a time is the last, or the first, that does. */
export function longOf(value: number): bigint | null {
  if (Number.isNaN(value)) return null;
  if (Math.abs(value) >= 2 ** 63) return value < 0 ? -LARGEST_LONG : LARGEST_LONG;
  return BigInt(Math.trunc(value));
}

/** First in every table: the rows of all traces can lie in one. */
export function traceIdColumn(traceId: string): WordColumn {
  return { name: 'trace_id', type: 'word', nullable: false, words: [traceId], value: () => 0 };
}

/** Rows in batches. The same array is filled again for each. */
export function* inBatches(rows: Iterable<Row>, size: number): Generator<Uint32Array> {
  const batch = new Uint32Array(size);
  let count = 0;
  for (const row of rows) {
    batch[count++] = row;
    if (count < size) continue;
    yield batch;
    count = 0;
  }
  if (count > 0) yield batch.subarray(0, count);
}
