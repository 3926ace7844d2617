import { basename } from 'node:path';
import { type z } from 'zod';
import { errorData, TraceError } from '../../shared/errors.ts';
import type { RecentFile } from '../../shared/host.ts';
import {
  hostExportSchema,
  hostTableExportSchema,
  isQueryMethod,
  socketOpenSchema,
  socketRequestSchema,
  socketUsePdbSchema,
  type DownloadReady,
  type SocketReply,
} from '../../shared/protocol.ts';
import type { TraceSummary } from '../../shared/records.ts';
import { openSample } from '../../shared/sample.ts';
import { QUERY_SCHEMAS, type CallOptions, type ExportResult } from '../../shared/service.ts';
import { loadSymbolsSchema, type SymbolsResult } from '../../shared/symbols.ts';
import type { ExportFormat } from '../../shared/tables.ts';
import { decodeWire, encodeWire } from '../../shared/wire.ts';
import type { TraceWorker } from '../../worker/client.ts';
import type { RecentFiles } from '../../worker/recentFiles.ts';
import type { Downloads } from './downloads.ts';
import { createSentPdbs } from './sentPdbs.ts';
import { underItsName, type Uploads } from './uploads.ts';

/** What of a WebSocket a session needs. */
export interface SessionSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface SessionTools {
  /** absolute path of the file that the server was started with */
  argument: string | null;
  /** absolute path of the trace that comes with the program; it may be missing */
  sample: string;
  startService: () => TraceWorker;
  uploads: Uploads;
  downloads: Downloads;
  recentFiles: RecentFiles;
}

/** WebSocket close code for a message that makes no sense. */
const UNSUPPORTED_DATA = 1003;

/** One page that is open: its socket, its worker thread, and the trace in it. Returns a function that ends it. */
export function startSession(socket: SessionSocket, tools: SessionTools): () => Promise<void> {
  const service = tools.startService();
  const running = new Map<number, AbortController>();
  /** the upload that is open here; nobody else can open it, so it goes with the next one */
  let openUpload: string | null = null;
  const pdbs = createSentPdbs(tools.uploads);
  let ended = false;

  socket.on('message', (data, isBinary) => {
    const request = isBinary ? null : parse(data.toString('utf8'));
    if (request === null) socket.close(UNSUPPORTED_DATA, 'not a message of Leaklanes');
    else if (request.type === 'cancel') running.get(request.id)?.abort();
    else void answer(request.id, request.method, request.params);
  });
  socket.on('close', () => void end());
  // What goes wrong on a socket (a frame that is too large) closes it.
  socket.on('error', () => {});

  function send(reply: SocketReply): void {
    if (!ended) socket.send(encodeWire(reply));
  }

  async function answer(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    const options: CallOptions = {
      signal: controller.signal,
      onProgress: (progress) => send({ type: 'progress', id, progress }),
    };
    try {
      send({ type: 'result', id, result: await call(method, params, options) });
    } catch (error) {
      send({ type: 'error', id, error: errorData(error) });
    } finally {
      if (running.get(id) === controller) running.delete(id);
    }
  }

  function call(method: string, params: unknown, options: CallOptions): Promise<unknown> {
    if (method === 'argumentFile') return Promise.resolve(tools.argument === null ? null : basename(tools.argument));
    if (method === 'recentFiles') return listRecent();
    if (method === 'open') return open(check(method, socketOpenSchema, params), options);
    if (method === 'exportCsv') return exportCsv(check(method, hostExportSchema, params), options);
    if (method === 'exportTable') return exportTable(check(method, hostTableExportSchema, params), options);
    if (method === 'loadSymbols') return service.loadSymbols(check(method, loadSymbolsSchema, params), options);
    if (method === 'usePdb') return usePdb(check(method, socketUsePdbSchema, params), options);
    if (isQueryMethod(method)) {
      const request = check(method, QUERY_SCHEMAS[method] as z.ZodType, params);
      return (service[method] as (request: unknown, options: CallOptions) => Promise<unknown>)(request, options);
    }
    throw new TraceError('internal', `There is no method ${JSON.stringify(method)}.`);
  }

  function listRecent(): Promise<RecentFile[]> {
    return tools.recentFiles.list();
  }

  async function open({ source }: z.infer<typeof socketOpenSchema>, options: CallOptions): Promise<TraceSummary> {
    if (source.kind === 'upload') return openUploaded(source.id, options);
    if (source.kind === 'sample') return openOwnSample(options);
    const path = source.kind === 'argument' ? tools.argument : await tools.recentFiles.pathOf(source.id);
    if (path === null) {
      const sentence =
        source.kind === 'argument'
          ? 'The server was started without a file: drop one on the page.'
          : 'The file is no longer in the list of recent files.';
      throw new TraceError('notFound', sentence);
    }
    try {
      const summary = await service.open({ path }, options);
      await tools.recentFiles.add(path);
      await forgetUploads(null);
      return summary;
    } catch (error) {
      if (error instanceof TraceError && error.code === 'notFound') await tools.recentFiles.remove(path);
      throw error;
    }
  }

  /** Not among the recent files: its folder is the program's, and the start page offers it anyway. */
  async function openOwnSample(options: CallOptions): Promise<TraceSummary> {
    const summary = await openSample(service, tools.sample, options);
    await forgetUploads(null);
    return summary;
  }

  async function openUploaded(id: string, options: CallOptions): Promise<TraceSummary> {
    const upload = tools.uploads.find(id);
    if (upload === null) throw new TraceError('notFound', 'The file that was sent is no longer there: drop it again.');
    try {
      const summary = await service.open({ path: upload.path, displayName: upload.displayName }, options);
      await forgetUploads(id);
      return summary;
    } catch (error) {
      await tools.uploads.remove(id);
      throw underItsName(error, upload.path, upload.displayName);
    }
  }

  /** What was sent for the trace that was open before. */
  async function forgetUploads(next: string | null): Promise<void> {
    const old = openUpload;
    openUpload = next;
    if (old !== null && old !== next) await tools.uploads.remove(old);
    await pdbs.forget();
  }

  function usePdb(
    { module, upload }: z.infer<typeof socketUsePdbSchema>,
    options: CallOptions,
  ): Promise<SymbolsResult> {
    return pdbs.use(upload, ({ path, displayName }) => service.usePdb({ module, path, displayName }, options));
  }

  function exportCsv({ filter, name }: z.infer<typeof hostExportSchema>, options: CallOptions): Promise<DownloadReady> {
    return exportTo(name, 'csv', (path) => service.exportCsv({ filter, path }, options));
  }

  function exportTable(
    { name, ...request }: z.infer<typeof hostTableExportSchema>,
    options: CallOptions,
  ): Promise<DownloadReady> {
    return exportTo(name, request.format, (path) => service.exportTable({ ...request, path }, options));
  }

  async function exportTo(
    name: string,
    format: ExportFormat,
    write: (path: string) => Promise<ExportResult>,
  ): Promise<DownloadReady> {
    const download = tools.downloads.prepare(name, format);
    try {
      const { rows, bytes } = await write(download.path);
      await tools.downloads.offer(download);
      return { downloadId: download.id, rows, bytes };
    } catch (error) {
      await tools.downloads.discard(download);
      throw underItsName(error, download.path, download.name);
    }
  }

  async function end(): Promise<void> {
    if (ended) return;
    ended = true;
    for (const controller of running.values()) controller.abort();
    await service.terminate();
    await forgetUploads(null);
  }

  return end;
}

/** null where the text is no message at all; a message whose parameters are wrong gets an error of its own. */
function parse(text: string): z.infer<typeof socketRequestSchema> | null {
  try {
    return socketRequestSchema.parse(decodeWire(text));
  } catch {
    return null;
  }
}

function check<T>(method: string, schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new TraceError('internal', `The request "${method}" is not valid${place}: ${issue.message}.`);
}
