/** Where a command's output goes: stdout, or a file that appears whole or not at all. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

export interface Output {
  write(text: string): Promise<void>;
  /** To be called once at the end; `failed` throws away a file that is not whole. */
  close(failed: boolean): Promise<void>;
}

export async function openOutput(path: string | undefined): Promise<Output> {
  if (path === undefined) {
    return { write: (text) => writeTo(process.stdout, text), close: () => Promise.resolve() };
  }
  const part = `${path}.${process.pid}.part`;
  const stream = createWriteStream(part);
  const failed = (error: unknown): UsageError =>
    new UsageError(`${path}: cannot be written (${(error as Error).message}); choose another place with --out.`);
  await once(stream, 'open').catch((error: unknown) => {
    throw failed(error);
  });
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
      if (isFailed || failure) {
        await rm(part, { force: true });
        if (failure) throw failed(failure);
        return;
      }
      await rename(part, path).catch(async (error: unknown) => {
        await rm(part, { force: true });
        throw failed(error);
      });
    },
  };
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

/** A reader that went away (`| head`) ends the program quietly. */
export function quietBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}
