import { stat } from 'node:fs/promises';
import { SymbolError, type PdbFileIdentity, type PdbIdentity } from '../model.ts';
import type { FailedState, Trail } from './trail.ts';

/** GUID and ages of a PDB file. @throws SymbolError */
export type ReadIdentity = (path: string) => Promise<PdbFileIdentity>;

/** Whether anything may go over the network in this search: the user has not said so yet, or has said that nothing may. */
export type NetworkUse = 'allowed' | 'notAllowed' | 'offline';

/** One search for one PDB: what is wanted, under which rules, and what came of it so far. */
export interface Search {
  identity: PdbIdentity;
  /** base name, safe in a path */
  name: string;
  /** folder of the build in a store */
  key: string;
  platform: NodeJS.Platform;
  network: NetworkUse;
  /** a larger PDB is not expanded or downloaded */
  maxBytes: number;
  readIdentity: ReadIdentity;
  trail: Trail;
  signal: AbortSignal | undefined;
}

/** Why the network is not used, with the state that this gives the search. */
export function networkProblem(use: NetworkUse): { outcome: string; state: FailedState } | null {
  if (use === 'allowed') return null;
  return use === 'offline'
    ? { outcome: 'not asked: offline', state: 'notFound' }
    : { outcome: 'not asked: downloads are not allowed yet', state: 'notAllowed' };
}

/**
 * Null where the file is the PDB of the wanted build; else why it is not. Its age is that of the DBI stream, because later tools may raise the
 * one of the info stream.
 */
export async function pdbProblem(
  path: string,
  { identity, readIdentity }: Pick<Search, 'identity' | 'readIdentity'>,
): Promise<{ outcome: string; state: FailedState } | null> {
  try {
    // A pipe or a device would never answer.
    if (!(await stat(path)).isFile()) return { outcome: 'is no file', state: 'notFound' };
    const file = await readIdentity(path);
    const age = file.dbiAge ?? file.infoAge;
    if (file.guid.toLowerCase() === identity.guid.toLowerCase() && age === identity.age) return null;
    return { outcome: `is for another build: GUID ${file.guid}, age ${age}`, state: 'mismatch' };
  } catch (error) {
    return fileFailure(error);
  }
}

/** What an error on a file says in a list of tried places. */
export function fileFailure(error: unknown): { outcome: string; state: FailedState } {
  if (error instanceof SymbolError) {
    const state = error.problem === 'corrupt' || error.problem === 'portable' ? error.problem : 'failed';
    // The file stands beside the outcome; that of a download still has a passing name.
    const { message, file } = error;
    return { outcome: message.startsWith(file) ? message.slice(file.length).replace(/^:? /, '') : message, state };
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { outcome: 'not there', state: 'notFound' };
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: `cannot be read: ${message}`, state: 'failed' };
}
