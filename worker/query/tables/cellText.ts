/**
 * Cells as they stand in a file. CSV and TSV are for spreadsheets, as in csv.ts: seconds with every digit they have, True and False, no formula;
 * an unknown value is an empty cell. JSON has the values as they are: whole nanoseconds, null.
 */
import { formatSecondsExact } from '../../../shared/format.ts';
import type { Cell, CellKind, ExportFormat, TableColumn } from '../../../shared/tables.ts';
import { textCell } from '../csv.ts';
import { cellOf, type Values } from './values.ts';

const SEPARATOR = { csv: ',', tsv: '\t' } as const;
const END_OF_ROW = '\r\n';

/** What stands around rows and cells. */
export interface Layout {
  start: string;
  betweenRows: string;
  end: string;
  /** one row of cells that are written already */
  row: (cells: readonly string[]) => string;
}

export function layoutOf(format: ExportFormat, columns: readonly TableColumn[]): Layout {
  if (format === 'json') {
    const names = columns.map(({ id }, at) => `${at === 0 ? '{' : ','}${JSON.stringify(id)}:`);
    return {
      start: '[\n',
      betweenRows: ',\n',
      end: '\n]\n',
      row: (cells) => {
        let text = '';
        for (let at = 0; at < names.length; at++) text += names[at] + cells[at];
        return `${text}}`;
      },
    };
  }
  const separator = SEPARATOR[format];
  const header = columns.map(({ header: name, kind }) => textCell(isTime(kind) ? `${name} in s` : name, separator));
  return {
    start: header.join(separator) + END_OF_ROW,
    betweenRows: '',
    end: '',
    row: (cells) => cells.join(separator) + END_OF_ROW,
  };
}

function isTime(kind: CellKind): boolean {
  return kind === 'time' || kind === 'duration';
}

/** One cell of any column. */
export function cellText(cell: Cell, kind: CellKind, format: ExportFormat): string {
  if (format === 'json') return JSON.stringify(cell);
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'True' : 'False';
  if (typeof cell === 'number') return isTime(kind) ? formatSecondsExact(cell) : String(cell);
  return textCell(cell, SEPARATOR[format]);
}

/** Writes the cells of a column; a text that rows share is written once. */
export function cellWriter(values: Values, kind: CellKind, format: ExportFormat): (row: number) => string {
  const none = cellText(null, kind, format);
  if (values.is === 'number') {
    const write: (value: number) => string =
      isTime(kind) && format !== 'json' ? formatSecondsExact : (value) => String(value);
    return (row) => {
      const value = values.value(row);
      return Number.isNaN(value) ? none : write(value);
    };
  }
  if (values.is !== 'text' || values.text !== undefined) return (row) => cellText(cellOf(values, row), kind, format);
  const words = values.words();
  const written: string[] = [];
  const { index } = values;
  return (row) => {
    const word = index(row);
    return word < 0 ? none : (written[word] ??= cellText(words.text(word), kind, format));
  };
}
