import { BrowserWindow, nativeTheme, screen, type BrowserWindowConstructorOptions, type Rectangle } from 'electron';
import type { HostEvent } from '../shared/host.ts';
import { CHANNELS } from './channels.ts';
import { START_URL } from './origin.ts';

/** Colours of the empty window until the page is drawn, so that nothing flashes. */
const BACKGROUND = { light: '#ffffff', dark: '#1b1d21' };

/** How far a new window stands below and right of the one in front, in pixels. */
const SHIFT = 32;

export function windowOptions(
  preload: string,
  options: { dark: boolean; devTools: boolean },
): BrowserWindowConstructorOptions {
  return {
    title: 'Leaklanes',
    width: 1280,
    height: 800,
    minWidth: 640,
    minHeight: 400,
    show: false,
    backgroundColor: options.dark ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
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
      devTools: options.devTools,
    },
  };
}

export interface SetupWindowOptions {
  preload: string;
  devTools: boolean;
  /** '' or a hash with its #, which tells the page how to begin */
  hash: string;
  /** the window in front: a new one has its size, and leaves its edge to be seen */
  beside: BrowserWindow | null;
}

/** Opens a window and loads the viewer into it. */
export function setupWindow({ preload, devTools, hash, beside }: SetupWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...windowOptions(preload, { dark: nativeTheme.shouldUseDarkColors, devTools }),
    ...(beside === null ? {} : shiftedBounds(beside)),
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(START_URL + hash);
  return window;
}

/** Of a maximised or minimised window those that it has otherwise; begins at the edge of the screen again where there is no room. */
function shiftedBounds(window: BrowserWindow): Rectangle {
  const { x, y, width, height } = window.getNormalBounds();
  const { workArea } = screen.getDisplayMatching({ x, y, width, height });
  return {
    x: x + SHIFT + width <= workArea.x + workArea.width ? x + SHIFT : workArea.x,
    y: y + SHIFT + height <= workArea.y + workArea.height ? y + SHIFT : workArea.y,
    width,
    height,
  };
}

/** Asks something of the page of a window. */
export function sendEvent(window: BrowserWindow, event: HostEvent): void {
  if (!window.isDestroyed()) window.webContents.send(CHANNELS.event, event);
}

/**
 * Runs a command of the page's registry, as an act of the user: without one the page may not show the chooser for a saved
 * view. An empty script is how Electron passes on that there was one.
 */
export function sendCommand(window: BrowserWindow, id: string): void {
  const send = () => sendEvent(window, { kind: 'command', id });
  if (!window.isDestroyed()) window.webContents.executeJavaScript('void 0', true).then(send, send);
}

/** Brings the window to the front, for a file that was opened from outside. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
