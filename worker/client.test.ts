import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import type { Progress } from '../shared/records.ts';
import { startTraceWorker, type TraceWorker } from './client.ts';

/** A worker whose `open` acts on the name of the file: a real thread, so that dying is real as well. */
const WORKER_SOURCE = `
import { parentPort } from 'node:worker_threads';
import { serveService } from ${JSON.stringify(new URL('dispatch.ts', import.meta.url).pathname)};
import { TraceError } from ${JSON.stringify(new URL('../shared/errors.ts', import.meta.url).pathname)};
let opened = 0;
const acts = {
  async ok(options) {
    options.onProgress({ phase: 'read', bytesDone: 1, bytesTotal: 2, events: 0 });
    return { opened: ++opened };
  },
  wait: (options) =>
    new Promise((resolve, reject) => {
      options.signal.addEventListener('abort', () => reject(new TraceError('cancelled', 'Cancelled by the worker.')));
      options.onProgress({ phase: 'read', bytesDone: 0, bytesTotal: 0, events: 0 });
    }),
  async deaf(options) {
    options.onProgress({ phase: 'read', bytesDone: 0, bytesTotal: 0, events: 0 });
    await new Promise((resolve) => options.signal.addEventListener('abort', resolve));
    return { finished: true };
  },
  async bad() { throw new TraceError('notEtl', 'Not an ETL.', 'bad', 4); },
  async memory() { const hoard = []; for (;;) hoard.push(new Array(100_000).fill(hoard.length + 0.5)); },
  async crash() { setImmediate(() => { throw new Error('boom'); }); return new Promise(() => {}); },
  async exit() { process.exit(3); },
};
serveService(parentPort, {
  open: ({ path }, options) => acts[path](options),
  overview: async () => ({ series: [{ label: 'Event', values: Float32Array.of(1, NaN) }], peak: 1, endNs: 5 }),
});
`;

let folder: string;
let script: URL;
let worker: TraceWorker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-client-'));
  const entry = join(folder, 'entry.mjs');
  await writeFile(entry, WORKER_SOURCE);
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir: join(folder, 'out'), rolldownOptions: { output: { entryFileNames: 'worker.mjs' } } },
    ssr: { noExternal: true },
  });
  script = pathToFileURL(join(folder, 'out/worker.mjs'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => worker.terminate());

const OVERVIEW = { filter: {}, samples: 2 };

describe('the client of a worker thread', () => {
  it('carries progress, results and typed arrays', async () => {
    worker = startTraceWorker(script);
    const progress: Progress[] = [];
    expect(await worker.open({ path: 'ok' }, { onProgress: (entry) => progress.push(entry) })).toEqual({ opened: 1 });
    expect(progress).toEqual([{ phase: 'read', bytesDone: 1, bytesTotal: 2, events: 0 }]);
    expect((await worker.overview(OVERVIEW)).series[0]?.values).toEqual(Float32Array.of(1, Number.NaN));
  });

  it('rejects with the TraceError of the worker', async () => {
    worker = startTraceWorker(script);
    await expect(worker.open({ path: 'bad' })).rejects.toMatchObject({
      name: 'TraceError',
      code: 'notEtl',
      message: 'Not an ETL.',
      file: 'bad',
      offset: 4,
    });
  });

  it.each(['wait', 'deaf'])('cancels a call that would %s', async (path) => {
    worker = startTraceWorker(script);
    const controller = new AbortController();
    const call = worker.open({ path }, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('does not start a call whose signal has fired', async () => {
    worker = startTraceWorker(script);
    await expect(worker.open({ path: 'ok' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await worker.open({ path: 'ok' })).toEqual({ opened: 1 });
  });

  it.each([
    ['memory', 'more memory than there is'],
    ['crash', '(boom)'],
    ['exit', 'code 3'],
  ])('says so when the thread dies of %s, and starts another for the next open', async (path, sentence) => {
    worker = startTraceWorker(script, { resourceLimits: { maxOldGenerationSizeMb: 24 } });
    expect(await worker.open({ path: 'ok' })).toEqual({ opened: 1 });
    const waiting = worker.open({ path: 'wait' });
    const dying = worker.open({ path });
    const expected = { name: 'TraceError', code: 'internal', message: expect.stringContaining(sentence) as string };
    await Promise.all([waiting, dying].map((call) => expect(call).rejects.toMatchObject(expected)));
    await expect(worker.overview(OVERVIEW)).rejects.toMatchObject(expected);
    expect(await worker.open({ path: 'ok' })).toEqual({ opened: 1 });
  });

  it('rejects what is under way when it is terminated, and everything after', async () => {
    worker = startTraceWorker(script);
    const waiting = expect(worker.open({ path: 'wait' })).rejects.toMatchObject({ code: 'cancelled' });
    await worker.terminate();
    await waiting;
    await expect(worker.open({ path: 'ok' })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('rejects a request that cannot be sent', async () => {
    worker = startTraceWorker(script);
    await expect(worker.open({ path: 'ok', displayName: (() => '') as never })).rejects.toThrow();
  });
});
