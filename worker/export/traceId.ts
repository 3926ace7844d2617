/** What a trace is called in tables that hold thousands of them. */
import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { TraceError } from '../../shared/errors.ts';

/** Bytes at the start and at the end of a file that its id looks at. The log-file header with the start time is in the first buffer. */
const PART = 65_536;
/** Characters of a file name that go into the id: folders are called by it, and their names have at most 255 bytes. */
const LONGEST_NAME = 60;

/**
 * "handle-leak.etl-0123456789abcdef": the file's name, and a hash of its size, its first and its last 64 KB. The same file has the same id
 * wherever it lies and whenever it is asked for; a file that was changed, or recorded again under its name, another one.
 * Letters, digits, ".", "_" and "-" only, so that it can be the name of a folder and stand in a path pattern.
 * Rejects with a TraceError where the file cannot be read.
 */
export async function traceIdOf(path: string): Promise<string> {
  let file: FileHandle | null = null;
  try {
    // To open a pipe would wait until somebody writes to it.
    if (!(await stat(path)).isFile()) throw new Error('it is no file');
    file = await open(path, 'r');
    const { size } = await file.stat();
    const hash = createHash('sha256').update(`${size}\n`);
    hash.update(await partOf(file, 0));
    hash.update(await partOf(file, Math.max(0, size - PART)));
    return `${nameIn(path)}-${hash.digest('hex').slice(0, 16)}`;
  } catch (error) {
    throw new TraceError('io', `${path}: cannot be read (${(error as Error).message}); check the path.`, path);
  } finally {
    await file?.close();
  }
}

async function partOf(file: FileHandle, position: number): Promise<Uint8Array> {
  const part = new Uint8Array(PART);
  const { bytesRead } = await file.read(part, 0, PART, position);
  return part.subarray(0, bytesRead);
}

/** Readers pass over names that begin with "." or "_", and take "a=b" for a column. */
function nameIn(path: string): string {
  const name = basename(path)
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]/gu, '_')
    .replace(/^[._]+/, '');
  return name.length > LONGEST_NAME ? Array.from(name).slice(0, LONGEST_NAME).join('') : name || 'trace';
}
