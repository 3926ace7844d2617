import type { Cell, TableColumn } from '../../shared/tables.ts';
import { formatCount, formatSize } from '../format.ts';
import type { TimeFormat } from '../timeFormat.ts';

/** Numbers that are names: without separators between thousands. */
const NAMES = /^(pid|tid|session|pdbAge|stack|.*Tid|.*Stack)$/;

/** A cell as it is shown; null is what the column says of it. Times have no unit, it stands in the header. */
export function cellText(cell: Cell, column: TableColumn, time: TimeFormat): string {
  if (cell === null) return column.empty ?? '';
  if (typeof cell === 'boolean') return cell ? column.header.toLowerCase() : '';
  if (typeof cell === 'string') return cell;
  switch (column.kind) {
    case 'time':
      return time.bare(cell);
    case 'duration':
      return time.length(cell).replace(/ s$/, '');
    case 'rate':
      return rateText(cell);
    case 'bytes':
      return formatSize(cell);
    default:
      return NAMES.test(column.id) ? String(cell) : formatCount(cell);
  }
}

function rateText(rate: number): string {
  if (rate === 0) return '0';
  return rate >= 100 ? formatCount(Math.round(rate)) : String(Number(rate.toPrecision(3)));
}

/** The header with the unit of its times. */
export function headerText(column: TableColumn, time: TimeFormat): string {
  if (column.kind === 'time') return `${column.header} (${time.unit})`;
  if (column.kind === 'duration') return `${column.header} (s)`;
  return column.kind === 'rate' ? `${column.header} (/s)` : column.header;
}

export function alignOf({ kind, id }: TableColumn): 'left' | 'right' {
  return kind === 'text' || kind === 'flag' || kind === 'hex' || NAMES.test(id) ? 'left' : 'right';
}

/** Class of a cell that stands out or back; leaks say so in words too. */
export function cellTone(cell: Cell, column: TableColumn): '' | 'is-leak' | 'is-faint' {
  if (column.leak === true) return cell === true || (typeof cell === 'number' && cell > 0) ? 'is-leak' : 'is-faint';
  return cell === null || (cell === 0 && column.kind === 'count') ? 'is-faint' : '';
}
