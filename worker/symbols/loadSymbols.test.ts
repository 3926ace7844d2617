import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traceFixture } from '../query/testing/traceFixture.ts';
import { textsOf } from '../query/texts.ts';
import type { Progress } from '../../shared/records.ts';
import type { LoadSymbolsRequest, SymbolModule } from '../../shared/symbols.ts';
import type { Trace } from '../lifetimes/model.ts';
import { loadSymbols } from './loadSymbols.ts';
import { SymbolError, type FoundPdb, type PdbIdentity } from './model.ts';
import type { LoadOptions } from './news.ts';
import { symbolsReport } from './report.ts';
import { fakeTools, GUID, pdbNamed, type FakeTools } from './testing/fakeTools.ts';
import { TraceSymbols } from './traceSymbols.ts';

let folder: string;
let etl: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-symbols-'));
  etl = join(folder, 'trace.etl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Modules a.exe, b.dll, … with `frames` of them in the one stack that two events have; each needs the PDB of its name. */
function traceWith(frames: string[], pdbs: Record<string, PdbIdentity | null> = {}): Trace {
  const trace = traceFixture({
    processes: [{ name: 'a.exe', pid: 10 }],
    stacks: { make: frames, never: ['unused.dll+0x1'] },
    objects: [{ handles: [{ owner: 'a.exe', value: 4, open: 1, openStack: 'make', close: 2, closeStack: 'make' }] }],
  });
  const { modules } = trace.stacks;
  const ownPdb = (name: string): PdbIdentity => pdbNamed(name.replace(/\.\w+$/, '.pdb'));
  const modulePdbs = modules.map((name) => (name in pdbs ? pdbs[name] : ownPdb(name)));
  return { ...trace, stacks: { ...trace.stacks, modulePdbs } };
}

async function load(
  trace: Trace,
  tools: FakeTools,
  request: LoadSymbolsRequest = {},
  options: LoadOptions = {},
): Promise<TraceSymbols> {
  const symbols = new TraceSymbols(trace);
  await loadSymbols(symbols, etl, request, tools, options);
  return symbols;
}

function frames(symbols: TraceSymbols): string[] {
  return textsOf(symbols.trace).frames(0) ?? [];
}

/** The rows by module name. */
async function rows(symbols: TraceSymbols, tools: FakeTools): Promise<Record<string, SymbolModule>> {
  return Object.fromEntries((await symbolsReport(symbols, tools)).modules.map((row) => [row.name, row]));
}

describe('the job that loads symbols', () => {
  it('names every frame that a function covers, short or full', async () => {
    const trace = traceWith(['a.exe+0x10', 'a.exe+0x25', 'b.dll+0x4', 'b.dll+0x200', '0x55']);
    const tools = fakeTools({
      'a.pdb': { functions: { 0x10: 'main(int, char**)', 0x20: 'std::vector<int>::push_back(int)' } },
      'b.pdb': { functions: { 0x100: 'behind' } },
    });
    const short = await load(trace, tools);
    expect(frames(short)).toEqual([
      'a.exe!main+0x0',
      'a.exe!std::vector<...>::push_back+0x5',
      'b.dll+0x4',
      'b.dll!behind+0x100',
      '0x55',
    ]);
    expect(short.status()).toEqual({
      version: 1,
      loading: false,
      frames: 10,
      framesWithModule: 8,
      framesNamed: 6,
      modules: 2,
      modulesNamed: 2,
    });
    await loadSymbols(short, etl, { names: 'full' }, tools);
    expect(frames(short).slice(0, 2)).toEqual([
      'a.exe!main(int, char**)+0x0',
      'a.exe!std::vector<int>::push_back(int)+0x5',
    ]);
    expect(short.status().version).toBe(2);
    expect(tools.log.filter((entry) => entry.startsWith('find'))).toEqual(['find a.pdb', 'find b.pdb']);
  });

  it('takes the source of the call, which lies before the address that a frame holds', async () => {
    const tools = fakeTools({
      'a.pdb': {
        functions: { 0x10: 'main' },
        sources: {
          0x24: {
            place: { file: 'main.cpp', line: 7 },
            inlined: [{ name: 'inner(int)', place: { file: 'inner.h', line: 1 } }],
          },
        },
      },
    });
    const symbols = await load(traceWith(['a.exe+0x25', 'a.exe+0x8']), tools);
    expect(symbols.trace.stacks.frameSymbol(0)).toEqual({
      name: 'main',
      offset: 0x15,
      place: { file: 'main.cpp', line: 7 },
      inlined: ['inner'],
    });
    expect(tools.log).toContain('sources /a.pdb 36');
  });

  it('looks for a PDB once, though several modules need it, most frames first', async () => {
    const trace = traceWith(['x.dll+0x1', 'b.dll+0x1', 'b.dll+0x2', 'b.dll+0x3', 'a.exe+0x1', 'a.exe+0x2'], {
      'x.dll': pdbNamed('a.pdb'),
      'b.dll': pdbNamed('b.pdb'),
    });
    const tools = fakeTools({ 'a.pdb': { functions: { 1: 'f' } }, 'b.pdb': { functions: { 1: 'g' } } });
    const symbols = await load(trace, tools);
    expect(tools.log.filter((entry) => entry.startsWith('find'))).toHaveLength(2);
    expect((await symbolsReport(symbols, tools)).modules.map((row) => [row.name, row.frames, row.framesNamed])).toEqual(
      [
        ['b.dll', 6, 6],
        ['a.exe', 4, 4],
        ['x.dll', 2, 2],
      ],
    );
  });

  it('asks no more than the cache where that knows everything, and the PDB only for what is missing', async () => {
    const pdbs = { 'a.pdb': { functions: { 0x10: 'main' } } };
    const tools = fakeTools(pdbs);
    await load(traceWith(['a.exe+0x12']), tools);
    expect(tools.log).toEqual(['find a.pdb', 'open /a.pdb', 'functions /a.pdb', 'sources /a.pdb 17', 'store a.pdb']);
    tools.log.length = 0;
    expect(frames(await load(traceWith(['a.exe+0x12']), tools))).toEqual(['a.exe!main+0x2']);
    expect(tools.log).toEqual([]);
    await load(traceWith(['a.exe+0x12', 'a.exe+0x15']), tools);
    expect(tools.log).toEqual(['find a.pdb', 'open /a.pdb', 'sources /a.pdb 20', 'store a.pdb']);
    const gone = fakeTools({});
    gone.cached.set('a.pdb', { ...(tools.cached.get('a.pdb') as never as object), sources: new Map() } as never);
    const symbols = await load(traceWith(['a.exe+0x12']), gone);
    expect(frames(symbols)).toEqual(['a.exe!main+0x2']);
    expect((await rows(symbols, gone))['a.exe']).toMatchObject({ state: 'named', origin: '/a.pdb' });
  });

  it('says of every module without names why, and what to do', async () => {
    const tried = [{ where: 'https://symbols', outcome: 'HTTP 503' }];
    const found: Record<string, FoundPdb | Error> = {
      'mismatch.pdb': {
        state: 'mismatch',
        tried: [{ where: '/x/mismatch.pdb', outcome: 'is for another build: GUID 1' }],
      },
      'corrupt.pdb': { state: 'corrupt', tried: [{ where: '/x', outcome: 'bad page (offset 12).' }] },
      'portable.pdb': { state: 'portable', tried: [{ where: '/x', outcome: 'portable' }] },
      'failed.pdb': { state: 'failed', tried: [...tried, { where: '/x', outcome: 'not there' }] },
      'notallowed.pdb': { state: 'notAllowed', tried: [] },
      'stale.pdb': { state: 'notAllowed', tried: [{ where: '/x/stale.pdb', outcome: 'is for another build: GUID 1' }] },
      'broken.pdb': new SymbolError('io', '/y/broken.pdb: the disk failed', '/y/broken.pdb'),
    };
    const names = [...Object.keys(found), 'missing.pdb', 'none.pdb'].map((name) => name.replace('.pdb', '.dll'));
    const trace = traceWith([...names.map((name) => `${name}+0x1`)], {
      'none.dll': null,
      'mismatch.dll': { ...pdbNamed('C:\\build\\mismatch.pdb') },
    });
    const tools = fakeTools({}, { ...found, 'C:\\build\\mismatch.pdb': found['mismatch.pdb'] });
    const symbols = await load(trace, tools);
    const byName = await rows(symbols, tools);
    const told = Object.fromEntries(Object.values(byName).map((row) => [row.name, [row.state, row.detail]]));
    expect(told).toEqual({
      'mismatch.dll': [
        'mismatch',
        `Only PDBs of other builds were found; mismatch.dll needs mismatch.pdb (GUID ${GUID}, age 1). Get the PDB that was built with it.`,
      ],
      'corrupt.dll': [
        'corrupt',
        `The PDB that was found cannot be used: /x: bad page (offset 12). Get corrupt.pdb (GUID ${GUID}, age 1) again.`,
      ],
      'portable.dll': ['portable', expect.stringMatching(/^portable\.pdb is a portable PDB .*NGENPDB/) as string],
      'failed.dll': [
        'failed',
        `Looking for failed.pdb (GUID ${GUID}, age 1) failed: https://symbols: HTTP 503. Try again, or choose the file.`,
      ],
      'notallowed.dll': [
        'notAllowed',
        `notallowed.pdb (GUID ${GUID}, age 1) is in no local place, and servers may not be asked yet: allow downloads.`,
      ],
      'stale.dll': [
        'notAllowed',
        `stale.pdb (GUID ${GUID}, age 1) is in no local place (/x/stale.pdb: is for another build: GUID 1), and servers may not be asked yet: allow downloads.`,
      ],
      'broken.dll': ['failed', expect.stringContaining('/y/broken.pdb: the disk failed') as string],
      'missing.dll': ['notFound', expect.stringContaining('the one place that was looked into') as string],
      'none.dll': ['noIdentity', expect.stringMatching(/does not say which PDB none\.dll needs\. Merge/) as string],
    });
    expect(byName['failed.dll'].tried).toEqual([...tried, { where: '/x', outcome: 'not there' }]);
    expect(symbols.trace).toBe(trace);
    expect(symbols.status()).toMatchObject({ version: 0, modulesNamed: 0, framesNamed: 0 });
  });

  it('looks again for what was not found, not for what has names', async () => {
    const tools = fakeTools({ 'a.pdb': { functions: { 1: 'f' } } });
    const symbols = await load(traceWith(['a.exe+0x1', 'b.dll+0x1']), tools);
    tools.log.length = 0;
    await loadSymbols(symbols, etl, { retry: true }, tools);
    expect(tools.log).toEqual(['find b.pdb']);
    expect(tools.requests.map((request) => request.retryMissing)).toEqual([false, true]);
    expect(symbols.status().version).toBe(1);
  });

  it('publishes in batches', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `m${index}`);
    const trace = traceWith(names.map((name) => `${name}.dll+0x1`));
    const pdbs = Object.fromEntries(names.map((name) => [`${name}.pdb`, { functions: { 1: 'f' } }]));
    const tools = { ...fakeTools(pdbs), publishEvery: 3_600_000 };
    let publications = 0;
    const versions: number[] = [];
    const symbols = await load(
      trace,
      tools,
      {},
      {
        onNames: () => publications++,
        onProgress: (progress: Progress) => versions.push(progress.symbols?.version ?? -1),
      },
    );
    expect(symbols.status()).toMatchObject({ modulesNamed: 40, framesNamed: 80 });
    // At most the first at once, and what came after it together at the end.
    expect(publications).toBeLessThanOrEqual(2);
    expect(symbols.status().version).toBe(publications);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions.at(-1)).toBe(publications);
  });

  it('stops at once when it is cancelled, and keeps what was found', async () => {
    const never = (): Promise<FoundPdb> => new Promise(() => {});
    const tools = fakeTools({ 'a.pdb': { functions: { 1: 'f' } } }, { 'b.pdb': never, 'c.pdb': never });
    const symbols = new TraceSymbols(traceWith(['a.exe+0x1', 'b.dll+0x1', 'c.dll+0x1']));
    const controller = new AbortController();
    const job = loadSymbols(symbols, etl, {}, tools, {
      signal: controller.signal,
      onNames: () => controller.abort(),
    });
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    expect(frames(symbols)).toEqual(['a.exe!f+0x0', 'b.dll+0x1', 'c.dll+0x1']);
    expect(symbols.status().loading).toBe(false);
    expect((await rows(symbols, tools))['b.dll']).toMatchObject({ state: 'waiting' });
  });

  it('changes nothing any more after a cancel, though the search goes on', async () => {
    let finish = (_found: FoundPdb): void => {};
    const slow = (): Promise<FoundPdb> => new Promise((resolve) => (finish = resolve));
    const tools = fakeTools({ 'a.pdb': { functions: { 1: 'f' } } }, { 'a.pdb': slow });
    const symbols = new TraceSymbols(traceWith(['a.exe+0x1']));
    const controller = new AbortController();
    const job = loadSymbols(symbols, etl, {}, tools, { signal: controller.signal });
    const ended = expect(job).rejects.toMatchObject({ code: 'cancelled' });
    while (!tools.log.includes('find a.pdb')) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await ended;
    finish({ state: 'found', path: '/a.pdb', origin: '/a.pdb', tried: [] });
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(tools.log).toEqual(['find a.pdb']);
    expect(symbols.status().version).toBe(0);
  });

  it('asks the network only where the user allows it', async () => {
    const trace = traceWith(['a.exe+0x1']);
    const tools = fakeTools({});
    const rules = async (request: LoadSymbolsRequest): Promise<unknown> => {
      await load(trace, tools, request);
      const { allowDownload, offline, allowHttp } = tools.requests.at(-1) ?? {};
      return { allowDownload, offline, allowHttp };
    };
    expect(await rules({})).toEqual({ allowDownload: false, offline: false, allowHttp: false });
    expect(await rules({ download: true })).toEqual({ allowDownload: true, offline: false, allowHttp: false });
    expect(await rules({})).toEqual({ allowDownload: false, offline: false, allowHttp: false });
    await load(trace, tools, { download: true, remember: true, path: 'srv*https://x', names: 'full' });
    expect(tools.saved).toEqual({ symbolPath: 'srv*https://x', download: true, names: 'full' });
    expect(await rules({})).toEqual({ allowDownload: true, offline: false, allowHttp: false });
    expect(await rules({ offline: true, allowHttp: true })).toEqual({
      allowDownload: true,
      offline: true,
      allowHttp: true,
    });
    const symbols = await load(trace, tools, { offline: true });
    expect((await rows(symbols, tools))['a.exe'].detail).toContain('offline: no server was asked');
  });

  it('takes the path of the request, the environment, the setting, the default, in this order', async () => {
    const trace = traceWith(['a.exe+0x1']);
    const tools = fakeTools({});
    const inForce = async (request: LoadSymbolsRequest): Promise<unknown> => {
      const { path, pathFrom } = await symbolsReport(await load(trace, tools, request), tools);
      return [pathFrom, path];
    };
    expect(await inForce({})).toEqual(['default', 'srv*https://msdl.microsoft.com/download/symbols']);
    tools.saved = { symbolPath: '/setting', download: false, names: 'short' };
    expect(await inForce({})).toEqual(['setting', '/setting']);
    tools.env = { _NT_SYMBOL_PATH: '/one', _NT_ALT_SYMBOL_PATH: '/two' };
    expect(await inForce({})).toEqual(['environment', '/one;/two']);
    expect(await inForce({ path: 'what*is*this;/three' })).toEqual(['request', 'what*is*this;/three']);
    expect(tools.requests.at(-1)?.path.elements).toEqual([{ kind: 'folder', folder: '/three' }]);
    const before = await symbolsReport(new TraceSymbols(trace), tools);
    expect(before).toMatchObject({ path: '/one;/two', pathFrom: 'environment', download: false, names: 'short' });
    const symbols = await load(trace, tools, { path: 'what*is*this' });
    expect((await symbolsReport(symbols, tools)).pathProblems).toHaveLength(1);
  });

  it('says so where the settings cannot be kept', async () => {
    const tools = fakeTools({});
    tools.settings = { ...tools.settings, write: () => Promise.reject(new Error('EACCES')) };
    const symbols = await load(traceWith(['a.exe+0x1']), tools, { remember: true });
    expect((await symbolsReport(symbols, tools)).pathProblems).toEqual([
      expect.stringContaining('could not be saved (EACCES)'),
    ]);
  });

  it('looks first into the folders beside the trace', async () => {
    const tools = fakeTools({});
    await load(traceWith(['a.exe+0x1']), tools);
    expect(tools.requests.at(-1)?.extraFolders).toEqual([]);
    const beside = ['symbols', 'trace.etl.NGENPDB', 'trace.NGENPDB'].map((name) => join(folder, name));
    for (const path of beside) await mkdir(path);
    await load(traceWith(['a.exe+0x1']), tools);
    expect(tools.requests.at(-1)?.extraFolders).toEqual(beside);
  });

  it('lets no name of a PDB write a frame of its own', async () => {
    const tools = fakeTools({ 'a.pdb': { functions: { 1: 'f\nntoskrnl.exe!ObKillProcess' } } });
    const symbols = await load(traceWith(['a.exe+0x1']), tools);
    expect(frames(symbols)).toEqual(['a.exe!f\uFFFDntoskrnl.exe!ObKillProcess+0x0']);
  });

  it('has nothing to do in a trace without stacks', async () => {
    const tools = fakeTools({});
    const symbols = await load(traceFixture({ objects: [] }), tools);
    expect(symbols.modules()).toEqual([]);
    expect(symbols.status()).toMatchObject({ frames: 0, modules: 0, version: 0 });
  });
});
