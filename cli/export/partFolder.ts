/** Where the files of an export stand until they are whole. */
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEnding } from '../interruption.ts';
import { UsageError } from '../output.ts';

/** Two levels below the folder of the traces: no pattern of a reader (`*` for the traces) meets a file that is not whole. */
const PARTS = '.part';

export interface PartFolder {
  path: string;
  /** To be called once at the end. */
  remove(): Promise<void>;
}

/** Makes the folder of the traces, too. Throws a UsageError where it cannot be written. What a killed program left there is removed. */
export async function openPartFolder(out: string): Promise<PartFolder> {
  const all = join(out, PARTS);
  const machine = hostname().replace(/[^\w.-]/g, '_');
  const path = join(all, `${machine}-${process.pid}`);
  try {
    await makeFolders(path);
  } catch (error) {
    throw new UsageError(`${out}: cannot be written (${(error as Error).message}); choose another folder with --out.`);
  }
  for (const name of await readdir(all)) {
    if (name.startsWith(`${machine}-`) && hasEnded(Number(name.slice(machine.length + 1)))) {
      await rm(join(all, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
  const clear = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
    // Another program may be writing there.
    await rmdir(all).catch(() => undefined);
  };
  const stopClearing = beforeEnding(clear);
  return {
    path,
    remove() {
      stopClearing();
      return clear();
    },
  };
}

/** A folder and those above it. Node's own recursive way tries for ever where a file system answers ENOENT to new folders, as /proc does. */
async function makeFolders(path: string): Promise<void> {
  if (
    await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
  )
    return;
  if (dirname(path) !== path) await makeFolders(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another program made it at the same time. Where it is a file, the folder inside it says so.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Whether no process of this machine has the pid. */
function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
