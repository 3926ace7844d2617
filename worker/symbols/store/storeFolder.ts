import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A store with this file in it has one more level: folders by the first two letters of a name. Its content does not matter. */
export const THREE_TIER_MARK = 'index2.txt';
/** Where files wait in a store until they are whole; no PDB name starts with a dot. */
const WAITING_FOLDER = '.leaklanes';
/** Halves of downloads are kept this long to be continued. */
const KEEP_WAITING_MS = 7 * 24 * 3600 * 1000;

export function waitingFolder(store: string): string {
  return join(store, WAITING_FOLDER);
}

/** Makes the store ready to be written. @throws ErrnoException where it cannot be */
export async function prepareStore(store: string): Promise<void> {
  const waiting = waitingFolder(store);
  await mkdir(waiting, { recursive: true });
  await access(waiting, constants.W_OK);
  await removeOldFiles(waiting, KEEP_WAITING_MS);
}

/** A path in a prepared store that nobody else writes to; it is on the store's disk, so that it can be renamed into its place. */
export function temporaryPath(store: string): string {
  return join(waitingFolder(store), `${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
}

/** Where the store has, or would have, the PDB of this build. */
export async function pathInStore(store: string, name: string, key: string): Promise<string> {
  const threeTier = await access(join(store, THREE_TIER_MARK)).then(
    () => true,
    () => false,
  );
  return join(store, ...(threeTier ? [name.slice(0, 2)] : []), name, key, name);
}

/** Moves a whole and checked file of the store's waiting folder to its place, over one that is there; gives the place. */
export async function putIntoStore(temporary: string, store: string, name: string, key: string): Promise<string> {
  const place = await pathInStore(store, name, key);
  await mkdir(dirname(place), { recursive: true });
  await rename(temporary, place);
  return place;
}

/** Like {@link putIntoStore} for a file that stays where it is. */
export async function copyIntoStore(path: string, store: string, name: string, key: string): Promise<string> {
  await prepareStore(store);
  const temporary = temporaryPath(store);
  try {
    await copyFile(path, temporary, constants.COPYFILE_FICLONE);
    return await putIntoStore(temporary, store, name, key);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What programs that were ended left behind. Another program may do the same at this moment. */
export async function removeOldFiles(folder: string, olderThanMs: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => null);
    if (stats?.isFile() && Date.now() - stats.mtimeMs > olderThanMs) await rm(path, { force: true }).catch(() => {});
  }
}
