import { readFile } from 'node:fs/promises';
import { SymbolError, type PdbFileIdentity, type PdbIdentity } from '../../model.ts';

/** Stand-in for PDB files, so that finding them is tested without reading them: a line with the identity, then filler. */
export function fakePdb(
  { guid, age }: PdbIdentity,
  options: { infoAge?: number; noDbi?: boolean; bytes?: number } = {},
): Buffer {
  const ages = options.noDbi ? `info ${age}` : `dbi ${age} info ${options.infoAge ?? age}`;
  const head = Buffer.from(`fake pdb ${guid} ${ages}\n`);
  return Buffer.concat([head, Buffer.alloc(Math.max(0, (options.bytes ?? 100) - head.length), 'filler ')]);
}

/** Reads {@link fakePdb}; text with "BSJB" first is a portable one, all else is damaged. */
export async function readFakeIdentity(path: string): Promise<PdbFileIdentity> {
  const text = (await readFile(path)).toString('latin1');
  if (text.startsWith('BSJB')) throw new SymbolError('portable', `${path}: a portable PDB (offset 0).`, path, 0);
  const found = /^fake pdb (\S+) (?:dbi (\d+) )?info (\d+)\n/.exec(text);
  if (!found) throw new SymbolError('corrupt', `${path}: no PDB (offset 0).`, path, 0);
  return { guid: found[1], dbiAge: found[2] === undefined ? null : Number(found[2]), infoAge: Number(found[3]) };
}
