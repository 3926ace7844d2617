/**
 * The container of a PDB, MSF 7.00: a file of pages, a directory that says which pages make up which stream.
 * Reads what is asked for and no more; a file of gigabytes costs its directory (4 bytes a page) and a small cache.
 * Layout: https://llvm.org/docs/PDB/MsfFile.html and microsoft/microsoft-pdb, PDB/msf/msf.cpp (facts only).
 */
import { open, type FileHandle } from 'node:fs/promises';
import { SymbolError } from '../model.ts';

const MAGIC = 'Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0';
const MAGIC_2_00 = 'Microsoft C/C++ program database 2.00';
const MAGIC_PORTABLE = 'BSJB';
const SUPERBLOCK_SIZE = 56;
const MIN_PAGE_SIZE = 512;
const MAX_PAGE_SIZE = 65536;
/** Size of a stream that was deleted. */
const NO_STREAM = 0xffffffff;
/** 256 MB of directory are a file of 256 GB with the usual pages; the number also bounds what is allocated for a forged one. */
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;

/** Small reads go through a cache: 256 pieces of 16 KB. */
const CACHE_PIECE = 16 * 1024;
const CACHE_PIECES = 256;

export class MsfFile {
  readonly path: string;
  readonly pageSize: number;
  readonly streamCount: number;
  private readonly file: FileHandle;
  private readonly fileSize: number;
  /** bytes of the streams that were looked up */
  private readonly sizes: Uint32Array;
  /** pages of stream i: pages[firstPage[i] …] */
  private readonly firstPage: Uint32Array;
  private readonly pages: Uint32Array;
  /** by stream * 2^24 + piece, the least recently used first */
  private readonly cache = new Map<number, Uint8Array>();

  private constructor(file: FileHandle, fileSize: number, path: string, pageSize: number, directory: Directory) {
    this.file = file;
    this.fileSize = fileSize;
    this.path = path;
    this.pageSize = pageSize;
    this.streamCount = directory.streamCount;
    this.sizes = directory.sizes;
    this.firstPage = directory.firstPage;
    this.pages = directory.pages;
  }

  /**
   * @param firstStreams how many streams are looked up; of a large directory only what they need is read then
   * @throws SymbolError corrupt, portable, unsupported, tooLarge, io
   */
  static async open(path: string, firstStreams = Infinity): Promise<MsfFile> {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      throw ioError(path, error);
    }
    try {
      const { size } = await file.stat();
      const container = new Container(file, path, size);
      const pageSize = await container.readSuperblock();
      return new MsfFile(file, size, path, pageSize, await container.readDirectory(firstStreams));
    } catch (error) {
      await file.close();
      throw error instanceof SymbolError ? error : ioError(path, error);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** Bytes of a stream; 0 for one that is not there. */
  streamSize(stream: number): number {
    return stream < this.sizes.length ? this.sizes[stream] : 0;
  }

  /** Byte offset in the file of a byte of a stream, null behind its end. */
  fileOffset(stream: number, offset: number): number | null {
    if (offset < 0 || offset >= this.streamSize(stream)) return null;
    const page = this.pages[this.firstPage[stream] + Math.floor(offset / this.pageSize)];
    return page * this.pageSize + (offset % this.pageSize);
  }

  /** The error for something wrong at a byte of a stream. */
  corrupt(what: string, stream: number, offset: number): SymbolError {
    const at = this.fileOffset(stream, offset);
    return corruptError(this.path, `${what} (stream ${stream}, offset ${offset})`, at);
  }

  /** Bytes [offset, offset + length) of a stream; not to be changed. @throws SymbolError corrupt where the stream is shorter; io */
  async read(stream: number, offset: number, length: number): Promise<Uint8Array> {
    const size = this.streamSize(stream);
    if (offset < 0 || length < 0 || offset + length > size) {
      throw this.corrupt(`${length} bytes are expected in a stream of ${size}`, stream, offset);
    }
    const piece = Math.floor(offset / CACHE_PIECE);
    if (length === 0) return new Uint8Array(0);
    if (Math.floor((offset + length - 1) / CACHE_PIECE) > piece) {
      return this.readPages(stream, offset, length);
    }
    const bytes = await this.cached(stream, piece);
    const start = offset - piece * CACHE_PIECE;
    return bytes.subarray(start, start + length);
  }

  private async cached(stream: number, piece: number): Promise<Uint8Array> {
    const key = stream * 2 ** 24 + piece;
    let bytes = this.cache.get(key);
    this.cache.delete(key);
    if (bytes === undefined) {
      const offset = piece * CACHE_PIECE;
      bytes = await this.readPages(stream, offset, Math.min(CACHE_PIECE, this.streamSize(stream) - offset));
      if (this.cache.size >= CACHE_PIECES) this.cache.delete(this.cache.keys().next().value!);
    }
    this.cache.set(key, bytes);
    return bytes;
  }

  /** Pages that stand side by side in the file are read in one go. */
  private async readPages(stream: number, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const { pages, pageSize } = this;
    const first = this.firstPage[stream];
    let done = 0;
    while (done < length) {
      let index = first + Math.floor((offset + done) / pageSize);
      const from = pages[index] * pageSize + ((offset + done) % pageSize);
      let run = pageSize - ((offset + done) % pageSize);
      while (run < length - done && pages[index + 1] === pages[index] + 1) {
        index++;
        run += pageSize;
      }
      run = Math.min(run, length - done);
      try {
        await readFully(this.file, this.path, bytes.subarray(done, done + run), from, this.fileSize);
      } catch (error) {
        throw error instanceof SymbolError ? error : ioError(this.path, error);
      }
      done += run;
    }
    return bytes;
  }
}

/** What the directory says of the streams that were looked up. */
interface Directory {
  streamCount: number;
  sizes: Uint32Array;
  firstPage: Uint32Array;
  pages: Uint32Array;
}

/** Reads superblock and directory; everything in them is checked against the size of the file. */
class Container {
  private readonly file: FileHandle;
  private readonly path: string;
  private readonly fileSize: number;
  private pageSize = 0;
  private pageCount = 0;
  private directoryBytes = 0;
  private directoryPages: Uint32Array = new Uint32Array(0);

  constructor(file: FileHandle, path: string, fileSize: number) {
    this.file = file;
    this.path = path;
    this.fileSize = fileSize;
  }

  /** @returns the size of a page */
  async readSuperblock(): Promise<number> {
    const start = await this.readAt(0, Math.min(SUPERBLOCK_SIZE, this.fileSize));
    this.checkMagic(start);
    if (start.length < SUPERBLOCK_SIZE) throw this.cut(SUPERBLOCK_SIZE);
    const view = new DataView(start.buffer, start.byteOffset, start.length);
    const pageSize = view.getUint32(32, true);
    if (pageSize < MIN_PAGE_SIZE || pageSize > MAX_PAGE_SIZE || (pageSize & (pageSize - 1)) !== 0) {
      throw corruptError(this.path, `a page size of ${pageSize} bytes cannot be`, 32);
    }
    this.pageSize = pageSize;
    this.pageCount = view.getUint32(40, true);
    if (this.pageCount * pageSize > this.fileSize) throw this.cut(this.pageCount * pageSize);
    this.directoryBytes = view.getUint32(44, true);
    if (this.directoryBytes > MAX_DIRECTORY_BYTES) {
      throw new SymbolError(
        'tooLarge',
        `${this.path}: its directory of ${this.directoryBytes} bytes is larger than this program reads (${MAX_DIRECTORY_BYTES} bytes).`,
        this.path,
        44,
      );
    }
    await this.findDirectory();
    return pageSize;
  }

  /** The superblock lists pages, which list the pages of the directory. */
  private async findDirectory(): Promise<void> {
    const { pageSize } = this;
    const pagesOfDirectory = Math.ceil(this.directoryBytes / pageSize);
    const pagesOfList = Math.ceil((pagesOfDirectory * 4) / pageSize);
    if (pagesOfDirectory === 0 || pagesOfDirectory > this.pageCount || 52 + pagesOfList * 4 > pageSize) {
      throw corruptError(this.path, `a directory of ${this.directoryBytes} bytes cannot be`, 44);
    }
    const listPages = toWords(await this.readAt(52, pagesOfList * 4));
    this.checkPages(listPages, 'the superblock');
    const list = await this.readScattered(listPages, 0, pagesOfDirectory * 4);
    this.directoryPages = toWords(list);
    this.checkPages(this.directoryPages, 'the list of the directory');
  }

  async readDirectory(firstStreams: number): Promise<Directory> {
    const [streamCount] = toWords(await this.directory(0, 4));
    if (4 + streamCount * 4 > this.directoryBytes) {
      throw corruptError(this.path, `${streamCount} streams do not fit into its directory`, this.directoryOffset(0));
    }
    const count = Math.min(streamCount, firstStreams);
    const sizes = toWords(await this.directory(4, count * 4));
    const firstPage = new Uint32Array(count);
    let total = 0;
    for (let stream = 0; stream < count; stream++) {
      if (sizes[stream] === NO_STREAM) sizes[stream] = 0;
      firstPage[stream] = total;
      total += Math.ceil(sizes[stream] / this.pageSize);
      // No page belongs to two streams, so all of them together are no more than there are; this also bounds what is allocated.
      if (total > this.pageCount) {
        throw corruptError(
          this.path,
          `its streams up to number ${stream} claim ${total} pages and the file has ${this.pageCount}`,
          this.directoryOffset(4 + stream * 4),
        );
      }
    }
    const listStart = 4 + streamCount * 4;
    if (listStart + total * 4 > this.directoryBytes) {
      throw corruptError(this.path, 'its directory is too short for its streams', this.directoryOffset(0));
    }
    const pages = toWords(await this.directory(listStart, total * 4));
    this.checkPages(pages, 'the directory');
    return { streamCount, sizes, firstPage, pages };
  }

  private directory(offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > this.directoryBytes) {
      throw corruptError(this.path, 'its directory is too short', this.directoryOffset(0));
    }
    return this.readScattered(this.directoryPages, offset, length);
  }

  private directoryOffset(offset: number): number {
    return this.directoryPages[Math.floor(offset / this.pageSize)] * this.pageSize + (offset % this.pageSize);
  }

  /** Bytes [offset, offset + length) of what the pages hold together. */
  private async readScattered(pages: Uint32Array, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const inPage = (offset + done) % this.pageSize;
      const run = Math.min(this.pageSize - inPage, length - done);
      const from = pages[Math.floor((offset + done) / this.pageSize)] * this.pageSize + inPage;
      await readFully(this.file, this.path, bytes.subarray(done, done + run), from, this.fileSize);
      done += run;
    }
    return bytes;
  }

  private async readAt(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await readFully(this.file, this.path, bytes, offset, this.fileSize);
    return bytes;
  }

  private checkPages(pages: Uint32Array, where: string): void {
    for (const page of pages) {
      // Page 0 is the superblock.
      if (page === 0 || page >= this.pageCount) {
        throw corruptError(this.path, `${where} names page ${page} of ${this.pageCount}`, null);
      }
    }
  }

  private checkMagic(start: Uint8Array): void {
    const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1');
    if (text.startsWith(MAGIC)) return;
    if (text.startsWith(MAGIC_PORTABLE)) {
      throw new SymbolError(
        'portable',
        `${this.path} is a portable PDB: it describes managed code, whose methods have no fixed addresses, so it has no names for native frames.`,
        this.path,
        0,
      );
    }
    if (text.startsWith(MAGIC_2_00)) {
      throw new SymbolError(
        'unsupported',
        `${this.path} is a PDB of the old format 2.00 (Visual C++ 6 and before), which is not read; build the program with a newer linker.`,
        this.path,
        0,
      );
    }
    if (start.length < MAGIC.length && MAGIC.startsWith(text)) throw this.cut(SUPERBLOCK_SIZE);
    throw new SymbolError('corrupt', `${this.path} is not a PDB file: it does not begin as one.`, this.path, 0);
  }

  private cut(expected: number): SymbolError {
    return corruptError(
      this.path,
      `it ends at ${this.fileSize} bytes and should have ${expected}; copy it again`,
      this.fileSize,
    );
  }
}

function corruptError(path: string, what: string, offset: number | null): SymbolError {
  const at = offset === null ? '' : ` at byte ${offset}`;
  return new SymbolError('corrupt', `${path} is damaged${at}: ${what}.`, path, offset);
}

function ioError(path: string, error: unknown): SymbolError {
  return new SymbolError(
    'io',
    `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    path,
  );
}

async function readFully(
  file: FileHandle,
  path: string,
  into: Uint8Array,
  from: number,
  fileSize: number,
): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, from + done);
    if (bytesRead === 0)
      throw corruptError(path, `it was ${fileSize} bytes when it was opened and is shorter now`, from + done);
    done += bytesRead;
  }
}

/** Little-endian words; Windows, Linux and macOS run on nothing else. */
function toWords(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}
