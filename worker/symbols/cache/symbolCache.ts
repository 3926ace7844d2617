import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressSource, CachedSymbols, PdbIdentity } from '../model.ts';
import { storeKey } from '../store/pdbName.ts';
import { decodeSymbols, encodeSymbols } from './cacheFile.ts';
import { makeRoom } from './makeRoom.ts';

const DEFAULT_MAX_BYTES = 2 ** 30;
const FILE_NAME = /^[0-9A-F]{32}[0-9a-f]{1,8}\.functions$/;

export interface SymbolCacheOptions {
  /** functionCacheFolder() */
  folder: string;
  /** of all files together; those that were not used for the longest time go first. Default 1 GB */
  maxBytes?: number;
  /** gets one sentence, once, where the folder cannot be used: all goes on without a cache */
  onProblem?: (sentence: string) => void;
}

/** Function tables that were read before, by GUID and age. Several programs may use one folder at a time. */
export interface SymbolCache {
  /** null where nothing is kept (any more). A file that is damaged or of another version is removed. Its columns are views into one buffer */
  load(identity: PdbIdentity): Promise<CachedSymbols | null>;
  /** Keeps the symbols, with the sources that were kept before beside the new ones. Never fails: what cannot be kept is not. */
  store(identity: PdbIdentity, symbols: CachedSymbols): Promise<void>;
}

export function createSymbolCache(options: SymbolCacheOptions): SymbolCache {
  return new FolderCache(options);
}

class FolderCache implements SymbolCache {
  private readonly folder: string;
  private readonly maxBytes: number;
  private readonly onProblem: (sentence: string) => void;
  private toldProblem = false;
  /** stores of this process follow one another, so that one does not lose the sources of the other */
  private queue: Promise<void> = Promise.resolve();
  /** bytes in the folder when it was last looked through, and what this process wrote since; null before the first time */
  private knownBytes: number | null = null;

  constructor({ folder, maxBytes = DEFAULT_MAX_BYTES, onProblem = () => {} }: SymbolCacheOptions) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.onProblem = onProblem;
  }

  async load(identity: PdbIdentity): Promise<CachedSymbols | null> {
    const path = this.pathOf(identity);
    try {
      const symbols = decodeSymbols(identity, await readFile(path));
      if (symbols === null) {
        await rm(path, { force: true });
        return null;
      }
      const now = new Date();
      await utimes(path, now, now).catch(() => {});
      return symbols;
    } catch (error) {
      this.tell(error);
      return null;
    }
  }

  store(identity: PdbIdentity, symbols: CachedSymbols): Promise<void> {
    this.queue = this.queue.then(() => this.storeNow(identity, symbols)).catch((error: unknown) => this.tell(error));
    return this.queue;
  }

  private async storeNow(identity: PdbIdentity, symbols: CachedSymbols): Promise<void> {
    const earlier = await this.load(identity);
    if (earlier && hasAllOf(earlier, symbols)) return;
    const sources = new Map([...keptSources(earlier, symbols.origin), ...symbols.sources]);
    const bytes = encodeSymbols(identity, { ...symbols, sources });
    if (bytes.length > this.maxBytes) return;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const half = join(this.folder, `${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
    try {
      await writeFile(half, bytes, { mode: 0o600 });
      await rename(half, this.pathOf(identity));
    } catch (error) {
      await rm(half, { force: true }).catch(() => {});
      throw error;
    }
    if (this.knownBytes !== null) this.knownBytes += bytes.length;
    if (this.knownBytes === null || this.knownBytes > this.maxBytes) {
      this.knownBytes = await makeRoom({ folder: this.folder, maxBytes: this.maxBytes, names: FILE_NAME });
    }
  }

  private pathOf(identity: PdbIdentity): string {
    return join(this.folder, `${storeKey(identity)}.functions`);
  }

  private tell(error: unknown): void {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || this.toldProblem) return;
    this.toldProblem = true;
    const message = error instanceof Error ? error.message : String(error);
    this.onProblem(`${this.folder}: symbols are not kept for the next time: ${message}.`);
  }
}

/** An answer without content counts only for the file that gave it: another file of the same build may have line tables. */
function keptSources(earlier: CachedSymbols | null, origin: string): [number, AddressSource][] {
  if (earlier === null) return [];
  const all = [...earlier.sources];
  return earlier.origin === origin
    ? all
    : all.filter(([, source]) => source.place !== null || source.inlined.length > 0);
}

/** True where keeping `later` would change nothing. */
function hasAllOf(earlier: CachedSymbols, later: CachedSymbols): boolean {
  return (
    earlier.origin === later.origin &&
    earlier.functions.length === later.functions.length &&
    Buffer.compare(earlier.functions.names, later.functions.names) === 0 &&
    [...later.sources.keys()].every((rva) => earlier.sources.has(rva))
  );
}
