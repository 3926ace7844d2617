/** What the symbols of a trace stand on: the search for PDBs, their reader, the cache, the user's settings. Tests have their own. */
import type { SymbolCache } from './cache/symbolCache.ts';
import type { PdbReader } from './model.ts';
import type { SymbolSettingsFile } from './settings.ts';
import type { SymbolFinder, SymbolFinderOptions } from './store/finder.ts';

/** Where and under which rules one job looks. */
export type FinderRequest = Pick<
  SymbolFinderOptions,
  'path' | 'extraFolders' | 'allowDownload' | 'allowHttp' | 'offline' | 'retryMissing'
>;

export interface SymbolTools {
  settings: SymbolSettingsFile;
  env: Record<string, string | undefined>;
  /** folder of downloaded PDBs where the path names none */
  defaultStore: string;
  createFinder(request: FinderRequest): SymbolFinder;
  cache: SymbolCache;
  /** @throws SymbolError */
  openPdb(path: string): Promise<PdbReader>;
  /** least time between two publications of names, ms; Infinity: only one, at the end */
  publishEvery: number;
}
