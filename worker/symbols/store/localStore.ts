import { readFile, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { expandCabinet } from './cabinet.ts';
import type { FolderFiles } from './folderFiles.ts';
import { compressedName } from './pdbName.ts';
import { FOREIGN_PATH, placeKind } from './places.ts';
import { MAX_POINTER_BYTES, POINTER_NAME, pointedPath } from './pointer.ts';
import { fileFailure, networkProblem, pdbProblem, type Search } from './search.ts';
import { pathInStore, putIntoStore, temporaryPath, THREE_TIER_MARK } from './storeFolder.ts';

/** Where DbgHelp looks below a plain folder: beside the images, and as Windows' own symbol packages are laid out. */
const PLAIN_FOLDERS = [[], ['dll'], ['exe'], ['sys'], ['symbols', 'dll'], ['symbols', 'exe'], ['symbols', 'sys']];

export interface FoundFile {
  /** the PDB on disk */
  path: string;
  /** what it was made from: itself, or the compressed file */
  origin: string;
}

/** The store that expanded files go to, ready to be written; null where there is none. */
export type ExpandInto = () => Promise<string | null>;

/**
 * The wanted PDB in a folder: as a store of two or three tiers, or plain; whole, compressed, or pointed to. Every file that is there and
 * is not the wanted one gets into the search's trail; of a folder without any, the folder.
 */
export async function lookIntoFolder(
  folder: string,
  files: FolderFiles,
  search: Search,
  expandInto: ExpandInto,
): Promise<FoundFile | null> {
  const { trail } = search;
  const kind = placeKind(folder, search.platform);
  if (kind === 'foreign') {
    trail.add(folder, FOREIGN_PATH);
    return null;
  }
  const problem = kind === 'network' ? networkProblem(search.network) : null;
  if (problem) {
    trail.add(folder, problem.outcome, problem.state);
    return null;
  }
  const before = trail.tried.length;
  try {
    for (const parts of await candidates(folder, files, search)) {
      for (const path of await files.find(folder, parts)) {
        search.signal?.throwIfAborted();
        const found = await tryFile(path, search, expandInto);
        if (found) return found;
      }
    }
    if (trail.tried.length === before) trail.add(folder, (await isFolder(folder)) ? 'not there' : 'no such folder');
  } catch (error) {
    search.signal?.throwIfAborted();
    const { outcome, state } = fileFailure(error);
    trail.add(folder, state === 'notFound' ? 'no such folder' : outcome, state);
  }
  return null;
}

/** Paths below the folder, the likeliest first: stores name the build, so what lies there is most often right. */
async function candidates(folder: string, files: FolderFiles, { name, key }: Search): Promise<string[][]> {
  const stores = [[name, key]];
  if ((await files.find(folder, [THREE_TIER_MARK])).length > 0) stores.unshift([name.slice(0, 2), name, key]);
  const inStore = [name, compressedName(name), POINTER_NAME];
  const plain = [name, compressedName(name)];
  return [
    ...stores.flatMap((store) => inStore.map((file) => [...store, file])),
    ...PLAIN_FOLDERS.flatMap((below) => plain.map((file) => [...below, file])),
  ];
}

/** The file itself, what it expands to or what it points to, where that is the wanted PDB. */
export async function tryFile(path: string, search: Search, expandInto: ExpandInto): Promise<FoundFile | null> {
  // A store has folders of the PDBs' names; looked at as a plain folder, they are no files.
  if (await isFolder(path)) return null;
  if (basename(path).toLowerCase() !== POINTER_NAME) return tryPdb(path, search, expandInto);
  const bytes = await readSmallFile(path);
  const target = bytes === null ? null : pointedPath(bytes, path, search);
  return target === null ? null : tryPdb(target, search, expandInto);
}

/** A whole or compressed PDB, told apart by the last letter of the name. */
export async function tryPdb(path: string, search: Search, expandInto: ExpandInto): Promise<FoundFile | null> {
  const found = path.endsWith('_') ? await expand(path, search, expandInto) : await tryWhole(path, search);
  return found === null ? null : { path: found, origin: path };
}

async function tryWhole(path: string, search: Search): Promise<string | null> {
  const problem = await pdbProblem(path, search);
  if (problem === null) return path;
  search.trail.add(path, problem.outcome, problem.state);
  return null;
}

async function expand(path: string, search: Search, expandInto: ExpandInto): Promise<string | null> {
  const store = await expandInto();
  if (store !== null) return expandIntoStore(path, path, store, search);
  search.trail.add(path, 'is compressed, and there is no folder to expand it into', 'failed');
  return null;
}

/** Expands the cabinet into its place in the prepared store; `where` is what the trail calls the cabinet. */
export async function expandIntoStore(
  cabinet: string,
  where: string,
  store: string,
  search: Search,
): Promise<string | null> {
  const { name, key, trail } = search;
  const expandedBefore = await pathInStore(store, name, key);
  if ((await pdbProblem(expandedBefore, search)) === null) return expandedBefore;
  const temporary = temporaryPath(store);
  try {
    await expandCabinet(cabinet, temporary, { name, maxBytes: search.maxBytes, signal: search.signal });
    const problem = await pdbProblem(temporary, search);
    if (problem === null) return await putChecked(temporary, store, search);
    trail.add(where, problem.outcome, problem.state);
  } catch (error) {
    search.signal?.throwIfAborted();
    const { outcome, state } = fileFailure(error);
    trail.add(where, outcome, state);
  } finally {
    await rm(temporary, { force: true });
  }
  return null;
}

/** Moves a checked PDB to its place. Where another program has put it there meanwhile and holds it open (Windows), that one is taken. */
export async function putChecked(temporary: string, store: string, search: Search): Promise<string> {
  const { name, key } = search;
  try {
    return await putIntoStore(temporary, store, name, key);
  } catch (error) {
    const place = await pathInStore(store, name, key);
    if ((await pdbProblem(place, search)) === null) return place;
    throw error;
  }
}

async function readSmallFile(path: string): Promise<Buffer | null> {
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() && stats.size <= MAX_POINTER_BYTES ? readFile(path) : null;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
