import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface LoopbackServer {
  /** "http://127.0.0.1:port/symbols" */
  url: string;
  port: number;
  /** method, path and range of every request so far: "GET /symbols/a.pdb" */
  requests: string[];
  server: Server;
  close(): Promise<void>;
}

/** An HTTP server on this machine that answers as the test says. */
export async function startLoopbackServer(answer: Answer): Promise<LoopbackServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/symbols`,
    port,
    requests,
    server,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Answers whole files by path below /symbols, with ETag and ranges; all else is 404. */
export function filesOf(files: Record<string, Uint8Array>): Answer {
  return (request, response) => {
    const data = files[decodeURIComponent((request.url ?? '').replace('/symbols/', ''))];
    if (data === undefined) {
      response.writeHead(404).end('no such file');
      return;
    }
    const etag = `"${data.length}-${data[data.length - 1]}"`;
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const partial = start > 0 && request.headers['if-range'] === etag;
    const body = partial ? data.subarray(start) : data;
    const range = partial ? { 'content-range': `bytes ${start}-${data.length - 1}/${data.length}` } : {};
    response.writeHead(partial ? 206 : 200, { etag, 'content-length': body.length, ...range }).end(body);
  };
}
