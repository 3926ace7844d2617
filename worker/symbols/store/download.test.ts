import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOWNLOAD_DEFAULTS, Downloader, type DownloadOptions, type DownloadRequest } from './download.ts';
import { prepareStore, waitingFolder } from './storeFolder.ts';
import { filesOf, startLoopbackServer, type Answer, type LoopbackServer } from './testing/loopbackServer.ts';

const DATA = Buffer.from(Array.from({ length: 40_000 }, (_, i) => i & 0xff));
const ETAG = '"v1"';

let store: string;
let slept: number[];
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'leaklanes-download-'));
  slept = [];
  await prepareStore(store);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(store, { recursive: true, force: true });
});

async function serve(answer: Answer): Promise<LoopbackServer> {
  const server = await startLoopbackServer(answer);
  cleanups.push(() => server.close());
  return server;
}

function downloader(options: Partial<DownloadOptions> = {}): Downloader {
  const made = new Downloader({
    ...DOWNLOAD_DEFAULTS,
    sleep: async (ms) => slept.push(ms),
    ...options,
  });
  cleanups.push(() => made.close());
  return made;
}

function get(address: string, options: Partial<DownloadOptions> = {}, request: Partial<DownloadRequest> = {}) {
  return downloader(options).fetch({ address: new URL(address), store, ...request });
}

async function bytesOf(result: { state: string; path?: string }) {
  expect(result).toMatchObject({ state: 'done' });
  return readFile(result.path ?? '');
}

/** What waits in the store: nothing but what may be continued. */
const waiting = () => readdir(waitingFolder(store));

describe('a download', () => {
  it('gives the whole file and says how far it is', async () => {
    const { url } = await serve(filesOf({ 'a.pdb': DATA }));
    const seen: [number, number | null][] = [];
    const result = await get(`${url}/a.pdb`, {}, { onProgress: (done, total) => seen.push([done, total]) });
    expect((await bytesOf(result)).equals(DATA)).toBe(true);
    expect(seen[0]).toEqual([0, DATA.length]);
    expect(seen.at(-1)).toEqual([DATA.length, DATA.length]);
  });

  it.each([404, 410])('is missing after HTTP %i, without a second try', async (status) => {
    const server = await serve((_, response) => response.writeHead(status).end('x'.repeat(200_000)));
    expect(await get(`${server.url}/a.pdb`)).toEqual({ state: 'missing', outcome: `HTTP ${status}` });
    expect(server.requests).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  it.each([400, 401, 403, 418])('fails after HTTP %i, without a second try', async (status) => {
    const server = await serve((_, response) => response.writeHead(status).end());
    expect(await get(`${server.url}/a.pdb`)).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining(`HTTP ${status}`),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is tried again after 500 and 503', async () => {
    const codes = [500, 503];
    const server = await serve((request, response) => {
      const code = codes.shift();
      if (code) response.writeHead(code).end();
      else filesOf({ 'a.pdb': DATA })(request, response);
    });
    expect((await bytesOf(await get(`${server.url}/a.pdb`, { backoffMs: 100 }))).equals(DATA)).toBe(true);
    expect(server.requests).toHaveLength(3);
    // Doubled, less up to half by chance.
    expect(slept[0]).toSatisfy((ms: number) => ms >= 50 && ms <= 100);
    expect(slept[1]).toSatisfy((ms: number) => ms >= 100 && ms <= 200);
  });

  it('gives up after the last try', async () => {
    const server = await serve((_, response) => response.writeHead(502).end());
    const result = await get(`${server.url}/a.pdb`, { retries: 2 });
    expect(result).toEqual({ state: 'failed', outcome: 'HTTP 502 (asked 3 times)', network: true });
    expect(server.requests).toHaveLength(3);
  });

  it('waits as long as a server asks for, in seconds or until a date', async () => {
    const wishes = ['7', new Date(Date.now() + 30_000).toUTCString()];
    const server = await serve((request, response) => {
      const wish = wishes.shift();
      if (wish) response.writeHead(429, { 'retry-after': wish }).end();
      else filesOf({ 'a.pdb': DATA })(request, response);
    });
    await bytesOf(await get(`${server.url}/a.pdb`));
    expect(slept[0]).toBe(7000);
    expect(slept[1]).toSatisfy((ms: number) => ms > 20_000 && ms <= 30_000);
  });

  it('does not wait for an hour', async () => {
    const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    const result = await get(`${server.url}/a.pdb`);
    expect(result).toMatchObject({ state: 'failed', outcome: 'HTTP 429; the server asks to wait 3600 s' });
    expect(slept).toEqual([]);
  });

  it('fails where nobody listens', async () => {
    const server = await startLoopbackServer(() => {});
    await server.close();
    const result = await get(`${server.url}/a.pdb`, { retries: 1 });
    expect(result).toMatchObject({ state: 'failed', network: true, outcome: expect.stringContaining('ECONNREFUSED') });
    expect(slept).toHaveLength(1);
  });

  it.each([
    ['no headers', { headersTimeoutMs: 50 }, () => {}],
    [
      'a body that stops',
      { idleTimeoutMs: 50 },
      (_, response) => response.writeHead(200, { 'content-length': 100 }).write('begun'),
    ],
  ] as [string, Partial<DownloadOptions>, Answer][])('does not wait for ever: %s', async (_, options, answer) => {
    const { url } = await serve(answer);
    const result = await get(`${url}/a.pdb`, { ...options, retries: 0 });
    expect(result).toMatchObject({ state: 'failed', outcome: expect.stringMatching(/timeout/i) });
    expect(await waiting()).toEqual([]);
  });
});

describe('a cut download', () => {
  const sockets: Socket[] = [];
  /** Sends 10,000 bytes and then nothing, as often as `cuts` says; then all that is asked for. */
  function cutting(cuts: number, headers: Record<string, string>, continued: Answer): Answer {
    return (request, response) => {
      if (cuts-- <= 0) return continued(request, response);
      response.writeHead(200, { ...headers, 'content-length': DATA.length });
      response.write(DATA.subarray(0, 10_000));
      sockets.push(request.socket);
    };
  }
  /** Resets the connection when the 10,000 bytes have come. */
  const onProgress = (done: number) => {
    if (done === 10_000) sockets.pop()?.resetAndDestroy();
  };
  const ranges: (string | undefined)[] = [];
  const rest: Answer = (request, response) => {
    ranges.push(request.headers.range);
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    const head = { etag: ETAG, 'content-range': `bytes ${start}-${DATA.length - 1}/${DATA.length}` };
    response.writeHead(start > 0 ? 206 : 200, head).end(DATA.subarray(start));
  };
  beforeEach(() => {
    ranges.length = 0;
  });

  it('goes on where it was cut', async () => {
    const { url } = await serve(cutting(1, { etag: ETAG }, rest));
    expect((await bytesOf(await get(`${url}/a.pdb`, {}, { onProgress }))).equals(DATA)).toBe(true);
    expect(ranges).toEqual(['bytes=10000-']);
  });

  it('goes on in a later program from what was kept', async () => {
    const { url } = await serve(cutting(1, { etag: ETAG }, rest));
    const controller = new AbortController();
    const stop = (done: number) => {
      if (done === 10_000) controller.abort();
    };
    const stopped = get(`${url}/a.pdb`, {}, { signal: controller.signal, onProgress: stop });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const kept = await waiting();
    expect(kept).toEqual([expect.stringMatching(/\.part$/)]);
    const half = await readFile(join(waitingFolder(store), kept[0]));
    expect(half.equals(DATA.subarray(0, 10_000))).toBe(true);
    const result = await get(`${url}/a.pdb`, {}, { onProgress });
    expect((await bytesOf(result)).equals(DATA)).toBe(true);
    expect(ranges).toEqual(['bytes=10000-']);
    await rm(result.state === 'done' ? result.path : '');
    expect(await waiting()).toEqual([]);
  });

  it('begins anew where the server has another file now', async () => {
    const other = Buffer.alloc(50_000, 7);
    const { url } = await serve(
      cutting(1, { etag: ETAG }, (_, response) => response.writeHead(200, { etag: '"v2"' }).end(other)),
    );
    expect((await bytesOf(await get(`${url}/a.pdb`, {}, { onProgress }))).equals(other)).toBe(true);
  });

  it.each([
    ['a weak ETag', { etag: 'W/"v1"' }],
    ['no ETag', {}],
  ])('begins anew with %s', async (_, headers) => {
    const { url } = await serve(cutting(1, headers, rest));
    expect((await bytesOf(await get(`${url}/a.pdb`, {}, { onProgress }))).equals(DATA)).toBe(true);
    expect(ranges).toEqual([undefined]);
  });

  it.each([
    ['another place', { 'content-range': 'bytes 5-39999/40000', etag: ETAG }],
    ['another file', { 'content-range': 'bytes 10000-39999/40000', etag: '"v2"' }],
    ['no range', { etag: ETAG }],
  ])('never joins parts that do not fit: %s', async (_, headers) => {
    const lies: Answer = (request, response) => {
      if (request.headers.range === undefined) response.writeHead(200, { etag: ETAG }).end(DATA);
      else response.writeHead(206, headers).end(DATA.subarray(5));
    };
    const { url } = await serve(cutting(1, { etag: ETAG }, lies));
    expect((await bytesOf(await get(`${url}/a.pdb`, {}, { onProgress }))).equals(DATA)).toBe(true);
  });

  it('is failed, not done, where it is always cut', async () => {
    const { url } = await serve(cutting(99, {}, rest));
    const result = await get(`${url}/a.pdb`, { retries: 2 }, { onProgress });
    expect(result).toMatchObject({ state: 'failed', network: true });
    expect(await waiting()).toEqual([]);
  });

  it('counts a body that ends early as cut', async () => {
    // Chunked, so only the connection's end is the end.
    const { url } = await serve((request, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(DATA, () => request.socket.destroy());
    });
    expect(await get(`${url}/a.pdb`, { retries: 0 })).toMatchObject({ state: 'failed' });
  });
});

describe('wrong and hostile answers', () => {
  it('says that a web page is none', async () => {
    const server = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Please log in'),
    );
    const result = await get(`${server.url}/a.pdb`);
    expect(result).toMatchObject({ state: 'failed', outcome: expect.stringContaining('web page') });
    expect(server.requests).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  it('takes nothing that is announced too large', async () => {
    const { url } = await serve(filesOf({ 'a.pdb': DATA }));
    const result = await get(`${url}/a.pdb`, { maxBytes: DATA.length - 1 });
    expect(result).toMatchObject({ state: 'failed', outcome: expect.stringContaining('limit') });
  });

  it('ends a body without end at the limit', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!request.socket.destroyed && response.write(DATA));
      };
      response.on('drain', more);
      more();
    });
    const result = await get(`${url}/a.pdb`, { maxBytes: 1_000_000 });
    expect(result).toMatchObject({ state: 'failed', outcome: expect.stringContaining('limit') });
    expect(await waiting()).toEqual([]);
  });

  it('ends a small body that swells to more than the limit', async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000))),
    );
    const result = await get(`${url}/a.pdb`, { maxBytes: 1_000_000 });
    expect(result).toMatchObject({ state: 'failed', outcome: expect.stringContaining('limit') });
    expect(await waiting()).toEqual([]);
  });

  it.each([
    ['gzip', gzipSync(DATA)],
    ['br', brotliCompressSync(DATA)],
  ])('decodes %s, though it did not ask for it', async (encoding, body) => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length, etag: ETAG }).end(body),
    );
    expect((await bytesOf(await get(`${url}/a.pdb`))).equals(DATA)).toBe(true);
  });

  it('fails for a damaged or unknown encoding', async () => {
    for (const encoding of ['gzip', 'secret']) {
      const { url } = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(DATA));
      expect(await get(`${url}/a.pdb`, { retries: 0 })).toMatchObject({ state: 'failed' });
    }
    expect(await waiting()).toEqual([]);
  });
});

describe('redirects', () => {
  const to =
    (location: string): Answer =>
    (request, response) => {
      if (request.url === '/symbols/a.pdb') response.writeHead(302, { location }).end();
      else response.end(DATA);
    };

  it('are followed on this machine', async () => {
    const { url } = await serve(to('/elsewhere?x=1'));
    expect((await bytesOf(await get(`${url}/a.pdb`))).equals(DATA)).toBe(true);
  });

  it.each([
    ['http://symbols.example/a.pdb?secret=1', 'http: is only used'],
    ['ftp://symbols.example/a.pdb', 'no web address'],
    ['file:///etc/passwd', 'no web address'],
    ['http://[', 'none'],
  ])('to %s are not', async (location, words) => {
    const server = await serve(to(location));
    const result = await get(`${server.url}/a.pdb`);
    expect(result).toMatchObject({ state: 'failed', outcome: expect.stringContaining(words) });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(server.requests).toHaveLength(1);
  });

  it('in a circle end', async () => {
    const server = await serve(to('/symbols/a.pdb'));
    expect(await get(`${server.url}/a.pdb`)).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining('5 times'),
    });
    expect(server.requests).toHaveLength(6);
  });

  it('do not take the password along to another server', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(DATA);
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${other.url}/b` }).end();
    });
    await bytesOf(await get(`${first.url}/a.pdb`.replace('//', '//me:p%40ss@')));
    expect(seen).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`, undefined]);
  });
});

describe('http: to other machines', () => {
  it('is not asked', async () => {
    expect(await get('http://symbols.example/a.pdb')).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining('allow http'),
    });
  });

  it('goes through the proxy where it is allowed', async () => {
    const seen: string[] = [];
    const proxy = await serve((request, response) => {
      seen.push(`${request.url} ${request.headers.host}`);
      response.end(DATA);
    });
    const result = await get('http://symbols.example/s/a.pdb', {
      allowHttp: true,
      proxy: { httpProxy: `http://127.0.0.1:${proxy.port}` },
    });
    expect((await bytesOf(result)).equals(DATA)).toBe(true);
    expect(seen).toEqual(['http://symbols.example/s/a.pdb symbols.example']);
  });

  it('does not send us from there to this machine', async () => {
    const target = await serve(filesOf({ 'a.pdb': DATA }));
    const proxy = await serve((_, response) => response.writeHead(302, { location: `${target.url}/a.pdb` }).end());
    const result = await get('http://symbols.example/a.pdb', {
      allowHttp: true,
      proxy: { httpProxy: `http://127.0.0.1:${proxy.port}` },
    });
    expect(result).toMatchObject({ state: 'failed', outcome: expect.stringContaining('it is this machine') });
    expect(target.requests).toEqual([]);
  });
});

describe('a proxy for https:', () => {
  it('is asked for a tunnel', async () => {
    const lines: string[] = [];
    const proxy = createTcpServer((socket) => {
      socket.once('data', (bytes) => {
        lines.push(bytes.toString().split('\r\n')[0]);
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
    cleanups.push(() => new Promise((closed) => proxy.close(closed)));
    const { port } = proxy.address() as AddressInfo;
    const result = await get('https://symbols.example/a.pdb', {
      retries: 0,
      proxy: { httpsProxy: `http://127.0.0.1:${port}` },
    });
    expect(result).toMatchObject({ state: 'failed', network: true });
    expect(lines).toEqual(['CONNECT symbols.example:443 HTTP/1.1']);
  });

  it('is not asked for this machine', async () => {
    const { url } = await serve(filesOf({ 'a.pdb': DATA }));
    const result = await get(`${url}/a.pdb`, { proxy: { httpProxy: 'http://127.0.0.1:1' } });
    await bytesOf(result);
  });
});

describe('many downloads', () => {
  it('are at most four at a time', async () => {
    let now = 0;
    let most = 0;
    const waitingResponses: (() => void)[] = [];
    const server = await serve((_, response) => {
      most = Math.max(most, ++now);
      waitingResponses.push(() => {
        now--;
        response.end(DATA);
      });
      // All that may come have come: let one go.
      if (now === 4) waitingResponses.shift()?.();
    });
    const all = downloader();
    const results = Array.from({ length: 12 }, (_, i) => all.fetch({ address: new URL(`${server.url}/${i}`), store }));
    let done = 0;
    for (const result of results) void result.then(() => done++);
    while (done < 12) {
      if (server.requests.length === 12) waitingResponses.shift()?.();
      await new Promise((next) => setTimeout(next, 1));
    }
    expect(most).toBe(4);
  });
});

describe('a cancelled download', () => {
  it('by closing all has put its half away when that is done', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { etag: ETAG, 'content-length': DATA.length }).write(DATA.subarray(0, 1000));
    });
    const all = downloader();
    let began = (): void => undefined;
    const hasBytes = new Promise<void>((resolve) => (began = resolve));
    const address = new URL(`${url}/a.pdb`);
    const result = all.fetch({ address, store, onProgress: (done) => done > 0 && began() });
    const settled = Promise.allSettled([result]);
    await hasBytes;
    await all.close();
    expect(await waiting()).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.\w+\.part$/)]);
    expect(await settled).toMatchObject([{ reason: { name: 'AbortError' } }]);
  });

  it('stops while it waits for its turn, for headers, or before another try', async () => {
    const held = await serve(() => {});
    const one = downloader({ parallel: 1 });
    const controllers = [new AbortController(), new AbortController()];
    const downloads = controllers.map(({ signal }) => one.fetch({ address: new URL(`${held.url}/a`), store, signal }));
    const settled = Promise.allSettled(downloads);
    for (const controller of controllers.reverse()) controller.abort();
    for (const result of await settled) expect(result).toMatchObject({ reason: { name: 'AbortError' } });

    const busy = await serve((_, response) => response.writeHead(500).end());
    const controller = new AbortController();
    const waits = downloader({ sleep: DOWNLOAD_DEFAULTS.sleep, backoffMs: 60_000, maxRetryAfterMs: 600_000 });
    const waitingLong = waits.fetch({ address: new URL(`${busy.url}/a`), store, signal: controller.signal });
    busy.server.once('request', () => setTimeout(() => controller.abort(), 5));
    await expect(waitingLong).rejects.toMatchObject({ name: 'AbortError' });
    expect(await waiting()).toEqual([]);
  });
});
