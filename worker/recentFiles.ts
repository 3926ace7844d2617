import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { RecentFile } from '../shared/host.ts';

const MAX_RECENT = 10;

/**
 * The files that were opened by path, latest first: one JSON file in the user's configuration folder, for the window and for
 * `leaklanes serve`. A list that cannot be read is an empty list, one that cannot be written is not kept: neither is a reason
 * not to open a trace.
 */
export interface RecentFiles {
  list(): Promise<RecentFile[]>;
  /** null where the list has no such file (any more) */
  pathOf(id: string): Promise<string | null>;
  add(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  clear(): Promise<void>;
}

const storedSchema = z.object({ files: z.array(z.string()) });

export function createRecentFiles(file: string = join(configFolder(), 'recent.json')): RecentFiles {
  /** Writes of this process follow one another; of another process the last one stays. */
  let queue: Promise<void> = Promise.resolve();

  async function read(): Promise<string[]> {
    try {
      return storedSchema.parse(JSON.parse(await readFile(file, 'utf8'))).files.slice(0, MAX_RECENT);
    } catch {
      return [];
    }
  }

  function change(edit: (paths: string[]) => string[]): Promise<void> {
    queue = queue.then(async () => {
      const half = `${file}.${process.pid}.tmp`;
      try {
        const files = edit(await read()).slice(0, MAX_RECENT);
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(half, JSON.stringify({ files }, null, 2), { mode: 0o600 });
        await rename(half, file);
      } catch {
        await rm(half, { force: true }).catch(() => {});
      }
    });
    return queue;
  }

  return {
    async list() {
      await queue;
      return (await read()).map((path) => ({ id: idOf(path), name: basename(path), folder: dirname(path) }));
    },
    async pathOf(id) {
      await queue;
      return (await read()).find((path) => idOf(path) === id) ?? null;
    },
    add(path) {
      const absolute = resolve(path);
      return change((paths) => [absolute, ...paths.filter((other) => other !== absolute)]);
    },
    remove: (path) => change((paths) => paths.filter((other) => other !== resolve(path))),
    clear: () => change(() => []),
  };
}

/** What the renderer knows a file by: it neither learns paths that it can put together nor can it name one of its own. */
function idOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 24);
}

/** Folder for the user's settings; LEAKLANES_CONFIG_DIR names another one (tests, portable use). */
export function configFolder(): string {
  const named = process.env.LEAKLANES_CONFIG_DIR;
  if (named) return named;
  if (process.platform === 'win32') return join(process.env.APPDATA ?? join(homedir(), 'AppData/Roaming'), 'Leaklanes');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Leaklanes');
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'leaklanes');
}
