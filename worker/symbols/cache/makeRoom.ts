/** Folders of caches that several programs share and that stay below a size. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is removed makes room for more than one file. */
const KEEP_SHARE = 0.9;
/** Nobody writes one file for so long. */
const HALF_FILE_MS = 3600 * 1000;

export interface CacheLimits {
  folder: string;
  /** of all files whose names fit `names`, together */
  maxBytes: number;
  names: RegExp;
  /** bytes that are to be added */
  wanted?: number;
}

/**
 * Removes what was used least lately until the folder, with `wanted` bytes more, is small enough; half files that nobody finishes go too.
 * Another program may do the same at this moment. Resolves to the bytes of all files, `wanted` included.
 */
export async function makeRoom({ folder, maxBytes, names, wanted = 0 }: CacheLimits): Promise<number> {
  const files: { path: string; bytes: number; usedMs: number }[] = [];
  let total = wanted;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => null);
    if (!stats?.isFile()) continue;
    if (name.endsWith('.tmp') && Date.now() - stats.mtimeMs > HALF_FILE_MS) await rm(path, { force: true });
    if (!names.test(name)) continue;
    files.push({ path, bytes: stats.size, usedMs: stats.mtimeMs });
    total += stats.size;
  }
  if (total <= maxBytes) return total;
  files.sort((a, b) => a.usedMs - b.usedMs);
  for (const file of files) {
    if (total <= maxBytes * KEEP_SHARE) break;
    // On Windows a file that another program reads stays.
    await rm(file.path, { force: true }).then(
      () => (total -= file.bytes),
      () => undefined,
    );
  }
  return total;
}
