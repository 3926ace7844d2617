import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { TraceError } from '../../shared/errors.ts';
import type { SocketReply } from '../../shared/protocol.ts';
import type { CallOptions } from '../../shared/service.ts';
import type { SymbolsReport } from '../../shared/symbols.ts';
import { decodeWire, encodeWire } from '../../shared/wire.ts';
import type { TraceWorker } from '../../worker/client.ts';
import { createRecentFiles } from '../../worker/recentFiles.ts';
import { serve, type ServeHandle } from './serve.ts';

let folder: string;
let server: ServeHandle;
let printed: string;
let origin: string;
let token: string;
let port: number;
/** what the stand-in services were asked for, and what became of them */
let opened: { path: string; displayName?: string; text: string }[];
let aborted: number;
let terminated: number;
let sockets: WebSocket[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-serve-test-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(join(folder, 'renderer/index.html'), '<title>Leaklanes</title>');
  await writeFile(join(folder, 'renderer/assets/app.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'argument.etl'), 'argument bytes');
  [opened, sockets] = [[], []];
  aborted = terminated = 0;
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: { file?: string; port?: number } = {}) {
  const stdout = new PassThrough();
  server = await serve({
    ...options,
    rendererDir: join(folder, 'renderer'),
    workerScript: new URL('file:///no/such/worker.js'),
    sample: join(folder, 'samples/handle-leak.etl'),
    stdout,
    startService: standIn,
    recentFiles: createRecentFiles(join(folder, 'recent.json')),
  });
  printed = String(stdout.read());
  const url = new URL(server.url);
  origin = url.origin;
  port = Number(url.port);
  token = url.searchParams.get('token') ?? '';
}

/** A service that opens every file but those with "bad" in them, and waits for its cancel where the file says "wait". */
function standIn(): TraceWorker {
  const pdbs: string[] = [];
  const service: Partial<TraceWorker> = {
    async open({ path, displayName }, options) {
      const text = await readFile(path, 'utf8').catch(() => {
        throw new TraceError('notFound', `${path}: there is no such file.`, path);
      });
      if (text === 'bad') throw new TraceError('notEtl', `${path}: not an ETL.`, path, 0);
      if (text === 'wait') return untilCancelled(options);
      options?.onProgress?.({ phase: 'read', bytesDone: 1, bytesTotal: 1, events: 0 });
      opened.push({ path, displayName, text });
      return { objects: 1 } as never;
    },
    overview: async () => ({ series: [{ label: 'Event', values: Float32Array.of(1, Number.NaN) }], peak: 1, endNs: 5 }),
    async exportCsv({ path, filter }) {
      if (filter.type === 'bad') throw new TraceError('io', `${path}: no space.`, path);
      await writeFile(path, 'id,type\r\n1,Event\r\n');
      return { rows: 1, bytes: 18 };
    },
    async exportTable({ path, table, format }) {
      if (table === 'events') throw new TraceError('io', `${path}: no space.`, path);
      await writeFile(path, `${table} as ${format}`);
      return { rows: 2, bytes: (await stat(path)).size };
    },
    symbols: async () => reportOf(pdbs),
    async loadSymbols(request, options) {
      if (request.path === 'wait') return untilCancelled(options);
      options?.onProgress?.({ phase: 'symbols', bytesDone: 0, bytesTotal: 0, events: 0, doing: 'ntdll.pdb' });
      return { report: { ...reportOf(pdbs), download: request.download ?? false }, summary: { objects: 1 } as never };
    },
    async usePdb({ module, path, displayName = path }) {
      const text = await readFile(path, 'utf8');
      if (text === 'bad') throw new TraceError('internal', `${path} is for another build of module ${module}.`, path);
      pdbs.push(displayName);
      return { report: reportOf(pdbs), summary: { objects: 1 } as never };
    },
    async terminate() {
      terminated++;
    },
  };
  return service as TraceWorker;
}

/** A report with a module for each PDB. */
function reportOf(pdbs: readonly string[]): SymbolsReport {
  const modules = pdbs.map((origin, module) => ({ module, origin }));
  return { modules: modules as never, path: '', pathFrom: 'default', pathProblems: [] } as never;
}

function untilCancelled(options?: CallOptions): Promise<never> {
  options?.onProgress?.({ phase: 'read', bytesDone: 0, bytesTotal: 9, events: 0 });
  return new Promise((_done, reject) => {
    options?.signal?.addEventListener('abort', () => {
      aborted++;
      reject(new TraceError('cancelled', 'Cancelled.'));
    });
  });
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** fetch() would neither send these headers nor leave `..` in the path. */
function send(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<Answer>((done, fail) => {
    const { method, headers, body } = options;
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', fail).end(body);
  });
}

function upload(text: string, name = 'a.etl', headers: Record<string, string> = { origin }) {
  return send(`/upload?token=${token}&name=${encodeURIComponent(name)}`, { method: 'POST', headers, body: text });
}

/** Opens a socket; rejects with the HTTP status where the server refuses. */
async function connect(query = `token=${token}`, headers: Record<string, string> = { origin }) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?${query}`, { headers });
  sockets.push(socket);
  const replies: SocketReply[] = [];
  socket.on('message', (data: Buffer) => replies.push(decodeWire(data.toString()) as SocketReply));
  await new Promise((done, fail) => socket.on('open', done).on('error', fail));
  let nextId = 1;
  return {
    socket,
    replies,
    post: (message: unknown) => socket.send(encodeWire(message)),
    async call(method: string, params?: unknown): Promise<SocketReply> {
      const id = nextId++;
      socket.send(encodeWire({ type: 'call', id, method, params }));
      return vi.waitFor(() => {
        const reply = replies.find((entry) => entry.type !== 'event' && entry.type !== 'progress' && entry.id === id);
        if (reply === undefined) throw new Error('no reply yet');
        return reply;
      });
    },
    closed: new Promise<number>((done) => socket.on('close', done)),
  };
}

/** Names in the private folder of this process's server. */
async function privateFiles(): Promise<string[]> {
  const name = (await readdir(tmpdir())).find((entry) => entry.startsWith(`leaklanes-serve-${process.pid}-`));
  return name === undefined ? [] : readdir(join(tmpdir(), name));
}

describe('the address', () => {
  it('is printed, is on 127.0.0.1, and has a token of its own each time', async () => {
    await start();
    expect(printed).toBe(`Leaklanes is at ${server.url} (Ctrl+C to stop)\n`);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    const first = token;
    await server.close();
    await start();
    expect(token).not.toBe(first);
  });

  it('has the port that was asked for, or a sentence', async () => {
    await start();
    const second = serve({
      port,
      rendererDir: join(folder, 'renderer'),
      workerScript: new URL('file:///x'),
      sample: '/x.etl',
      stdout: new PassThrough(),
    });
    await expect(second).rejects.toMatchObject({
      name: 'TraceError',
      message: expect.stringContaining('another program'),
    });
  });

  it.each([
    ['no/such.etl', 'notFound'],
    ['.', 'isFolder'],
  ])('is not given for the file %s', async (file, code) => {
    await expect(start({ file: join(folder, file) })).rejects.toMatchObject({ name: 'TraceError', code });
  });

  it('is not given where the viewer is not built', async () => {
    await rm(join(folder, 'renderer/index.html'));
    await expect(start()).rejects.toMatchObject({ message: expect.stringContaining('npm run build') });
  });
});

describe('static files', () => {
  beforeEach(() => start());

  it('need no token and carry the headers', async () => {
    const { status, headers, body } = await send('/');
    expect(status).toBe(200);
    expect(body).toContain('Leaklanes');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain(`ws://127.0.0.1:${port};`);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect((await send('/assets/app.js')).headers['content-type']).toContain('javascript');
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/assets/%00',
    '/%',
    '*',
    'http://127.0.0.1/../secret.txt',
  ])('are never outside their folder: %s', async (path) => {
    const { status, body } = await send(path);
    expect(body).not.toBe('secret');
    expect([400, 404]).toContain(status);
  });

  it('can only be read', async () => {
    expect((await send('/', { method: 'PUT', body: 'x' })).status).toBe(405);
  });
});

describe('access', () => {
  beforeEach(() => start({ file: join(folder, 'argument.etl') }));

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '127.0.0.1:80@evil.example', '[::1]'])(
    'is refused under the host name %j',
    async (host) => {
      expect((await send('/', { headers: { host } })).status).toBe(403);
      expect((await upload('x', 'a.etl', { host, origin: `http://${host}` })).status).toBe(403);
      await expect(connect(`token=${token}`, { host, origin: `http://${host}` })).rejects.toThrow('403');
    },
  );

  it('is given under localhost and another port, as through a tunnel', async () => {
    const headers = { host: 'localhost:4711', origin: 'http://localhost:4711' };
    expect((await upload('x', 'a.etl', headers)).status).toBe(200);
    await connect(`token=${token}`, headers);
  });

  it.each(['', 'token=', 'token=wrong', 'token=%00', 'other=1'])('is refused with the query %j', async (query) => {
    await expect(connect(query)).rejects.toThrow('403');
    expect((await send(`/upload?name=a&${query}`, { method: 'POST', headers: { origin }, body: 'x' })).status).toBe(
      403,
    );
    expect((await send(`/download?id=a&${query}`)).status).toBe(403);
    expect(await privateFiles()).toEqual([]);
  });

  it('is refused where only a part of the token is right', async () => {
    await expect(connect(`token=${token.slice(0, -1)}`)).rejects.toThrow('403');
    await expect(connect(`token=${token}x`)).rejects.toThrow('403');
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1'])(
    'is refused to the page %s',
    async (other) => {
      await expect(connect(`token=${token}`, { origin: other })).rejects.toThrow('403');
      expect((await upload('x', 'a.etl', { origin: other })).status).toBe(403);
    },
  );

  it('is refused without an origin', async () => {
    await expect(connect(`token=${token}`, {})).rejects.toThrow('403');
    expect((await upload('x', 'a.etl', {})).status).toBe(403);
  });

  it('needs the right path and method', async () => {
    expect((await send(`/upload?token=${token}&name=a`)).status).toBe(405);
    expect((await send(`/download?token=${token}&id=a`, { method: 'POST' })).status).toBe(405);
    const other = new WebSocket(`ws://127.0.0.1:${port}/other?token=${token}`, { headers: { origin } });
    await expect(new Promise((done, fail) => other.on('open', done).on('error', fail))).rejects.toThrow('404');
  });
});

describe('a page', () => {
  it('opens the file that the server was started with', async () => {
    await start({ file: join(folder, 'argument.etl') });
    const page = await connect();
    expect(await page.call('argumentFile')).toMatchObject({ type: 'result', result: 'argument.etl' });
    expect(await page.call('open', { source: { kind: 'argument' } })).toMatchObject({
      type: 'result',
      result: { objects: 1 },
    });
    expect(page.replies).toContainEqual({
      type: 'progress',
      id: 2,
      progress: { phase: 'read', bytesDone: 1, bytesTotal: 1, events: 0 },
    });
    expect(opened).toEqual([{ path: join(folder, 'argument.etl'), displayName: undefined, text: 'argument bytes' }]);
  });

  it('is told where there is no such file', async () => {
    await start();
    const page = await connect();
    expect(await page.call('argumentFile')).toMatchObject({ result: null });
    expect(await page.call('open', { source: { kind: 'argument' } })).toMatchObject({
      type: 'error',
      error: { code: 'notFound' },
    });
  });

  it('opens recent files by their id, and learns when one has gone', async () => {
    await start({ file: join(folder, 'argument.etl') });
    const page = await connect();
    await page.call('open', { source: { kind: 'argument' } });
    const recent = await page.call('recentFiles');
    expect(recent).toMatchObject({ result: [{ name: 'argument.etl', folder }] });
    const [{ id }] = (recent as { result: { id: string }[] }).result;
    expect(await page.call('open', { source: { kind: 'recent', id } })).toMatchObject({ type: 'result' });
    await rm(join(folder, 'argument.etl'));
    expect(await page.call('open', { source: { kind: 'recent', id } })).toMatchObject({ error: { code: 'notFound' } });
    expect(await page.call('recentFiles')).toMatchObject({ result: [] });
  });

  it('opens the sample of the program, which is no recent file', async () => {
    await mkdir(join(folder, 'samples'));
    await writeFile(join(folder, 'samples/handle-leak.etl'), 'sample bytes');
    await start({ file: join(folder, 'argument.etl') });
    const page = await connect();
    expect(await page.call('open', { source: { kind: 'sample' } })).toMatchObject({ result: { objects: 1 } });
    expect(opened).toEqual([
      { path: join(folder, 'samples/handle-leak.etl'), displayName: undefined, text: 'sample bytes' },
    ]);
    expect(page.replies).toContainEqual(expect.objectContaining({ type: 'progress', id: 1 }));
    expect(await page.call('recentFiles')).toMatchObject({ result: [] });
  });

  it('is told where the program came without its sample', async () => {
    await start();
    const page = await connect();
    const path = join(folder, 'samples/handle-leak.etl');
    expect(await page.call('open', { source: { kind: 'sample' } })).toMatchObject({
      type: 'error',
      error: {
        code: 'notFound',
        file: path,
        message: `The sample is missing from this copy of Leaklanes (there is no ${path}): install it again, or open a trace of your own.`,
      },
    });
  });

  it('lets go of the file that it sent when it opens the sample', async () => {
    await mkdir(join(folder, 'samples'));
    await writeFile(join(folder, 'samples/handle-leak.etl'), 'sample bytes');
    await start();
    const page = await connect();
    const { id } = JSON.parse((await upload('sent')).body) as { id: string };
    await page.call('open', { source: { kind: 'upload', id } });
    expect(await privateFiles()).toHaveLength(1);
    await page.call('open', { source: { kind: 'sample' } });
    expect(await privateFiles()).toEqual([]);
  });

  it('gets typed arrays', async () => {
    await start();
    const reply = await (await connect()).call('overview', { filter: {}, samples: 2 });
    expect(reply).toEqual({
      type: 'result',
      id: 1,
      result: { series: [{ label: 'Event', values: Float32Array.of(1, Number.NaN) }], peak: 1, endNs: 5 },
    });
  });

  it.each([
    ['overview', { filter: {}, samples: 1 }],
    ['overview', null],
    ['details', { id: 'x' }],
    ['open', { source: { kind: 'path', path: '/etc/passwd' } }],
    ['open', { path: '/etc/passwd' }],
    ['open', { source: { kind: 'upload', id: '../argument' } }],
    ['exportCsv', { filter: {}, path: '/tmp/x' }],
    ['exportTable', { table: 'objects', filter: {}, sort: [], format: 'csv', path: '/tmp/x' }],
    ['exportTable', { table: 'objects', filter: {}, sort: [], format: 'exe', name: 'x' }],
    ['loadSymbols', { download: 'yes' }],
    ['usePdb', { module: 0, path: '/etc/passwd' }],
    ['usePdb', { module: 0, upload: '../argument' }],
    ['symbols', { all: true }],
    ['close', {}],
    ['terminate', {}],
    ['__proto__', {}],
    ['constructor', {}],
  ])('gets an error for %s %j', async (method, params) => {
    await start({ file: join(folder, 'argument.etl') });
    expect(await (await connect()).call(method, params)).toMatchObject({ type: 'error', id: 1 });
    expect(opened).toEqual([]);
  });

  it.each(['', '{', '[]', '{"type":"call"}', '{"type":"call","id":-1,"method":"open"}', '{"type":"other","id":1}'])(
    'is cut off when it sends %j',
    async (text) => {
      await start();
      const page = await connect();
      page.socket.send(text);
      expect(await page.closed).toBe(1003);
    },
  );

  it('is cut off when it sends too much', async () => {
    await start();
    const page = await connect();
    page.socket.send('x'.repeat(5 * 1024 * 1024));
    expect(await page.closed).toBe(1009);
  });

  it('cancels a call', async () => {
    await writeFile(join(folder, 'argument.etl'), 'wait');
    await start({ file: join(folder, 'argument.etl') });
    const page = await connect();
    const opening = page.call('open', { source: { kind: 'argument' } });
    await vi.waitFor(() => expect(page.replies).toMatchObject([{ type: 'progress' }]));
    page.post({ type: 'cancel', id: 99 });
    page.post({ type: 'cancel', id: 1 });
    expect(await opening).toMatchObject({ type: 'error', error: { code: 'cancelled' } });
  });

  it('ends its worker and its calls when it is closed', async () => {
    await writeFile(join(folder, 'argument.etl'), 'wait');
    await start({ file: join(folder, 'argument.etl') });
    const page = await connect();
    page.post({ type: 'call', id: 1, method: 'open', params: { source: { kind: 'argument' } } });
    await vi.waitFor(() => expect(page.replies).toHaveLength(1));
    page.socket.close();
    await vi.waitFor(() => expect({ aborted, terminated }).toEqual({ aborted: 1, terminated: 1 }));
  });
});

describe('an upload', () => {
  beforeEach(() => start());

  it('is opened under its own name, and lies in a folder that only this user can read', async () => {
    const { status, body } = await upload('the bytes', '../../traces/größe.etl');
    expect(status).toBe(200);
    const { id } = JSON.parse(body) as { id: string };
    const page = await connect();
    expect(await page.call('open', { source: { kind: 'upload', id } })).toMatchObject({ type: 'result' });
    expect(opened).toMatchObject([{ displayName: 'größe.etl', text: 'the bytes' }]);
    expect((await stat(dirname(opened[0].path))).mode & 0o777).toBe(0o700);
    expect(dirname(opened[0].path)).toContain(`leaklanes-serve-${process.pid}-`);
    expect(await page.call('recentFiles'), 'a temporary file is no recent file').toMatchObject({ result: [] });
  });

  it('goes when another file is opened, and when the page is closed', async () => {
    const page = await connect();
    for (const text of ['first', 'second']) {
      const { id } = JSON.parse((await upload(text)).body) as { id: string };
      await page.call('open', { source: { kind: 'upload', id } });
      expect(await privateFiles()).toHaveLength(1);
    }
    page.socket.close();
    await vi.waitFor(async () => expect(await privateFiles()).toEqual([]));
  });

  it('that is no ETL goes at once, and the sentence has its name', async () => {
    const { id } = JSON.parse((await upload('bad', 'notes.txt')).body) as { id: string };
    const reply = await (await connect()).call('open', { source: { kind: 'upload', id } });
    expect(reply).toMatchObject({
      error: { code: 'notEtl', message: 'notes.txt: not an ETL.', file: 'notes.txt', offset: 0 },
    });
    expect(await privateFiles()).toEqual([]);
  });

  it('that is broken off goes', async () => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path: `/upload?token=${token}&name=a.etl`,
      method: 'POST',
      headers: { origin, 'content-length': '1000' },
    });
    request.on('error', () => {});
    request.write('half');
    await vi.waitFor(async () => expect(await privateFiles()).toHaveLength(1));
    request.destroy();
    await vi.waitFor(async () => expect(await privateFiles()).toEqual([]));
  });

  it('for which there is no space gets a sentence before it is sent', async () => {
    const answer = await new Promise<Answer>((done, fail) => {
      const path = `/upload?token=${token}&name=huge.etl`;
      const headers = { origin, 'content-length': String(2 ** 52) };
      const request = httpRequest({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      request.on('error', fail).flushHeaders();
      request.write('x');
    });
    expect(answer.status).toBe(507);
    expect(answer.body).toMatch(/not enough free space for huge\.etl/);
    expect(await privateFiles()).toEqual([]);
  });

  it('goes with the server', async () => {
    await upload('x');
    expect(await privateFiles()).toHaveLength(1);
    await server.close();
    expect((await readdir(tmpdir())).filter((name) => name.startsWith(`leaklanes-serve-${process.pid}-`))).toEqual([]);
  });
});

describe('an export', () => {
  beforeEach(() => start());

  it('is fetched once, under a safe name', async () => {
    const page = await connect();
    const reply = await page.call('exportCsv', { filter: {}, name: '../leak größe.csv' });
    expect(reply).toMatchObject({ type: 'result', result: { rows: 1, bytes: 18 } });
    const { downloadId } = (reply as { result: { downloadId: string } }).result;
    const path = `/download?token=${token}&id=${downloadId}`;
    const { status, headers, body } = await send(path);
    expect(status).toBe(200);
    expect(body).toBe('id,type\r\n1,Event\r\n');
    expect(headers['content-disposition']).toBe(
      `attachment; filename="_leak gr__e.csv"; filename*=UTF-8''_leak%20gr%C3%B6%C3%9Fe.csv`,
    );
    expect(headers['content-length']).toBe('18');
    expect((await send(path)).status).toBe(404);
    await vi.waitFor(async () => expect(await privateFiles()).toEqual([]));
  });

  it('that fails leaves nothing, and does not show our folder', async () => {
    const reply = await (await connect()).call('exportCsv', { filter: { type: 'bad' }, name: 'leak.csv' });
    expect(reply).toMatchObject({ type: 'error', error: { message: 'leak.csv: no space.' } });
  });

  it('that nobody fetches does not pile up', async () => {
    const page = await connect();
    for (let i = 0; i < 10; i++) await page.call('exportCsv', { filter: {}, name: 'a.csv' });
    expect(await privateFiles()).toHaveLength(8);
  });

  it.each([
    ['csv', 'text/csv; charset=utf-8'],
    ['tsv', 'text/tab-separated-values; charset=utf-8'],
    ['json', 'application/json; charset=utf-8'],
  ])('of a table as %s is %s', async (format, type) => {
    const params = { table: 'handles', filter: {}, sort: [], format, name: 'leak' };
    const reply = await (await connect()).call('exportTable', params);
    const body = `handles as ${format}`;
    expect(reply).toMatchObject({ type: 'result', result: { rows: 2, bytes: body.length } });
    const { downloadId } = (reply as { result: { downloadId: string } }).result;
    const answer = await send(`/download?token=${token}&id=${downloadId}`);
    expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([200, body, type]);
    expect(answer.headers['content-disposition']).toContain(`filename="leak.${format}"`);
    await vi.waitFor(async () => expect(await privateFiles()).toEqual([]));
  });

  it('of a table that fails leaves nothing', async () => {
    const params = { table: 'events', filter: {}, sort: [], format: 'json', name: 'leak' };
    const reply = await (await connect()).call('exportTable', params);
    expect(reply).toMatchObject({ type: 'error', error: { message: 'leak.json: no space.' } });
    expect(await privateFiles()).toEqual([]);
  });

  it.each(['', 'a', '../secret.txt', '__proto__'])('is not found under the id %j', async (id) => {
    expect((await send(`/download?token=${token}&id=${encodeURIComponent(id)}`)).status).toBe(404);
  });
});

describe('symbols', () => {
  beforeEach(() => start());

  async function sendPdb(text: string) {
    const { id } = JSON.parse((await upload(text, 'C:\\symbols\\EventLeak.pdb')).body) as { id: string };
    return id;
  }

  it('are asked for without parameters', async () => {
    expect(await (await connect()).call('symbols')).toMatchObject({ result: { modules: [] } });
  });

  it('are looked for with progress', async () => {
    const page = await connect();
    expect(await page.call('loadSymbols', { download: true })).toMatchObject({
      result: { report: { download: true, modules: [] }, summary: { objects: 1 } },
    });
    expect(page.replies[0]).toMatchObject({ type: 'progress', progress: { phase: 'symbols', doing: 'ntdll.pdb' } });
  });

  it('are no longer looked for when the call is cancelled', async () => {
    const page = await connect();
    const loading = page.call('loadSymbols', { path: 'wait' });
    await vi.waitFor(() => expect(page.replies).toHaveLength(1));
    page.post({ type: 'cancel', id: 1 });
    expect(await loading).toMatchObject({ type: 'error', error: { code: 'cancelled' } });
  });

  it('of a PDB that the page sent: it keeps its own name, and goes with the page', async () => {
    const page = await connect();
    const result = await page.call('usePdb', { module: 0, upload: await sendPdb('pdb') });
    const modules = [{ module: 0, origin: 'EventLeak.pdb' }];
    expect(result).toMatchObject({ result: { report: { modules } } });
    expect(await page.call('symbols')).toMatchObject({ result: { modules } });
    expect(await page.call('loadSymbols', {})).toMatchObject({ result: { report: { modules } } });
    expect(await privateFiles(), 'it may be read again').toHaveLength(1);
    page.socket.close();
    await vi.waitFor(async () => expect(await privateFiles()).toEqual([]));
  });

  it('of a PDB that the page sent: it goes when another trace is opened', async () => {
    const page = await connect();
    await page.call('usePdb', { module: 0, upload: await sendPdb('pdb') });
    const { id } = JSON.parse((await upload('trace')).body) as { id: string };
    await page.call('open', { source: { kind: 'upload', id } });
    expect(await privateFiles()).toEqual([id]);
  });

  it('of a PDB that does not fit: a sentence with its name, and it goes at once', async () => {
    const reply = await (await connect()).call('usePdb', { module: 4, upload: await sendPdb('bad') });
    expect(reply).toMatchObject({
      error: { message: 'EventLeak.pdb is for another build of module 4.', file: 'EventLeak.pdb' },
    });
    expect(await privateFiles()).toEqual([]);
  });
});

describe('closing', () => {
  it('ends the sessions, can be done twice, and leaves the port', async () => {
    await start();
    const page = await connect();
    await Promise.all([server.close(), server.close()]);
    await page.closed;
    expect(terminated).toBe(1);
    await expect(send('/')).rejects.toThrow('ECONNREFUSED');
  });
});
