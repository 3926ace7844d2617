import * as electron from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { harden, mayOpenOutside } from './navigation.ts';
import { setupPermissions } from './permissions.ts';
import { windowStandIn, type electronStandIn } from './standIn.ts';
import { windowOptions } from './window.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const { shell, session } = electron as unknown as ReturnType<typeof electronStandIn>;

beforeEach(() => vi.clearAllMocks());

describe('navigation', () => {
  let webContents: ReturnType<typeof windowStandIn>['webContents'];
  beforeEach(() => {
    ({ webContents } = windowStandIn());
    harden(webContents as never);
  });

  function isDenied(event: string, url: string): boolean {
    const preventDefault = vi.fn();
    webContents.emit(event, { url, preventDefault });
    return preventDefault.mock.calls.length > 0;
  }

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s leads nowhere but to our page', (event) => {
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'data:text/html,x',
      'javascript:1',
      'leaklanes://evil/',
      'x',
    ]) {
      expect(isDenied(event, url), url).toBe(true);
    }
    expect(isDenied(event, 'leaklanes://app/index.html')).toBe(false);
  });

  it('attaches no webview', () => expect(isDenied('will-attach-webview', '')).toBe(true));

  it('opens no window, and outside only what is on the list', () => {
    const [handler] = webContents.setWindowOpenHandler.mock.calls[0] as [
      (details: { url: string }) => { action: string },
    ];
    expect(handler({ url: 'https://evil.example/' })).toEqual({ action: 'deny' });
    expect(handler({ url: 'leaklanes://app/index.html' })).toEqual({ action: 'deny' });
    expect(shell.openExternal).not.toHaveBeenCalled();
    expect(handler({ url: 'https://learn.microsoft.com/windows' })).toEqual({ action: 'deny' });
    expect(shell.openExternal).toHaveBeenCalledExactlyOnceWith('https://learn.microsoft.com/windows');
  });

  it.each([
    ['https://learn.microsoft.com/windows', true],
    ['https://github.com/Siemens-Healthineers/ETWAnalyzer/wiki', true],
    ['https://github.com/Siemens-Healthineers/ETWAnalyzer', true],
    ['https://github.com/Siemens-Healthineers/ETWAnalyzer-evil', false],
    ['https://github.com/evil', false],
    ['http://learn.microsoft.com/', false],
    ['https://learn.microsoft.com.evil.example/', false],
    ['https://learn.microsoft.com@evil.example/', false],
    ['https://user@learn.microsoft.com/', false],
    ['file:///c:/windows/system32/calc.exe', false],
    ['ms-settings:', false],
    ['', false],
  ])('%s outside: %s', (url, may) => expect(mayOpenOutside(url)).toBe(may));
});

describe('the window', () => {
  it('has a page that is isolated, sandboxed and without Node', () => {
    const { webPreferences } = windowOptions('/p.cjs', { dark: false, devTools: false });
    expect(webPreferences).toEqual({
      preload: '/p.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
  });
});

describe('permissions', () => {
  it('are denied but for copying text from our own page', () => {
    setupPermissions();
    const { setPermissionRequestHandler, setPermissionCheckHandler, setDevicePermissionHandler } =
      session.defaultSession;
    type Request = (contents: { getURL(): string }, permission: string, answer: (granted: boolean) => void) => void;
    const [request] = setPermissionRequestHandler.mock.calls[0] as [Request];
    const [checked] = setPermissionCheckHandler.mock.calls[0] as [
      (contents: null, permission: string, origin: string) => boolean,
    ];
    const asks = (url: string, permission: string) => {
      const answer = vi.fn();
      request({ getURL: () => url }, permission, answer);
      return (answer.mock.calls as boolean[][])[0][0];
    };
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'fileSystem',
    ]) {
      expect(asks('leaklanes://app/index.html', permission), permission).toBe(false);
      expect(checked(null, permission, 'leaklanes://app/'), permission).toBe(false);
    }
    expect(asks('leaklanes://app/index.html', 'clipboard-sanitized-write')).toBe(true);
    expect(asks('https://evil.example/', 'clipboard-sanitized-write')).toBe(false);
    expect(checked(null, 'clipboard-sanitized-write', 'leaklanes://app/')).toBe(true);
    expect((setDevicePermissionHandler.mock.calls[0] as [() => boolean])[0]()).toBe(false);
  });
});
