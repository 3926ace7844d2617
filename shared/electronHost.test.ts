import { describe, expect, it, vi } from 'vitest';
import { hostFromBridge, type BridgeAnswer, type LeaklanesBridge } from './electronHost.ts';
import type { HostEvent, RecentFile } from './host.ts';
import type { Progress } from './records.ts';
import type { TableExportRequest } from './tables.ts';

const READ: Progress = { phase: 'read', bytesDone: 1, bytesTotal: 2, events: 3 };

/** A bridge whose opens wait until the test answers them. */
function standIn() {
  const waiting = new Map<number, (answer: BridgeAnswer<never>) => void>();
  let emitProgress: (call: number, progress: Progress) => void = () => {};
  const bridge = {
    argumentFile: vi.fn(async () => ({ ok: true, result: 'a.etl' }) as const),
    recentFiles: vi.fn(async (): Promise<BridgeAnswer<RecentFile[]>> => ({ ok: true, result: [] })),
    openFile: vi.fn((call: number) => new Promise<BridgeAnswer<never>>((answer) => waiting.set(call, answer))),
    openSource: vi.fn(async () => ({ ok: true, result: null }) as const),
    query: vi.fn(
      async (_call: number, method: string, request: unknown) => ({ ok: true, result: { method, request } }) as const,
    ),
    exportCsv: vi.fn(async () => ({ ok: true, result: { rows: 1, bytes: 2 } }) as const),
    exportTable: vi.fn(async () => ({ ok: true, result: { rows: 3, bytes: 4 } }) as const),
    loadSymbols: vi.fn((call: number) => new Promise<BridgeAnswer<never>>((answer) => waiting.set(call, answer))),
    usePdb: vi.fn(async () => ({ ok: true, result: null }) as const),
    cancel: vi.fn((call: number) =>
      waiting.get(call)?.({ ok: false, error: { code: 'cancelled', message: 'Cancelled.', file: null, offset: null } }),
    ),
    onProgress: (listener: typeof emitProgress) => {
      emitProgress = listener;
      return () => {};
    },
    onEvent: vi.fn((_listener: (event: HostEvent) => void) => () => {}),
    newWindow: vi.fn(),
  } satisfies LeaklanesBridge;
  return { bridge, waiting, progress: (call: number) => emitProgress(call, READ) };
}

const FILE = new File(['x'], 'a.etl');

describe('the Host over the bridge of the preload', () => {
  it('gives progress to the call that it belongs to', async () => {
    const { bridge, waiting, progress } = standIn();
    const host = hostFromBridge(bridge);
    const [first, second] = [vi.fn(), vi.fn()];
    const opening = host.open({ kind: 'file', file: FILE }, first, new AbortController().signal);
    void host.open({ kind: 'file', file: FILE }, second, new AbortController().signal);
    const [[call, file], [otherCall]] = bridge.openFile.mock.calls as unknown as [[number, File], [number]];
    expect(file).toBe(FILE);
    expect(call).not.toBe(otherCall);
    progress(call);
    expect(first).toHaveBeenCalledExactlyOnceWith(READ);
    expect(second).not.toHaveBeenCalled();
    waiting.get(call)?.({ ok: true, result: 'summary' as never });
    expect(await opening).toBe('summary');
    progress(call);
    expect(first, 'nothing after the end').toHaveBeenCalledTimes(1);
  });

  it('cancels by the signal', async () => {
    const { bridge } = standIn();
    const controller = new AbortController();
    const opening = hostFromBridge(bridge).open({ kind: 'file', file: FILE }, () => {}, controller.signal);
    controller.abort();
    await expect(opening).rejects.toMatchObject({ name: 'TraceError', code: 'cancelled' });
    expect(bridge.cancel).toHaveBeenCalledTimes(1);
  });

  it('does not begin what is cancelled already', async () => {
    const { bridge } = standIn();
    const host = hostFromBridge(bridge);
    await expect(host.query('facets', { filter: {} }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(bridge.query).not.toHaveBeenCalled();
  });

  it('rejects with a TraceError that has its place', async () => {
    const { bridge } = standIn();
    const error = { code: 'notEtl', message: 'Not an ETL.', file: 'a.etl', offset: 72 } as const;
    bridge.exportCsv.mockResolvedValueOnce({ ok: false, error } as never);
    const exporting = hostFromBridge(bridge).exportCsv({}, 'a.csv', () => {}, new AbortController().signal);
    await expect(exporting).rejects.toMatchObject({ name: 'TraceError', ...error });
  });

  it('passes on queries, sources and a closed dialog', async () => {
    const { bridge } = standIn();
    const host = hostFromBridge(bridge);
    expect(await host.query('facets', { filter: { leak: true } })).toEqual({
      method: 'facets',
      request: { filter: { leak: true } },
    });
    expect(await host.open({ kind: 'dialog' }, () => {}, new AbortController().signal)).toBeNull();
    expect(bridge.openSource).toHaveBeenCalledWith(expect.any(Number), { kind: 'dialog' });
    expect(await host.argumentFile()).toBe('a.etl');
  });

  it('passes on the sample, and the wish for another window', async () => {
    const { bridge } = standIn();
    const host = hostFromBridge(bridge);
    await host.open({ kind: 'sample' }, () => {}, new AbortController().signal);
    expect(bridge.openSource).toHaveBeenCalledWith(expect.any(Number), { kind: 'sample' });
    host.newWindow?.();
    expect(bridge.newWindow).toHaveBeenCalledExactlyOnceWith();
  });

  it('passes on exports of tables, and PDBs by file or by dialog', async () => {
    const { bridge } = standIn();
    const host = hostFromBridge(bridge);
    const { signal } = new AbortController();
    const request: Omit<TableExportRequest, 'path'> = { table: 'handles', filter: {}, sort: [], format: 'tsv' };
    expect(await host.exportTable(request, 'handles.tsv', () => {}, signal)).toEqual({ rows: 3, bytes: 4 });
    expect(bridge.exportTable).toHaveBeenCalledWith(expect.any(Number), request, 'handles.tsv');
    expect(await host.usePdb(4, null, signal)).toBeNull();
    await host.usePdb(4, FILE, signal);
    expect(bridge.usePdb.mock.calls).toEqual([
      [expect.any(Number), 4, null],
      [expect.any(Number), 4, FILE],
    ]);
  });

  it('loads symbols with progress, and stops by the signal', async () => {
    const { bridge, progress } = standIn();
    const controller = new AbortController();
    const seen = vi.fn();
    const loading = hostFromBridge(bridge).loadSymbols({ download: true }, seen, controller.signal);
    const [[call, request]] = bridge.loadSymbols.mock.calls as unknown as [[number, object]];
    expect(request).toEqual({ download: true });
    progress(call);
    expect(seen).toHaveBeenCalledExactlyOnceWith(READ);
    controller.abort();
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
    expect(bridge.cancel).toHaveBeenCalledExactlyOnceWith(call);
  });
});
