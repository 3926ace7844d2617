import { extname } from 'node:path';
import { dialog, session, type DownloadItem, type SaveDialogOptions } from 'electron';
import { saveOptions } from './dialogs.ts';
import { isOurPage } from './origin.ts';

/** What the page makes itself and may save: pictures of the lanes and saved views, by extension. Exports are the main process's. */
const KINDS: Record<string, { type: string; title: string; name: string }> = {
  '.png': { type: 'image/png', title: 'Save picture', name: 'PNG picture' },
  '.svg': { type: 'image/svg+xml', title: 'Save picture', name: 'SVG picture' },
  '.json': { type: 'application/json', title: 'Save view', name: 'Saved view' },
};

/** Lets the page save what it has made, through a dialog. Nothing is ever downloaded from anywhere. */
export function setupDownloads(): void {
  session.defaultSession.on('will-download', (event, item) => {
    const options = saveOptionsOf(item);
    if (options === null) return event.preventDefault();
    // Electron asks by itself where no path is set.
    item.setSaveDialogOptions(options);
    item.once('done', (_event, state) => {
      if (state === 'interrupted') void sayNotSaved(item.getFilename());
    });
  });
}

/** Null: this must not be saved. */
function saveOptionsOf(item: DownloadItem): SaveDialogOptions | null {
  const url = item.getURL();
  const extension = extname(item.getFilename()).toLowerCase();
  if (!url.startsWith('blob:') || !isOurPage(url.slice('blob:'.length)) || !Object.hasOwn(KINDS, extension))
    return null;
  const { type, title, name } = KINDS[extension];
  if (item.getMimeType().split(';')[0] !== type) return null;
  return saveOptions(title, item.getFilename(), { name, extensions: [extension.slice(1)] });
}

function sayNotSaved(name: string): Promise<unknown> {
  return dialog.showMessageBox({
    type: 'error',
    title: 'Leaklanes',
    message: `${name} could not be saved: see that there is space and that the folder can be written to, then save it again.`,
  });
}
