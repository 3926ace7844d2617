import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorData, TraceError, type TraceErrorData } from '../../shared/errors.ts';
import { displayNameOf } from './fileNames.ts';

export interface Upload {
  id: string;
  path: string;
  displayName: string;
}

/** The files that browsers sent, in the server's private folder under names of our own. */
export interface Uploads {
  receive(request: IncomingMessage, name: string): Promise<Upload>;
  find(id: string): Upload | null;
  remove(id: string): Promise<void>;
}

export function createUploads(folder: string): Uploads {
  const uploads = new Map<string, Upload>();
  return {
    async receive(request, name) {
      const displayName = displayNameOf(name);
      await checkSpace(folder, Number(request.headers['content-length'] ?? 0), displayName);
      const id = randomUUID();
      const path = join(folder, id);
      try {
        await pipeline(request, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
      } catch (error) {
        await rm(path, { force: true });
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw diskFull(folder, displayName);
        throw new TraceError('io', `${displayName} did not arrive: ${(error as Error).message}.`, displayName);
      }
      const upload = { id, path, displayName };
      uploads.set(id, upload);
      return upload;
    },
    find: (id) => uploads.get(id) ?? null,
    async remove(id) {
      const upload = uploads.get(id);
      uploads.delete(id);
      if (upload !== undefined) await rm(upload.path, { force: true });
    },
  };
}

/** Better said before ten gigabytes have been sent than after. */
async function checkSpace(folder: string, bytes: number, displayName: string): Promise<void> {
  const stats = await statfs(folder).catch(() => null);
  if (stats !== null && bytes > stats.bavail * stats.bsize) throw diskFull(folder, displayName);
}

function diskFull(folder: string, displayName: string): TraceError {
  return new TraceError(
    'io',
    `There is not enough free space for ${displayName} in ${folder}: free some, or start \`leaklanes serve FILE\` on the file itself, which copies nothing.`,
    displayName,
  );
}

/** A person knows the file by its own name, not by the one it has in our temporary folder. */
export function underItsName(error: unknown, path: string, name: string): TraceError {
  const data: TraceErrorData = errorData(error);
  return new TraceError(
    data.code,
    data.message.replaceAll(path, name),
    data.file === path ? name : data.file,
    data.offset,
  );
}
