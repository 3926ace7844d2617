import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traceFixture } from '../query/testing/traceFixture.ts';
import { textsOf } from '../query/texts.ts';
import { loadSymbols } from './loadSymbols.ts';
import type { PdbIdentity } from './model.ts';
import { openPdb, readPdbIdentity } from './pdb/openPdb.ts';
import { fakeTools, pdbNamed } from './testing/fakeTools.ts';
import { TraceSymbols } from './traceSymbols.ts';
import { usePdb } from './usePdb.ts';

const PDB = fileURLToPath(new URL('pdb/fixtures/exe64.pdb', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-use-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tools = { ...fakeTools({}), openPdb };

/** A frame at the first function of the PDB, in a module that needs `pdb`. */
async function symbolsNeeding(pdb: PdbIdentity | null): Promise<TraceSymbols> {
  const reader = await openPdb(PDB);
  const { rva } = await reader.functions();
  await reader.close();
  const trace = traceFixture({
    processes: [{ name: 'a.exe', pid: 10 }],
    stacks: { make: [`a.exe+0x${rva[0].toString(16)}`] },
    objects: [{ handles: [{ owner: 'a.exe', value: 4, open: 1, openStack: 'make' }] }],
  });
  return new TraceSymbols({ ...trace, stacks: { ...trace.stacks, modulePdbs: [pdb] } });
}

async function rightIdentity(): Promise<PdbIdentity> {
  const { guid, dbiAge, infoAge } = await readPdbIdentity(PDB);
  return { name: 'other-name.pdb', guid, age: dbiAge ?? infoAge };
}

describe('a PDB that the user picks', () => {
  it('names its module, whatever the file is called, and stays when symbols are loaded again', async () => {
    const symbols = await symbolsNeeding(await rightIdentity());
    let told = 0;
    await usePdb(symbols, { module: 0, path: PDB }, tools, { onNames: () => told++ });
    expect(told).toBe(1);
    expect(textsOf(symbols.trace).frames(0)?.[0]).toMatch(/^a\.exe!.+\+0x0$/);
    await loadSymbols(symbols, join(folder, 'trace.etl'), {}, tools);
    expect(symbols.modules()).toMatchObject([{ state: 'named', origin: PDB, framesNamed: 1 }]);
  });

  it('has the name that the user knows it by where it was sent, in the cache too', async () => {
    const symbols = await symbolsNeeding(await rightIdentity());
    await usePdb(symbols, { module: 0, path: PDB, displayName: 'Sent.pdb' }, tools);
    expect(symbols.modules()).toMatchObject([{ origin: 'Sent.pdb', tried: [{ where: 'Sent.pdb' }] }]);
    const again = await symbolsNeeding(await rightIdentity());
    await loadSymbols(again, join(folder, 'trace.etl'), {}, tools);
    expect(again.modules()).toMatchObject([{ state: 'named', origin: 'Sent.pdb' }]);
  });

  it('must be of the same build', async () => {
    const symbols = await symbolsNeeding(pdbNamed('a.pdb'));
    await expect(usePdb(symbols, { module: 0, path: PDB }, tools)).rejects.toMatchObject({
      name: 'TraceError',
      file: PDB,
      message: expect.stringMatching(
        /exe64\.pdb: is for another build: GUID .*; a\.exe needs the one with GUID 0f0e.* and age 1\.$/,
      ) as string,
    });
    expect(symbols.status().version).toBe(0);
  });

  it('must be a PDB', async () => {
    const file = join(folder, 'a.pdb');
    await writeFile(file, 'not a PDB');
    const symbols = await symbolsNeeding(await rightIdentity());
    await expect(usePdb(symbols, { module: 0, path: file }, tools)).rejects.toMatchObject({
      message: expect.stringContaining(file) as string,
    });
    await expect(usePdb(symbols, { module: 0, path: join(folder, 'none.pdb') }, tools)).rejects.toMatchObject({
      message: expect.stringContaining('none.pdb: not there') as string,
    });
  });

  it('cannot be checked where the trace does not say which one is needed', async () => {
    await expect(usePdb(await symbolsNeeding(null), { module: 0, path: PDB }, tools)).rejects.toMatchObject({
      message: expect.stringContaining('does not say which PDB a.exe needs') as string,
    });
    await expect(usePdb(await symbolsNeeding(null), { module: 7, path: PDB }, tools)).rejects.toMatchObject({
      message: expect.stringContaining('no module with the number 7') as string,
    });
  });
});
