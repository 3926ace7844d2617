import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CachedSymbols } from '../model.ts';
import { decodeSymbols, encodeSymbols } from './cacheFile.ts';
import { cacheFolder, functionCacheFolder, symbolStoreFolder } from './folders.ts';
import { createSymbolCache } from './symbolCache.ts';
import { identityOf, symbolsOf } from './testing/symbols.ts';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Columns as plain arrays, so that views and copies compare alike. */
function plain(symbols: CachedSymbols | null) {
  if (symbols === null) return null;
  const { functions, sources, origin } = symbols;
  const columns = [functions.rva, functions.size, functions.nameStart, functions.names].map((column) => [...column]);
  return { columns, length: functions.length, endRva: functions.endRva, sources: [...sources], origin };
}

async function onlyFile(): Promise<string> {
  const names = await readdir(folder);
  expect(names).toHaveLength(1);
  return join(folder, names[0]);
}

describe('the cache of function tables', () => {
  it('gives back what it was given, also to another program', async () => {
    const symbols = symbolsOf(1, 1000, { 4096: 'C:\\src\\a.cpp', 4200: 'C:\\src\\ä.cpp' });
    symbols.sources.set(5000, { place: null, inlined: [] });
    symbols.sources.set(0xffffffff, { place: null, inlined: [{ name: 'f', place: { file: 'x', line: 1 } }] });
    await createSymbolCache({ folder }).store(identityOf(1), symbols);
    const cache = createSymbolCache({ folder });
    expect(plain(await cache.load(identityOf(1)))).toEqual(plain(symbols));
    expect(await cache.load(identityOf(2))).toBeNull();
    expect(await cache.load({ ...identityOf(1), age: 2 })).toBeNull();
  });

  it('keeps a module without functions', async () => {
    const cache = createSymbolCache({ folder });
    await cache.store(identityOf(1), symbolsOf(1, 0));
    expect(plain(await cache.load(identityOf(1)))).toEqual(plain(symbolsOf(1, 0)));
  });

  it('joins the sources of several traces', async () => {
    const cache = createSymbolCache({ folder });
    await Promise.all([
      cache.store(identityOf(1), symbolsOf(1, 10, { 1: 'a.cpp' })),
      cache.store(identityOf(1), symbolsOf(1, 10, { 2: 'b.cpp' })),
      cache.store(identityOf(1), symbolsOf(1, 10, { 1: 'a.cpp' })),
    ]);
    const sources = (await cache.load(identityOf(1)))?.sources;
    expect([...(sources ?? [])].map(([rva, source]) => [rva, source.place?.file])).toEqual([
      [1, 'a.cpp'],
      [2, 'b.cpp'],
    ]);
  });

  it('forgets empty answers of another file of the same build: this one may have lines', async () => {
    const cache = createSymbolCache({ folder });
    const first = symbolsOf(1, 10, { 1: 'a.cpp' });
    first.sources.set(2, { place: null, inlined: [] });
    await cache.store(identityOf(1), first);
    await cache.store(identityOf(1), { ...symbolsOf(1, 10), origin: 'https://x.example' });
    const loaded = await cache.load(identityOf(1));
    expect(loaded?.origin).toBe('https://x.example');
    expect([...(loaded?.sources.keys() ?? [])]).toEqual([1]);
  });

  it('writes nothing that is there', async () => {
    const cache = createSymbolCache({ folder });
    await cache.store(identityOf(1), symbolsOf(1, 10, { 1: 'a.cpp' }));
    const { ino } = await stat(await onlyFile());
    await cache.store(identityOf(1), symbolsOf(1, 10));
    expect((await stat(await onlyFile())).ino).toBe(ino);
  });

  it('takes any damaged byte for no file, and removes it', async () => {
    const cache = createSymbolCache({ folder });
    await cache.store(identityOf(1), symbolsOf(1, 20, { 1: 'a.cpp' }));
    const path = await onlyFile();
    const whole = await readFile(path);
    for (let at = 0; at < whole.length; at += at < 60 ? 1 : 41) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0x10;
      await writeFile(path, damaged);
      expect(await cache.load(identityOf(1)), `byte ${at}`).toBeNull();
      expect(await readdir(folder)).toEqual([]);
    }
    for (const length of [0, 3, 55, 56, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length));
      expect(await cache.load(identityOf(1)), `${length} bytes`).toBeNull();
    }
    await cache.store(identityOf(1), symbolsOf(1, 20));
    expect(plain(await cache.load(identityOf(1)))).toEqual(plain(symbolsOf(1, 20)));
  });

  it('takes the file of another PDB for none', async () => {
    const cache = createSymbolCache({ folder });
    await cache.store(identityOf(1), symbolsOf(1, 20));
    const bytes = await readFile(await onlyFile());
    await writeFile(await onlyFile(), encodeSymbols(identityOf(2), symbolsOf(2, 20)));
    expect(await cache.load(identityOf(1))).toBeNull();
    expect(decodeSymbols(identityOf(1), bytes)).not.toBeNull();
    // At an odd address too: columns are copied there.
    const odd = new Uint8Array(bytes.length + 1);
    odd.set(bytes, 1);
    expect(plain(decodeSymbols(identityOf(1), odd.subarray(1)))).toEqual(plain(symbolsOf(1, 20)));
  });

  it('takes words that do not belong to the texts for no file, without hanging', () => {
    const bytes = encodeSymbols(identityOf(1), symbolsOf(1, 0, { 1: 'a.cpp' }));
    const firstSource = 56 + 4;
    // Address, file, line, calls; name, file, line: any number can be a line.
    for (const word of [1, 2, 3, 4, 5]) {
      const changed = bytes.slice();
      const view = new DataView(changed.buffer);
      view.setUint32(firstSource + 4 * word, 0xfffffff0, true);
      view.setUint32(8, crc32(changed.subarray(12)), true);
      expect(decodeSymbols(identityOf(1), changed) === null, `word ${word}`).toBe(word !== 2);
    }
  });

  it('keeps to its size: what was not used for longest goes', async () => {
    const bytes = encodeSymbols(identityOf(0), symbolsOf(0, 100)).length;
    const cache = createSymbolCache({ folder, maxBytes: 4.5 * bytes });
    for (let number = 0; number < 4; number++) {
      await cache.store(identityOf(number), symbolsOf(number, 100));
      const name = (await readdir(folder)).find((each) => each.startsWith(`3844DBB920174967BE7A00000000000${number}`));
      await utimes(join(folder, name ?? ''), 1000 + number, 1000 + number);
    }
    await cache.load(identityOf(0));
    await cache.store(identityOf(4), symbolsOf(4, 100));
    const kept = await Promise.all([0, 1, 2, 3, 4].map((number) => cache.load(identityOf(number))));
    expect(kept.map((each) => each !== null)).toEqual([true, false, true, true, true]);
    await cache.store(identityOf(5), symbolsOf(5, 1000));
    expect(await cache.load(identityOf(5))).toBeNull();
  });

  it('removes what ended programs left, and nothing that is not its own', async () => {
    for (const name of ['1-a.tmp', '2-b.tmp', 'notes.txt']) await writeFile(join(folder, name), 'x'.repeat(10_000));
    await utimes(join(folder, '1-a.tmp'), 0, 0);
    await utimes(join(folder, 'notes.txt'), 0, 0);
    await createSymbolCache({ folder, maxBytes: 5000 }).store(identityOf(1), symbolsOf(1, 10));
    expect((await readdir(folder)).sort()).toEqual(['2-b.tmp', expect.stringMatching(/functions$/), 'notes.txt']);
  });

  it('goes on without a folder, and says so once', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'a file where the folder should be');
    const problems: string[] = [];
    const cache = createSymbolCache({ folder: path, onProblem: (sentence) => problems.push(sentence) });
    for (let round = 0; round < 3; round++) {
      await cache.store(identityOf(round), symbolsOf(round, 10));
      expect(await cache.load(identityOf(round))).toBeNull();
    }
    expect(problems).toEqual([expect.stringMatching(/file: symbols are not kept for the next time: .*\.$/)]);
  });

  it('says nothing where there is no cache yet', async () => {
    const problems: string[] = [];
    const cache = createSymbolCache({ folder: join(folder, 'new/deep'), onProblem: (text) => problems.push(text) });
    expect(await cache.load(identityOf(1))).toBeNull();
    await cache.store(identityOf(1), symbolsOf(1, 10));
    expect(await cache.load(identityOf(1))).not.toBeNull();
    expect(problems).toEqual([]);
  });

  it('is safe when two programs write and make room at a time', async () => {
    const bytes = encodeSymbols(identityOf(0), symbolsOf(0, 200)).length;
    const script = join(import.meta.dirname, 'testing/writeMany.ts');
    const run = () =>
      promisify(execFile)(process.execPath, [join(ROOT, 'build/run-ts.js'), script, folder, String(6 * bytes), '120']);
    await Promise.all([run(), run()]);
    const names = await readdir(folder);
    expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(names.length).toBeGreaterThan(0);
    const cache = createSymbolCache({ folder });
    for (let number = 0; number < 12; number++) {
      const loaded = await cache.load(identityOf(number));
      if (loaded) expect([...loaded.functions.names]).toEqual([...symbolsOf(number, 200).functions.names]);
    }
    // None was damaged: a damaged file would have been removed.
    expect((await readdir(folder)).length).toBe(names.length);
  });
});

describe('cacheFolder', () => {
  it.each([
    [{ LEAKLANES_CACHE: 'D:\\c', LOCALAPPDATA: 'C:\\l' }, 'win32', 'D:\\c'],
    [{ LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' }, 'win32', 'C:\\Users\\me\\AppData\\Local\\Leaklanes'],
    [{}, 'win32', 'C:\\Users\\me\\AppData\\Local\\Leaklanes'],
    [{}, 'darwin', '/Users/me/Library/Caches/Leaklanes'],
    [{}, 'linux', '/home/me/.cache/leaklanes'],
    [{ XDG_CACHE_HOME: '/big/cache' }, 'linux', '/big/cache/leaklanes'],
    [{ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/me/.cache/leaklanes'],
  ] as const)('of %j on %s', (env, platform, path) => {
    const homes = { win32: 'C:\\Users\\me', darwin: '/Users/me', linux: '/home/me' };
    expect(cacheFolder(env, platform, homes[platform])).toBe(path);
  });

  it('has a folder for PDBs and one for function tables', () => {
    expect(symbolStoreFolder('/c')).toBe(join('/c', 'symbols'));
    expect(functionCacheFolder('/c')).toBe(join('/c', 'functions'));
  });
});
