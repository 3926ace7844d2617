import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';

/** The user's cache folder for this program; LEAKLANES_CACHE names another one (tests, portable use, a larger disk). */
export function cacheFolder(
  env: Record<string, string | undefined> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const path = platform === 'win32' ? win32 : posix;
  if (env.LEAKLANES_CACHE) return env.LEAKLANES_CACHE;
  if (platform === 'win32') return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'Leaklanes');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'Leaklanes');
  // A relative path in XDG_CACHE_HOME counts as none (XDG Base Directory Specification).
  const xdg = env.XDG_CACHE_HOME ?? '';
  return path.join(path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'leaklanes');
}

/** Downloaded and expanded PDBs: the default store of symbol paths. */
export function symbolStoreFolder(cache: string): string {
  return join(cache, 'symbols');
}

/** Function tables that were read from PDBs. */
export function functionCacheFolder(cache: string): string {
  return join(cache, 'functions');
}
