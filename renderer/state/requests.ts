/**
 * The request coordinator: of every kind of request only the newest matters. Starting one aborts the one before it, so that
 * typing in a filter never waits for the answers to the letters before.
 */
export interface Requests {
  /**
   * Runs a request of a kind and aborts the running one of the same kind. Resolves to null where a newer one (or {@link abort})
   * has replaced it; rejects only for errors of a request that still counts.
   */
  latest<T>(kind: string, run: (signal: AbortSignal) => Promise<T>): Promise<T | null>;
  abort(kind: string): void;
  isRunning(kind: string): boolean;
  /** Aborts everything, or every kind that starts with the prefix. */
  abortAll(prefix?: string): void;
}

export function createRequests(): Requests {
  const running = new Map<string, AbortController>();

  function abort(kind: string): void {
    running.get(kind)?.abort();
    running.delete(kind);
  }

  return {
    async latest(kind, run) {
      abort(kind);
      const controller = new AbortController();
      running.set(kind, controller);
      try {
        const result = await run(controller.signal);
        return controller.signal.aborted ? null : result;
      } catch (error) {
        if (controller.signal.aborted) return null;
        throw error;
      } finally {
        if (running.get(kind) === controller) running.delete(kind);
      }
    },
    abort,
    isRunning: (kind) => running.has(kind),
    abortAll(prefix = '') {
      for (const kind of [...running.keys()]) if (kind.startsWith(prefix)) abort(kind);
    },
  };
}
