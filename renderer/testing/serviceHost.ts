import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import type { Host, HostEvent, OpenSource, RecentFile } from '../../shared/host.ts';
import type { Progress } from '../../shared/records.ts';
import { QUERY_SCHEMAS, type QueryMethod, type TraceService } from '../../shared/service.ts';
import type { LoadSymbolsRequest } from '../../shared/symbols.ts';
import type { TableExportRequest } from '../../shared/tables.ts';
import { createTraceService } from '../../worker/service.ts';

export const SAMPLE = join(import.meta.dirname, '../../samples/handle-leak.etl');

type Answers = { [M in QueryMethod]?: (request: never) => unknown };

export interface ServiceHostOptions {
  /** The trace behind every source; default the sample. Bytes are those of a forged trace (worker/testing TraceBuilder). */
  trace?: string | Uint8Array;
  /** the file "the program was started with"; null none */
  argument?: string | null;
  kind?: Host['kind'];
  recent?: RecentFile[];
  /** Answers instead of the service's, by method: for what no small trace has (10,000 processes, a name of 32,000 characters). */
  answers?: Answers;
  /** Looks for names as the service does; without it the job ends at once, without an answer: few tests are about names. */
  symbols?: boolean;
}

export interface ServiceHost extends Host {
  /** Every query in order. */
  calls: { method: QueryMethod; request: unknown }[];
  /** What was opened, exported and asked for names, in order. */
  opened: OpenSource[];
  exported: { name: string; request: Omit<TableExportRequest, 'path'> | { filter: unknown } }[];
  symbolRequests: LoadSymbolsRequest[];
  /** Requests of the method that were asked so far. */
  asked<M extends QueryMethod>(method: M): Parameters<TraceService[M]>[0][];
  /** Nothing of it is answered until the returned function is called: no test has to wait for a clock. */
  hold(what: QueryMethod | 'open' | 'export' | 'symbols'): () => void;
  emit(event: HostEvent): void;
  /** Every query rejects with this, until null. */
  failQueries(error: TraceError | null): void;
  /** The next open rejects with this. */
  failNextOpen(error: TraceError): void;
  /** The export and the open under way report this. */
  report(progress: Progress): void;
}

/** A Host over the real service, in this process: the window's tests ask what the worker answers. */
export function createServiceHost(options: ServiceHostOptions = {}): ServiceHost {
  const service = createTraceService();
  const listeners = new Set<(event: HostEvent) => void>();
  const held = new Map<string, Promise<void>>();
  const reporters = new Set<(progress: Progress) => void>();
  let folder: string | null = null;
  let queryFailure: TraceError | null = null;
  let openFailure: TraceError | null = null;

  const scratch = () => {
    if (folder !== null) return folder;
    const made = mkdtempSync(join(tmpdir(), 'leaklanes-window-'));
    onTestFinished(() => rmSync(made, { recursive: true, force: true }));
    return (folder = made);
  };
  const pathOfTrace = () => {
    const { trace = SAMPLE } = options;
    if (typeof trace === 'string') return trace;
    const path = join(scratch(), 'forged.etl');
    writeFileSync(path, trace);
    return path;
  };

  /** Waits where the method is held, and rejects as soon as it is cancelled. */
  async function pass(what: string, signal: AbortSignal | undefined): Promise<void> {
    const cancelled = () => new TraceError('cancelled', 'Cancelled.');
    if (signal?.aborted) throw cancelled();
    const gate = held.get(what);
    if (gate !== undefined) {
      await Promise.race([
        gate,
        new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(cancelled()), { once: true })),
      ]);
    }
    await Promise.resolve();
    if (signal?.aborted) throw cancelled();
  }

  async function whileReporting<T>(onProgress: (progress: Progress) => void, run: () => Promise<T>): Promise<T> {
    reporters.add(onProgress);
    try {
      return await run();
    } finally {
      reporters.delete(onProgress);
    }
  }

  const host: ServiceHost = {
    kind: options.kind ?? 'serve',
    hasDialog: options.kind === 'electron',
    calls: [],
    opened: [],
    exported: [],
    symbolRequests: [],
    asked: (method) => host.calls.filter((call) => call.method === method).map((call) => call.request) as never,
    argumentFile: () => Promise.resolve(options.argument ?? null),
    recentFiles: () => Promise.resolve(options.recent ?? []),
    open: (source, onProgress, signal) =>
      whileReporting(onProgress, async () => {
        host.opened.push(source);
        await pass('open', signal);
        if (openFailure !== null) {
          const error = openFailure;
          openFailure = null;
          throw error;
        }
        const path = pathOfTrace();
        return service.open({ path, displayName: displayName(source, path) }, { signal, onProgress });
      }),
    async query(method, request, signal) {
      host.calls.push({ method, request });
      // As a real host does: a request that the contract does not allow is an error here too.
      QUERY_SCHEMAS[method].parse(request);
      await pass(method, signal);
      if (queryFailure !== null) throw queryFailure;
      const answer = options.answers?.[method];
      if (answer !== undefined) return answer(request as never) as never;
      return (service[method] as (request: unknown, options: unknown) => Promise<never>)(request, { signal });
    },
    exportCsv: (filter, name, onProgress, signal) =>
      whileReporting(onProgress, async () => {
        host.exported.push({ name, request: { filter } });
        await pass('export', signal);
        return service.exportCsv({ filter, path: join(scratch(), name) }, { signal, onProgress });
      }),
    exportTable: (request, name, onProgress, signal) =>
      whileReporting(onProgress, async () => {
        host.exported.push({ name, request });
        await pass('export', signal);
        return service.exportTable({ ...request, path: join(scratch(), name) }, { signal, onProgress });
      }),
    async loadSymbols(request, onProgress, signal) {
      host.symbolRequests.push(request);
      await pass('symbols', signal);
      if (options.symbols !== true) throw new TraceError('cancelled', 'This host looks for no names.');
      return whileReporting(onProgress, () => service.loadSymbols(request, { signal, onProgress }));
    },
    usePdb: () => Promise.reject(new TraceError('internal', 'This host takes no PDB.')),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hold(what) {
      let release = () => {};
      const gate = new Promise<void>((open) => (release = open));
      held.set(what, gate);
      return () => {
        if (held.get(what) === gate) held.delete(what);
        release();
      };
    },
    emit: (event) => listeners.forEach((listener) => listener(event)),
    failQueries: (error) => (queryFailure = error),
    failNextOpen: (error) => (openFailure = error),
    report: (progress) => reporters.forEach((reporter) => reporter(progress)),
  };
  return host;
}

function displayName(source: OpenSource, path: string): string {
  return source.kind === 'file' ? source.file.name : basename(path);
}
