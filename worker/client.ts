import { Worker, type ResourceLimits } from 'node:worker_threads';
import { errorFromData, TraceError } from '../shared/errors.ts';
import type { ServiceMethod, WorkerReply, WorkerRequest } from '../shared/protocol.ts';
import type { Progress } from '../shared/records.ts';
import type { CallOptions, TraceService } from '../shared/service.ts';

/** A service in a worker thread of its own. */
export interface TraceWorker extends TraceService {
  /** Ends the thread; calls that are under way reject with `cancelled`. */
  terminate(): Promise<void>;
}

interface PendingCall {
  resolve(result: unknown): void;
  reject(error: TraceError): void;
  onProgress: ((progress: Progress) => void) | undefined;
}

export interface TraceWorkerOptions {
  resourceLimits?: ResourceLimits;
}

/**
 * Starts the worker thread and returns its service. A thread that dies (out of memory, a crash) takes its trace with it:
 * every pending call rejects with a sentence that says so, as does every later query; the next `open` starts a new thread.
 */
export function startTraceWorker(scriptUrl: URL | string, options: TraceWorkerOptions = {}): TraceWorker {
  const pending = new Map<number, PendingCall>();
  let nextId = 1;
  let terminated = false;
  /** why there is no thread, null while there is one */
  let death: TraceError | null = null;
  let worker = startThread();

  function startThread(): Worker {
    const thread = new Worker(scriptUrl, { name: 'leaklanes trace', resourceLimits: options.resourceLimits });
    thread.on('message', (reply: WorkerReply) => settle(reply));
    thread.on('messageerror', (error) => die(thread, deathOf(error)));
    thread.on('error', (error) => die(thread, deathOf(error)));
    thread.on('exit', (code) => die(thread, deathOf(new Error(`it ended with code ${code}`))));
    return thread;
  }

  function die(thread: Worker, error: TraceError): void {
    if (thread !== worker || death !== null) return;
    death = error;
    rejectAll(error);
    void thread.terminate();
  }

  function rejectAll(error: TraceError): void {
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(error);
  }

  function settle(reply: WorkerReply): void {
    const call = pending.get(reply.id);
    if (call === undefined) return;
    if (reply.type === 'progress') return call.onProgress?.(reply.progress);
    pending.delete(reply.id);
    if (reply.type === 'result') call.resolve(reply.result);
    else call.reject(errorFromData(reply.error));
  }

  function post(request: WorkerRequest): void {
    worker.postMessage(request);
  }

  async function call(
    method: ServiceMethod,
    params: unknown,
    { signal, onProgress }: CallOptions = {},
  ): Promise<never> {
    if (signal?.aborted) throw cancelled();
    if (terminated) throw ended();
    if (death !== null) {
      if (method !== 'open') throw death;
      death = null;
      worker = startThread();
    }
    const id = nextId++;
    const onAbort = () => post({ type: 'cancel', id });
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        post({ type: 'call', id, method, params });
        pending.set(id, { resolve, reject, onProgress });
        signal?.addEventListener('abort', onAbort, { once: true });
      });
      // The abort crossed the result on its way: the caller has been told that it is cancelled, so that is what it is.
      if (signal?.aborted) throw cancelled();
      return result as never;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  return {
    open: (request, callOptions) => call('open', request, callOptions),
    close: () => call('close', undefined),
    facets: (request, callOptions) => call('facets', request, callOptions),
    overview: (request, callOptions) => call('overview', request, callOptions),
    lanes: (request, callOptions) => call('lanes', request, callOptions),
    details: (request, callOptions) => call('details', request, callOptions),
    locate: (request, callOptions) => call('locate', request, callOptions),
    rows: (request, callOptions) => call('rows', request, callOptions),
    stackTree: (request, callOptions) => call('stackTree', request, callOptions),
    icicle: (request, callOptions) => call('icicle', request, callOptions),
    mapView: (request, callOptions) => call('mapView', request, callOptions),
    symbols: (request, callOptions) => call('symbols', request, callOptions),
    loadSymbols: (request, callOptions) => call('loadSymbols', request, callOptions),
    usePdb: (request, callOptions) => call('usePdb', request, callOptions),
    exportTable: (request, callOptions) => call('exportTable', request, callOptions),
    exportCsv: (request, callOptions) => call('exportCsv', request, callOptions),
    async terminate() {
      terminated = true;
      const thread = worker;
      rejectAll(ended());
      await thread.terminate();
    },
  };
}

function cancelled(): TraceError {
  return new TraceError('cancelled', 'Cancelled.');
}

function ended(): TraceError {
  return new TraceError('cancelled', 'The viewer was closed.');
}

function deathOf(error: Error & { code?: string }): TraceError {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new TraceError(
      'internal',
      'The trace needs more memory than there is: close other programs, or record a shorter trace, and open it again.',
    );
  }
  return new TraceError('internal', `The reader of the trace stopped (${error.message}): open the file again.`);
}
