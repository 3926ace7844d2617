import { TraceError } from '../../shared/errors.ts';
import type { Host, OpenSource, RecentFile } from '../../shared/host.ts';
import type { DownloadReady } from '../../shared/protocol.ts';
import type { Progress, TraceSummary } from '../../shared/records.ts';
import type { ExportResult, QueryMethod, TraceService } from '../../shared/service.ts';
import type { SymbolsResult } from '../../shared/symbols.ts';
import { followLink } from '../state/download.ts';
import { createServeSocket, type ServeSocket, type SocketLike } from './serveSocket.ts';
import { EMPTY_WINDOW_HASH } from './emptyWindow.ts';
import { readToken } from './token.ts';
import { uploadFile } from './upload.ts';

/** The Host of a browser: everything goes to the `leaklanes serve` that the page came from. */
export function createServeHost(
  location: Pick<Location, 'search' | 'host' | 'protocol'>,
  connect: (url: string) => SocketLike = (url) => new WebSocket(url),
): Host {
  const token = readToken(location);
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const url = `${scheme}://${location.host}/ws?token=${encodeURIComponent(token)}`;
  const socket = createServeSocket(token === '' ? null : () => connect(url));
  return serveHostOver(socket, token);
}

function serveHostOver(socket: ServeSocket, token: string): Host {
  /** Where the server has put the file; the browser fetches it. null: nothing was written. */
  function fetchFile(ready: DownloadReady | null, name: string): ExportResult | null {
    if (ready === null) return null;
    followLink(`/download?token=${encodeURIComponent(token)}&id=${encodeURIComponent(ready.downloadId)}`, name);
    return { rows: ready.rows, bytes: ready.bytes };
  }

  return {
    kind: 'serve',
    hasDialog: false,
    argumentFile: async () => (await socket.call('argumentFile', {})) as string | null,
    recentFiles: async () => (await socket.call('recentFiles', {})) as RecentFile[],
    async open(source: OpenSource, onProgress: (progress: Progress) => void, signal: AbortSignal) {
      if (source.kind === 'dialog')
        throw new TraceError('internal', 'A browser has no dialog of the server: pick the file on the page.');
      const wireSource =
        source.kind === 'file'
          ? { kind: 'upload', id: await uploadFile(source.file, token, onProgress, signal) }
          : source;
      return (await socket.call('open', { source: wireSource }, { onProgress, signal })) as TraceSummary | null;
    },
    query: <M extends QueryMethod>(method: M, request: Parameters<TraceService[M]>[0], signal?: AbortSignal) =>
      socket.call(method, request, { signal }) as Promise<Awaited<ReturnType<TraceService[M]>>>,
    async exportCsv(filter, name, onProgress, signal) {
      const ready = await socket.call('exportCsv', { filter, name }, { onProgress, signal });
      return fetchFile(ready as DownloadReady | null, name);
    },
    async exportTable(request, name, onProgress, signal) {
      const ready = await socket.call('exportTable', { ...request, name }, { onProgress, signal });
      return fetchFile(ready as DownloadReady | null, name);
    },
    loadSymbols: async (request, onProgress, signal) =>
      (await socket.call('loadSymbols', request, { onProgress, signal })) as SymbolsResult,
    async usePdb(module, file, signal) {
      if (file === null)
        throw new TraceError('internal', 'A browser has no dialog of the server: pick the PDB on the page.');
      const upload = await uploadFile(file, token, () => {}, signal);
      return (await socket.call('usePdb', { module, upload }, { signal })) as SymbolsResult | null;
    },
    onEvent: (listener) => socket.onEvent(listener),
    newWindow: () => {
      // A page has a socket of its own, and the server a worker for every socket: the traces do not know of each other.
      window.open(`/?token=${encodeURIComponent(token)}${EMPTY_WINDOW_HASH}`, '_blank', 'noopener');
    },
  };
}
