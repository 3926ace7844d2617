import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import sirv from 'sirv';
import { WebSocketServer } from 'ws';
import { errorData, TraceError } from '../../shared/errors.ts';
import type { UploadReply } from '../../shared/protocol.ts';
import { startTraceWorker, type TraceWorker } from '../../worker/client.ts';
import { createRecentFiles, type RecentFiles } from '../../worker/recentFiles.ts';
import { createToken, hasLocalHost, hasOwnOrigin, hasToken, securityHeaders } from './access.ts';
import { createDownloads } from './downloads.ts';
import { openBrowser } from './openBrowser.ts';
import { createPrivateFolder } from './privateFolder.ts';
import { startSession, type SessionTools } from './session.ts';
import { createUploads } from './uploads.ts';

export interface ServeOptions {
  /** trace to show at once */
  file?: string;
  /** default: a free one */
  port?: number;
  /** show the page in the user's browser */
  open?: boolean;
  rendererDir: string;
  workerScript: URL;
  /** path of the trace that comes with the program; it may be missing */
  sample: string;
  stdout: NodeJS.WritableStream;
  /** stand-ins for tests */
  startService?: () => TraceWorker;
  recentFiles?: RecentFiles;
}

export interface ServeHandle {
  url: string;
  close(): Promise<void>;
}

/** The longest message of a page: a lane request with all its open groups is some hundred kilobytes. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** Serves the viewer on 127.0.0.1. Rejects with a TraceError where the file, the port or the viewer is not to be had. */
export async function serve(options: ServeOptions): Promise<ServeHandle> {
  if (!existsSync(join(options.rendererDir, 'index.html'))) {
    throw new TraceError(
      'internal',
      `The viewer is not built (no index.html in ${options.rendererDir}): run \`npm run build\`.`,
    );
  }
  const argument = options.file === undefined ? null : await checkFile(options.file);
  const folder = await createPrivateFolder();
  const tools: SessionTools = {
    argument,
    sample: options.sample,
    startService: options.startService ?? (() => startTraceWorker(options.workerScript)),
    uploads: createUploads(folder.path),
    downloads: createDownloads(folder.path),
    recentFiles: options.recentFiles ?? createRecentFiles(),
  };
  const token = createToken();
  const server = createServer(createHandler(options.rendererDir, token, tools));
  // A large trace takes its time, through a slow tunnel more than the five minutes that Node allows a request.
  server.requestTimeout = 0;
  const endSessions = acceptSockets(server, token, tools);

  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=${token}`;
  options.stdout.write(`Leaklanes is at ${url} (Ctrl+C to stop)\n`);
  if (options.open) openBrowser(url);

  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    const closed = new Promise<void>((done) => server.close(() => done()));
    await endSessions();
    server.closeAllConnections();
    await closed;
    await folder.remove();
  }
  return { url, close: () => (closing ??= close()) };
}

async function checkFile(file: string): Promise<string> {
  const path = resolve(file);
  const stats = await stat(path).catch(() => null);
  if (stats === null)
    throw new TraceError('notFound', `${path}: there is no such file; give the path of an .etl file.`, path);
  if (stats.isDirectory())
    throw new TraceError('isFolder', `${path} is a folder; give the path of an .etl file.`, path);
  return path;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'another program uses it; name another one, or none for a free one'
          : error.code === 'EACCES'
            ? 'it is reserved; name one above 1023'
            : error.message;
      fail(new TraceError('io', `Port ${port} cannot be used: ${why}.`));
    });
    server.listen(port, '127.0.0.1', done);
  });
}

function createHandler(rendererDir: string, token: string, tools: SessionTools) {
  // Not in its `dev` mode sirv knows the files by a list made now, so a path can name nothing else.
  const files = sirv(rendererDir, { etag: true });

  return (request: IncomingMessage, response: ServerResponse): void => {
    if (!hasLocalHost(request)) return refuse(response, 403, 'This server answers to 127.0.0.1 and localhost only.');
    for (const [name, value] of Object.entries(securityHeaders(request.headers.host ?? '')))
      response.setHeader(name, value);
    const url = parseUrl(request);
    if (url === null) return refuse(response, 400, 'Not an address of this server.');
    if (url.pathname === '/upload' || url.pathname === '/download') {
      answer(request, response, url).catch((error: unknown) => fail(response, error));
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      files(request, response, () => refuse(response, 404, 'There is no such page.'));
    } else {
      refuse(response, 405, 'This address can only be read.');
    }
  };

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const method = url.pathname === '/upload' ? 'POST' : 'GET';
    if (request.method !== method) return refuse(response, 405, `This address takes ${method} only.`);
    if (!hasToken(url, token))
      return refuse(response, 403, 'The token is missing or wrong: open the address that leaklanes printed.');
    if (method === 'POST') {
      if (!hasOwnOrigin(request)) return refuse(response, 403, 'The request comes from another page.');
      const { id } = await tools.uploads.receive(request, url.searchParams.get('name') ?? '');
      const reply: UploadReply = { id };
      response
        .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        .end(JSON.stringify(reply));
    } else if (!(await tools.downloads.send(url.searchParams.get('id') ?? '', response))) {
      refuse(response, 404, 'There is no such download (any more): export again.');
    }
  }
}

/** Returns a function that ends all sessions. */
function acceptSockets(server: Server, token: string, tools: SessionTools): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  const sessions = new Set<() => Promise<void>>();

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const url = parseUrl(request);
    if (url?.pathname !== '/ws') return refuseUpgrade(stream, '404 Not Found');
    if (!hasOwnOrigin(request) || !hasToken(url, token)) return refuseUpgrade(stream, '403 Forbidden');
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const end = startSession(socket, tools);
      sessions.add(end);
      socket.on('close', () => sessions.delete(end));
    });
  });

  return async () => {
    const ending = [...sessions].map((end) => end());
    for (const socket of sockets.clients) socket.terminate();
    await Promise.all(ending);
  };
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function parseUrl(request: IncomingMessage): URL | null {
  const path = request.url ?? '';
  return path.startsWith('/') && URL.canParse(path, 'http://127.0.0.1') ? new URL(path, 'http://127.0.0.1') : null;
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
  // A body that is not read to its end would reset the connection, and the sentence would never be seen.
  response.req.resume();
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else refuse(response, 507, errorData(error).message);
}
