import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'leaklanes-serve-';

export interface PrivateFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A temporary folder that only this user can read (mkdtemp makes it 0700). It goes when it is removed or the process exits. */
export async function createPrivateFolder(): Promise<PrivateFolder> {
  await removeLeftovers();
  const path = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const removeAtExit = () => rmSync(path, { recursive: true, force: true });
  process.on('exit', removeAtExit);
  return {
    path,
    async remove() {
      process.off('exit', removeAtExit);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Traces are large: the folders of servers that were killed must not pile up. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const pid = /^leaklanes-serve-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const path = join(tmpdir(), name);
    const stats = await lstat(path).catch(() => null);
    if (stats?.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid())) {
      await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
