import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TraceError } from '../shared/errors.ts';
import { compileWildcard, hasWildcard } from '../shared/textFilter.ts';

/**
 * The traces that the arguments mean: a file is itself, a folder all .etl files in it, a wildcard those that match. In
 * order of the arguments, inside a folder by name. Rejects where a folder or wildcard gives none.
 */
export async function expandFiles(args: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const arg of args) files.push(...(await expand(arg)));
  return files;
}

async function expand(arg: string): Promise<string[]> {
  const found = await stat(arg).catch(() => null);
  if (found?.isDirectory()) {
    return inFolder(
      arg,
      compileWildcard('*.etl'),
      `${arg}: no .etl file in this folder; name a trace or another folder.`,
    );
  }
  if (!found && hasWildcard(basename(arg))) {
    return inFolder(dirname(arg), compileWildcard(basename(arg)), `${arg}: no file matches; check the pattern.`);
  }
  // What does not exist is reported when it is opened, like every other file.
  return [arg];
}

async function inFolder(folder: string, matches: (name: string) => boolean, none: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const files = names.filter(matches).sort();
  if (files.length === 0) throw new TraceError('notFound', none, folder);
  return files.map((name) => join(folder, name));
}
