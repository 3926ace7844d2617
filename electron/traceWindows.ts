import type { BrowserWindow, WebContents } from 'electron';
import type { TraceWorker } from '../worker/client.ts';
import { createCalls, type Calls } from './calls.ts';
import { EMPTY_WINDOW_HASH } from './origin.ts';
import { sendEvent, showWindow } from './window.ts';

/** A window and the trace in it, in a worker thread of its own: windows do not know of each other. */
export interface TraceWindow {
  readonly window: BrowserWindow;
  readonly service: TraceWorker;
  readonly calls: Calls;
  /** the file that the page begins with, null: none */
  argument: string | null;
  hasTrace: boolean;
}

export interface TraceWindows {
  /** Opens the first window, with the file that the program was started with. */
  openFirst(argument: string | null): void;
  /** Opens another window on its start page. */
  openEmpty(): void;
  /** Shows a file that came from outside: in the window in front where that has no trace, else in one of its own. Null: comes to the front. */
  openFile(path: string | null): void;
  /** The window that had the focus last, null where all are closed. */
  front(): TraceWindow | null;
  /** The window of a page; null for pages of no window of ours. */
  of(contents: WebContents): TraceWindow | null;
  /** Ends the worker threads of all windows. */
  end(): Promise<void>;
}

export interface TraceWindowTools {
  /** Opens a window with the viewer; `beside`: the window in front, which must not be covered. */
  createWindow: (hash: string, beside: BrowserWindow | null) => BrowserWindow;
  startService: () => TraceWorker;
}

export function createTraceWindows({ createWindow, startService }: TraceWindowTools): TraceWindows {
  /** in the order in which they had the focus, the last one in front */
  let open: (TraceWindow & { contents: WebContents })[] = [];

  const front = () => open.at(-1) ?? null;

  function add(hash: string, argument: string | null): void {
    const window = createWindow(hash, front()?.window ?? null);
    // Kept, because a window that is closed has no contents any more to be known by.
    const contents = window.webContents;
    const calls = createCalls(window);
    const added = { window, contents, calls, service: startService(), argument, hasTrace: false };
    const others = () => open.filter((other) => other !== added);
    open.push(added);

    window.on('focus', () => {
      if (open.includes(added)) open = [...others(), added];
    });
    window.on('closed', () => {
      open = others();
      calls.cancelAll();
      void added.service.terminate();
    });
    // Calls of a page that has gone would only keep the worker busy, and the page after it begins without a trace.
    contents.on('did-start-navigation', (details) => {
      if (!details.isMainFrame || details.isSameDocument) return;
      calls.cancelAll();
      added.hasTrace = false;
    });
    contents.on('render-process-gone', () => calls.cancelAll());
  }

  return {
    openFirst: (argument) => add('', argument),
    openEmpty: () => add(EMPTY_WINDOW_HASH, null),
    openFile(path) {
      const inFront = front();
      if (path !== null && (inFront === null || !isFree(inFront))) return add('', path);
      if (inFront === null) return;
      showWindow(inFront.window);
      if (path === null) return;
      inFront.argument = path;
      sendEvent(inFront.window, { kind: 'open', source: { kind: 'argument' } });
    },
    front,
    of: (contents) => open.find((traceWindow) => traceWindow.contents === contents) ?? null,
    async end() {
      await Promise.all(open.map(({ service }) => service.terminate()));
    },
  };
}

/** Nothing is in it, and nothing on its way. */
function isFree({ argument, hasTrace, calls }: TraceWindow): boolean {
  return argument === null && !hasTrace && calls.isIdle();
}
