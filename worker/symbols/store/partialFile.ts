import { createHash } from 'node:crypto';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryPath, waitingFolder } from './storeFolder.ts';

/** A longer ETag does not fit into a file name; such a file is not continued. */
const MAX_VALIDATOR = 100;

/**
 * The part of a download that is on disk. What may be continued lies in the store's waiting folder under a name of address and validator
 * (ETag): one file, so that it never meets the validator of another one. Who continues it renames it to a name of its own first; of two
 * programs one gets it.
 */
export class PartialFile {
  readonly path: string;
  /** bytes that are on disk */
  length = 0;
  private validator: string | null = null;
  private readonly folder: string;
  private readonly prefix: string;
  private file: FileHandle | null = null;

  private constructor(store: string, address: string) {
    this.folder = waitingFolder(store);
    this.path = temporaryPath(store);
    this.prefix = `${createHash('sha256').update(address).digest('hex').slice(0, 32)}.`;
  }

  /** Takes over what an earlier download of the address left in the prepared store, or begins anew. */
  static async take(store: string, address: string): Promise<PartialFile> {
    const partial = new PartialFile(store, address);
    await partial.takeOver();
    partial.file = await open(partial.path, partial.length > 0 ? 'r+' : 'w');
    return partial;
  }

  /** With this the server is asked whether the file is still the same one; null where the part cannot be continued. */
  get continuedBy(): string | null {
    return this.length > 0 ? this.validator : null;
  }

  /** Begins anew with a file of this ETag. A weak one says nothing about bytes. */
  async restart(etag: string | null): Promise<void> {
    this.length = 0;
    this.validator = etag !== null && /^"[^"]*"$/.test(etag) && etag.length <= MAX_VALIDATOR ? etag : null;
    await this.file?.truncate(0);
  }

  async append(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length && this.file !== null) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.length);
      done += bytesWritten;
      this.length += bytesWritten;
    }
  }

  /** The download is whole: the file stays at its `path`, for the caller. */
  async close(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close();
  }

  /** The download goes on another time, where that is possible. */
  async keep(): Promise<void> {
    await this.close().catch(() => {});
    const validator = this.continuedBy;
    if (validator === null) return this.discard();
    const name = `${this.prefix}${Buffer.from(validator).toString('base64url')}.part`;
    await rename(this.path, join(this.folder, name)).catch(() => this.discard());
  }

  async discard(): Promise<void> {
    await this.close().catch(() => {});
    await rm(this.path, { force: true }).catch(() => {});
  }

  private async takeOver(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (!name.startsWith(this.prefix) || !name.endsWith('.part')) continue;
      try {
        await rename(join(this.folder, name), this.path);
        this.length = (await stat(this.path)).size;
        this.validator = Buffer.from(name.slice(this.prefix.length, -'.part'.length), 'base64url').toString();
        return;
      } catch {
        // Another program was quicker.
      }
    }
  }
}
