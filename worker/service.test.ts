import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../shared/records.ts';
import type { TraceService } from '../shared/service.ts';
import { createTraceService } from './service.ts';
import type { FoundPdb } from './symbols/model.ts';
import { fakeTools, GUID } from './symbols/testing/fakeTools.ts';
import { ms, TraceBuilder } from './testing/traceBuilder.ts';

const APP = 0x7ff6_00000000n;
const LIB = 0x7ff7_00000000n;

/** Two events made by one stack of two modules, one of them closed by a sweep that only its stack tells. */
function traceBytes(): Uint8Array {
  const builder = new TraceBuilder().processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'app.exe' });
  for (const [base, name] of [
    [APP, 'app'],
    [LIB, 'lib'],
  ] as const) {
    const file = `C:\\app\\${name}.exe`;
    const [size, timeStamp, pid] = [0x10000, 7, 100];
    builder.image({ ns: ms(2), kind: 'load', pid, base, size, file, timeStamp });
    builder.imageId({ ns: ms(2), pid, base, size, timeStamp, originalName: file });
    builder.imageDbgId({ ns: ms(2), pid, base, guid: GUID, age: 1, pdb: `${name}.pdb` });
  }
  const event = { pid: 100, tid: 1, handle: 4, type: 16, object: 0xffff8000_00001000n };
  return builder
    .handleCreate({ ...event, ns: ms(3), stack: [APP + 0x10n, LIB + 0x10n] })
    .handleClose({ ...event, ns: ms(4), stack: [APP + 0x90n] })
    .toBytes();
}

const PDBS = {
  'app.pdb': { functions: { 0x10: 'make', 0x80: 'ObKillProcess' } },
  'lib.pdb': { functions: { 0x10: 'call' } },
};

let folder: string;
let etl: string;
let service: TraceService;
let tools: ReturnType<typeof fakeTools>;
/** gives an answer to the search for lib.pdb, which waits for it */
let answerLib: (found: FoundPdb) => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-service-'));
  etl = join(folder, 'trace.etl');
  await writeFile(etl, traceBytes());
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  tools = fakeTools(PDBS, { 'lib.pdb': () => new Promise((resolve) => (answerLib = resolve)) });
  service = createTraceService({ tools });
});

const LIB_FOUND: FoundPdb = { state: 'found', path: '/lib.pdb', origin: '/lib.pdb', tried: [] };

async function createStack(): Promise<string[] | undefined> {
  const details = await service.details({ id: 1, eventLimit: 9 });
  return details.stacks[details.createStack ?? -1]?.frames;
}

/** Starts a job and waits until it has published the names of app.exe; the search for lib.pdb goes on. */
async function loadHalf(
  signal?: AbortSignal,
): Promise<{ job: ReturnType<TraceService['loadSymbols']>; progress: Progress[] }> {
  const progress: Progress[] = [];
  let named = (): void => {};
  const published = new Promise<void>((resolve) => (named = resolve));
  const onProgress = (entry: Progress): void => {
    progress.push(entry);
    if (entry.symbols?.version === 1) named();
  };
  const job = service.loadSymbols({}, { signal, onProgress });
  job.catch(() => {});
  await published;
  return { job, progress };
}

describe('the symbols of an opened trace', () => {
  it('are none at first', async () => {
    const summary = await service.open({ path: etl });
    expect(summary).toMatchObject({
      leaksAtExit: 0,
      lostStretches: [],
      trust: { frames: 3, framesWithoutSymbol: 3 },
      symbols: {
        version: 0,
        loading: false,
        frames: 3,
        framesWithModule: 3,
        framesNamed: 0,
        modules: 2,
        modulesNamed: 0,
      },
    });
    expect(await createStack()).toEqual(['app.exe+0x10', 'lib.exe+0x10']);
    expect((await service.symbols(undefined)).modules.map(({ name, state }) => [name, state])).toEqual([
      ['app.exe', 'waiting'],
      ['lib.exe', 'waiting'],
    ]);
  });

  it('arrive while everything else is answered, and change what follows from them', async () => {
    await service.open({ path: etl });
    const { job, progress } = await loadHalf();
    expect(await createStack()).toEqual(['app.exe!make+0x0', 'lib.exe+0x10']);
    const byName = { filter: { createStack: '*app.exe!make*' } };
    expect((await service.facets(byName)).matched).toBe(1);
    expect(await service.symbols(undefined)).toMatchObject({
      status: { version: 1, loading: true },
      modules: [{ state: 'named' }, { state: 'loading' }],
    });
    answerLib(LIB_FOUND);
    const { report, summary } = await job;
    expect(await createStack()).toEqual(['app.exe!make+0x0', 'lib.exe!call+0x0']);
    expect(summary).toMatchObject({ leaksAtExit: 1, trust: { framesWithoutSymbol: 0 }, symbols: report.status });
    expect(report.status).toMatchObject({ version: 2, loading: false, framesNamed: 3, modulesNamed: 2 });
    expect(progress.every((entry) => entry.phase === 'symbols' && entry.doing !== undefined)).toBe(true);
    expect((await service.facets({ filter: { leakAtExit: true } })).matched).toBe(1);
  });

  it.each(['signal', 'close', 'open', 'load'])(
    'stop when they are ended by %s, and keep what was found',
    async (by) => {
      await service.open({ path: etl });
      const controller = new AbortController();
      const { job } = await loadHalf(controller.signal);
      if (by === 'signal') controller.abort();
      else if (by === 'close') await service.close();
      else if (by === 'open') await service.open({ path: etl });
      else {
        const next = service.loadSymbols({});
        await expect(job).rejects.toMatchObject({ code: 'cancelled' });
        while (tools.log.filter((entry) => entry === 'find lib.pdb').length < 2)
          await new Promise((resolve) => setImmediate(resolve));
        expect((await service.symbols(undefined)).status.loading).toBe(true);
        answerLib(LIB_FOUND);
        expect((await next).report.status).toMatchObject({ loading: false, modulesNamed: 2 });
        return;
      }
      await expect(job).rejects.toMatchObject({ code: 'cancelled' });
      if (by === 'close') await expect(service.symbols(undefined)).rejects.toMatchObject({ code: 'internal' });
      else expect(await createStack()).toEqual([by === 'open' ? 'app.exe+0x10' : 'app.exe!make+0x0', 'lib.exe+0x10']);
    },
  );

  it('need a trace', async () => {
    await expect(service.loadSymbols({})).rejects.toMatchObject({
      message: expect.stringContaining('open one') as string,
    });
    await expect(service.usePdb({ module: 0, path: '/x.pdb' })).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('the other methods', () => {
  it('reach what answers them', async () => {
    await service.open({ path: etl });
    const tree = { filter: {}, by: 'create', inverted: false, onlyLeaks: false, foldSystem: false } as const;
    expect((await service.rows({ table: 'objects', filter: {}, sort: [], firstRow: 0, rowCount: 9 })).total).toBe(1);
    expect((await service.stackTree({ ...tree, openNodes: [], firstRow: 0, rowCount: 9 })).created).toBe(1);
    expect((await service.icicle({ ...tree, root: '', width: 100, weight: 'created' })).omitted).toBe(0);
    const view = { filter: {}, process: '', fromNs: 0, toNs: 1e9, width: 100, height: 100 };
    expect((await service.mapView(view)).views).toBe(0);
    const path = join(folder, 'out.json');
    const { rows } = await service.exportTable({ table: 'objects', filter: {}, sort: [], format: 'json', path });
    expect(rows).toBe(1);
    expect((await service.facets({ filter: {} })).total).toBe(1);
  });
});

describe('a large trace', () => {
  /** 4,000 events that are never closed, in buffers of 4 KiB. */
  async function largeTrace(name: string): Promise<string> {
    const builder = new TraceBuilder({ bufferSize: 4096 });
    builder.processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'app.exe' });
    for (let index = 0; index < 4000; index++) {
      const object = 0xffff8000_00001000n + BigInt(index) * 64n;
      builder.handleCreate({ ns: ms(2 + index), pid: 100, tid: 1, handle: 4 + index * 4, type: 16, object });
    }
    const path = join(folder, name);
    await writeFile(path, builder.toBytes());
    return path;
  }
  const rows = { table: 'objects', filter: {}, sort: [], firstRow: 0, rowCount: 1 } as const;

  it('can be asked for its first part while the rest is read', async () => {
    const path = await largeTrace('large.etl');
    const large = createTraceService({ tools, firstPartBytes: 32 * 1024 });
    const answers: Promise<number>[] = [];
    const parts: number[] = [];
    const summary = await large.open(
      { path },
      {
        onProgress: ({ firstPart }) => {
          if (firstPart === undefined) return;
          parts.push(firstPart.objects);
          answers.push(large.rows({ ...rows, sort: [] }).then(({ total }) => total));
        },
      },
    );
    expect(parts).toHaveLength(1);
    expect(parts[0]).toBeGreaterThan(100);
    expect(parts[0]).toBeLessThan(1500);
    expect(await Promise.all(answers)).toEqual(parts);
    expect(summary.objects).toBe(4000);
    expect(summary.info.health.map(({ code }) => code)).not.toContain('fileGrew');
    expect((await large.rows({ ...rows, sort: [] })).total).toBe(4000);
  });

  it('that is cancelled leaves the trace that was open before', async () => {
    const path = await largeTrace('cancelled.etl');
    const large = createTraceService({ tools, firstPartBytes: 32 * 1024 });
    await large.open({ path: etl });
    const controller = new AbortController();
    const onProgress = (progress: Progress): void => {
      if (progress.firstPart) controller.abort();
    };
    await expect(large.open({ path }, { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect((await large.rows({ ...rows, sort: [] })).total).toBe(1);
  });
});
