import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, type BrowserWindow } from 'electron';

/** Path of the trace that the user chose, null where the dialog was closed. */
export async function askForTrace(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open trace',
    properties: ['openFile'],
    filters: [
      { name: 'Event traces', extensions: ['etl'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return canceled ? null : (filePaths.at(0) ?? null);
}

/** Path to save a CSV to, null where the dialog was closed. */
export async function askForCsv(window: BrowserWindow, suggestedName: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Export CSV',
    defaultPath: join(documentsFolder(), fileNameOf(suggestedName)),
    filters: [{ name: 'Comma-separated values', extensions: ['csv'] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  return canceled || !filePath ? null : filePath;
}

/** A suggestion of the page must not lead the dialog to another folder. */
function fileNameOf(name: string): string {
  const safe = name.replace(/[\p{Cc}<>:"/\\|?*]/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
  return safe === '' ? 'leaklanes.csv' : safe;
}

function documentsFolder(): string {
  try {
    return app.getPath('documents');
  } catch {
    // Linux without a desktop has none.
    return homedir();
  }
}
