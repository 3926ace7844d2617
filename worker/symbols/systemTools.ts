/** The symbol tools of the program: the user's folders, the network, real PDBs. */
import { cacheFolder, functionCacheFolder, symbolStoreFolder } from './cache/folders.ts';
import { createSymbolCache } from './cache/symbolCache.ts';
import { openPdb, readPdbIdentity } from './pdb/openPdb.ts';
import { symbolSettingsFile } from './settings.ts';
import { createSymbolFinder } from './store/finder.ts';
import type { SymbolTools } from './tools.ts';

/** Views are refreshed with every publication. */
const PUBLISH_EVERY_MS = 500;

export function systemTools(env: Record<string, string | undefined> = process.env): SymbolTools {
  const folder = cacheFolder(env);
  return {
    settings: symbolSettingsFile(),
    env,
    defaultStore: symbolStoreFolder(folder),
    createFinder: (request) => createSymbolFinder({ ...request, cacheFolder: folder, readIdentity: readPdbIdentity }),
    cache: createSymbolCache({ folder: functionCacheFolder(folder) }),
    openPdb,
    publishEvery: PUBLISH_EVERY_MS,
  };
}
