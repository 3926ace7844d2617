import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, type BrowserWindow, type FileFilter, type SaveDialogOptions } from 'electron';
import type { ExportFormat } from '../shared/tables.ts';

/** Path of the trace that the user chose, null where the dialog was closed. */
export function askForTrace(window: BrowserWindow): Promise<string | null> {
  return askForFile(window, 'Open trace', { name: 'Event traces', extensions: ['etl'] });
}

/** Path of the symbol file that the user chose for a module, null where the dialog was closed. */
export function askForPdb(window: BrowserWindow): Promise<string | null> {
  return askForFile(window, 'Choose PDB', { name: 'Program databases', extensions: ['pdb'] });
}

/** Path to save an export to, null where the dialog was closed. */
export async function askForExport(
  window: BrowserWindow,
  format: ExportFormat,
  suggestedName: string,
): Promise<string | null> {
  const kind = { name: FORMAT_NAMES[format], extensions: [format] };
  const { canceled, filePath } = await dialog.showSaveDialog(
    window,
    saveOptions(`Export ${format.toUpperCase()}`, suggestedName, kind),
  );
  return canceled || !filePath ? null : filePath;
}

const FORMAT_NAMES: Record<ExportFormat, string> = {
  csv: 'Comma-separated values',
  tsv: 'Tab-separated values',
  json: 'JSON',
};

/** A dialog for one kind of file, in the user's documents; `suggestedName` is the page's and need not be one. */
export function saveOptions(title: string, suggestedName: string, kind: FileFilter): SaveDialogOptions {
  return {
    title,
    defaultPath: join(documentsFolder(), fileNameOf(suggestedName, kind.extensions[0])),
    filters: [kind],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  };
}

async function askForFile(window: BrowserWindow, title: string, kind: FileFilter): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title,
    properties: ['openFile'],
    filters: [kind, { name: 'All files', extensions: ['*'] }],
  });
  return canceled ? null : (filePaths.at(0) ?? null);
}

/** A suggestion of the page must not lead the dialog to another folder. */
function fileNameOf(name: string, extension: string): string {
  const safe = name.replace(/[\p{Cc}<>:"/\\|?*]/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
  return safe === '' ? `leaklanes.${extension}` : safe;
}

function documentsFolder(): string {
  try {
    return app.getPath('documents');
  } catch {
    // Linux without a desktop has none.
    return homedir();
  }
}
