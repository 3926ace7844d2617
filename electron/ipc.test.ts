import * as electron from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BridgeAnswer } from '../shared/electronHost.ts';
import { TraceError } from '../shared/errors.ts';
import type { CallOptions } from '../shared/service.ts';
import { CHANNELS } from './channels.ts';
import { setupIpc } from './ipc.ts';
import { windowStandIn, type electronStandIn } from './standIn.ts';
import { createTraceWindows, type TraceWindows } from './traceWindows.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const { ipcMain, dialog } = electron as unknown as ReturnType<typeof electronStandIn>;

const NAMED = { report: { modules: [] }, summary: { objects: 1 } };
const TABLE = { table: 'handles', filter: {}, sort: [{ column: 'openNs', descending: true }], format: 'tsv' };

const OURS = { url: 'leaklanes://app/index.html', parent: null };
let window: ReturnType<typeof windowStandIn>;
let signals: AbortSignal[];
let windows: TraceWindows;
const SAMPLE = '/program/samples/handle-leak.etl';
const service = {
  open: vi.fn(),
  facets: vi.fn(),
  symbols: vi.fn(),
  exportCsv: vi.fn(),
  exportTable: vi.fn(),
  loadSymbols: vi.fn(),
  usePdb: vi.fn(),
  terminate: vi.fn(),
};
const createWindow = vi.fn();
const recentFiles = { list: vi.fn(), pathOf: vi.fn(), add: vi.fn(), remove: vi.fn(), clear: vi.fn() };

beforeEach(() => {
  vi.resetAllMocks();
  window = windowStandIn();
  signals = [];
  service.open.mockImplementation(async (request: unknown, options: CallOptions) => {
    options.onProgress?.({ phase: 'read', bytesDone: 1, bytesTotal: 2, events: 0 });
    return { opened: request };
  });
  service.facets.mockResolvedValue({ matched: 1 });
  service.symbols.mockResolvedValue({ modules: [] });
  service.exportCsv.mockResolvedValue({ rows: 1, bytes: 2 });
  service.exportTable.mockResolvedValue({ rows: 3, bytes: 4 });
  service.loadSymbols.mockResolvedValue(NAMED);
  service.usePdb.mockResolvedValue(NAMED);
  windows = createTraceWindows({ createWindow, startService: () => service as never });
  setupIpc({ windows, recentFiles, sample: SAMPLE });
  openWindow(window, null);
});

function openWindow(opened: ReturnType<typeof windowStandIn>, argument: string | null): void {
  createWindow.mockReturnValueOnce(opened);
  windows.openFirst(argument);
}

function invoke(
  channel: string,
  args: unknown[],
  senderFrame: object | null = OURS,
  sender: object = window.webContents,
): Promise<BridgeAnswer<unknown>> {
  const handler = ipcMain.handlers.get(channel);
  if (handler === undefined) throw new Error(`nothing handles ${channel}`);
  return handler({ senderFrame, sender }, ...args) as Promise<BridgeAnswer<unknown>>;
}

/** A message without an answer, of our window. */
function post(channel: string, args: unknown[], senderFrame: object | null = OURS): void {
  ipcMain.emit(channel, { senderFrame, sender: window.webContents }, ...args);
}

/** An open that has begun and waits until it is cancelled. */
async function openThatWaits(): Promise<{ answer: Promise<BridgeAnswer<unknown>> }> {
  service.open.mockImplementation((_request: unknown, { signal }: CallOptions) => {
    signals.push(signal!);
    return new Promise((_done, reject) =>
      signal!.addEventListener('abort', () => reject(new TraceError('cancelled', 'Cancelled.'))),
    );
  });
  const answer = invoke(CHANNELS.open, [1, { kind: 'path', path: '/t/a.etl', name: 'a.etl' }]);
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  return { answer };
}

const GOOD_CALLS: [string, unknown[]][] = [
  [CHANNELS.argumentFile, []],
  [CHANNELS.recentFiles, []],
  [CHANNELS.open, [1, { kind: 'path', path: '/t/a.etl', name: 'a.etl' }]],
  [CHANNELS.open, [1, { kind: 'sample' }]],
  [CHANNELS.query, [1, 'facets', { filter: {} }]],
  [CHANNELS.query, [1, 'symbols', undefined]],
  [CHANNELS.exportCsv, [1, {}, 'a.csv']],
  [CHANNELS.exportTable, [1, TABLE, 'a.tsv']],
  [CHANNELS.loadSymbols, [1, { download: true }]],
  [CHANNELS.usePdb, [1, 0, { kind: 'path', path: '/s/a.pdb', name: 'a.pdb' }]],
];

describe('the sender of a message', () => {
  it.each(GOOD_CALLS)('may be our main frame: %s', async (channel, args) => {
    dialog.showSaveDialog.mockResolvedValue({ canceled: true, filePath: '' });
    expect(await invoke(channel, args)).toMatchObject({ ok: true });
  });

  describe.each([
    ['another site', { url: 'https://evil.example/', parent: null }],
    ['a look-alike', { url: 'leaklanes://app.evil.example/index.html', parent: null }],
    ['a name before ours', { url: 'leaklanes://app@evil.example/', parent: null }],
    ['a file', { url: 'file:///app/index.html', parent: null }],
    ['a frame in our page', { url: 'leaklanes://app/index.html', parent: OURS }],
    ['an empty page', { url: '', parent: null }],
    ['a frame that has gone', null],
  ])('may not be %s', (_who, frame) => {
    it.each(GOOD_CALLS)('%s', async (channel, args) => {
      expect(await invoke(channel, args, frame)).toMatchObject({ ok: false, error: { code: 'internal' } });
      for (const method of Object.values(service)) expect(method).not.toHaveBeenCalled();
      expect(dialog.showSaveDialog).not.toHaveBeenCalled();
    });

    it('cancels nothing', async () => {
      const { answer } = await openThatWaits();
      post(CHANNELS.cancel, [1], frame);
      expect(signals[0].aborted).toBe(false);
      post(CHANNELS.cancel, [1]);
      expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    });
  });
});

describe('arguments', () => {
  it.each([
    [CHANNELS.argumentFile, ['more']],
    [CHANNELS.open, []],
    [CHANNELS.open, ['1', { kind: 'dialog' }]],
    [CHANNELS.open, [1, { kind: 'file', path: '/etc/passwd' }]],
    [CHANNELS.open, [1, '/etc/passwd']],
    [CHANNELS.open, [1, { kind: 'path', path: { toString: 1 }, name: 'a' }]],
    [CHANNELS.query, [1, 'facets', { filter: { leak: 'yes' } }]],
    [CHANNELS.query, [1, 'facets', null]],
    [CHANNELS.query, [1, 'open', { path: '/etc/passwd' }]],
    [CHANNELS.query, [1, 'exportCsv', { filter: {}, path: '/etc/passwd' }]],
    [CHANNELS.query, [1, 'constructor', {}]],
    [CHANNELS.exportCsv, [1, {}]],
    [CHANNELS.exportCsv, [1, { leak: 1 }, 'a.csv']],
    [CHANNELS.exportTable, [1, { ...TABLE, format: 'exe' }, 'a.tsv']],
    [CHANNELS.exportTable, [1, { ...TABLE, table: 'secrets' }, 'a.tsv']],
    [CHANNELS.exportTable, [1, TABLE]],
    [CHANNELS.loadSymbols, [1]],
    [CHANNELS.loadSymbols, [1, { download: 'yes' }]],
    [CHANNELS.usePdb, [1, -1, { kind: 'dialog' }]],
    [CHANNELS.usePdb, [1, 0, '/etc/passwd']],
    [CHANNELS.usePdb, [1, 0, { kind: 'argument' }]],
    [CHANNELS.query, [1, 'usePdb', { module: 0, path: '/etc/passwd' }]],
    [CHANNELS.query, [1, 'exportTable', { ...TABLE, path: '/etc/passwd' }]],
  ])('of %s are refused: %j', async (channel, args) => {
    expect(await invoke(channel, args)).toMatchObject({ ok: false, error: { code: 'internal' } });
    for (const method of Object.values(service)) expect(method).not.toHaveBeenCalled();
  });
});

describe('opening', () => {
  it('opens a dropped file, reports its progress and remembers it', async () => {
    expect(await invoke(CHANNELS.open, [7, { kind: 'path', path: '/t/a.etl', name: 'a.etl' }])).toEqual({
      ok: true,
      result: { opened: { path: '/t/a.etl' } },
    });
    expect(window.sent).toEqual([[CHANNELS.progress, 7, { phase: 'read', bytesDone: 1, bytesTotal: 2, events: 0 }]]);
    expect(recentFiles.add).toHaveBeenCalledWith('/t/a.etl');
  });

  it('asks for a file', async () => {
    dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/t/b.etl'] });
    expect(await invoke(CHANNELS.open, [1, { kind: 'dialog' }])).toMatchObject({
      ok: true,
      result: { opened: { path: '/t/b.etl' } },
    });
    expect(dialog.showOpenDialog).toHaveBeenCalledWith(window, expect.objectContaining({ properties: ['openFile'] }));
  });

  it('gives null where the dialog was closed', async () => {
    dialog.showOpenDialog.mockResolvedValue({ canceled: true, filePaths: [] });
    expect(await invoke(CHANNELS.open, [1, { kind: 'dialog' }])).toEqual({ ok: true, result: null });
    expect(service.open).not.toHaveBeenCalled();
  });

  it('opens the file of the command line', async () => {
    expect(await invoke(CHANNELS.argumentFile, [])).toEqual({ ok: true, result: null });
    expect(await invoke(CHANNELS.open, [1, { kind: 'argument' }])).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
    const other = windowStandIn();
    openWindow(other, '/t/c.etl');
    expect(await invoke(CHANNELS.argumentFile, [], OURS, other.webContents)).toEqual({ ok: true, result: 'c.etl' });
    expect(await invoke(CHANNELS.open, [1, { kind: 'argument' }], OURS, other.webContents)).toMatchObject({
      result: { opened: { path: '/t/c.etl' } },
    });
    expect(await invoke(CHANNELS.argumentFile, []), 'of its own window only').toEqual({ ok: true, result: null });
  });

  it('opens the sample, which is no recent file', async () => {
    expect(await invoke(CHANNELS.open, [1, { kind: 'sample', path: '/etc/passwd' }])).toEqual({
      ok: true,
      result: { opened: { path: SAMPLE } },
    });
    expect(window.sent).toHaveLength(1);
    expect(recentFiles.add).not.toHaveBeenCalled();
  });

  it('says where the sample is missing', async () => {
    service.open.mockRejectedValue(new TraceError('notFound', 'There is no such file.', SAMPLE));
    expect(await invoke(CHANNELS.open, [1, { kind: 'sample' }])).toMatchObject({
      ok: false,
      error: { code: 'notFound', message: expect.stringContaining('The sample is missing'), file: SAMPLE },
    });
    expect(recentFiles.remove).not.toHaveBeenCalled();
  });

  it('forgets a recent file that has gone', async () => {
    recentFiles.pathOf.mockResolvedValue('/t/gone.etl');
    service.open.mockRejectedValue(new TraceError('notFound', 'There is no such file.', '/t/gone.etl'));
    expect(await invoke(CHANNELS.open, [1, { kind: 'recent', id: 'x' }])).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
    expect(recentFiles.remove).toHaveBeenCalledWith('/t/gone.etl');
    expect(recentFiles.add).not.toHaveBeenCalled();
  });

  it('says what to do with a file that lies on no disk', async () => {
    const answer = await invoke(CHANNELS.open, [1, { kind: 'path', path: '', name: 'in-archive.etl' }]);
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('save it first') } });
  });

  it.each(['did-start-navigation', 'render-process-gone'])('is cancelled by %s', async (event) => {
    const { answer } = await openThatWaits();
    window.webContents.emit(event, { isMainFrame: true, isSameDocument: false });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('is cancelled by the closing of the window, not by a step inside the page', async () => {
    const { answer } = await openThatWaits();
    window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    window.webContents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    expect(signals[0].aborted).toBe(false);
    window.emit('closed');
    expect(await answer).toMatchObject({ error: { code: 'cancelled' } });
  });
});

describe('several windows', () => {
  it('have calls and workers of their own', async () => {
    const other = windowStandIn();
    const otherService = { ...service, facets: vi.fn(async () => ({ matched: 2 })), terminate: vi.fn() };
    const services = [service, otherService];
    windows = createTraceWindows({ createWindow, startService: () => services.shift() as never });
    setupIpc({ windows, recentFiles, sample: SAMPLE });
    openWindow(window, null);
    openWindow(other, null);
    const { answer } = await openThatWaits();
    const FACETS = [1, 'facets', { filter: {} }];
    expect(await invoke(CHANNELS.query, FACETS, OURS, other.webContents)).toEqual({ ok: true, result: { matched: 2 } });
    expect(service.facets).not.toHaveBeenCalled();
    ipcMain.emit(CHANNELS.cancel, { senderFrame: OURS, sender: other.webContents }, 1);
    other.emit('closed');
    expect(otherService.terminate).toHaveBeenCalled();
    expect(signals[0].aborted, 'the call 1 of the other window is another one').toBe(false);
    expect(await invoke(CHANNELS.query, FACETS, OURS, other.webContents)).toMatchObject({ ok: false });
    window.emit('closed');
    expect(await answer).toMatchObject({ error: { code: 'cancelled' } });
    expect(service.terminate).toHaveBeenCalled();
  });

  it('are opened for our page only, on the start page', () => {
    createWindow.mockClear();
    post(CHANNELS.newWindow, [], { url: 'https://evil.example/', parent: null });
    ipcMain.emit(CHANNELS.newWindow, { senderFrame: OURS, sender: {} });
    expect(createWindow).not.toHaveBeenCalled();
    createWindow.mockReturnValueOnce(windowStandIn());
    post(CHANNELS.newWindow, []);
    expect(createWindow).toHaveBeenCalledExactlyOnceWith('#start', window);
  });
});

describe('exporting', () => {
  it('writes to the file that the user chose', async () => {
    dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: '/out/x.csv' });
    const answer = await invoke(CHANNELS.exportCsv, [1, { leak: true }, '../../.bashrc']);
    expect(answer).toEqual({ ok: true, result: { rows: 1, bytes: 2 } });
    expect(service.exportCsv).toHaveBeenCalledWith({ filter: { leak: true }, path: '/out/x.csv' }, expect.anything());
    const [, options] = dialog.showSaveDialog.mock.calls[0] as [unknown, { defaultPath: string }];
    expect(options.defaultPath, 'no other folder').toBe('/home/user/documents/_.._.bashrc');
  });

  it('gives null where the dialog was closed', async () => {
    dialog.showSaveDialog.mockResolvedValue({ canceled: true, filePath: '' });
    expect(await invoke(CHANNELS.exportCsv, [1, {}, 'a.csv'])).toEqual({ ok: true, result: null });
    expect(service.exportCsv).not.toHaveBeenCalled();
    expect(await invoke(CHANNELS.exportTable, [1, TABLE, 'a.tsv'])).toEqual({ ok: true, result: null });
    expect(service.exportTable).not.toHaveBeenCalled();
  });

  it.each([
    ['csv', 'handles.csv', 'handles.csv'],
    ['tsv', '../x.tsv', '_x.tsv'],
    ['json', '', 'leaklanes.json'],
  ])('of a table as %s: the dialog is for such files', async (format, name, shown) => {
    dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: '/out/x' });
    expect(await invoke(CHANNELS.exportTable, [1, { ...TABLE, format, path: '/etc/passwd' }, name])).toEqual({
      ok: true,
      result: { rows: 3, bytes: 4 },
    });
    expect(service.exportTable).toHaveBeenCalledWith({ ...TABLE, format, path: '/out/x' }, expect.anything());
    const [, options] = dialog.showSaveDialog.mock.calls[0] as [unknown, { defaultPath: string; filters: object[] }];
    expect(options.defaultPath).toBe(`/home/user/documents/${shown}`);
    expect(options.filters).toEqual([expect.objectContaining({ extensions: [format] })]);
  });
});

describe('symbols', () => {
  it('are looked for with progress, until the call is cancelled', async () => {
    const progress = { phase: 'symbols', bytesDone: 1, bytesTotal: 2, events: 0, doing: 'ntdll.pdb' } as const;
    service.loadSymbols.mockImplementation((_request: unknown, { signal, onProgress }: CallOptions) => {
      onProgress?.(progress);
      return new Promise((_done, reject) =>
        signal!.addEventListener('abort', () => reject(new TraceError('cancelled', 'Cancelled.'))),
      );
    });
    const answer = invoke(CHANNELS.loadSymbols, [5, { download: true, path: 'srv*' }]);
    await vi.waitFor(() => expect(window.sent).toEqual([[CHANNELS.progress, 5, progress]]));
    expect(service.loadSymbols).toHaveBeenCalledWith({ download: true, path: 'srv*' }, expect.anything());
    post(CHANNELS.cancel, [5]);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('of a PDB that the user picks in the dialog', async () => {
    dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/s/b.pdb'] });
    expect(await invoke(CHANNELS.usePdb, [1, 3, { kind: 'dialog' }])).toEqual({ ok: true, result: NAMED });
    expect(service.usePdb).toHaveBeenCalledWith({ module: 3, path: '/s/b.pdb' }, expect.anything());
    const [, options] = dialog.showOpenDialog.mock.calls[0] as [unknown, { filters: object[] }];
    expect(options.filters[0]).toMatchObject({ extensions: ['pdb'] });
  });

  it('of a PDB that was dropped; one that lies on no disk gets a sentence', async () => {
    const drop = (path: string) => invoke(CHANNELS.usePdb, [1, 3, { kind: 'path', path, name: 'c.pdb' }]);
    expect(await drop('/s/c.pdb')).toEqual({ ok: true, result: NAMED });
    expect(service.usePdb).toHaveBeenCalledWith({ module: 3, path: '/s/c.pdb' }, expect.anything());
    expect(await drop('')).toMatchObject({ ok: false, error: { message: expect.stringContaining('save it first') } });
  });

  it('null where the dialog was closed', async () => {
    dialog.showOpenDialog.mockResolvedValue({ canceled: true, filePaths: [] });
    expect(await invoke(CHANNELS.usePdb, [1, 3, { kind: 'dialog' }])).toEqual({ ok: true, result: null });
    expect(service.usePdb).not.toHaveBeenCalled();
  });
});
