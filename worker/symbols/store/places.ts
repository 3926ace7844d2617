import { safePdbName } from './pdbName.ts';

/**
 * - `local`: a path that this system opens by itself;
 * - `network`: opening it talks to another machine (UNC);
 * - `foreign`: a Windows path on another system.
 */
export type PlaceKind = 'local' | 'network' | 'foreign';

export function placeKind(path: string, platform: NodeJS.Platform): PlaceKind {
  if (platform !== 'win32') return /^[a-z]:[\\/]|^[a-z]:$|^\\\\/i.test(path) ? 'foreign' : 'local';
  if (/^[\\/]{2}\?[\\/][a-z]:[\\/]/i.test(path)) return 'local';
  return /^[\\/]{2}/.test(path) ? 'network' : 'local';
}

export const FOREIGN_PATH = 'is a Windows path, which this system cannot open';

/** Folders of other systems where opening a file may make the machine talk to another one (automounters) or is more than reading. */
const SPECIAL_FOLDERS = /^\/(net|network|afs|dev|proc|sys)\//i;

/**
 * The path that the linker wrote into the image, where this machine may be the one that linked it: an absolute local path to a .pdb, of
 * this system's kind and without detours. Null for all others. It comes from a trace, so a UNC path is never opened: that would send the user's credentials to whatever machine it
 * names.
 */
export function ownPathOf(name: string, platform: NodeJS.Platform): string | null {
  if ('problem' in safePdbName(name) || /\p{Cc}/u.test(name) || !/\.pdb$/i.test(name)) return null;
  if (platform === 'win32') {
    const rest = /^[a-z]:([\\/].*)$/i.exec(name)?.[1];
    return rest !== undefined && !/[:<>"|?*]/.test(rest) ? name : null;
  }
  return /^\/[^/\\]/.test(name) && !SPECIAL_FOLDERS.test(name) && !/\/\.{0,2}\//.test(name) ? name : null;
}
