import type { Progress } from '../../shared/records.ts';
import type { ExportResult } from '../../shared/service.ts';
import { TABLES, type ExportFormat, type TableExportRequest, type TableName } from '../../shared/tables.ts';
import { formatPlural } from '../format.ts';
import type { PageId } from './pages.ts';
import { announce, showError, traceName, type Viewer } from './viewer.ts';

/** "HandleLeak.etl", "objects", "csv" → "HandleLeak-objects.csv" */
export function exportName(trace: string, what: string, extension: string): string {
  return `${trace.replace(/\.etl$/i, '')}-${what}.${extension}`;
}

/** Writes the filtered view as the CSV of `leaklanes dump`, wherever the host says. */
export async function exportCsv(viewer: Viewer): Promise<void> {
  const { filter } = viewer.filter.getState();
  await runExport(viewer, 'objects', 'csv', (name, onProgress, signal) =>
    viewer.host.exportCsv(filter, name, onProgress, signal),
  );
}

/** Writes what the shown page shows: its columns in their order, its sort, under the filter. */
export async function exportPage(viewer: Viewer, format: ExportFormat): Promise<void> {
  const request = pageRequest(viewer, format);
  if (request === null) return;
  await runExport(viewer, request.table, format, (name, onProgress, signal) =>
    viewer.host.exportTable(request, name, onProgress, signal),
  );
}

export function canExportPage(page: PageId): boolean {
  return page === 'stacks' || isTable(page);
}

/** What the shown page would be written as; null for pages without a table. */
export function pageRequest(viewer: Viewer, format: ExportFormat): Omit<TableExportRequest, 'path'> | null {
  const { page, tables, groupBy, stacks } = viewer.tables.getState();
  const { filter } = viewer.filter.getState();
  if (page === 'stacks') {
    const { by, inverted, onlyLeaks, foldSystem } = stacks;
    return { table: 'stacks', filter, sort: [], stacks: { by, inverted, onlyLeaks, foldSystem }, format };
  }
  if (!isTable(page)) return null;
  const { sort, columns } = tables[page];
  return {
    table: page,
    filter,
    sort,
    ...(page === 'groups' ? { groupBy: [...groupBy] } : {}),
    ...(columns === null ? {} : { columns: [...columns] }),
    format,
  };
}

function isTable(page: PageId): page is PageId & TableName {
  return (TABLES as readonly string[]).includes(page);
}

async function runExport(
  viewer: Viewer,
  what: string,
  extension: string,
  run: (name: string, onProgress: (p: Progress) => void, signal: AbortSignal) => Promise<ExportResult | null>,
): Promise<void> {
  const { session, requests } = viewer;
  const { summary } = session.getState();
  if (summary === null) return;
  const name = exportName(traceName(summary), what, extension);
  session.setState({ exporting: { phase: 'export', bytesDone: 0, bytesTotal: 0, events: 0 } });
  try {
    const result = await requests.latest('export', (signal) =>
      run(name, (progress) => !signal.aborted && session.setState({ exporting: progress }), signal),
    );
    if (result !== null) announce(viewer, `Exported ${formatPlural(result.rows, 'row')} to ${name}`);
  } catch (error) {
    showError(viewer, error);
  } finally {
    if (!requests.isRunning('export')) session.setState({ exporting: null });
  }
}

export function cancelExport(viewer: Viewer): void {
  viewer.requests.abort('export');
  viewer.session.setState({ exporting: null });
  announce(viewer, 'Export cancelled.');
}
