import { errorFromData, TraceError, type TraceErrorData } from './errors.ts';
import type { Filter } from './filter.ts';
import type { Host, HostEvent, OpenSource, RecentFile } from './host.ts';
import type { Progress, TraceSummary } from './records.ts';
import type { ExportResult, QueryMethod, TraceService } from './service.ts';
import type { LoadSymbolsRequest, SymbolsResult } from './symbols.ts';
import type { TableExportRequest } from './tables.ts';

/** An answer as data: Electron's bridge keeps only the message of an Error that crosses it. */
export type BridgeAnswer<T> = { ok: true; result: T } | { ok: false; error: TraceErrorData };

/**
 * What Electron's preload puts on `window.leaklanes`. Neither an AbortSignal nor an instance of a class can pass a
 * contextBridge, so calls have numbers (the renderer's own) by which they are cancelled and report their progress;
 * {@link hostFromBridge} makes a {@link Host} of it. A file goes in as a `File`: the preload asks Electron for its path, so
 * a page can neither learn a path nor make one up.
 */
export interface LeaklanesBridge {
  argumentFile(): Promise<BridgeAnswer<string | null>>;
  recentFiles(): Promise<BridgeAnswer<RecentFile[]>>;
  openFile(call: number, file: File): Promise<BridgeAnswer<TraceSummary>>;
  openSource(call: number, source: Exclude<OpenSource, { kind: 'file' }>): Promise<BridgeAnswer<TraceSummary | null>>;
  query(call: number, method: QueryMethod, request: unknown): Promise<BridgeAnswer<unknown>>;
  exportCsv(call: number, filter: Filter, suggestedName: string): Promise<BridgeAnswer<ExportResult | null>>;
  exportTable(
    call: number,
    request: Omit<TableExportRequest, 'path'>,
    suggestedName: string,
  ): Promise<BridgeAnswer<ExportResult | null>>;
  loadSymbols(call: number, request: LoadSymbolsRequest): Promise<BridgeAnswer<SymbolsResult>>;
  /** null: by a dialog */
  usePdb(call: number, module: number, file: File | null): Promise<BridgeAnswer<SymbolsResult | null>>;
  cancel(call: number): void;
  newWindow(): void;
  /** Returns a function that ends the listening. */
  onProgress(listener: (call: number, progress: Progress) => void): () => void;
  onEvent(listener: (event: HostEvent) => void): () => void;
}

export function hostFromBridge(bridge: LeaklanesBridge): Host {
  const listeners = new Map<number, (progress: Progress) => void>();
  let nextCall = 1;
  bridge.onProgress((call, progress) => listeners.get(call)?.(progress));

  async function run<T>(
    start: (call: number) => Promise<BridgeAnswer<T>>,
    signal?: AbortSignal,
    onProgress?: (progress: Progress) => void,
  ): Promise<T> {
    if (signal?.aborted) throw new TraceError('cancelled', 'Cancelled.');
    const call = nextCall++;
    const onAbort = () => bridge.cancel(call);
    if (onProgress !== undefined) listeners.set(call, onProgress);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const answer = await start(call);
      if (signal?.aborted) throw new TraceError('cancelled', 'Cancelled.');
      if (!answer.ok) throw errorFromData(answer.error);
      return answer.result;
    } finally {
      listeners.delete(call);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  return {
    kind: 'electron',
    hasDialog: true,
    argumentFile: () => run(() => bridge.argumentFile()),
    recentFiles: () => run(() => bridge.recentFiles()),
    open: (source, onProgress, signal) =>
      source.kind === 'file'
        ? run((call) => bridge.openFile(call, source.file), signal, onProgress)
        : run<TraceSummary | null>((call) => bridge.openSource(call, source), signal, onProgress),
    query: <M extends QueryMethod>(method: M, request: Parameters<TraceService[M]>[0], signal?: AbortSignal) =>
      run((call) => bridge.query(call, method, request), signal) as Promise<Awaited<ReturnType<TraceService[M]>>>,
    exportCsv: (filter, suggestedName, onProgress, signal) =>
      run((call) => bridge.exportCsv(call, filter, suggestedName), signal, onProgress),
    exportTable: (request, suggestedName, onProgress, signal) =>
      run((call) => bridge.exportTable(call, request, suggestedName), signal, onProgress),
    loadSymbols: (request, onProgress, signal) => run((call) => bridge.loadSymbols(call, request), signal, onProgress),
    usePdb: (module, file, signal) => run((call) => bridge.usePdb(call, module, file), signal),
    onEvent: (listener) => bridge.onEvent(listener),
    newWindow: () => bridge.newWindow(),
  };
}
