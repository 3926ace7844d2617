/** Files that are no PDB, or damaged ones: a SymbolError that says where, or a poorer answer; never a crash, a hang or much memory. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../../../build/make-pdb-fixtures.ts';
import { withTempFile } from '../../lifetimes/testing.ts';
import { SymbolError } from '../model.ts';
import { ByteWriter } from '../../testing/byteWriter.ts';
import { siteLine } from './inlineSites.ts';
import { openPdb, readPdbIdentity } from './openPdb.ts';
import { msfBytes } from './testing/msfWriter.ts';
import { functionsOf, tableText, withPdb } from './testing/openBytes.ts';
import { pdbStreams, procedure, TEST_GUID } from './testing/pdbWriter.ts';

const fixture = readFileSync(`${FIXTURES}/exe64.pdb`);
const small = { sections: [{ rva: 0x1000, size: 0x1000 }] };

async function failure(bytes: Uint8Array): Promise<SymbolError> {
  return withTempFile(bytes, async (path) => {
    for (const read of [openPdb, readPdbIdentity]) {
      await expect(read(path)).rejects.toThrow(path);
      await expect(read(path)).rejects.toBeInstanceOf(SymbolError);
    }
    return openPdb(path).then(
      () => Promise.reject(new Error('it opened')),
      (error: unknown) => error as SymbolError,
    );
  });
}

/** The file with a word of its superblock changed. */
function withWord(at: number, value: number): Uint8Array {
  const bytes = Uint8Array.from(fixture);
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

describe('what is no usable PDB', () => {
  it('portable PDBs say that they are of managed code', async () => {
    const error = await failure(
      Buffer.from('BSJB\x01\x00\x01\x00\0\0\0\0\x0c\0\0\0PDB v1.0'.padEnd(400, '\0'), 'latin1'),
    );
    expect(error.problem).toBe('portable');
    expect(error.message).toContain('managed code');
  });

  it('the format before 2002', async () => {
    const error = await failure(
      Buffer.from('Microsoft C/C++ program database 2.00\r\n\x1aJG\0\0'.padEnd(400, '\0'), 'latin1'),
    );
    expect(error.problem).toBe('unsupported');
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['text', Buffer.from('<html>Not found</html>')],
    ['an image', Buffer.from('MZ\x90\0'.padEnd(4096, '\0'), 'latin1')],
  ])('%s: not a PDB', async (_, bytes) => {
    expect(await failure(bytes)).toMatchObject({ problem: 'corrupt' });
  });

  it('a file that is not there', async () => {
    await expect(openPdb('/nowhere/at/all.pdb')).rejects.toMatchObject({ problem: 'io', file: '/nowhere/at/all.pdb' });
  });

  it.each([1, 30, 55, 4095, 4096, 40_000, fixture.length - 1])('cut after %i bytes', async (length) => {
    const error = await failure(fixture.subarray(0, length));
    expect(error).toMatchObject({ problem: 'corrupt', offset: length });
    expect(error.message).toContain('copy it again');
  });
});

describe('sizes that lie', () => {
  it.each([
    ['page size 0', 32, 0],
    ['page size 4095', 32, 4095],
    ['page size 256', 32, 256],
    ['page size 128 KB', 32, 131072],
    ['more pages than the file has', 40, 0xffffffff],
    ['no pages', 40, 0],
    ['an empty directory', 44, 0],
    ['a directory larger than the file', 44, 0x0fffffff],
    ['a list of the directory outside of the file', 52, 0xfffffff0],
    ['a list of the directory in the superblock', 52, 0],
  ])('%s', async (_, at, value) => {
    expect(await failure(withWord(at, value))).toMatchObject({ problem: 'corrupt' });
  });

  it('a directory that this program would not hold', async () => {
    expect(await failure(withWord(44, 0xffffffff))).toMatchObject({ problem: 'tooLarge', offset: 44 });
  });

  it('streams that share pages to seem large', async () => {
    const bytes = msfBytes(pdbStreams(small));
    const view = new DataView(bytes.buffer);
    const list = view.getUint32(52, true) * 4096;
    const directory = view.getUint32(list, true) * 4096;
    view.setUint32(directory + 4 + 2 * 4, 0x7fffffff, true);
    const error = await failure(bytes);
    expect(error.problem).toBe('corrupt');
    expect(error.offset).toBe(directory + 4 + 2 * 4);
  });

  it('symbol records that reach out of their stream or are shorter than their kind', async () => {
    const cases: [number, number, string][] = [
      [0xfff0, 0x1110, 'reaches beyond'],
      [1, 0x1110, 'no kind'],
      [6, 0x1110, 'too short'],
    ];
    for (const [length, kind, message] of cases) {
      const symbols = new ByteWriter();
      procedure(symbols, 'f', 1, 0, 0x10);
      symbols.u16(length).u16(kind).u32(0);
      const objects = [{ symbols, contribution: [1, 0, 0x10] as [number, number, number] }];
      await expect(functionsOf({ ...small, objects })).rejects.toThrow(message);
      await expect(functionsOf({ ...small, objects })).rejects.toMatchObject({ problem: 'corrupt' });
    }
  });

  it('a function larger than its section ends with it', async () => {
    const symbols = new ByteWriter();
    procedure(symbols, 'f', 1, 0x10, 0xfffffff0);
    const table = await functionsOf({ ...small, objects: [{ symbols, contribution: [1, 0, 0x10] }] });
    expect(tableText(table)).toEqual(['1010 +ff0 f']);
  });
});

it('a file without debug information has an identity and no functions', async () => {
  const streams = pdbStreams({ ...small, age: 7 });
  streams[3] = new Uint8Array(0);
  await withPdb(msfBytes(streams), async (reader) => {
    expect(reader.identity).toEqual({ guid: TEST_GUID, infoAge: 7, dbiAge: null });
    expect((await reader.functions()).length).toBe(0);
    expect(await reader.sources([0x1000])).toEqual([{ place: null, inlined: [] }]);
  });
});

describe('annotations of inlined calls', () => {
  it('rows end at the next or after their length', () => {
    // +4 code +1 line, +13 code +1 line, length 5
    const bytes = Uint8Array.from([0x0b, 0x24, 0x0b, 0x2d, 0x04, 0x05, 0, 0]);
    const lines = [3, 4, 0x10, 0x11, 0x15, 0x16].map((at) => siteLine(bytes, 0, bytes.length, at)?.lineDelta);
    expect(lines).toEqual([undefined, 1, 1, 2, 2, undefined]);
  });

  it('files, large and negative numbers, a length and an offset in one', () => {
    // file 0x90, line -2, code +0x300 (two bytes), then length 4 after 8 more
    const bytes = Uint8Array.from([5, 0x80, 0x90, 6, 5, 3, 0x83, 0x00, 12, 4, 8]);
    expect(siteLine(bytes, 0, bytes.length, 0x307)).toMatchObject({ lineDelta: -2, file: 0x90 });
    expect(siteLine(bytes, 0, bytes.length, 0x30b)).toMatchObject({ lineDelta: -2, file: 0x90 });
    expect(siteLine(bytes, 0, bytes.length, 0x30c)).toBeNull();
  });

  it('what is cut or unknown ends them', () => {
    for (const bytes of [[3], [3, 0xff], [99, 1], [3, 0xc0, 1], []]) {
      expect(siteLine(Uint8Array.from(bytes), 0, bytes.length, 0)).toBeNull();
    }
  });
});

describe('random damage', () => {
  /** Numbers from a seed: the same damage in every run. */
  function random(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  /** What became of it: an answer or the problem of a SymbolError; anything else throws. */
  async function outcome(bytes: Uint8Array): Promise<string> {
    try {
      return await withPdb(bytes, async (reader) => {
        const table = await reader.functions();
        await reader.sources(Array.from({ length: 80 }, (_, i) => 0x1000 + i * 13));
        return table.length > 0 ? 'functions' : 'none';
      });
    } catch (error) {
      if (error instanceof SymbolError) return error.problem;
      throw error;
    }
  }

  it.each(['exe64', 'exe32', 'dll64'])('%s: bytes changed, parts cut', async (name) => {
    const original = readFileSync(`${FIXTURES}/${name}.pdb`);
    const next = random(name.length * 7 + name.charCodeAt(3));
    const outcomes = new Set<string>();
    for (let round = 0; round < 150; round++) {
      const bytes = Uint8Array.from(original);
      // Most pages are empty: damage goes where something is.
      for (let flips = 1 + next(12); flips > 0;) {
        const at = next(bytes.length);
        if (bytes[at] === 0 && next(20) > 0) continue;
        bytes[at] = next(2) === 0 ? next(256) : bytes[at] ^ (1 << next(8));
        flips--;
      }
      outcomes.add(await outcome(next(10) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes));
    }
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(['corrupt', 'functions']));
  });
});
