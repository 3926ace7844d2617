import type { BrowserWindow } from 'electron';
import type { CallOptions } from '../shared/service.ts';
import { CHANNELS } from './channels.ts';

/** What the page of one window has asked for and is not done, by the page's own numbers. */
export interface Calls {
  /** Does the work of a call: its progress goes to the page, until it is cancelled. */
  run<T>(call: number, work: (options: CallOptions) => Promise<T>): Promise<T>;
  cancel(call: number): void;
  cancelAll(): void;
  isIdle(): boolean;
}

export function createCalls(window: BrowserWindow): Calls {
  const running = new Map<number, AbortController>();
  return {
    async run(call, work) {
      const controller = new AbortController();
      running.set(call, controller);
      try {
        return await work({
          signal: controller.signal,
          onProgress: (progress) => {
            if (!controller.signal.aborted && !window.isDestroyed())
              window.webContents.send(CHANNELS.progress, call, progress);
          },
        });
      } finally {
        // After a reload the numbers begin anew.
        if (running.get(call) === controller) running.delete(call);
      }
    },
    cancel: (call) => running.get(call)?.abort(),
    cancelAll() {
      for (const controller of running.values()) controller.abort();
      running.clear();
    },
    isIdle: () => running.size === 0,
  };
}
