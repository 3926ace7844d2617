import { basename } from 'node:path';
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import type { BridgeAnswer } from '../shared/electronHost.ts';
import { errorData, TraceError } from '../shared/errors.ts';
import { hostExportSchema, hostTableExportSchema, isQueryMethod, socketUsePdbSchema } from '../shared/protocol.ts';
import type { TraceSummary } from '../shared/records.ts';
import { openSample } from '../shared/sample.ts';
import { QUERY_SCHEMAS, type CallOptions } from '../shared/service.ts';
import { loadSymbolsSchema } from '../shared/symbols.ts';
import type { RecentFiles } from '../worker/recentFiles.ts';
import { CHANNELS } from './channels.ts';
import { askForExport, askForPdb, askForTrace } from './dialogs.ts';
import { isOurFrame } from './origin.ts';
import type { TraceWindow, TraceWindows } from './traceWindows.ts';

export interface IpcTools {
  windows: TraceWindows;
  recentFiles: RecentFiles;
  /** path of the trace that comes with the program; it may be missing */
  sample: string;
}

const callNumber = z.number().int().nonnegative();
const dialogSource = z.object({ kind: z.literal('dialog') });
/** from the preload, which has it of Electron; empty for files that lie on no disk */
const pathSource = z.object({ kind: z.literal('path'), path: z.string().max(32_767), name: z.string().max(32_767) });
const openSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('argument') }),
  dialogSource,
  z.object({ kind: z.literal('recent'), id: z.string().max(200) }),
  z.object({ kind: z.literal('sample') }),
  pathSource,
]);
type Source = z.infer<typeof openSchema>;
type PathSource = Exclude<Source, { kind: 'sample' }>;
const pdbSchema = z.discriminatedUnion('kind', [dialogSource, pathSource]);

/**
 * Answers the preload scripts of all windows, each from its own window's worker. Every message has to come from the main
 * frame of our page and to fit its schema.
 */
export function setupIpc({ windows, recentFiles, sample }: IpcTools): void {
  handle(CHANNELS.argumentFile, z.tuple([]), async ({ argument }) => (argument === null ? null : basename(argument)));
  handle(CHANNELS.recentFiles, z.tuple([]), () => recentFiles.list());
  handle(CHANNELS.open, z.tuple([callNumber, openSchema]), (from, call, source) =>
    from.calls.run(call, (options) => open(from, source, options)),
  );
  handle(
    CHANNELS.query,
    z.tuple([callNumber, z.string().max(64), z.unknown()]),
    async ({ service, calls }, call, method, request) => {
      if (!isQueryMethod(method)) throw new TraceError('internal', `There is no method ${JSON.stringify(method)}.`);
      const checked = check(method, QUERY_SCHEMAS[method] as z.ZodType, request);
      return calls.run(call, (options) =>
        (service[method] as (request: unknown, options: CallOptions) => Promise<unknown>)(checked, options),
      );
    },
  );
  handle(
    CHANNELS.exportCsv,
    z.tuple([callNumber, hostExportSchema.shape.filter, hostExportSchema.shape.name]),
    async ({ window, service, calls }, call, filter, name) => {
      const path = await askForExport(window, 'csv', name);
      return path === null ? null : calls.run(call, (options) => service.exportCsv({ filter, path }, options));
    },
  );
  handle(
    CHANNELS.exportTable,
    z.tuple([callNumber, hostTableExportSchema.omit({ name: true }), hostTableExportSchema.shape.name]),
    async ({ window, service, calls }, call, request, name) => {
      const path = await askForExport(window, request.format, name);
      return path === null ? null : calls.run(call, (options) => service.exportTable({ ...request, path }, options));
    },
  );
  handle(CHANNELS.loadSymbols, z.tuple([callNumber, loadSymbolsSchema]), ({ service, calls }, call, request) =>
    calls.run(call, (options) => service.loadSymbols(request, options)),
  );
  handle(
    CHANNELS.usePdb,
    z.tuple([callNumber, socketUsePdbSchema.shape.module, pdbSchema]),
    async ({ window, service, calls }, call, module, source) => {
      const path = source.kind === 'dialog' ? await askForPdb(window) : onDisk(source);
      return path === null ? null : calls.run(call, (options) => service.usePdb({ module, path }, options));
    },
  );
  ipcMain.on(CHANNELS.cancel, (event: IpcMainEvent, call: unknown) => {
    if (typeof call === 'number') senderOf(event)?.calls.cancel(call);
  });
  ipcMain.on(CHANNELS.newWindow, (event: IpcMainEvent) => {
    if (senderOf(event) !== null) windows.openEmpty();
  });

  /** Null where a message does not come from the main frame of our page in one of our windows. */
  function senderOf({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): TraceWindow | null {
    return isOurFrame(senderFrame) ? windows.of(sender) : null;
  }

  function handle<Args extends unknown[], Result>(
    channel: string,
    schema: z.ZodType<Args>,
    listener: (from: TraceWindow, ...args: Args) => Promise<Result>,
  ): void {
    ipcMain.handle(channel, async (event: IpcMainInvokeEvent, ...args: unknown[]): Promise<BridgeAnswer<Result>> => {
      try {
        const from = senderOf(event);
        if (from === null) throw new TraceError('internal', 'The message does not come from the viewer.');
        return { ok: true, result: await listener(from, ...check(channel, schema, args)) };
      } catch (error) {
        return { ok: false, error: errorData(error) };
      }
    });
  }

  async function open(from: TraceWindow, source: Source, options: CallOptions): Promise<TraceSummary | null> {
    const summary =
      source.kind === 'sample'
        ? // Not among the recent files: its folder is the program's, and the start page offers it anyway.
          await openSample(from.service, sample, options)
        : await openByPath(from, source, options);
    if (summary !== null) from.hasTrace = true;
    return summary;
  }

  async function openByPath(from: TraceWindow, source: PathSource, options: CallOptions): Promise<TraceSummary | null> {
    const path = await pathOf(from, source);
    if (path === null) return null;
    try {
      const summary = await from.service.open({ path }, options);
      await recentFiles.add(path);
      return summary;
    } catch (error) {
      if (error instanceof TraceError && error.code === 'notFound') await recentFiles.remove(path);
      throw error;
    }
  }

  /** Null: the user closed the dialog. */
  async function pathOf({ window, argument }: TraceWindow, source: PathSource): Promise<string | null> {
    if (source.kind === 'dialog') return askForTrace(window);
    if (source.kind === 'path') return onDisk(source);
    const path = source.kind === 'argument' ? argument : await recentFiles.pathOf(source.id);
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

function check<T>(name: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new TraceError('internal', `The request "${name}" is not valid${place}: ${issue.message}.`);
}
