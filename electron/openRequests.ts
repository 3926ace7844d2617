import { app, type BrowserWindow } from 'electron';
import { fileOfCommandLine } from './argument.ts';
import { CHANNELS } from './channels.ts';
import type { HostEvent } from '../shared/host.ts';
import { showWindow } from './window.ts';

/** The file that the program was asked to open: by its command line, by a second start of it, by macOS. */
export interface OpenRequests {
  current(): string | null;
  /** From now on a file that comes is opened in this window. */
  attach(window: BrowserWindow): void;
}

/** Null: the program runs already and has been told to open the file; this process has to end. */
export function setupOpenRequests(): OpenRequests | null {
  if (!app.requestSingleInstanceLock()) return null;
  let file = fileOfCommandLine(process.argv, process.cwd());
  let window: BrowserWindow | null = null;

  function open(path: string | null): void {
    if (path !== null) file = path;
    if (window === null || window.isDestroyed()) return;
    showWindow(window);
    if (path !== null) sendEvent(window, { kind: 'open', source: { kind: 'argument' } });
  }

  app.on('second-instance', (_event, argv, workingFolder) => open(fileOfCommandLine(argv, workingFolder)));
  // macOS hands files over by this event, the one it starts the program with before the program is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });

  return {
    current: () => file,
    attach(opened) {
      window = opened;
    },
  };
}

export function sendEvent(window: BrowserWindow, event: HostEvent): void {
  if (!window.isDestroyed()) window.webContents.send(CHANNELS.event, event);
}
