import { readdir, stat } from 'node:fs/promises';
import { join, parse, sep } from 'node:path';
import { compileWildcard, hasWildcard } from '../shared/textFilter.ts';

export interface ExpandedFiles {
  files: string[];
  /** a sentence for every folder and wildcard that gives none */
  problems: string[];
}

export interface ExpandOptions {
  /** folders mean the traces of their sub-folders too */
  recursive?: boolean;
}

const isTrace = compileWildcard('*.etl');

/**
 * The traces that the arguments mean: a file is itself, a folder all .etl files in it, a wildcard (`*`, `?`; `**` for folders at any
 * depth) those that match. In order of the arguments, inside a folder by name.
 */
export async function expandFiles(
  args: readonly string[],
  { recursive = false }: ExpandOptions = {},
): Promise<ExpandedFiles> {
  const expanded: ExpandedFiles = { files: [], problems: [] };
  for (const arg of args) {
    const found = await stat(arg).catch(() => null);
    if (found?.isDirectory()) {
      const folders = recursive ? await foldersBelow(arg) : [arg];
      const files = await matching(folders, isTrace, true);
      const where = recursive ? 'this folder and those below it' : 'this folder';
      if (files.length === 0)
        expanded.problems.push(`${arg}: no .etl file in ${where}; name a trace or another folder.`);
      expanded.files.push(...files);
    } else if (!found && hasWildcard(arg)) {
      const files = await glob(arg);
      if (files.length === 0) expanded.problems.push(`${arg}: no file matches; check the pattern.`);
      expanded.files.push(...files);
    } else {
      // What does not exist is reported when it is opened, like every other file.
      expanded.files.push(arg);
    }
  }
  return expanded;
}

/** Files that a path with wildcards means; wildcards work in every part of the path. */
async function glob(pattern: string): Promise<string[]> {
  const { root } = parse(pattern);
  const parts = pattern.slice(root.length).split(sep === '\\' ? /[\\/]+/ : /\/+/);
  let found = [root];
  for (const [at, part] of parts.entries()) {
    const isLast = at === parts.length - 1;
    if (part === '**') found = (await Promise.all(found.map(foldersBelow))).flat();
    // `**` at the end means what it means for a folder: its traces.
    if (part === '**' && isLast) return matching(found, isTrace, true);
    if (part === '**') continue;
    if (hasWildcard(part)) found = await matching(found, compileWildcard(part), isLast);
    else found = await existing(found.map((folder) => join(folder, part)));
  }
  return found;
}

async function existing(paths: string[]): Promise<string[]> {
  const exists = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return paths.filter((_, at) => exists[at] !== null);
}

/** Entries of folders whose name matches: files, or the folders among them. */
async function matching(folders: string[], matches: (name: string) => boolean, files: boolean): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => matches(entry.name) && entry.isDirectory() !== files);
    found.push(...names.map((entry) => join(folder, entry.name)).sort());
  }
  return found;
}

/** A folder and all below it, in order of their paths. Links are not followed: they can lead in circles. */
async function foldersBelow(folder: string): Promise<string[]> {
  const inside = await matching([folder], () => true, false);
  const below = await Promise.all(inside.map(foldersBelow));
  return [folder, ...below.flat()];
}
