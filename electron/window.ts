import { BrowserWindow, nativeTheme, type BrowserWindowConstructorOptions } from 'electron';
import { START_URL } from './origin.ts';

/** Colours of the empty window until the page is drawn, so that nothing flashes. */
const BACKGROUND = { light: '#ffffff', dark: '#1b1d21' };

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

/** Opens the one window and loads the viewer into it. */
export function setupWindow(preload: string, devTools: boolean): BrowserWindow {
  const window = new BrowserWindow(windowOptions(preload, { dark: nativeTheme.shouldUseDarkColors, devTools }));
  window.once('ready-to-show', () => window.show());
  void window.loadURL(START_URL);
  return window;
}

/** Brings the window to the front, for a file that was opened from outside. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
