import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expandCabinet } from './cabinet.ts';
import { writeCabinet } from './testing/cabinetWriter.ts';

let folder: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-cabinet-'));
  target = join(folder, 'out.pdb');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function expand(cabinet: Uint8Array, options: { name?: string; maxBytes?: number; signal?: AbortSignal } = {}) {
  const path = join(folder, 'app.pd_');
  await writeFile(path, cabinet);
  await expandCabinet(path, target, { name: 'app.pdb', maxBytes: 1 << 24, ...options });
  return readFile(target);
}

async function expectNoTarget() {
  await expect(access(target)).rejects.toThrow();
}

/** Text that repeats over more than a block, so that blocks look back. */
const text = Buffer.from(Array.from({ length: 30_000 }, (_, i) => `line ${i % 977} of it\n`).join(''));

describe('expandCabinet', () => {
  it.each([
    ['MSZIP over many blocks', {}],
    ['stored', { compression: 'none' }],
    ['no checksums', { checksums: false }],
    ['reserved bytes everywhere', { reserve: [20, 3, 5] }],
  ] as const)('gives back the file: %s', async (_, options) => {
    const cabinet = writeCabinet([{ name: 'app.pdb', data: text }], {
      ...options,
      reserve: 'reserve' in options ? [...options.reserve] : undefined,
    });
    expect((await expand(cabinet)).equals(text)).toBe(true);
  });

  it('takes the wanted file of several, wherever it stands and however it is written', async () => {
    const files = [
      { name: 'readme.txt', data: Buffer.alloc(50_000, 1) },
      { name: 'Sub\\APP.PDB', data: text },
      { name: 'z.txt', data: Buffer.alloc(9, 2) },
    ];
    expect((await expand(writeCabinet(files))).equals(text)).toBe(true);
  });

  it('takes the only file whatever its name is, also an empty one', async () => {
    expect(await expand(writeCabinet([{ name: 'other.pdb', data: Buffer.alloc(0) }]))).toHaveLength(0);
  });

  it.each([
    ['lzx', 'LZX'],
    ['quantum', 'Quantum'],
  ] as const)('says that %s is not read', async (compression, word) => {
    const cabinet = writeCabinet([{ name: 'app.pdb', data: text }], { compression });
    await expect(expand(cabinet)).rejects.toMatchObject({
      problem: 'unsupported',
      message: expect.stringContaining(word),
    });
    await expectNoTarget();
  });

  it.each([
    ['no cabinet', Buffer.from('SZDD and more bytes than a header has, surely'), 'unsupported', 'no cabinet'],
    ['nothing', Buffer.alloc(0), 'unsupported', 'no cabinet'],
    ['a set', writeCabinet([{ name: 'a', data: text }], { flags: 2 }), 'unsupported', 'set of cabinets'],
    [
      'none of the files',
      writeCabinet(['a', 'b'].map((name) => ({ name, data: text }))),
      'corrupt',
      'none of them app.pdb',
    ],
  ])('refuses %s', async (_, bytes, problem, words) => {
    await expect(expand(bytes)).rejects.toMatchObject({ problem, message: expect.stringContaining(words) });
    await expectNoTarget();
  });

  it('refuses a file over the limit before it writes', async () => {
    const cabinet = writeCabinet([{ name: 'app.pdb', data: text }]);
    await expect(expand(cabinet, { maxBytes: text.length - 1 })).rejects.toMatchObject({ problem: 'tooLarge' });
    await expectNoTarget();
  });

  it('finds a changed byte in a block by the checksum', async () => {
    const cabinet = writeCabinet([{ name: 'app.pdb', data: text }], { compression: 'none' });
    cabinet[cabinet.length - 1] ^= 1;
    await expect(expand(cabinet)).rejects.toMatchObject({ problem: 'corrupt', offset: expect.any(Number) });
    await expectNoTarget();
  });

  it('never hangs or gives wrong bytes for a cut cabinet', async () => {
    const cabinet = writeCabinet([{ name: 'app.pdb', data: text.subarray(0, 70_000) }]);
    for (let length = 0; length < cabinet.length; length += 97) {
      await expect(expand(cabinet.subarray(0, length))).rejects.toMatchObject({ name: 'SymbolError' });
    }
    await expectNoTarget();
  });

  it('takes every changed byte as damage or as nothing, without checksums too', async () => {
    const cabinet = writeCabinet([{ name: 'app.pdb', data: text.subarray(0, 5_000) }], { checksums: false });
    for (let at = 0; at < 100; at++) {
      const changed = Buffer.from(cabinet);
      changed[at] ^= 0xff;
      await expand(changed).catch((error: unknown) => expect(error).toMatchObject({ name: 'SymbolError' }));
      await rm(target, { force: true });
    }
  });

  it('stops when it is cancelled', async () => {
    const cabinet = writeCabinet([{ name: 'app.pdb', data: text }]);
    await expect(expand(cabinet, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    await expectNoTarget();
  });
});
