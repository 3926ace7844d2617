import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The file that a command line names: its first argument that is no flag and is a file. An app that is not packaged has the
 * app's own folder as the first argument; it is no file, so nothing has to be counted.
 */
export function fileOfCommandLine(argv: readonly string[], workingFolder: string): string | null {
  for (const arg of argv.slice(1)) {
    if (arg.startsWith('-')) continue;
    const path = resolve(workingFolder, arg);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  }
  return null;
}
