import { formatCount, formatPlural } from '../format.ts';
import { copyText } from '../state/copyText.ts';
import { announce, showError, type Viewer } from '../state/viewer.ts';
import type { GridColumn } from './gridTypes.ts';
import type { RowPages } from './rowPages.ts';
import { countRows, type RowRanges } from './rowRanges.ts';

/** More rows are for an export: the clipboard is memory, and programs that paste it choke. */
export const MOST_COPIED = 50_000;
/** The most that a request may have. */
const ROWS_AT_ONCE = 1000;

/** Puts the selected rows on the clipboard as text with tabs, with a line of headers; rows that are not there are fetched. */
export async function copyRows<Row>(
  viewer: Viewer,
  columns: readonly GridColumn<Row>[],
  pages: RowPages<Row>,
  selected: RowRanges,
): Promise<void> {
  const wanted = countRows(selected);
  if (wanted === 0) return announce(viewer, 'No row is selected.');
  try {
    const lines = [columns.map(({ header }) => tsvCell(header)).join('\t')];
    let copied = 0;
    for (const [first, last] of selected) {
      for (let at = first; at <= last && copied < MOST_COPIED;) {
        const count = Math.min(ROWS_AT_ONCE, last - at + 1, MOST_COPIED - copied);
        const rows = await pages.fetch(at, count);
        if (rows.length === 0) break;
        for (const row of rows) lines.push(columns.map((column) => tsvCell(column.text(row))).join('\t'));
        at += rows.length;
        copied += rows.length;
      }
    }
    await copyText(`${lines.join('\n')}\n`);
    announce(
      viewer,
      copied < wanted
        ? `Copied the first ${formatCount(copied)} of ${formatPlural(wanted, 'row')}; an export has all.`
        : `Copied ${formatPlural(copied, 'row')}`,
    );
  } catch (error) {
    showError(viewer, error);
  }
}

/** One cell of a line: tabs and line breaks would be others. What a spreadsheet would take for a formula becomes text. */
export function tsvCell(text: string): string {
  const line = text.replace(/[\t\r\n]+/g, ' ');
  return /^[=+\-@]/.test(line) && !/^-?[\d.,]+$/.test(line) ? `'${line}` : line;
}
