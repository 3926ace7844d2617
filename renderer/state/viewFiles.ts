import { TABLES, type TableName } from '../../shared/tables.ts';
import { copyText } from './copyText.ts';
import { saveBlob } from './download.ts';
import { exportName } from './exports.ts';
import { hashOfView } from './hashView.ts';
import { applyView, currentView, parseView, unknownColumns, type SavedView } from './savedView.ts';
import { announce, showError, traceName, type Viewer } from './viewer.ts';

/** Larger files are no views. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Saves the view as a small JSON file, for later or for a colleague. */
export function saveView(viewer: Viewer): void {
  const { summary } = viewer.session.getState();
  if (summary === null) return;
  const text = `${JSON.stringify(currentView(viewer, summary), null, 2)}\n`;
  saveBlob(new Blob([text], { type: 'application/json' }), exportName(traceName(summary), 'view', 'json'));
}

/** Shows the view of a file, and says what of it could not be applied. */
export async function openView(viewer: Viewer, file: File): Promise<void> {
  const { summary } = viewer.session.getState();
  viewer.messages.getState().clear('view:');
  const refuse = (text: string) =>
    viewer.messages.getState().show({ key: 'view:', severity: 'error', text: `${file.name}: ${text}` });
  if (summary === null) {
    refuse('Open the trace of this view first, then the view.');
    return;
  }
  if (file.size > MOST_BYTES) {
    refuse('This file is no saved view of Leaklanes: it is too large for one.');
    return;
  }
  try {
    const parsed = parseView(await file.text());
    if (typeof parsed === 'string') {
      refuse(parsed);
      return;
    }
    const problems = [
      ...parsed.problems,
      ...applyView(viewer, parsed.view, summary),
      ...unknownColumns(parsed.view, await columnsOf(viewer, parsed.view)),
    ];
    if (problems.length === 0) announce(viewer, `Showing the view of ${file.name}`);
    else
      viewer.messages
        .getState()
        .show({ key: 'view:', severity: 'warning', text: `${file.name}: ${problems.join(' ')}` });
  } catch (error) {
    showError(viewer, error);
  }
}

/** Ids of the columns of every table that a view changes. */
async function columnsOf(viewer: Viewer, view: SavedView): Promise<Partial<Record<TableName, string[]>>> {
  const known: Partial<Record<TableName, string[]>> = {};
  for (const table of TABLES) {
    if (view.tables?.tables[table] === undefined) continue;
    const page = await viewer.host.query('rows', { table, filter: {}, sort: [], firstRow: 0, rowCount: 0 });
    known[table] = page.columns.map((column) => column.id);
  }
  return known;
}

/** Copies an address that shows this view: the server's, so it works on this machine as long as the server runs. */
export async function copyLink(viewer: Viewer): Promise<void> {
  const { summary } = viewer.session.getState();
  if (summary === null) return;
  const hash = hashOfView(JSON.stringify(currentView(viewer, summary)));
  if (hash === null) {
    announce(viewer, 'The view is too large for a link: save it as a file.');
    return;
  }
  try {
    await copyText(location.origin + location.pathname + location.search + hash);
    announce(viewer, 'Link copied.');
  } catch (error) {
    showError(viewer, error);
  }
}
