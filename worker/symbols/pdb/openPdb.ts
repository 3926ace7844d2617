/** PDB files, MSF 7.00: what the rest of the program uses of this folder (and the look-ups of functions.ts). */
import type { FunctionTable, PdbFileIdentity, PdbReader } from '../model.ts';
import { Candidates } from './candidates.ts';
import {
  DBI_STREAM,
  readContributions,
  readDbiHeader,
  readObjectFiles,
  readSections,
  type DbiHeader,
  type Section,
} from './dbi.ts';
import { makeFunctionTable, moveFunctions } from './functions.ts';
import { readInfo } from './info.ts';
import { MsfFile } from './msf.ts';
import { readOmap, toSourceRva, type Omap } from './omap.ts';
import { Pace } from './pace.ts';
import { findSources, type SourceTables } from './sources.ts';

/** GUID and ages of a file; reads a few pages of it. @throws SymbolError corrupt, portable, unsupported, tooLarge, io */
export async function readPdbIdentity(path: string): Promise<PdbFileIdentity> {
  const msf = await MsfFile.open(path, DBI_STREAM + 1);
  try {
    return await identityOf(msf);
  } finally {
    await msf.close();
  }
}

/** Opens a file; reads its directory and headers, everything else on demand. @throws SymbolError corrupt, portable, unsupported, tooLarge, io */
export async function openPdb(path: string): Promise<PdbReader> {
  const msf = await MsfFile.open(path);
  try {
    const identity = await identityOf(msf);
    const dbi = await readDbiHeader(msf);
    return makeReader(msf, identity, dbi);
  } catch (error) {
    await msf.close();
    throw error;
  }
}

async function identityOf(msf: MsfFile): Promise<PdbFileIdentity> {
  const { guid, age } = await readInfo(msf);
  const dbi = await readDbiHeader(msf);
  return { guid, infoAge: age, dbiAge: dbi?.age ?? null };
}

/** Sections as in the image, and as the linker made them where code was moved since. */
interface Layout {
  final: Section[];
  source: Section[];
  omap: Omap | null;
}

function makeReader(msf: MsfFile, identity: PdbFileIdentity, dbi: DbiHeader | null): PdbReader {
  let layout: Promise<Layout> | null = null;
  let tables: SourceTables | null = null;
  return {
    path: msf.path,
    identity,
    functions: async (signal) => {
      const pace = new Pace(signal);
      signal?.throwIfAborted();
      if (dbi === null) return NO_FUNCTIONS;
      layout ??= readLayout(msf, dbi);
      const { final, source, omap } = await layout;
      const candidates = new Candidates(source);
      if (dbi.symbolRecords >= 0) await candidates.addPublics(msf, dbi.symbolRecords, pace);
      await candidates.addObjectFiles(msf, await readObjectFiles(msf, dbi, pace), pace);
      const table = await makeFunctionTable(candidates, source, dbi.is32BitX86, msf.path, pace);
      return omap === null ? table : moveFunctions(table, omap, final, msf.path, pace);
    },
    sources: async (rvas, signal) => {
      const pace = new Pace(signal);
      signal?.throwIfAborted();
      if (dbi === null) return rvas.map(() => ({ place: null, inlined: [] }));
      layout ??= readLayout(msf, dbi);
      const { source, omap } = await layout;
      tables ??= {
        objects: await readObjectFiles(msf, dbi, pace),
        contributions: await readContributions(msf, dbi, pace),
        sections: source,
      };
      return findSources(msf, tables, omap === null ? rvas : rvas.map((rva) => toSourceRva(omap, rva)), pace);
    },
    close: () => msf.close(),
  };
}

/** Of a PDB of types only. */
const NO_FUNCTIONS: FunctionTable = {
  length: 0,
  rva: new Uint32Array(0),
  size: new Uint32Array(0),
  nameStart: new Uint32Array(1),
  names: new Uint8Array(0),
  endRva: 0,
};

/** @throws SymbolError corrupt */
async function readLayout(msf: MsfFile, dbi: DbiHeader): Promise<Layout> {
  if (dbi.sections < 0) throw msf.corrupt('it has no section headers, so its symbols have no addresses', DBI_STREAM, 0);
  const final = await readSections(msf, dbi.sections);
  const omap = await readOmap(msf, dbi.omapToSource, dbi.omapFromSource);
  const source = omap !== null && dbi.originalSections >= 0 ? await readSections(msf, dbi.originalSections) : final;
  return { final, source, omap };
}
