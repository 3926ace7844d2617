import { TraceError } from '../../shared/errors.ts';
import type { Host, HostEvent } from '../../shared/host.ts';
import type { Progress } from '../../shared/records.ts';
import type { QueryMethod, TraceService } from '../../shared/service.ts';
import { applyFilter, fakeDetails, fakeFacets, fakeLanes, fakeLocate, fakeOverview, fakeTable } from './fakeQueries.ts';
import { fakeTrace, type FakeTrace } from './fakeTrace.ts';

export interface FakeHostOptions {
  trace?: FakeTrace;
  /** the file "the program was started with" */
  argument?: string | null;
  /** steps of progress that an open and an export report, one every `delayMs` */
  steps?: number;
  delayMs?: number;
}

export interface FakeHost extends Host {
  /** Every query in order, for tests. */
  calls: { method: QueryMethod; request: unknown }[];
  emit(event: HostEvent): void;
  /** Every query rejects with this, until null. */
  failQueries(error: TraceError | null): void;
  /** The next open rejects with this. */
  failNextOpen(error: TraceError): void;
}

/** A Host over a generated trace, without a worker. */
export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const { trace = fakeTrace(), argument = null, steps = 0, delayMs = 0 } = options;
  const listeners = new Set<(event: HostEvent) => void>();
  const calls: FakeHost['calls'] = [];
  let failure: TraceError | null = null;
  let queryFailure: TraceError | null = null;

  function answer<M extends QueryMethod>(method: M, request: Parameters<TraceService[M]>[0]): unknown {
    const answers: { [K in QueryMethod]: (request: Parameters<TraceService[K]>[0]) => unknown } = {
      facets: ({ filter }) => fakeFacets(trace, filter),
      overview: ({ filter, samples }) => fakeOverview(trace, filter, samples),
      lanes: (lanes) => fakeLanes(trace, lanes),
      table: (table) => fakeTable(trace, table),
      details: ({ id, eventLimit }) => fakeDetails(trace, id, eventLimit),
      locate: (locate) => fakeLocate(trace, locate),
    };
    return answers[method](request);
  }

  async function work(
    phases: Progress['phase'][],
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const total = trace.summary.info.bytes;
    for (const phase of phases) {
      for (let step = 1; step <= steps; step++) {
        await pause(delayMs, signal);
        const share = step / steps;
        onProgress({
          phase,
          bytesDone: Math.round(total * share),
          bytesTotal: total,
          events: Math.round(trace.summary.info.events * share),
        });
      }
    }
    await pause(0, signal);
  }

  return {
    kind: 'serve',
    hasDialog: false,
    calls,
    argumentFile: () => Promise.resolve(argument),
    async open(_source, onProgress, signal) {
      if (failure !== null) {
        const error = failure;
        failure = null;
        throw error;
      }
      await work(['read', 'sort', 'correlate'], onProgress, signal);
      return trace.summary;
    },
    async query(method, request, signal) {
      calls.push({ method, request });
      await pause(0, signal);
      if (queryFailure !== null) throw queryFailure;
      return answer(method, request) as never;
    },
    async exportCsv(filter, _name, onProgress, signal) {
      await work(['export'], onProgress, signal);
      const rows = applyFilter(trace, filter).length;
      return { rows, bytes: rows * 120 };
    },
    recentFiles: () =>
      Promise.resolve([
        { id: '1', name: 'HandleLeak.etl', folder: 'C:\\Traces\\2024-05' },
        { id: '2', name: 'explorer-hang_merged.etl', folder: 'C:\\Traces\\customer' },
      ]),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (event) => listeners.forEach((listener) => listener(event)),
    failQueries: (error) => (queryFailure = error),
    failNextOpen: (error) => (failure = error),
  };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () => reject(new TraceError('cancelled', 'Cancelled.'));
    if (signal?.aborted) {
      cancelled();
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      cancelled();
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
