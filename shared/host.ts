import type { ExportResult, QueryMethod, TraceService } from './service.ts';
import type { LoadSymbolsRequest, SymbolsResult } from './symbols.ts';
import type { TableExportRequest } from './tables.ts';
import type { Progress, TraceSummary } from './records.ts';
import type { Filter } from './filter.ts';

export interface RecentFile {
  /** opaque to the renderer: given back to openRecent */
  id: string;
  name: string;
  folder: string;
}

export type OpenSource =
  /** a file dropped on the window or picked by the browser's own dialog */
  | { kind: 'file'; file: File }
  /** the host's own dialog (Electron) */
  | { kind: 'dialog' }
  | { kind: 'recent'; id: string }
  /** the file that the program was started with */
  | { kind: 'argument' }
  /** the trace that comes with the program (samples/handle-leak.etl) */
  | { kind: 'sample' };

/** What the host asks of the renderer: menu commands, files opened from outside. */
export type HostEvent =
  | { kind: 'open'; source: OpenSource }
  | { kind: 'command'; id: string }
  | { kind: 'disconnected'; message: string }
  /** again, after `disconnected`; the trace that was open is not: the renderer opens it anew */
  | { kind: 'connected' };

/**
 * What the renderer has of the world outside: the same for the Electron preload (`window.leaklanes`) and for `leaklanes serve`.
 * Rejections are TraceErrors.
 */
export interface Host {
  readonly kind: 'electron' | 'serve';
  /** name of the file that the program was started with, null where none */
  argumentFile(): Promise<string | null>;
  /** null: the user closed the dialog */
  open(source: OpenSource, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<TraceSummary | null>;
  query<M extends QueryMethod>(
    method: M,
    request: Parameters<TraceService[M]>[0],
    signal?: AbortSignal,
  ): Promise<Awaited<ReturnType<TraceService[M]>>>;
  /** Asks where to save (a download in `serve`) and writes exactly the filtered view. null: the user closed the dialog. */
  exportCsv(
    filter: Filter,
    suggestedName: string,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<ExportResult | null>;
  /** The same for a table: asks where to save, writes exactly what it shows. */
  exportTable(
    request: Omit<TableExportRequest, 'path'>,
    suggestedName: string,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<ExportResult | null>;
  /** Looks for function names; nothing else waits for it. */
  loadSymbols(
    request: LoadSymbolsRequest,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<SymbolsResult>;
  /** Takes a PDB for a module: of a file that was picked or dropped, or (null) by the host's own dialog. null: the user closed it. */
  usePdb(module: number, file: File | null, signal: AbortSignal): Promise<SymbolsResult | null>;
  recentFiles(): Promise<RecentFile[]>;
  /** true where `open({kind: 'dialog'})` works; else the renderer uses an <input type="file"> */
  readonly hasDialog: boolean;
  onEvent(listener: (event: HostEvent) => void): () => void;
  /** Opens another window on its start page, for a second trace; absent where there is no way to. */
  newWindow?(): void;
}
