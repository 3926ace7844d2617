import * as electron from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setupDownloads } from './downloads.ts';
import type { electronStandIn } from './standIn.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const { dialog, session } = electron as unknown as ReturnType<typeof electronStandIn>;

setupDownloads();
beforeEach(() => vi.clearAllMocks());

function download(url: string, name: string, type: string) {
  let done: (event: object, state: string) => void = () => {};
  const item = {
    getURL: () => url,
    getFilename: () => name,
    getMimeType: () => type,
    setSaveDialogOptions: vi.fn(),
    once: (_event: string, listener: typeof done) => (done = listener),
  };
  const preventDefault = vi.fn();
  session.defaultSession.emit('will-download', { preventDefault }, item);
  return { item, isDenied: preventDefault.mock.calls.length > 0, done: (state: string) => done({}, state) };
}

const BLOB = 'blob:leaklanes://app/0a1b';

describe('what the page has made', () => {
  it.each([
    ['a-lanes.png', 'image/png', 'png'],
    ['a-lanes.svg', 'image/svg+xml', 'svg'],
    ['a-view.json', 'application/json;charset=utf-8', 'json'],
    ['A.PNG', 'image/png', 'png'],
  ])('%s is saved where the user says', (name, type, extension) => {
    const { item, isDenied } = download(BLOB, name, type);
    expect(isDenied).toBe(false);
    expect(item.setSaveDialogOptions).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        defaultPath: `/home/user/documents/${name}`,
        filters: [expect.objectContaining({ extensions: [extension] })],
      }),
    );
  });

  it('leads the dialog to no other folder', () => {
    const { item } = download(BLOB, '../../.config/autostart/x.json', 'application/json');
    const [[options]] = item.setSaveDialogOptions.mock.calls as [[{ defaultPath: string }]];
    expect(options.defaultPath).toBe('/home/user/documents/_.._.config_autostart_x.json');
  });

  it('is said to be unsaved where it could not be written, not where the user closed the dialog', () => {
    const { done } = download(BLOB, 'a-view.json', 'application/json');
    done('completed');
    done('cancelled');
    expect(dialog.showMessageBox).not.toHaveBeenCalled();
    done('interrupted');
    expect(dialog.showMessageBox).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ message: expect.stringMatching(/^a-view\.json could not be saved: /) }),
    );
  });
});

it.each([
  ['https://evil.example/a.png', 'a.png', 'image/png'],
  ['leaklanes://app/assets/a.png', 'a.png', 'image/png'],
  ['data:image/png;base64,AAAA', 'a.png', 'image/png'],
  ['file:///etc/passwd', 'a.json', 'application/json'],
  ['blob:https://evil.example/0a1b', 'a.png', 'image/png'],
  ['blob:leaklanes://app.evil.example/0a1b', 'a.png', 'image/png'],
  ['blob:blob:leaklanes://app/0a1b', 'a.png', 'image/png'],
  ['blob:null/0a1b', 'a.png', 'image/png'],
  [BLOB, 'a.exe', 'application/octet-stream'],
  [BLOB, 'a.exe', 'image/png'],
  [BLOB, 'a.png', 'text/html'],
  [BLOB, 'a.json', ''],
  [BLOB, 'a', 'application/json'],
  [BLOB, 'constructor', 'application/json'],
])('nothing else is saved: %s as %s (%s)', (url, name, type) => {
  const { item, isDenied } = download(url, name, type);
  expect(isDenied).toBe(true);
  expect(item.setSaveDialogOptions).not.toHaveBeenCalled();
});
