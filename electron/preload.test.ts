import * as electron from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LeaklanesBridge } from '../shared/electronHost.ts';
import type { TableExportRequest } from '../shared/tables.ts';
import { CHANNELS } from './channels.ts';
import type { electronStandIn } from './standIn.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const { contextBridge, ipcRenderer, webUtils } = electron as unknown as ReturnType<typeof electronStandIn>;

await import('./preload.ts');
const [name, bridge] = contextBridge.exposeInMainWorld.mock.calls[0] as [string, LeaklanesBridge];

beforeEach(() => vi.clearAllMocks());

describe('the preload script', () => {
  it('exposes named functions and nothing else', () => {
    expect(contextBridge.exposeInMainWorld).not.toHaveBeenCalled();
    expect(name).toBe('leaklanes');
    expect(Object.keys(bridge).sort()).toEqual([
      'argumentFile',
      'cancel',
      'exportCsv',
      'exportTable',
      'loadSymbols',
      'newWindow',
      'onEvent',
      'onProgress',
      'openFile',
      'openSource',
      'query',
      'recentFiles',
      'usePdb',
    ]);
    for (const member of Object.values(bridge)) expect(member).toBeTypeOf('function');
  });

  it('asks Electron for the path of a dropped file', () => {
    const file = new File([], 'a.etl');
    webUtils.getPathForFile.mockReturnValue('/t/a.etl');
    void bridge.openFile(3, file);
    expect(webUtils.getPathForFile).toHaveBeenCalledWith(file);
    expect(ipcRenderer.invoke).toHaveBeenCalledWith(CHANNELS.open, 3, {
      kind: 'path',
      path: '/t/a.etl',
      name: 'a.etl',
    });
  });

  it('takes a PDB of the dialog, or asks Electron for the path of a picked one', () => {
    webUtils.getPathForFile.mockReturnValue('/s/a.pdb');
    void bridge.usePdb(1, 7, null);
    void bridge.usePdb(2, 7, new File([], 'a.pdb'));
    expect(ipcRenderer.invoke.mock.calls).toEqual([
      [CHANNELS.usePdb, 1, 7, { kind: 'dialog' }],
      [CHANNELS.usePdb, 2, 7, { kind: 'path', path: '/s/a.pdb', name: 'a.pdb' }],
    ]);
  });

  it('sends each call over a channel of its own', () => {
    void bridge.query(1, 'facets', { filter: {} });
    void bridge.exportCsv(2, { leak: true }, 'a.csv');
    const table: Omit<TableExportRequest, 'path'> = { table: 'objects', filter: {}, sort: [], format: 'json' };
    void bridge.exportTable(3, table, 'a.json');
    void bridge.loadSymbols(4, { download: true });
    bridge.cancel(2);
    expect(ipcRenderer.invoke.mock.calls).toEqual([
      [CHANNELS.query, 1, 'facets', { filter: {} }],
      [CHANNELS.exportCsv, 2, { leak: true }, 'a.csv'],
      [CHANNELS.exportTable, 3, table, 'a.json'],
      [CHANNELS.loadSymbols, 4, { download: true }],
    ]);
    expect(ipcRenderer.send).toHaveBeenCalledExactlyOnceWith(CHANNELS.cancel, 2);
  });

  it('asks for the sample, and for a window, without naming anything else', () => {
    void bridge.openSource(5, { kind: 'sample' });
    bridge.newWindow();
    expect(ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith(CHANNELS.open, 5, { kind: 'sample' });
    expect(ipcRenderer.send).toHaveBeenCalledExactlyOnceWith(CHANNELS.newWindow);
  });

  it('hands on what comes, without the event it came with, until it is no longer wanted', () => {
    const listener = vi.fn();
    const stop = bridge.onEvent(listener);
    const [channel, forward] = ipcRenderer.on.mock.calls[0] as [string, (...args: unknown[]) => void];
    expect(channel).toBe(CHANNELS.event);
    forward({ sender: 'secret' }, { kind: 'command', id: 'exportCsv' });
    expect(listener).toHaveBeenCalledExactlyOnceWith({ kind: 'command', id: 'exportCsv' });
    stop();
    expect(ipcRenderer.off).toHaveBeenCalledWith(CHANNELS.event, forward);
  });
});
