import { TraceError } from '../../shared/errors.ts';
import type { Host, OpenSource, RecentFile } from '../../shared/host.ts';
import type { DownloadReady } from '../../shared/protocol.ts';
import type { Progress, TraceSummary } from '../../shared/records.ts';
import type { QueryMethod, TraceService } from '../../shared/service.ts';
import { createServeSocket, type ServeSocket, type SocketLike } from './serveSocket.ts';
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
      const ready = (await socket.call('exportCsv', { filter, name }, { onProgress, signal })) as DownloadReady | null;
      if (ready === null) return null;
      download(`/download?token=${encodeURIComponent(token)}&id=${encodeURIComponent(ready.downloadId)}`, name);
      return { rows: ready.rows, bytes: ready.bytes };
    },
    onEvent: (listener) => socket.onEvent(listener),
  };
}

function download(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
