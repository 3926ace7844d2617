import { basename } from 'node:path';
import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import type { BridgeAnswer } from '../shared/electronHost.ts';
import { errorData, TraceError } from '../shared/errors.ts';
import { hostExportSchema, hostTableExportSchema, isQueryMethod, socketUsePdbSchema } from '../shared/protocol.ts';
import { QUERY_SCHEMAS, type CallOptions } from '../shared/service.ts';
import type { TraceSummary } from '../shared/records.ts';
import { loadSymbolsSchema } from '../shared/symbols.ts';
import type { TraceWorker } from '../worker/client.ts';
import type { RecentFiles } from '../worker/recentFiles.ts';
import { CHANNELS } from './channels.ts';
import { askForExport, askForPdb, askForTrace } from './dialogs.ts';
import { isOurFrame } from './origin.ts';

export interface IpcTools {
  window: BrowserWindow;
  service: TraceWorker;
  recentFiles: RecentFiles;
  argumentFile: () => string | null;
}

const callNumber = z.number().int().nonnegative();
const dialogSource = z.object({ kind: z.literal('dialog') });
/** from the preload, which has it of Electron; empty for files that lie on no disk */
const pathSource = z.object({ kind: z.literal('path'), path: z.string().max(32_767), name: z.string().max(32_767) });
const openSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('argument') }),
  dialogSource,
  z.object({ kind: z.literal('recent'), id: z.string().max(200) }),
  pathSource,
]);
type Source = z.infer<typeof openSchema>;
const pdbSchema = z.discriminatedUnion('kind', [dialogSource, pathSource]);

/** Answers the preload. Every message has to come from the main frame of our page and to fit its schema. */
export function setupIpc({ window, service, recentFiles, argumentFile }: IpcTools): void {
  const running = new Map<number, AbortController>();

  handle(CHANNELS.argumentFile, z.tuple([]), async () => {
    const file = argumentFile();
    return file === null ? null : basename(file);
  });
  handle(CHANNELS.recentFiles, z.tuple([]), () => recentFiles.list());
  handle(CHANNELS.open, z.tuple([callNumber, openSchema]), (call, source) =>
    run(call, (options) => open(source, options)),
  );
  handle(CHANNELS.query, z.tuple([callNumber, z.string().max(64), z.unknown()]), (call, method, request) => {
    if (!isQueryMethod(method)) throw new TraceError('internal', `There is no method ${JSON.stringify(method)}.`);
    const checked = check(method, QUERY_SCHEMAS[method] as z.ZodType, request);
    return run(call, (options) =>
      (service[method] as (request: unknown, options: CallOptions) => Promise<unknown>)(checked, options),
    );
  });
  handle(
    CHANNELS.exportCsv,
    z.tuple([callNumber, hostExportSchema.shape.filter, hostExportSchema.shape.name]),
    async (call, filter, name) => {
      const path = await askForExport(window, 'csv', name);
      return path === null ? null : run(call, (options) => service.exportCsv({ filter, path }, options));
    },
  );
  handle(
    CHANNELS.exportTable,
    z.tuple([callNumber, hostTableExportSchema.omit({ name: true }), hostTableExportSchema.shape.name]),
    async (call, request, name) => {
      const path = await askForExport(window, request.format, name);
      return path === null ? null : run(call, (options) => service.exportTable({ ...request, path }, options));
    },
  );
  handle(CHANNELS.loadSymbols, z.tuple([callNumber, loadSymbolsSchema]), (call, request) =>
    run(call, (options) => service.loadSymbols(request, options)),
  );
  handle(
    CHANNELS.usePdb,
    z.tuple([callNumber, socketUsePdbSchema.shape.module, pdbSchema]),
    async (call, module, source) => {
      const path = source.kind === 'dialog' ? await askForPdb(window) : onDisk(source);
      return path === null ? null : run(call, (options) => service.usePdb({ module, path }, options));
    },
  );
  ipcMain.on(CHANNELS.cancel, (event: IpcMainEvent, call: unknown) => {
    if (isOurFrame(event.senderFrame) && typeof call === 'number') running.get(call)?.abort();
  });

  // Calls of a page that has gone would only keep the worker busy.
  window.webContents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) cancelAll();
  });
  window.webContents.on('render-process-gone', cancelAll);
  window.on('closed', cancelAll);

  function cancelAll(): void {
    for (const controller of running.values()) controller.abort();
    running.clear();
  }

  async function run<T>(call: number, work: (options: CallOptions) => Promise<T>): Promise<T> {
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
  }

  async function open(source: Source, options: CallOptions): Promise<TraceSummary | null> {
    const path = await pathOf(source);
    if (path === null) return null;
    try {
      const summary = await service.open({ path }, options);
      await recentFiles.add(path);
      return summary;
    } catch (error) {
      if (error instanceof TraceError && error.code === 'notFound') await recentFiles.remove(path);
      throw error;
    }
  }

  /** Null: the user closed the dialog. */
  async function pathOf(source: Source): Promise<string | null> {
    if (source.kind === 'dialog') return askForTrace(window);
    if (source.kind === 'path') return onDisk(source);
    const path = source.kind === 'argument' ? argumentFile() : await recentFiles.pathOf(source.id);
    if (path !== null) return path;
    throw new TraceError(
      'notFound',
      source.kind === 'argument'
        ? 'The program was started without a file.'
        : 'The file is no longer in the list of recent files.',
    );
  }
}

function onDisk({ path, name }: z.infer<typeof pathSource>): string {
  if (path !== '') return path;
  throw new TraceError('notFound', `${name} is no file on a disk: save it first, then open it from there.`, name);
}

function handle<Args extends unknown[], Result>(
  channel: string,
  schema: z.ZodType<Args>,
  listener: (...args: Args) => Promise<Result>,
): void {
  ipcMain.handle(channel, async (event: IpcMainInvokeEvent, ...args: unknown[]): Promise<BridgeAnswer<Result>> => {
    try {
      if (!isOurFrame(event.senderFrame))
        throw new TraceError('internal', 'The message does not come from the viewer.');
      return { ok: true, result: await listener(...check(channel, schema, args)) };
    } catch (error) {
      return { ok: false, error: errorData(error) };
    }
  });
}

function check<T>(name: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new TraceError('internal', `The request "${name}" is not valid${place}: ${issue.message}.`);
}
