/** Real PDBs (clang and lld) against what LLVM's own tools say of them: every byte of the code. See build/make-pdb-fixtures.ts. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  buildProgram,
  FIXTURES,
  PDB_FIXTURES,
  whyNoPdbTools,
  type ExpectedPdb,
} from '../../../build/make-pdb-fixtures.ts';
import { shortName } from '../undecorate/shortName.ts';
import type { PdbReader } from '../model.ts';
import { DBI_STREAM } from './dbi.ts';
import { functionAt, functionName } from './functions.ts';
import { viewOf } from './info.ts';
import { msfBytes, writeMsf } from './testing/msfWriter.ts';
import { nameAt, readStreams, withPdb } from './testing/openBytes.ts';
import { IPI_STREAM, TPI_STREAM } from './typeNames.ts';
import { openPdb, readPdbIdentity } from './openPdb.ts';

const names = PDB_FIXTURES.map(({ name }) => name);
const fixture = (name: string): string => join(FIXTURES, `${name}.pdb`);
const expectedOf = (name: string): ExpectedPdb =>
  JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as ExpectedPdb;

/** The same for every writer of names: no spaces, no parameters, no numbers of scopes. */
const plain = (name: string): string => shortName(name).replaceAll(' ', '').replace('dtor', 'destructor');

/** Names that a tool gives for each address where a function begins. */
function namesByAddress(expected: ExpectedPdb): Map<number, Set<string>> {
  const byAddress = new Map<number, Set<string>>();
  const add = (rva: number, name: string): void => {
    byAddress.set(rva, (byAddress.get(rva) ?? new Set()).add(plain(name)));
  };
  for (const { rva, name } of expected.procedures) add(rva, name);
  for (const { rva, undecorated } of expected.publics) add(rva, undecorated);
  return byAddress;
}

/** Compares all answers; returns the addresses where they differ, with both. */
async function differences(pdb: string, expected: ExpectedPdb): Promise<unknown[]> {
  const reader = await openPdb(pdb);
  const found: unknown[] = [];
  try {
    const table = await reader.functions();
    const known = namesByAddress(expected);
    for (const { rva, size } of expected.procedures) {
      const index = functionAt(table, rva);
      if (table.rva[index] !== rva || table.size[index] !== size) found.push({ rva, size, is: table.size[index] });
    }
    const rvas = expected.ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
    const sources = await reader.sources(rvas);
    let at = 0;
    for (const { from, to, answers } of expected.ranges) {
      for (let rva = from; rva < to; rva++) {
        const index = functionAt(table, rva);
        const name = index < 0 ? '' : functionName(table, index);
        const inside = expected.procedures.some((one) => rva >= one.rva && rva < one.rva + one.size);
        if (inside !== index >= 0 || (inside && !known.get(table.rva[index])!.has(plain(name)))) {
          found.push({ rva, name, known: [...(known.get(table.rva[index]) ?? [])] });
        }
        const source = sources[at++];
        const is = [
          ...source.inlined.map(({ name, place }) => `${plain(name)} ${place?.file}:${place?.line}`),
          source.place === null ? '' : `${source.place.file}:${source.place.line}`,
        ].filter((text) => text !== '');
        const must = answers.map((frames) =>
          frames.map(({ function: called, file, line }, frame) =>
            frame === frames.length - 1 ? `${file}:${line}` : `${plain(called)} ${file}:${line}`,
          ),
        );
        if (!must.some((answer) => JSON.stringify(is) === JSON.stringify(answer))) found.push({ rva, is, must });
      }
    }
  } finally {
    await reader.close();
  }
  return found;
}

describe('programs built by clang and lld', () => {
  it.each(names)('%s: functions, lines and inlined calls at every address', async (name) => {
    expect((await differences(fixture(name), expectedOf(name))).slice(0, 10)).toEqual([]);
  });

  it.each(names)('%s: identity', async (name) => {
    const { guid, age } = expectedOf(name);
    const identity = { guid, infoAge: age, dbiAge: age };
    expect(await readPdbIdentity(fixture(name))).toEqual(identity);
    const reader = await openPdb(fixture(name));
    expect(reader.identity).toEqual(identity);
    await reader.close();
  });

  const missing = whyNoPdbTools();
  if (missing !== null) process.stdout.write(`${missing}\n`);
  it.skipIf(missing !== null).each(PDB_FIXTURES)(
    '$name: built again',
    async (program) => {
      const folder = await mkdtemp(join(tmpdir(), 'leaklanes-pdb-'));
      try {
        const { pdb, expected } = buildProgram(program, folder);
        expect(expected.ranges.length).toBeGreaterThan(10);
        expect((await differences(pdb, expected)).slice(0, 10)).toEqual([]);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    120_000,
  );
});

describe('names', () => {
  const namesOf = (name: string): Promise<string[]> =>
    withPdb(readFileSync(fixture(name)), async (reader) => {
      const table = await reader.functions();
      return Array.from({ length: table.length }, (_, index) => functionName(table, index)).sort();
    });

  it('are those of the program, with signatures where the linker saw them; folded functions have one', async () => {
    expect(await namesOf('exe64')).toEqual([
      'NtCreateThing',
      "`anonymous namespace'::hidden",
      'consume',
      'entry',
      'events::EventManager::Create(int)',
      'events::EventManager::GetOrCreate(char const*, int)',
      "events::EventManager::`scalar deleting destructor'(unsigned int)",
      'events::EventManager::operator int(void)',
      'events::EventManager::operator<(events::EventManager const&)',
      'events::EventManager::signal(int)',
      'events::EventManager::~EventManager(void)',
      'events::Queue<int, 4>::push(int)',
      'events::Queue<short, 2>::push(short)',
      "events::invoke<`lambda at main.cpp:20:16' &>",
      "events::invoke<`lambda at main.cpp:22:27'>",
      "events::invoke<`lambda at main.cpp:23:19' &>",
      'fastCall',
      'fileLocal',
      'helper',
      'plainC',
      'standardCall',
    ]);
  });

  it('have no decorations of 32-bit C', async () => {
    const names = await namesOf('exe32');
    expect(names).toEqual(
      expect.arrayContaining(['NtCreateThing', 'ZwCreateThing', 'alsoTheSame(int)', 'neverCalled(int)']),
    );
    expect(names).toEqual(expect.arrayContaining(['consume', 'plainC', 'standardCall', 'fastCall']));
    expect(names.filter((name) => /^[_@]|@/.test(name))).toEqual([]);
  });
});

describe('the same program in another file', () => {
  const rvas = (expected: ExpectedPdb): number[] => expected.ranges.map(({ from }) => from);
  const answers = async (reader: PdbReader): Promise<unknown> => {
    const { names, ...columns } = await reader.functions();
    return {
      ...columns,
      names: Buffer.from(names).toString(),
      sources: await reader.sources(rvas(expectedOf('exe64'))),
    };
  };
  const original = (): Promise<unknown> => withPdb(readFileSync(fixture('exe64')), answers);

  it.each([512, 1024, 8192, 65536])('pages of %i bytes', async (pageSize) => {
    const streams = await readStreams(fixture('exe64'));
    expect(await withPdb(msfBytes(streams, { pageSize }), answers)).toEqual(await original());
  });

  it('over 1 GB, of which it takes a few pages', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklanes-pdb-'));
    try {
      const path = join(folder, 'huge.pdb');
      await writeMsf(path, await readStreams(fixture('exe64')), { firstPage: 1_300_000 });
      expect((await stat(path)).size).toBeGreaterThan(5e9);
      expect(await readPdbIdentity(path)).toEqual(await readPdbIdentity(fixture('exe64')));
      const reader = await openPdb(path);
      expect(await answers(reader)).toEqual(await original());
      await reader.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('without the index of types', async () => {
    const streams = await readStreams(fixture('exe64'));
    for (const stream of [TPI_STREAM, IPI_STREAM]) viewOf(streams[stream]).setUint32(44, 0, true);
    expect(await withPdb(msfBytes(streams), answers)).toEqual(await original());
  });

  it('with its code moved after linking', async () => {
    // The two halves of the code change places.
    const { rva, size } = { rva: 0x1000, size: 0x448 };
    const half = 0x220;
    const streams = await readStreams(fixture('exe64'));
    const toSource: [number, number][] = [
      [rva, rva + half],
      [rva + size - half, rva],
      [rva + size, 0],
    ];
    const words = Uint32Array.from(toSource.flat());
    const dbi = streams[DBI_STREAM];
    const debugHeader = dbi.length - viewOf(dbi).getUint32(48, true);
    const sections = viewOf(dbi).getUint16(debugHeader + 2 * 5, true);
    viewOf(dbi).setUint16(debugHeader + 2 * 3, streams.push(new Uint8Array(words.buffer)) - 1, true);
    viewOf(dbi).setUint16(debugHeader + 2 * 10, sections, true);

    const source = Array.from({ length: size }, (_, at) => rva + ((at + half) % size));
    const final = source.map((_, at) => rva + at);
    const before = await withPdb(readFileSync(fixture('exe64')), async (reader) => {
      const table = await reader.functions();
      return { names: source.map((at) => nameAt(table, at)), sources: await reader.sources(source) };
    });
    const after = await withPdb(msfBytes(streams), async (reader) => {
      const table = await reader.functions();
      return { names: final.map((at) => nameAt(table, at)), sources: await reader.sources(final) };
    });
    expect(after).toEqual(before);
  });
});

describe('long work', () => {
  it('stops when it is cancelled', async () => {
    await withPdb(readFileSync(fixture('exe64')), async (reader) => {
      const cancelled = AbortSignal.abort();
      await expect(reader.functions(cancelled)).rejects.toMatchObject({ name: 'AbortError' });
      await expect(reader.sources([0x1000], cancelled)).rejects.toMatchObject({ name: 'AbortError' });
      const control = new AbortController();
      const running = reader.functions(control.signal);
      control.abort();
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
});
