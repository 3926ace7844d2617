import { access, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { symbolStoreFolder } from '../cache/folders.ts';
import type { PdbIdentity } from '../model.ts';
import { createSymbolFinder, type SymbolFinderOptions } from './finder.ts';
import { storeKey } from './pdbName.ts';
import { parseSymbolPath } from './symbolPath.ts';
import { writeCabinet } from './testing/cabinetWriter.ts';
import { fakePdb, readFakeIdentity } from './testing/fakePdb.ts';
import { filesOf, startLoopbackServer, type Answer, type LoopbackServer } from './testing/loopbackServer.ts';

const WANTED: PdbIdentity = { name: 'app.pdb', guid: '3844dbb9-2017-4967-be7a-a4a2c20430fa', age: 2 };
const KEY = storeKey(WANTED);
const PDB = fakePdb(WANTED);
const OTHER = fakePdb({ ...WANTED, guid: '00000000-2017-4967-be7a-a4a2c20430fa' });
const OLDER = fakePdb({ ...WANTED, age: 1 });
const CABINET = writeCabinet([{ name: 'app.pdb', data: PDB }]);

let folder: string;
let cache: string;
let defaultStore: string;
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-finder-'));
  cache = join(folder, 'cache');
  defaultStore = symbolStoreFolder(cache);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(folder, { recursive: true, force: true });
});

async function serve(answer: Answer): Promise<LoopbackServer> {
  const server = await startLoopbackServer(answer);
  cleanups.push(() => server.close());
  return server;
}

function finder(path: string, options: Partial<SymbolFinderOptions> = {}) {
  const made = createSymbolFinder({
    path: parseSymbolPath(path, { defaultCache: defaultStore }),
    extraFolders: [],
    allowDownload: true,
    allowHttp: false,
    offline: false,
    cacheFolder: cache,
    readIdentity: readFakeIdentity,
    ...options,
    download: { sleep: async () => {}, ...options.download },
  });
  cleanups.push(() => made.close());
  return made;
}

async function find(path: string, options: Partial<SymbolFinderOptions> = {}, identity: PdbIdentity = WANTED) {
  return finder(path, options).find(identity);
}

async function put(path: string, data: Uint8Array | string): Promise<string> {
  const full = join(folder, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, data);
  return full;
}

const inStore = (store: string, file = 'app.pdb') => join(store, 'app.pdb', KEY, file);
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
/** Files that wait in a store. */
const waiting = (store: string) => readdir(join(store, '.leaklanes')).catch(() => []);

describe('folders', () => {
  it.each([
    ['flat', 's/app.pdb'],
    ['beside the images', 's/exe/app.pdb'],
    ["as Windows' symbol packages", 's/symbols/dll/app.pdb'],
    ['a store', `s/app.pdb/${KEY}/app.pdb`],
    ['a store in another case', `s/App.PDB/${KEY.toLowerCase()}/APP.pdb`],
  ])('finds a PDB: %s', async (_, path) => {
    const full = await put(path, PDB);
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'found', path: full, origin: full });
  });

  it('finds a PDB in a store of three tiers, where it is marked as one', async () => {
    const full = await put(`s/ap/app.pdb/${KEY}/app.pdb`, PDB);
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'notFound' });
    await put('s/index2.txt', '');
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'found', path: full });
  });

  it.each([
    ['a store', `s/app.pdb/${KEY}/app.pd_`],
    ['flat', 's/APP.PD_'],
  ])('expands a compressed PDB into the default store: %s', async (_, path) => {
    const full = await put(path, CABINET);
    const found = await find(join(folder, 's'));
    expect(found).toMatchObject({ state: 'found', path: inStore(defaultStore), origin: full });
    expect((await readFile(inStore(defaultStore))).equals(PDB)).toBe(true);
    expect(await waiting(defaultStore)).toEqual([]);
  });

  it('expands within a chain into its first store', async () => {
    await put(`b/app.pdb/${KEY}/app.pd_`, CABINET);
    const found = await find(`srv*${join(folder, 'a')}*${join(folder, 'b')}`);
    expect(found).toMatchObject({ state: 'found', path: inStore(join(folder, 'a')) });
  });

  it('copies what it finds in a chain into every store to the left', async () => {
    const origin = await put(`c/app.pdb/${KEY}/app.pdb`, PDB);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name));
    expect(await find(`srv*${a}*${b}*${c}`)).toMatchObject({ state: 'found', path: inStore(a), origin });
    expect(await exists(inStore(b))).toBe(true);
    await rm(c, { recursive: true });
    expect(await find(`srv*${a}*${b}*${c}`)).toMatchObject({ state: 'found', path: inStore(a) });
  });

  it('writes a store of three tiers as one', async () => {
    await put('a/index2.txt', '');
    await put('c/app.pdb', PDB);
    const found = await find(`srv*${join(folder, 'a')}*${join(folder, 'c')}`);
    expect(found).toMatchObject({ path: join(folder, 'a', 'ap', 'app.pdb', KEY, 'app.pdb') });
  });

  it('asks the extra folders first, then the path in its order', async () => {
    const later = await put('later/app.pdb', PDB);
    const first = await put('first/app.pdb', PDB);
    const path = `${join(folder, 'first')};${join(folder, 'later')}`;
    expect(await find(path)).toMatchObject({ path: first });
    expect(await find(path, { extraFolders: [join(folder, 'later')] })).toMatchObject({ path: later });
  });

  it.each([
    ['another GUID', OTHER, 'GUID 00000000-2017-4967-be7a-a4a2c20430fa, age 2'],
    ['another age', OLDER, 'GUID 3844dbb9-2017-4967-be7a-a4a2c20430fa, age 1'],
    ['the right age in the wrong stream', fakePdb({ ...WANTED, age: 1 }, { infoAge: 2 }), 'age 1'],
  ])('never uses a PDB with %s, and says so', async (_, data, words) => {
    const full = await put('s/app.pdb', data);
    expect(await find(join(folder, 's'))).toEqual({
      state: 'mismatch',
      tried: [{ where: full, outcome: expect.stringMatching(`is for another build: .*${words}`) }],
    });
  });

  it('compares the age of the DBI stream, and that of the info stream where there is none', async () => {
    const full = await put('s/app.pdb', fakePdb(WANTED, { infoAge: 9 }));
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'found', path: full });
    await put('s/app.pdb', fakePdb(WANTED, { noDbi: true }));
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'found', path: full });
  });

  it('looks on after a wrong file', async () => {
    await put('a/app.pdb', OTHER);
    await put('b/app.pdb', 'damaged');
    const full = await put('c/app.pdb', PDB);
    const path = ['a', 'b', 'c'].map((name) => join(folder, name)).join(';');
    const found = await find(path);
    expect(found).toMatchObject({ state: 'found', path: full });
    expect(found.tried.map(({ outcome }) => outcome)).toEqual([
      expect.stringContaining('another build'),
      'no PDB (offset 0).',
      'found',
    ]);
  });

  it.each([
    ['damaged', 'corrupt'],
    ['BSJB', 'portable'],
  ])('a file %j makes the search %s', async (data, state) => {
    await put('s/app.pdb', data);
    expect(await find(join(folder, 's'))).toMatchObject({ state });
  });

  it('tells a folder that is not there from one without the file, and a Windows path from both', async () => {
    await mkdir(join(folder, 's'));
    const tried = (await find(`${join(folder, 's')};${join(folder, 'none')};C:\\sym;\\\\srv\\sym`)).tried;
    expect(tried).toEqual([
      { where: join(folder, 's'), outcome: 'not there' },
      { where: join(folder, 'none'), outcome: 'no such folder' },
      { where: 'C:\\sym', outcome: expect.stringContaining('Windows path') },
      { where: '\\\\srv\\sym', outcome: expect.stringContaining('Windows path') },
    ]);
    expect(await readdir(process.cwd())).not.toContain('C:\\sym');
  });

  it('asks no network folder before the user allows it', async () => {
    const path = '\\\\srv\\sym';
    const options = { platform: 'win32', allowDownload: false } as const;
    expect(await find(path, options)).toEqual({
      state: 'notAllowed',
      tried: [{ where: path, outcome: expect.stringContaining('not allowed') }],
    });
    expect(await find(path, { ...options, allowDownload: true, offline: true })).toMatchObject({ state: 'notFound' });
  });
});

describe('file.ptr', () => {
  const pointer = (text: string) => put(`s/app.pdb/${KEY}/file.ptr`, text);

  it.each([['PATH:'], ['path: '], ['']])('is followed once: %j', async (prefix) => {
    const full = await put('real/app.pdb', PDB);
    await pointer(`${prefix}${full}\r\n`);
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'found', path: full });
  });

  it.each([
    ['MSG: gone to lunch', 'says: "gone to lunch"'],
    ['PATH:https://x.example/app.pdb', 'only file paths'],
    ['PATH:file:///etc/passwd', 'only file paths'],
    ['PATH:..\\app.pdb', 'only absolute'],
    ['PATH:\\\\srv\\share\\app.pdb', 'Windows path'],
    ['', 'no pointer'],
  ])('%j is not', async (text, words) => {
    await pointer(text);
    const found = await find(join(folder, 's'));
    expect(found.state).not.toBe('found');
    expect(found.tried).toEqual([expect.objectContaining({ outcome: expect.stringContaining(words) })]);
  });

  it('does not lead to another pointer, nor to another build', async () => {
    const second = await put('real/file.ptr', `PATH:${await put('real/app.pdb', PDB)}`);
    await pointer(`PATH:${second}`);
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'corrupt' });
    await pointer(`PATH:${await put('real/app.pdb', OTHER)}`);
    expect(await find(join(folder, 's'))).toMatchObject({ state: 'mismatch' });
  });
});

describe("the PDB's own path", () => {
  it('is looked at, and used when it is the right build', async () => {
    const name = await put('build/app.pdb', PDB);
    expect(await find('', {}, { ...WANTED, name })).toMatchObject({ state: 'found', path: name });
    await writeFile(name, OTHER);
    expect(await find('', {}, { ...WANTED, name })).toMatchObject({ state: 'mismatch' });
  });

  it('counts only its base name elsewhere', async () => {
    const full = await put('s/app.pdb', PDB);
    const name = 'D:\\agent\\_work\\1\\app.pdb';
    expect(await find(join(folder, 's'), {}, { ...WANTED, name })).toMatchObject({ state: 'found', path: full });
  });

  it('a name that is none is refused with a sentence', async () => {
    const found = await find(folder, {}, { ...WANTED, name: '..\\..\\NUL.pdb' });
    expect(found).toEqual({
      state: 'failed',
      tried: [
        {
          where: 'the name in the trace',
          outcome: '"..\\\\..\\\\NUL.pdb" is not looked for: its file name is that of a device',
        },
      ],
    });
  });
});

describe('servers', () => {
  const at = (file: string) => `app.pdb/${KEY}/${file}`;

  it('are asked for the PDB, which goes into the first store', async () => {
    const server = await serve(filesOf({ [at('app.pdb')]: PDB }));
    const [a, b] = ['a', 'b'].map((name) => join(folder, name));
    const path = `srv*${a}*${b}*${server.url}`;
    const origin = `${server.url}/${at('app.pdb')}`;
    expect(await find(path)).toMatchObject({ state: 'found', path: inStore(a), origin });
    expect((await readFile(inStore(a))).equals(PDB)).toBe(true);
    expect(await exists(inStore(b))).toBe(true);
    expect(await waiting(a)).toEqual([]);
    expect(await find(path)).toMatchObject({ state: 'found', path: inStore(a), origin: inStore(a) });
    expect(server.requests).toHaveLength(1);
  });

  it('are asked for the compressed PDB and the pointer after that', async () => {
    const compressed = await serve(filesOf({ [at('app.pd_')]: CABINET }));
    expect(await find(compressed.url)).toMatchObject({ state: 'found', path: inStore(defaultStore) });
    expect(compressed.requests).toEqual(['app.pdb', 'app.pd_'].map((file) => `GET /symbols/${at(file)}`));
    expect(await waiting(defaultStore)).toEqual([]);

    await rm(cache, { recursive: true });
    const real = await put('real/app.pdb', PDB);
    const pointing = await serve(filesOf({ [at('file.ptr')]: Buffer.from(`PATH:${real}`) }));
    const found = await find(pointing.url);
    expect(found).toMatchObject({ state: 'found', path: inStore(defaultStore), origin: real });
    expect(pointing.requests).toHaveLength(3);
  });

  it('with a cache* to the left use that', async () => {
    const { url } = await serve(filesOf({ [at('app.pdb')]: PDB }));
    const c = join(folder, 'c');
    expect(await find(`cache*${c};${url}`)).toMatchObject({ state: 'found', path: inStore(c) });
    expect(await exists(defaultStore)).toBe(false);
    const d = join(folder, 'd');
    await rm(c, { recursive: true });
    expect(await find(`cache*${c};srv*${d}*${url}`)).toMatchObject({ state: 'found', path: inStore(c) });
    expect(await exists(inStore(d))).toBe(true);
  });

  it('get names and tokens as they must be in an address, and tokens are not shown', async () => {
    const identity = { ...WANTED, name: 'my app+#ä%.pdb' };
    const server = await serve((request, response) => {
      expect(request.url).toContain('?sig=secret');
      filesOf({ [`${identity.name}/${KEY}/${identity.name}?sig=secret`]: PDB })(request, response);
    });
    const found = await find(`${server.url}/?sig=secret`, {}, identity);
    expect(found).toMatchObject({ state: 'found' });
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it('are not asked before the user allows it, nor offline', async () => {
    const server = await serve(filesOf({ [at('app.pdb')]: PDB }));
    const tried = [
      { where: defaultStore, outcome: 'no such folder' },
      { where: server.url, outcome: expect.stringContaining('not allowed') },
    ];
    expect(await find(server.url, { allowDownload: false })).toEqual({ state: 'notAllowed', tried });
    expect(await find(server.url, { offline: true })).toMatchObject({ state: 'notFound' });
    expect(server.requests).toEqual([]);
    expect(await exists(cache)).toBe(false);
    // What is here is found all the same.
    const later = await put('later/app.pdb', PDB);
    const found = await find(`${server.url};${dirname(later)}`, { allowDownload: false });
    expect(found).toMatchObject({ state: 'found', path: later });
  });

  it('of http: are only asked on this machine', async () => {
    const found = await find('http://symbols.example/s');
    expect(found).toMatchObject({ state: 'failed' });
    expect(found.tried.at(-1)).toEqual({
      where: 'http://symbols.example/s',
      outcome: expect.stringContaining('https:'),
    });
  });

  it('that do not have it are not asked again for a day', async () => {
    const server = await serve(filesOf({}));
    expect(await find(server.url)).toMatchObject({ state: 'notFound' });
    expect(server.requests).toHaveLength(3);
    const second = await find(server.url);
    expect(second.tried.at(-1)).toEqual({ where: server.url, outcome: expect.stringContaining('within the last day') });
    expect(await find(server.url, { allowDownload: false })).toMatchObject({ state: 'notFound' });
    expect(server.requests).toHaveLength(3);
    await find(server.url, {}, { ...WANTED, age: 3 });
    expect(server.requests).toHaveLength(6);
    await find(server.url, { retryMissing: true });
    expect(server.requests).toHaveLength(9);
    const other = await serve(filesOf({}));
    await find(other.url);
    expect(other.requests).toHaveLength(3);
  });

  it('are asked again after a day', async () => {
    const server = await serve(filesOf({}));
    await find(server.url);
    const list = join(cache, 'not-found.txt');
    const day = 24 * 3600 * 1000;
    const aged = (await readFile(list, 'utf8')).replace(/^\d+/, (time) => String(Number(time) - day));
    await writeFile(list, `${aged}not a line of ours\n`);
    await find(server.url);
    expect(server.requests).toHaveLength(6);
    expect((await readFile(list, 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['another build', OTHER, 'mismatch', 'another build'],
    ['damaged', Buffer.from('damaged'), 'corrupt', 'no PDB'],
    ['a page of no type', Buffer.from('\n<!DOCTYPE html><p>Log in'), 'failed', 'web page'],
  ])('with a wrong answer leave nothing behind: %s', async (_, data, state, words) => {
    const server = await serve(filesOf({ [at('app.pdb')]: data }));
    const found = await find(server.url);
    expect(found).toMatchObject({ state });
    expect(found.tried.at(-1)).toEqual({
      where: `${server.url}/${at('app.pdb')}`,
      outcome: expect.stringContaining(words),
    });
    expect(await readdir(defaultStore)).toEqual(['.leaklanes']);
    expect(await waiting(defaultStore)).toEqual([]);
    // It was there: nothing to remember.
    await find(server.url);
    expect(server.requests).toHaveLength(2);
  });

  it('that fail leave the search to those behind them', async () => {
    const broken = await serve((_, response) => response.writeHead(500).end());
    const { url } = await serve(filesOf({ [at('app.pdb')]: PDB }));
    const found = await find(`${broken.url};${url}`);
    expect(found).toMatchObject({ state: 'found' });
    expect(broken.requests).toHaveLength(4);
  });

  it('that fail for three modules are not asked for more', async () => {
    const server = await serve((_, response) => response.writeHead(503).end());
    const one = finder(server.url, { download: { retries: 0 } });
    for (let age = 1; age <= 5; age++) expect(await one.find({ ...WANTED, age })).toMatchObject({ state: 'failed' });
    expect(server.requests).toHaveLength(3);
  });

  it('are asked once for a PDB that is wanted twice at a time', async () => {
    const server = await serve(filesOf({ [at('app.pdb')]: PDB }));
    const one = finder(server.url);
    const both = await Promise.all([one.find(WANTED), one.find({ ...WANTED, name: 'C:\\x\\app.pdb' })]);
    for (const found of both) expect(found).toMatchObject({ state: 'found', path: inStore(defaultStore) });
    expect(server.requests).toHaveLength(1);
  });

  it('are asked for many modules under one signal without a warning', async () => {
    const server = await serve(filesOf({}));
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const one = finder(server.url, { signal: new AbortController().signal });
    const ages = Array.from({ length: 30 }, (_, i) => i + 1);
    await Promise.all(ages.map((age) => one.find({ ...WANTED, age })));
    await new Promise((next) => setImmediate(next));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
    expect(server.requests).toHaveLength(90);
  });

  it('are asked for a file of no more than the limit', async () => {
    const { url } = await serve(filesOf({ [at('app.pdb')]: fakePdb(WANTED, { bytes: 5000 }) }));
    expect(await find(url, { download: { maxBytes: 4999 } })).toMatchObject({ state: 'failed' });
    expect(await find(url, { download: { maxBytes: 5000 } })).toMatchObject({ state: 'found' });
  });

  it('download into the default store where the first one cannot be written', async () => {
    const { url } = await serve(filesOf({ [at('app.pdb')]: PDB }));
    const file = await put('file', 'a file where the folder should be');
    const found = await find(`srv*${file}*C:\\sym*${url}`);
    expect(found).toMatchObject({ state: 'found', path: inStore(defaultStore) });
    expect(found.tried).toContainEqual({ where: file, outcome: expect.stringContaining('cannot be written') });
    // The next time it is there.
    const again = await find(`srv*C:\\sym*${url}`, { allowDownload: false });
    expect(again).toMatchObject({ state: 'found', path: inStore(defaultStore) });
  });

  it('are left at once when the user cancels, and the file is never under its name', async () => {
    const server = await serve((_, response) => response.writeHead(200, { etag: '"1"' }).write(PDB.subarray(0, 50)));
    const controller = new AbortController();
    const search = finder(server.url).find(WANTED, {
      signal: controller.signal,
      onProgress: (done) => done > 0 && controller.abort(),
    });
    await expect(search).rejects.toMatchObject({ name: 'AbortError' });
    expect(await exists(inStore(defaultStore))).toBe(false);
    expect(await waiting(defaultStore)).toEqual([expect.stringMatching(/\.part$/)]);
    await expect(find(server.url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('remove what ended programs left behind a week ago', async () => {
    const { url } = await serve(filesOf({ [at('app.pdb')]: PDB }));
    const [old, young] = await Promise.all(
      ['1-old.tmp', '2-young.tmp'].map((name) => put(`cache/symbols/.leaklanes/${name}`, 'half')),
    );
    await utimes(old, 0, 0);
    await find(url);
    expect([await exists(old), await exists(young)]).toEqual([false, true]);
  });
});
