import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { BridgeAnswer, LeaklanesBridge } from '../shared/electronHost.ts';
import type { HostEvent } from '../shared/host.ts';
import type { Progress } from '../shared/records.ts';
import { CHANNELS } from './channels.ts';

/**
 * The only thing that the page has of Electron: named functions, each of which sends one kind of message. Sandboxed, so it
 * is CommonJS with everything bundled into it, and imports nothing but types and names.
 */
const bridge: LeaklanesBridge = {
  argumentFile: () => invoke(CHANNELS.argumentFile),
  recentFiles: () => invoke(CHANNELS.recentFiles),
  openFile: (call, file) => invoke(CHANNELS.open, call, sourceOf(file)),
  openSource: (call, source) => invoke(CHANNELS.open, call, source),
  query: (call, method, request) => invoke(CHANNELS.query, call, method, request),
  exportCsv: (call, filter, suggestedName) => invoke(CHANNELS.exportCsv, call, filter, suggestedName),
  exportTable: (call, request, suggestedName) => invoke(CHANNELS.exportTable, call, request, suggestedName),
  loadSymbols: (call, request) => invoke(CHANNELS.loadSymbols, call, request),
  usePdb: (call, module, file) =>
    invoke(CHANNELS.usePdb, call, module, file === null ? { kind: 'dialog' } : sourceOf(file)),
  cancel: (call) => ipcRenderer.send(CHANNELS.cancel, call),
  newWindow: () => ipcRenderer.send(CHANNELS.newWindow),
  onProgress: (listener) =>
    listen(CHANNELS.progress, (call, progress) => listener(call as number, progress as Progress)),
  onEvent: (listener) => listen(CHANNELS.event, (event) => listener(event as HostEvent)),
};

/** The page has no paths: Electron knows that of a file which was dropped or picked. */
function sourceOf(file: File) {
  return { kind: 'path', path: webUtils.getPathForFile(file), name: file.name };
}

function invoke<T>(channel: string, ...args: unknown[]): Promise<BridgeAnswer<T>> {
  return ipcRenderer.invoke(channel, ...args) as Promise<BridgeAnswer<T>>;
}

/** The page never gets the event itself: through its `sender` it could send what it liked. */
function listen(channel: string, listener: (...args: unknown[]) => void): () => void {
  const forward = (_event: unknown, ...args: unknown[]) => listener(...args);
  ipcRenderer.on(channel, forward);
  return () => ipcRenderer.off(channel, forward);
}

contextBridge.exposeInMainWorld('leaklanes', bridge);
