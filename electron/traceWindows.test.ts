import * as electron from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_WINDOW_HASH as RENDERERS_HASH } from '../renderer/host/emptyWindow.ts';
import { CHANNELS } from './channels.ts';
import { EMPTY_WINDOW_HASH, START_URL } from './origin.ts';
import { windowStandIn, type electronStandIn } from './standIn.ts';
import { createTraceWindows, type TraceWindows } from './traceWindows.ts';
import { sendCommand, setupWindow } from './window.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const { BrowserWindow, screen } = electron as unknown as ReturnType<typeof electronStandIn>;

let created: { hash: string; beside: unknown; window: ReturnType<typeof windowStandIn> }[];
let terminated: number[];
let windows: TraceWindows;

beforeEach(() => {
  [created, terminated] = [[], []];
  let services = 0;
  windows = createTraceWindows({
    createWindow(hash, beside) {
      const window = windowStandIn();
      created.push({ hash, beside, window });
      return window as never;
    },
    startService: () => {
      const number = services++;
      return { terminate: async () => void terminated.push(number) } as never;
    },
  });
});

const OPEN_ARGUMENT = [CHANNELS.event, { kind: 'open', source: { kind: 'argument' } }];

describe('windows', () => {
  it('have a file in the first one only, and the others the start page', () => {
    windows.openFirst('/t/a.etl');
    windows.openEmpty();
    expect(created.map(({ hash }) => hash)).toEqual(['', '#start']);
    expect(created[1].beside).toBe(created[0].window);
    expect(windows.of(created[0].window.webContents as never)?.argument).toBe('/t/a.etl');
    expect(windows.of(created[1].window.webContents as never)?.argument).toBeNull();
    expect(windows.of({} as never)).toBeNull();
  });

  it('are begun with the hash that the renderer knows', () => expect(EMPTY_WINDOW_HASH).toBe(RENDERERS_HASH));

  it('have one in front: the one that had the focus last and is there', () => {
    expect(windows.front()).toBeNull();
    windows.openFirst(null);
    windows.openEmpty();
    const [first, second] = created.map(({ window }) => window);
    expect(windows.front()?.window).toBe(second);
    first.emit('focus');
    expect(windows.front()?.window).toBe(first);
    first.emit('closed');
    expect(windows.front()?.window).toBe(second);
    first.emit('focus');
    expect(windows.front()?.window, 'a closed one never comes back').toBe(second);
    second.emit('closed');
    expect(windows.front()).toBeNull();
  });

  it('end their own worker when they are closed, and all when the program ends', async () => {
    windows.openFirst(null);
    windows.openEmpty();
    windows.openEmpty();
    created[1].window.emit('closed');
    expect(terminated).toEqual([1]);
    await windows.end();
    expect(terminated).toEqual([1, 0, 2]);
  });
});

describe('a file from outside', () => {
  it('is opened in the window in front where that has nothing yet', () => {
    windows.openFirst(null);
    windows.openFile('/t/a.etl');
    expect(created).toHaveLength(1);
    const [{ window }] = created;
    expect(window.sent).toEqual([OPEN_ARGUMENT]);
    expect(window.restore).toHaveBeenCalled();
    expect(window.focus).toHaveBeenCalled();
    expect(windows.front()?.argument).toBe('/t/a.etl');
  });

  it('is opened in a window of its own where the one in front has a trace, gets one or is asked for one', async () => {
    windows.openFirst('/t/a.etl');
    windows.openFile('/t/b.etl');
    expect(created.map(({ hash }) => hash)).toEqual(['', '']);
    created[1].window.emit('closed');

    created[0].window.emit('closed');
    windows.openFirst(null);
    windows.front()!.hasTrace = true;
    windows.openFile('/t/b.etl');
    expect(created).toHaveLength(4);
    expect(windows.front()?.argument).toBe('/t/b.etl');

    windows.openEmpty();
    const { calls } = windows.front()!;
    let finish = () => {};
    const opening = calls.run(1, () => new Promise<void>((done) => (finish = done)));
    windows.openFile('/t/c.etl');
    expect(created).toHaveLength(6);
    finish();
    await opening;
    created[4].window.emit('focus');
    windows.openFile('/t/d.etl');
    expect(created, 'it got none').toHaveLength(6);
    for (const { window } of created.slice(0, 4)) expect(window.sent).toEqual([]);
  });

  it('finds a window without a trace after a reload', () => {
    windows.openFirst(null);
    windows.front()!.hasTrace = true;
    created[0].window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    expect(windows.front()?.hasTrace).toBe(true);
    created[0].window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(windows.front()?.hasTrace).toBe(false);
  });

  it('is none: the window in front shows itself, if there is one', () => {
    windows.openFile(null);
    expect(created).toEqual([]);
    windows.openFirst('/t/a.etl');
    windows.openFile(null);
    expect(created).toHaveLength(1);
    expect(created[0].window.focus).toHaveBeenCalled();
    expect(created[0].window.sent).toEqual([]);
  });
});

describe('a new window', () => {
  const open = (beside: ReturnType<typeof windowStandIn> | null, hash = '#start') => {
    const window = windowStandIn();
    BrowserWindow.mockReset().mockImplementation(function () {
      return window;
    });
    setupWindow({ preload: '/p.cjs', devTools: false, hash, beside: beside as never });
    return { window, options: BrowserWindow.mock.calls[0][0] as { x?: number; y?: number; webPreferences: object } };
  };

  it('has the size of the one in front and does not cover it', () => {
    expect(open(windowStandIn()).options).toMatchObject({ x: 132, y: 132, width: 1280, height: 800 });
    expect(open(null).options.x).toBeUndefined();
  });

  it('begins at the edge where there is no room on the screen', () => {
    const last = windowStandIn();
    last.getNormalBounds.mockReturnValue({ x: 630, y: 270, width: 1280, height: 800 });
    expect(open(last).options).toMatchObject({ x: 0, y: 25 });
    expect(screen.getDisplayMatching).toHaveBeenCalledWith({ x: 630, y: 270, width: 1280, height: 800 });
  });

  it('is as hardened as the first, and loads our page', () => {
    const { window, options } = open(windowStandIn());
    expect(options.webPreferences).toEqual(open(null).options.webPreferences);
    expect(window.loadURL).toHaveBeenCalledExactlyOnceWith(`${START_URL}#start`);
  });
});

describe('a command of the menu', () => {
  it('reaches the page as an act of the user, so that it may show a chooser of files', async () => {
    const window = windowStandIn();
    let acted = () => {};
    window.webContents.executeJavaScript.mockReturnValue(new Promise<void>((done) => (acted = done)));
    sendCommand(window as never, 'openView');
    expect(window.webContents.executeJavaScript).toHaveBeenCalledExactlyOnceWith(expect.any(String), true);
    expect(window.sent).toEqual([]);
    acted();
    await vi.waitFor(() => expect(window.sent).toEqual([[CHANNELS.event, { kind: 'command', id: 'openView' }]]));
  });

  it('is sent all the same where the page runs no scripts, and not to a window that has gone', async () => {
    const window = windowStandIn();
    window.webContents.executeJavaScript.mockRejectedValue(new Error('crashed'));
    sendCommand(window as never, 'fit');
    await vi.waitFor(() => expect(window.sent).toHaveLength(1));
    window.isDestroyed.mockReturnValue(true);
    sendCommand(window as never, 'fit');
    expect(window.webContents.executeJavaScript).toHaveBeenCalledTimes(1);
  });
});
