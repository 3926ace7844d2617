/**
 * Traces that were opened before, so that the second open takes no time: a file each in the user's cache folder, never beside the trace.
 * Several programs may use one folder: a file appears whole or not at all, and what cannot be read or written is as if it were not there.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TraceError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/service.ts';
import type { Trace } from '../lifetimes/model.ts';
import { cacheFolder } from '../symbols/cache/folders.ts';
import { makeRoom } from '../symbols/cache/makeRoom.ts';
import { crcOf, HEADER_BYTES, traceHeader, type TraceIdentity, traceOfFile, tracePieces } from './traceFile.ts';

const DEFAULT_MAX_BYTES = 4 * 2 ** 30;
/** A trace that opens faster is not worth a file. */
const DEFAULT_MIN_OPEN_MS = 1000;
/** One file takes no more than this share of the folder. */
const FILE_SHARE = 0.5;
/** Bytes read, checked or written before the event loop gets its turn. */
const PIECE = 8 * 2 ** 20;
/** Bytes at either end of a trace that tell whether it is the same. */
const EDGE = 64 * 1024;
const FILE_NAME = /^[0-9a-f]{32}\.trace$/;

export interface TraceCacheOptions {
  folder: string;
  /** of all files together; those that were not used for the longest time go first. Default 4 GiB */
  maxBytes?: number;
  /** traces that open in less time are not kept. Default one second */
  minOpenMs?: number;
}

/** The cache in the user's folder; null where the user does not want one (LEAKLANES_NO_CACHE). */
export function systemTraceCache(env: Record<string, string | undefined> = process.env): TraceCache | null {
  return env.LEAKLANES_NO_CACHE ? null : new TraceCache({ folder: join(cacheFolder(env), 'traces') });
}

export class TraceCache {
  readonly minOpenMs: number;
  private readonly folder: string;
  private readonly maxBytes: number;
  private queue: Promise<void> = Promise.resolve();

  constructor({ folder, maxBytes = DEFAULT_MAX_BYTES, minOpenMs = DEFAULT_MIN_OPEN_MS }: TraceCacheOptions) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.minOpenMs = minOpenMs;
  }

  /** The trace as it was when it was stored; null where it is not kept, or has changed since. Rejects where it is cancelled. */
  async load(identity: TraceIdentity, options: CallOptions = {}): Promise<Trace | null> {
    const path = this.pathOf(identity);
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch {
      return null;
    }
    let trace: Trace | null = null;
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(size <= this.maxBytes ? size : 0);
      const crc = await readAll(file, bytes, identity, options);
      trace = crc === null ? null : traceOfFile(identity, bytes, crc);
    } catch (error) {
      if (error instanceof TraceError) throw error;
    } finally {
      await file.close();
    }
    if (trace === null) {
      await rm(path, { force: true }).catch(() => undefined);
      return null;
    }
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return trace;
  }

  /** Keeps a trace; goes on in the background. Never fails: what cannot be kept is not. */
  store(identity: TraceIdentity, trace: Trace): Promise<void> {
    this.queue = this.queue.then(() => this.storeNow(identity, trace)).catch(() => undefined);
    return this.queue;
  }

  /** When everything that was given to {@link store} is kept. */
  settled(): Promise<void> {
    return this.queue;
  }

  private async storeNow(identity: TraceIdentity, trace: Trace): Promise<void> {
    const pieces = tracePieces(identity, trace);
    if (pieces === null) return;
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, HEADER_BYTES);
    if (bytes > this.maxBytes * FILE_SHARE) return;
    // What was written to while it was read is not this file any more.
    const now = await identityOf(identity.path, identity.name);
    if (now === null || now.mtimeNs !== identity.mtimeNs || now.bytes !== identity.bytes) return;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await makeRoom({ folder: this.folder, maxBytes: this.maxBytes, names: FILE_NAME, wanted: bytes });
    const half = join(this.folder, `${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
    try {
      await writeAll(half, pieces);
      await rename(half, this.pathOf(identity));
    } catch (error) {
      await rm(half, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  private pathOf({ path, name }: TraceIdentity): string {
    return join(this.folder, `${createHash('sha256').update(`${path}\n${name}`).digest('hex').slice(0, 32)}.trace`);
  }
}

/** Null where the file cannot be read: opening it says why. */
export async function identityOf(path: string, name = path): Promise<TraceIdentity | null> {
  let file: FileHandle;
  try {
    // To open a pipe waits for whoever writes into it.
    if (!(await stat(path)).isFile()) return null;
    file = await open(path, 'r');
  } catch {
    return null;
  }
  try {
    const { size, mtimeNs } = await file.stat({ bigint: true });
    const bytes = Number(size);
    const hash = createHash('sha256');
    for (const at of [0, Math.max(0, bytes - EDGE)]) {
      const edge = new Uint8Array(Math.min(EDGE, bytes));
      const { bytesRead } = await file.read(edge, 0, edge.length, at);
      hash.update(edge.subarray(0, bytesRead));
    }
    return { path: resolve(path), name, bytes, mtimeNs: mtimeNs.toString(), hash: hash.digest('hex') };
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/** Fills `bytes` and gives the CRC-32 of what lies behind the header; null where the file is shorter. */
async function readAll(
  file: FileHandle,
  bytes: Uint8Array,
  { path }: TraceIdentity,
  { signal, onProgress }: CallOptions,
): Promise<number | null> {
  let crc = 0;
  for (let at = 0; at < bytes.length;) {
    if (signal?.aborted) throw new TraceError('cancelled', 'Opening was cancelled.', path);
    const { bytesRead } = await file.read(bytes, at, Math.min(PIECE, bytes.length - at), at);
    if (bytesRead === 0) return null;
    crc = crcOf(bytes.subarray(Math.max(at, HEADER_BYTES), Math.max(at + bytesRead, HEADER_BYTES)), crc);
    at += bytesRead;
    onProgress?.({ phase: 'read', bytesDone: at, bytesTotal: bytes.length, events: 0 });
  }
  return crc;
}

async function writeAll(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let crc = 0;
    let position = HEADER_BYTES;
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) {
        const part = piece.subarray(at, at + PIECE);
        const { bytesWritten } = await file.write(part, 0, part.length, position);
        crc = crcOf(part.subarray(0, bytesWritten), crc);
        at += bytesWritten;
        position += bytesWritten;
      }
    }
    await file.write(traceHeader(pieces, crc), 0, HEADER_BYTES, 0);
  } finally {
    await file.close();
  }
}
