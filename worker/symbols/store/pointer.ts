import { isAbsolute } from 'node:path';
import { networkProblem, type Search } from './search.ts';
import { placeKind } from './places.ts';

export const POINTER_NAME = 'file.ptr';
export const MAX_POINTER_BYTES = 4096;

/**
 * What a store's `file.ptr` says: the path of the real file, to be followed once; null where there is none to follow, and the search's
 * trail says why. `PATH:` before the path may be missing; `MSG:` is a sentence for people.
 */
export function pointedPath(bytes: Buffer, where: string, search: Search): string | null {
  const { trail, platform } = search;
  const text = bytes
    .toString('utf8')
    .replace(/[\0\uFEFF]/g, '')
    .trim();
  const message = /^MSG:(.*)$/is.exec(text)?.[1];
  if (message !== undefined) {
    trail.add(where, `says: ${JSON.stringify(message.trim().slice(0, 200))}`);
    return null;
  }
  const path = text.replace(/^PATH:/i, '').trim();
  const shown = JSON.stringify(path.slice(0, 200));
  if (/\p{Cc}/u.test(path) || path === '' || bytes.length > MAX_POINTER_BYTES) {
    trail.add(where, 'is no pointer to a file', 'failed');
    return null;
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) {
    trail.add(where, `points to the address ${shown}; only file paths are followed`, 'failed');
    return null;
  }
  const kind = placeKind(path, platform);
  if (kind === 'foreign') {
    trail.add(where, `points to ${shown}, which is a Windows path that this system cannot open`, 'failed');
    return null;
  }
  if (!/^[a-z]:[\\/]|^\\\\[^\\?.]/i.test(path) && !(platform !== 'win32' && isAbsolute(path))) {
    trail.add(where, `points to ${shown}; only absolute paths are followed`, 'failed');
    return null;
  }
  const problem = kind === 'network' ? networkProblem(search.network) : null;
  if (problem) {
    trail.add(path, problem.outcome, problem.state);
    return null;
  }
  return path;
}
