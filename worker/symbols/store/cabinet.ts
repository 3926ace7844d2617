import { open, rm, type FileHandle } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { formatBytes } from '../../../shared/format.ts';
import { SymbolError, type SymbolProblem } from '../model.ts';

/**
 * Cabinets as symbol stores hold them ("x.pd_"): the wanted file stored or compressed by MSZIP. Source of the layout: Microsoft's
 * "[MS-CAB] Cabinet File Format" and "[MS-MCI] MSZIP Compression and Decompression".
 */

const HEADER_SIZE = 36;
const FOLDER_SIZE = 8;
const FILE_SIZE = 16;
const BLOCK_HEADER_SIZE = 8;
/** What a block gives at most; MSZIP looks back as far. */
const MAX_BLOCK = 32_768;
/** A name has 256 bytes at most and a NUL. */
const MAX_NAME = 257;
const FLAG_PREVIOUS = 1;
const FLAG_NEXT = 2;
const FLAG_RESERVE = 4;
const STORED = 0;
const MSZIP = 1;
const COMPRESSIONS = ['none', 'MSZIP', 'Quantum', 'LZX'];
/** Blocks are read from a window of this many bytes. */
const WINDOW = 1 << 20;

export interface ExpandOptions {
  /** which file is wanted; where the cabinet has only one, its name does not matter */
  name: string;
  /** a larger file is not written */
  maxBytes: number;
  signal?: AbortSignal;
}

/**
 * Writes the wanted file of the cabinet `path` to `target`, which must not exist. Memory does not grow with the file; after an error there
 * is no `target`.
 * @throws SymbolError corrupt, unsupported (LZX, Quantum, several cabinets, no cabinet), tooLarge, io; AbortError of the signal
 */
export async function expandCabinet(path: string, target: string, options: ExpandOptions): Promise<void> {
  const cabinet = await openCabinet(path);
  try {
    const { entry, blockReserve } = await findEntry(cabinet, options);
    const output = await open(target, 'wx').catch((error: unknown) => {
      throw ioError(target, error);
    });
    try {
      await writeEntry(cabinet, entry, blockReserve, output, options.signal).finally(() => output.close());
    } catch (error) {
      await rm(target, { force: true });
      throw error;
    }
  } finally {
    await cabinet.close();
  }
}

interface Entry {
  name: string;
  /** bytes */
  size: number;
  /** offset in what the blocks of its folder give, one behind the other */
  start: number;
  /** offset of the folder's first block in the cabinet */
  firstBlock: number;
  blocks: number;
  compression: number;
}

/** The directory of the cabinet and in it the wanted file. */
async function findEntry(cabinet: Cabinet, options: ExpandOptions): Promise<{ entry: Entry; blockReserve: number }> {
  const head = await cabinet.bytes(0, Math.min(HEADER_SIZE, cabinet.size));
  if (head.length < HEADER_SIZE || head.toString('latin1', 0, 4) !== 'MSCF') {
    throw cabinet.error('unsupported', 'this is no cabinet, the only compressed form that is read', 0);
  }
  const flags = head.readUInt16LE(30);
  if (flags & (FLAG_PREVIOUS | FLAG_NEXT)) {
    throw cabinet.error('unsupported', 'it is one of a set of cabinets, which is not read', 30);
  }
  let at = HEADER_SIZE;
  let folderReserve = 0;
  let blockReserve = 0;
  if (flags & FLAG_RESERVE) {
    const sizes = await cabinet.bytes(at, 4);
    folderReserve = sizes[2];
    blockReserve = sizes[3];
    at += 4 + sizes.readUInt16LE(0);
  }
  const folderSize = FOLDER_SIZE + folderReserve;
  const folders = await cabinet.bytes(at, head.readUInt16LE(26) * folderSize);
  const files = head.readUInt16LE(28);
  const wanted = options.name.toLowerCase();
  at = head.readUInt32LE(16);
  for (let index = 0; index < files; index++) {
    const fixed = await cabinet.bytes(at, FILE_SIZE);
    const name = await cabinet.name(at + FILE_SIZE);
    if (files > 1 && baseName(name) !== wanted) {
      at += FILE_SIZE + Buffer.byteLength(name, 'latin1') + 1;
      continue;
    }
    const folder = fixed.readUInt16LE(8) * folderSize;
    if (folder >= folders.length) throw cabinet.error('corrupt', 'its file belongs to no folder of it', at + 8);
    const entry: Entry = {
      name,
      size: fixed.readUInt32LE(0),
      start: fixed.readUInt32LE(4),
      firstBlock: folders.readUInt32LE(folder),
      blocks: folders.readUInt16LE(folder + 4),
      compression: folders.readUInt16LE(folder + 6) & 0xf,
    };
    if (entry.size > options.maxBytes) {
      const limit = formatBytes(options.maxBytes);
      throw cabinet.error('tooLarge', `the file in it has ${formatBytes(entry.size)}, more than ${limit}`, at);
    }
    if (entry.compression !== STORED && entry.compression !== MSZIP) {
      const kind = COMPRESSIONS[entry.compression] ?? `kind ${entry.compression}`;
      throw cabinet.error('unsupported', `it is compressed by ${kind}; only MSZIP is read: expand it by hand`, at);
    }
    return { entry, blockReserve };
  }
  throw cabinet.error('corrupt', `it has ${files} files, none of them ${options.name}`, HEADER_SIZE);
}

function baseName(name: string): string {
  return (name.split(/[/\\]/).at(-1) ?? '').toLowerCase();
}

async function writeEntry(
  cabinet: Cabinet,
  entry: Entry,
  blockReserve: number,
  output: FileHandle,
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = entry.start + entry.size;
  let history: Buffer = Buffer.alloc(0);
  let at = entry.firstBlock;
  let given = 0;
  for (let block = 0; block < entry.blocks && given < end; block++) {
    signal?.throwIfAborted();
    const header = await cabinet.bytes(at, BLOCK_HEADER_SIZE + blockReserve);
    const packed = await cabinet.bytes(at + header.length, header.readUInt16LE(4));
    const size = header.readUInt16LE(6);
    const checksum = header.readUInt32LE(0);
    if (checksum !== 0 && checksum !== blockChecksum(header, packed)) {
      throw cabinet.error('corrupt', 'the checksum of a block is wrong', at);
    }
    const data = entry.compression === STORED ? packed : inflateBlock(cabinet, packed, size, history, at);
    if (data.length !== size || size === 0) {
      throw cabinet.error('corrupt', `a block gives ${data.length} bytes where ${size} are announced`, at);
    }
    const part = data.subarray(Math.max(0, entry.start - given), Math.max(0, end - given));
    try {
      if (part.length > 0) await output.write(part);
    } catch (error) {
      throw ioError(cabinet.path, error);
    }
    history = data.length >= MAX_BLOCK ? data : Buffer.concat([history, data]).subarray(-MAX_BLOCK);
    given += data.length;
    at += header.length + packed.length;
  }
  if (given < end) throw cabinet.error('corrupt', `its blocks give ${given} bytes where ${end} are needed`, at);
}

function inflateBlock(cabinet: Cabinet, packed: Buffer, size: number, history: Buffer, at: number): Buffer {
  if (size > MAX_BLOCK) throw cabinet.error('corrupt', `a block announces ${size} bytes, more than 32 KB`, at);
  if (packed.toString('latin1', 0, 2) !== 'CK') {
    throw cabinet.error('corrupt', 'a block does not begin as MSZIP does', at + BLOCK_HEADER_SIZE);
  }
  try {
    const dictionary = history.length === 0 ? {} : { dictionary: history };
    return inflateRawSync(packed.subarray(2), { ...dictionary, maxOutputLength: MAX_BLOCK });
  } catch {
    throw cabinet.error('corrupt', 'a block cannot be decompressed', at + BLOCK_HEADER_SIZE);
  }
}

/** Of the packed bytes, then of the two lengths in the header. Never compared where the cabinet has 0: then it has no checksums. */
export function blockChecksum(header: Buffer, packed: Buffer): number {
  return (xorOfWords(packed) ^ header.readUInt32LE(4)) >>> 0;
}

/** Little-endian words XORed; of one to three bytes at the end the first is the most significant. */
function xorOfWords(bytes: Buffer): number {
  const whole = bytes.length & ~3;
  let sum = 0;
  for (let at = 0; at < whole; at += 4) sum ^= bytes.readInt32LE(at);
  let rest = 0;
  for (let at = whole; at < bytes.length; at++) rest = (rest << 8) | bytes[at];
  return (sum ^ rest) >>> 0;
}

/** A cabinet that is read mostly from front to back, with every offset checked. */
class Cabinet {
  readonly path: string;
  readonly size: number;
  private readonly file: FileHandle;
  private window: Buffer = Buffer.alloc(0);
  private windowAt = 0;

  constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.file = file;
    this.size = size;
  }

  /** The bytes [at, at + length); they stay as they are. */
  async bytes(at: number, length: number): Promise<Buffer> {
    if (at + length > this.size) throw this.error('corrupt', 'it ends too early: it is not whole', this.size);
    if (at < this.windowAt || at + length > this.windowAt + this.window.length) await this.moveWindow(at, length);
    return this.window.subarray(at - this.windowAt, at - this.windowAt + length);
  }

  /** A NUL-terminated name, one character a byte. */
  async name(at: number): Promise<string> {
    const bytes = await this.bytes(at, Math.min(MAX_NAME, Math.max(0, this.size - at)));
    const end = bytes.indexOf(0);
    if (end < 0) throw this.error('corrupt', 'the name of a file in it has no end', at);
    return bytes.toString('latin1', 0, end);
  }

  error(problem: SymbolProblem, what: string, offset: number): SymbolError {
    return new SymbolError(problem, `${this.path}: ${what} (offset ${offset}).`, this.path, offset);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async moveWindow(at: number, length: number): Promise<void> {
    // A new buffer each time: what was handed out before stays as it is.
    const window = Buffer.alloc(Math.min(Math.max(WINDOW, length), this.size - at));
    try {
      const { bytesRead } = await this.file.read(window, 0, window.length, at);
      if (bytesRead < length) throw this.error('corrupt', 'it ends too early: it is not whole', at + bytesRead);
      this.window = window.subarray(0, bytesRead);
      this.windowAt = at;
    } catch (error) {
      throw error instanceof SymbolError ? error : ioError(this.path, error);
    }
  }
}

async function openCabinet(path: string): Promise<Cabinet> {
  try {
    const file = await open(path, 'r');
    return new Cabinet(path, file, (await file.stat()).size);
  } catch (error) {
    throw ioError(path, error);
  }
}

function ioError(path: string, error: unknown): SymbolError {
  return new SymbolError('io', `${path}: ${error instanceof Error ? error.message : String(error)}.`, path);
}
