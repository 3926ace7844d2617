/** Where a command's output goes: stdout, or a file that appears whole or not at all. */
import { createWriteStream, rmSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { beforeEnding } from './interruption.ts';

/** Exit code of wrong usage, an output that cannot be written included. */
export const EXIT_USAGE = 2;

/** Wrong usage. */
export class UsageError extends Error {}

export interface Output {
  write(text: string): Promise<void>;
  /** To be called once at the end; `failed` throws away a file that is not whole. */
  close(failed: boolean): Promise<void>;
}

/** `option`: the one that named the path, for what is said where it cannot be written. */
export async function openOutput(path: string | undefined, option = '--out'): Promise<Output> {
  if (path === undefined) {
    return { write: (text) => writeTo(process.stdout, text), close: () => Promise.resolve() };
  }
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory()) throw new UsageError(`${path}: is a folder; name a file with ${option}.`);
  // A device or a pipe (/dev/null, mkfifo) is written to, not replaced.
  const isReplaced = existing === null || existing.isFile();
  const part = isReplaced ? `${path}.${process.pid}.part` : path;
  const stream = createWriteStream(part);
  const failed = (error: unknown): UsageError =>
    new UsageError(`${path}: cannot be written (${(error as Error).message}); choose another place with ${option}.`);
  await once(stream, 'open').catch((error: unknown) => {
    throw failed(error);
  });
  const stopClearing = isReplaced ? removeOnSignal(part) : () => undefined;
  let failure: unknown = null;
  stream.on('error', (error) => (failure = error));
  return {
    async write(text) {
      if (failure) throw failed(failure);
      await writeTo(stream, text);
    },
    async close(isFailed) {
      stream.end();
      if (!failure) await once(stream, 'close').catch(() => undefined);
      stopClearing();
      if (isFailed || failure) {
        if (isReplaced) await rm(part, { force: true });
        if (failure) throw failed(failure);
        return;
      }
      if (!isReplaced) return;
      await rename(part, path).catch(async (error: unknown) => {
        await rm(part, { force: true });
        throw failed(error);
      });
    },
  };
}

/** Ctrl+C leaves no half of a file, or of a folder of files, behind. Returns what undoes it. */
export function removeOnSignal(part: string): () => void {
  return beforeEnding(() => rmSync(part, { recursive: true, force: true }));
}

/** Resolves when the stream wants more, or has ended: its error is another listener's. */
function writeTo(stream: Writable, text: string): Promise<void> {
  if (stream.write(text) || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

/**
 * The end of a program whose stdout fails: a reader that went away (`| head`) ends it quietly, a full disk with a sentence. Whatever
 * is still at work has nowhere to write to.
 */
export function endWithStdout(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    process.stderr.write(
      `leaklanes: stdout: cannot be written (${error.message}); make room there or send the output to another place.\n`,
    );
    process.exit(EXIT_USAGE);
  });
}
