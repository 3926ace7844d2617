import * as electron from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { START_URL } from './origin.ts';
import { windowStandIn, type electronStandIn } from './standIn.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const worker = vi.hoisted(() => ({ terminate: vi.fn(async () => {}) }));
vi.mock('../worker/client.ts', () => ({ startTraceWorker: () => worker }));
const { app, BrowserWindow, Menu, ipcMain, protocol, session } = electron as unknown as ReturnType<
  typeof electronStandIn
>;

describe('the main process', () => {
  it('does before it is ready what has to be done before, and the rest in order', async () => {
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['/electron', '.']);
    vi.stubEnv('LEAKLANES_CONFIG_DIR', '/nonexistent/config');
    const window = windowStandIn();
    BrowserWindow.mockImplementation(function () {
      return window;
    });
    let ready = () => {};
    app.whenReady.mockReturnValue(new Promise((done) => (ready = done)));

    await import('./main.ts');
    expect(app.enableSandbox).toHaveBeenCalled();
    expect(protocol.registerSchemesAsPrivileged).toHaveBeenCalled();
    expect(BrowserWindow).not.toHaveBeenCalled();

    ready();
    await vi.waitFor(() => expect(Menu.setApplicationMenu).toHaveBeenCalled());
    expect(protocol.handle.mock.invocationCallOrder[0]).toBeLessThan(BrowserWindow.mock.invocationCallOrder[0]);
    expect(window.loadURL).toHaveBeenCalledExactlyOnceWith(START_URL);
    expect([...ipcMain.handlers.keys()].length).toBeGreaterThan(0);
    expect(window.show, 'an empty window is not shown').not.toHaveBeenCalled();
    window.emit('ready-to-show');
    expect(window.show).toHaveBeenCalled();

    app.emit('window-all-closed');
    expect(app.quit).toHaveBeenCalled();
    app.emit('will-quit');
    expect(worker.terminate).toHaveBeenCalled();
    expect(session.defaultSession.setPermissionRequestHandler).toHaveBeenCalled();
    expect(isSaved('https://evil.example/x.png'), 'downloads are under control').toBe(false);
  });

  function isSaved(url: string): boolean {
    const preventDefault = vi.fn();
    const item = { getURL: () => url, getFilename: () => 'x.png', getMimeType: () => 'image/png' };
    session.defaultSession.emit('will-download', { preventDefault }, item);
    return preventDefault.mock.calls.length === 0;
  }
});
