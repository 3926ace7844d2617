import { formatPlural } from '../format.ts';
import { announce, showError, traceName, type Viewer } from './viewer.ts';

/** "HandleLeak.etl" → "HandleLeak-objects.csv" */
export function csvName(trace: string): string {
  return `${trace.replace(/\.etl$/i, '')}-objects.csv`;
}

/** Writes the filtered view as CSV, wherever the host says. */
export async function exportCsv(viewer: Viewer): Promise<void> {
  const { session, host, requests } = viewer;
  const { summary } = session.getState();
  if (summary === null) return;
  const filter = viewer.filter.getState().filter;
  session.setState({ exporting: { phase: 'export', bytesDone: 0, bytesTotal: 0, events: 0 } });
  try {
    const result = await requests.latest('export', (signal) =>
      host.exportCsv(
        filter,
        csvName(traceName(summary)),
        (progress) => !signal.aborted && session.setState({ exporting: progress }),
        signal,
      ),
    );
    if (result !== null) announce(viewer, `Exported ${formatPlural(result.rows, 'row')}`);
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
