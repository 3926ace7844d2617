/** Where symbols of a trace are looked for. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SymbolsReport } from '../../shared/symbols.ts';
import { DEFAULT_SYMBOL_PATH, readSymbolPathOf } from './store/symbolPath.ts';

export interface PathInForce {
  /** notation of _NT_SYMBOL_PATH */
  path: string;
  from: SymbolsReport['pathFrom'];
}

/** The first that is set: the request's, the environment's, the user's setting; else Microsoft's server with the default cache. */
export function pathInForce(
  requested: string | undefined,
  env: Record<string, string | undefined>,
  setting: string | null,
): PathInForce {
  if (requested !== undefined && requested.trim() !== '') return { path: requested, from: 'request' };
  const ofEnvironment = readSymbolPathOf(env);
  if (ofEnvironment !== null) return { path: ofEnvironment, from: 'environment' };
  if (setting !== null && setting.trim() !== '') return { path: setting, from: 'setting' };
  return { path: DEFAULT_SYMBOL_PATH, from: 'default' };
}

/**
 * The folders with symbols beside a trace, which come before the path: `symbols`, and those that recorders fill with the PDBs of native
 * images of managed code (`trace.etl.NGENPDB` of wpr and xperf, `trace.NGENPDB` where the file was renamed).
 */
export async function symbolFoldersBeside(trace: string): Promise<string[]> {
  const folders = [join(dirname(trace), 'symbols'), `${trace}.NGENPDB`, `${trace.replace(/\.etl$/i, '')}.NGENPDB`];
  const there = await Promise.all(folders.map(isFolder));
  return folders.filter((_, index) => there[index]);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
