/**
 * `leaklanes totals` as text (in the layout of ETWAnalyzer's `-ShowTotal`), JSON and CSV.
 *
 *   Not closed handles at trace end:
 *   explorer.exe(60060)                                         :   31838
 *   ZSATunnel.exe(10232)                                        :   73044
 *   =====================================================================
 *   Sum                                                         :  104882
 */
import { PLAIN, type Paint } from './paint.ts';
import { textCell } from './csv.ts';
import type { Selection } from './select.ts';
import { fileLine } from './text.ts';
import { oneLine, textsOf } from './texts.ts';
import {
  countOpenHandles,
  topRows,
  totalsLine,
  type OpenHandles,
  type Totals,
  type TotalsBy,
  type TotalsRow,
} from './totals.ts';

export interface TotalsOptions {
  by: TotalsBy;
  /** only the largest, after `skip` larger ones */
  top?: { count: number; skip: number };
  /** by stack: with all frames */
  showStack?: boolean;
  paint?: Paint;
}

const LABEL_WIDTH = 60;
const COUNT_WIDTH = 7;
const FRAME_INDENT = ' '.repeat(8);

/** The block of one file: file, heading, rows, their sum, summary. */
export function totalsText(selection: Selection, totals: Totals, options: TotalsOptions): string {
  const paint = options.paint ?? PLAIN;
  const counted = countOpenHandles(selection, options.by);
  const rows = topRows(counted.rows, options.top);
  return [
    paint('file', fileLine(selection.trace)),
    heading(counted),
    ...rows.flatMap((row) => rowLines(selection, row, options)),
    ...sumLines('Sum', sumOf(rows), totals, paint),
    '',
  ].join('\n');
}

/** Open handles of the rows that a block shows: its sum. */
export function shownOpen(selection: Selection, { by, top }: TotalsOptions): number {
  return sumOf(topRows(countOpenHandles(selection, by).rows, top));
}

/** What all files have together; `open` is the sum of the blocks' sums. */
export function grandTotalText(files: number, open: number, totals: Totals, paint: Paint = PLAIN): string {
  return [paint('file', `All ${files} files`), ...sumLines('Sum of all files', open, totals, paint), ''].join('\n');
}

function heading({ by, processes }: OpenHandles): string {
  switch (by) {
    case 'process':
      return 'Not closed handles at trace end:';
    case 'type':
      return `Not closed Handle counts for ${processes} ${processes === 1 ? 'process' : 'processes'}`;
    case 'stack':
      return 'Not closed handles at trace end by create stack:';
    case 'name':
      return 'Not closed handles at trace end by object name:';
  }
}

function rowLines(selection: Selection, row: TotalsRow, { by, showStack }: TotalsOptions): string[] {
  const label = by === 'stack' && row.index >= 0 ? `${row.label} Stack: ${row.index}` : row.label;
  const line = countLine(oneLine(label), row.open);
  if (by !== 'stack' || !showStack) return [line];
  const frames = textsOf(selection.trace).frames(row.index) ?? [];
  return [line, ...frames.map((frame) => FRAME_INDENT + oneLine(frame))];
}

function sumOf(rows: readonly TotalsRow[]): number {
  return rows.reduce((sum, row) => sum + row.open, 0);
}

function sumLines(title: string, open: number, totals: Totals, paint: Paint): string[] {
  return ['='.repeat(LABEL_WIDTH + 2 + COUNT_WIDTH), countLine(title, open), paint('total', totalsLine(totals, ''))];
}

function countLine(label: string, count: number): string {
  return `${label.padEnd(LABEL_WIDTH)}: ${String(count).padStart(COUNT_WIDTH)}`;
}

/** One object a file. `open` and `leaked` are of all rows, shown or not. */
export function totalsJson(selection: Selection, totals: Totals, options: TotalsOptions): string {
  const { trace } = selection;
  const counted = countOpenHandles(selection, options.by);
  const rows = topRows(counted.rows, options.top).map((row) => ({
    label: row.label,
    open: row.open,
    leaked: row.leaked,
    ...(options.by === 'process' ? { pid: textsOf(trace).pid(row.index) } : {}),
    ...(options.by === 'stack' ? { stackId: row.index < 0 ? null : row.index } : {}),
    ...(options.by === 'stack' ? { stack: textsOf(trace).frames(row.index) } : {}),
  }));
  const { by, open, leaked, processes } = counted;
  return `${JSON.stringify({ file: trace.info.file, by, open, leaked, processes, rows, totals })}\n`;
}

const CSV_COLUMNS = [
  'FileName',
  'By',
  'Name',
  'Not Closed Handles',
  'Leaked Handles',
  'Process Id',
  'Stack Id',
  'Stack',
];

export function totalsCsvHeader(separator: string): string {
  return CSV_COLUMNS.join(separator) + '\r\n';
}

/** A row a process, type, stack or name. */
export function totalsCsv(selection: Selection, options: TotalsOptions, separator: string): string {
  const { trace } = selection;
  const texts = textsOf(trace);
  const { rows } = countOpenHandles(selection, options.by);
  const lines = topRows(rows, options.top).map((row) =>
    [
      textCell(trace.info.file, separator),
      options.by,
      textCell(row.label, separator),
      row.open,
      row.leaked,
      options.by === 'process' ? (texts.pid(row.index) ?? '') : '',
      options.by === 'stack' && row.index >= 0 ? row.index : '',
      options.by === 'stack' && row.index >= 0 ? textCell(texts.stackText(row.index), separator) : '',
    ].join(separator),
  );
  return lines.map((line) => `${line}\r\n`).join('');
}
