/**
 * From a file to its buffers, one at a time and in file order: reads ahead in chunks, decompresses, and where the
 * chain of buffer sizes is broken finds the next buffer. Memory is bounded by the chunk and the largest buffer.
 */
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { TraceError } from '../../shared/errors.ts';
import {
  BUFFER_HEADER_SIZE,
  FLAG_COMPRESSED,
  looksLikeBufferHeader,
  MAX_BUFFER_SIZE,
  readBufferHeader,
  type BufferHeader,
} from './bufferHeader.ts';
import { notAnEtl, otherFormat } from './sniff.ts';
import { decompressXpress } from './xpress.ts';

const COMPRESSION_XPRESS = 3;
/** Windows numbers its formats below this (COMPRESSION_FORMAT_… of RtlCompressBuffer); other numbers are other files' bytes. */
const MAX_FORMAT = 15;
const COMPRESSION_NAMES: Record<number, string> = { 2: 'LZNT1', 4: 'XPRESS Huffman' };

/** A stretch of the file that could not be used as it stands; the reader goes on behind it. */
export interface FileDamage {
  /** byte offset in the file */
  offset: number;
  what: string;
  /** the file ends too early, as opposed to a fault inside it */
  cutShort: boolean;
  /** bytes that no buffer claims, lost with it */
  bytesLost: number;
}

/** One buffer, decompressed, valid until the next one is asked for. */
export interface FileBuffer {
  header: BufferHeader;
  /** byte offset of the buffer in the file */
  fileOffset: number;
  view: DataView;
  /** position of the buffer's header in `view`; its events begin 72 bytes on */
  start: number;
  /** end of valid data in `view` */
  end: number;
  /** the file ends inside this buffer */
  cut: boolean;
  compressed: boolean;
}

export interface BufferReaderOptions {
  /** what messages call the file */
  name: string;
  /** reads no further than here; default the size of the file when it is opened */
  fileSize?: number;
  /** bytes read at a time; small values in tests make every boundary get hit */
  chunkSize?: number;
  onDamage: (damage: FileDamage) => void;
  /** called after each read with the bytes of the file that are read */
  onRead?: (bytes: number) => void;
  signal?: AbortSignal;
}

/** A read that is under way. */
interface ReadAhead {
  offset: number;
  /** bytes read; never rejects */
  done: Promise<number>;
}

export class BufferReader {
  /** name of the file in messages */
  readonly path: string;
  /** size of the file when it was opened; what is appended later is not read */
  readonly fileSize: number;
  private readonly file: FileHandle;
  private readonly options: BufferReaderOptions;
  /** window of the file: bytes [windowFrom, windowEnd), of which byte b stands at window[b - windowOffset] */
  private window: Uint8Array<ArrayBuffer>;
  private view: DataView;
  private windowOffset = 0;
  private windowFrom = 0;
  private windowEnd = 0;
  /** bytes read at a time */
  private readonly chunkSize: number;
  /** the bytes behind the window, on their way from the file while those in it are decoded */
  private ahead: ReadAhead | null = null;
  /** memory for the next {@link ahead}: its bytes begin at {@link room}, so that the end of the window before can be put in front */
  private spare = new Uint8Array(0);
  private room = 0;
  private inflated = new Uint8Array(0);
  private inflatedView = new DataView(this.inflated.buffer);
  /** the usual size of an uncompressed buffer, to tell a size that lies */
  private sessionBufferSize = 0;
  /** session's number in the buffer headers after the first, -1 until one was read: the first can have another */
  private loggerId = -1;
  /** compression format of the file, from its first buffer */
  private format = COMPRESSION_XPRESS;

  private constructor(file: FileHandle, fileSize: number, options: BufferReaderOptions) {
    this.path = options.name;
    this.file = file;
    this.fileSize = fileSize;
    this.options = options;
    this.chunkSize = Math.max(options.chunkSize ?? 4 * 1024 * 1024, 2 * BUFFER_HEADER_SIZE);
    this.window = new Uint8Array(this.chunkSize);
    this.view = new DataView(this.window.buffer);
  }

  /** Throws a TraceError for what cannot be opened at all: missing, a folder, no permission, empty. */
  static async open(path: string, options: BufferReaderOptions): Promise<BufferReader> {
    let file: FileHandle;
    try {
      // Before it is opened: to open a pipe waits for whoever writes into it.
      const kind = await stat(path);
      if (kind.isDirectory()) throw openError(options.name, { code: 'EISDIR' });
      if (!kind.isFile()) throw openError(options.name, { code: NO_FILE });
      file = await open(path, 'r');
    } catch (error) {
      throw error instanceof TraceError ? error : openError(options.name, error);
    }
    try {
      const { size } = await file.stat();
      if (size === 0) {
        throw new TraceError(
          'empty',
          `${options.name}: the file is empty (0 bytes); the recording was not saved, record it again.`,
          options.name,
          0,
        );
      }
      return new BufferReader(file, Math.min(size, options.fileSize ?? Infinity), options);
    } catch (error) {
      await file.close();
      throw error instanceof TraceError ? error : openError(options.name, error);
    }
  }

  async close(): Promise<void> {
    await this.ahead?.done;
    await this.file.close();
  }

  /** Size of the file now; larger than fileSize where it grew while being read. */
  async currentSize(): Promise<number> {
    return (await this.file.stat()).size;
  }

  /** All buffers in file order. Throws a TraceError where the first one shows that the file is no ETL. */
  async *buffers(): AsyncGenerator<FileBuffer, void, void> {
    await this.checkFirstHeader();
    let at = 0;
    while (at < this.fileSize) {
      const left = this.fileSize - at;
      await this.load(at, Math.min(left, BUFFER_HEADER_SIZE + 8));
      if (left < BUFFER_HEADER_SIZE) {
        this.damage(at, `the file ends inside a buffer header (${left} of ${BUFFER_HEADER_SIZE} bytes)`, true, left);
        return;
      }
      const start = at - this.windowOffset;
      const header = readBufferHeader(this.view, start);
      const fault = this.headerFault(header, at === 0);
      if (fault !== null) {
        const next = await this.findBuffer(at + 8, this.fileSize);
        const lost = (next < 0 ? this.fileSize : next) - at;
        if (await this.isZero(at, lost))
          this.damage(at, `${lost} zero bytes where a buffer should begin`, next < 0, lost);
        else this.damage(at, fault, false, lost);
        if (next < 0) return;
        at = next;
        continue;
      }

      if (at > 0 && this.loggerId < 0) this.loggerId = header.loggerId;
      const size = await this.trueSize(at, header);
      yield await this.buffer(at, header, Math.min(size, left), at + size > this.fileSize);
      if (at + size > this.fileSize) {
        this.damage(at, `the file ends inside a buffer (${left} of ${size} bytes)`, true, 0);
        return;
      }
      at += size;
    }
  }

  /** Throws where the file is no ETL, or one that cannot be read. */
  private async checkFirstHeader(): Promise<void> {
    const left = this.fileSize;
    await this.load(0, Math.min(left, 512));
    const head = this.window.subarray(0, Math.min(this.windowEnd, 512));
    const other = otherFormat(this.path, head);
    if (other !== null) throw other;
    if (left < BUFFER_HEADER_SIZE + 8) {
      throw notAnEtl(this.path, 0, `the file ends inside the first buffer header (${left} bytes)`);
    }
    const header = readBufferHeader(this.view, 0);
    if (header.size < BUFFER_HEADER_SIZE || header.size > MAX_BUFFER_SIZE) {
      throw notAnEtl(this.path, 0, `a buffer size of ${header.size}`);
    }
    const marker = this.view.getUint32(BUFFER_HEADER_SIZE, true);
    if (marker >>> 24 !== 0xc0 && !(header.flags & FLAG_COMPRESSED)) {
      throw notAnEtl(
        this.path,
        BUFFER_HEADER_SIZE,
        `0x${marker.toString(16).padStart(8, '0')} instead of an event header`,
      );
    }
    if (header.flags & FLAG_COMPRESSED && header.format > MAX_FORMAT) {
      throw notAnEtl(this.path, 44, `a compression format of ${header.format}`);
    }
    if (header.format in COMPRESSION_NAMES) throw this.unsupported(header.format, 44);
    this.sessionBufferSize = header.size;
    this.format = header.format;
  }

  private headerFault(header: BufferHeader, isFirst: boolean): string | null {
    if (header.size < BUFFER_HEADER_SIZE) return `a buffer size of ${header.size}, less than a buffer header`;
    if (header.size > MAX_BUFFER_SIZE) return `a buffer size of ${header.size}, more than any buffer has`;
    if (isFirst) return null;
    if (header.flags & FLAG_COMPRESSED) {
      if (header.savedOffset < BUFFER_HEADER_SIZE || header.savedOffset > MAX_BUFFER_SIZE) {
        return null; // its own length is fine: the buffer is skipped, the chain holds
      }
    }
    return header.type > 7 && header.savedOffset > header.size ? `a buffer of unknown type ${header.type}` : null;
  }

  /**
   * The size by which to step on. A size is doubted where no buffer begins behind it, or where it is larger than the session's
   * buffers and one begins at the session's size; then the next header that can be found decides.
   */
  private async trueSize(at: number, header: BufferHeader): Promise<number> {
    const next = at + header.size;
    const compressed = (header.flags & FLAG_COMPRESSED) !== 0;
    if (!compressed && header.size > this.sessionBufferSize) {
      const usual = at + this.sessionBufferSize;
      if (header.savedOffset <= this.sessionBufferSize && (await this.isBuffer(at, usual))) {
        this.damage(
          at,
          `a buffer size of ${header.size} although the next buffer begins ${this.sessionBufferSize} bytes on`,
          false,
          0,
        );
        return this.sessionBufferSize;
      }
    }
    if (next === this.fileSize) return header.size;
    if (next < this.fileSize && (await this.isBuffer(at, next))) {
      if (!compressed) this.sessionBufferSize = header.size;
      return header.size;
    }
    // A header as damaged as this may stand behind a sound buffer: then nothing is found before `next`.
    const found = await this.findBuffer(at + BUFFER_HEADER_SIZE, Math.min(next, this.fileSize));
    if (found < 0) return header.size;
    this.damage(at, `a buffer size of ${header.size} although the next buffer begins ${found - at} bytes on`, false, 0);
    return found - at;
  }

  /** Whether a buffer (or the end of the file) is at `at`; keeps the window on the buffer at `from`. */
  private async isBuffer(from: number, at: number): Promise<boolean> {
    const left = this.fileSize - at;
    if (left < BUFFER_HEADER_SIZE + 4) return left === 0;
    await this.load(from, at - from + BUFFER_HEADER_SIZE + 4);
    // Merged files change from one session's buffers to another's, so the number is not asked for where the chain holds.
    return looksLikeBufferHeader(this.view, at - this.windowOffset, left, -1);
  }

  /** Offset of the first header in [from, to) that looks like one and is followed by another or by the end; -1 where there is none. */
  private async findBuffer(from: number, to: number): Promise<number> {
    const step = 1024 * 1024;
    for (let block = from; block < to; block += step) {
      this.throwIfCancelled();
      const stop = Math.min(block + step, to);
      const bytes = await this.peek(block, Math.min(stop - block + BUFFER_HEADER_SIZE + 4, this.fileSize - block));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = block; at < stop; at++) {
        if (!looksLikeBufferHeader(view, at - block, this.fileSize - at, this.loggerId)) continue;
        const next = at + view.getUint32(at - block, true);
        if (next === this.fileSize) return at;
        const follower = await this.peek(next, Math.min(BUFFER_HEADER_SIZE + 4, this.fileSize - next));
        const followerView = new DataView(follower.buffer, follower.byteOffset, follower.byteLength);
        if (looksLikeBufferHeader(followerView, 0, this.fileSize - next, this.loggerId)) return at;
      }
    }
    return -1;
  }

  private async isZero(at: number, length: number): Promise<boolean> {
    for (let done = 0; done < length; done += 1024 * 1024) {
      const bytes = await this.peek(at + done, Math.min(1024 * 1024, length - done));
      if (bytes.some((byte) => byte !== 0)) return false;
    }
    return true;
  }

  private async buffer(at: number, header: BufferHeader, available: number, cut: boolean): Promise<FileBuffer> {
    await this.load(at, available);
    const start = at - this.windowOffset;
    const compressed = (header.flags & FLAG_COMPRESSED) !== 0;
    if (!compressed) {
      let saved = at === 0 ? Math.max(header.savedOffset, header.offset) : header.savedOffset;
      if (saved < BUFFER_HEADER_SIZE) {
        this.damage(at, `a buffer that says it holds ${saved} bytes, less than its header`, false, 0);
        saved = header.offset;
      }
      if (saved > header.size) {
        this.damage(at, `a buffer that says it holds ${saved} bytes in a size of ${header.size}`, false, 0);
      }
      const end = start + Math.max(BUFFER_HEADER_SIZE, Math.min(saved, available));
      return { header, fileOffset: at, view: this.view, start, end, cut: cut && saved > available, compressed };
    }
    return this.inflate(at, header, start, available, cut);
  }

  private inflate(at: number, header: BufferHeader, start: number, available: number, cut: boolean): FileBuffer {
    const skipped = {
      header,
      fileOffset: at,
      view: this.view,
      start,
      end: start + BUFFER_HEADER_SIZE,
      cut: false,
      compressed: true,
    };
    // 0: written by a tool that left the field empty; XPRESS is the only format that such files were seen with.
    if (this.format !== COMPRESSION_XPRESS && this.format !== 0) throw this.unsupported(this.format, at);
    if (header.savedOffset < BUFFER_HEADER_SIZE || header.savedOffset > MAX_BUFFER_SIZE) {
      this.damage(at, `a compressed buffer that says it holds ${header.savedOffset} bytes`, false, 0);
      return skipped;
    }
    if (this.inflated.length < header.savedOffset) {
      this.inflated = new Uint8Array(Math.max(header.savedOffset, 128 * 1024));
      this.inflatedView = new DataView(this.inflated.buffer);
    }
    const { end, damagedAt } = decompressXpress(
      this.window,
      start + BUFFER_HEADER_SIZE,
      start + available,
      this.inflated,
      BUFFER_HEADER_SIZE,
      header.savedOffset,
    );
    if (!cut && damagedAt >= 0) {
      this.damage(at + damagedAt - start, 'compressed data that refers to nothing', false, 0);
    } else if (!cut && end < header.savedOffset) {
      this.damage(at, `compressed data that gives ${end} of ${header.savedOffset} bytes`, false, 0);
    }
    return {
      header,
      fileOffset: at,
      view: this.inflatedView,
      start: 0,
      end,
      cut: cut || end < header.savedOffset,
      compressed: true,
    };
  }

  private unsupported(format: number, offset: number): TraceError {
    const name = COMPRESSION_NAMES[format] ?? `format ${format}`;
    return new TraceError(
      'unsupportedCompression',
      `${this.path}: its buffers are compressed with ${name} (offset ${offset}); only XPRESS can be read, so record without -compress ` +
        'or rewrite it with: xperf -merge IN.etl OUT.etl.',
      this.path,
      offset,
    );
  }

  private damage(offset: number, what: string, cutShort: boolean, bytesLost: number): void {
    this.options.onDamage({ offset, what, cutShort, bytesLost });
  }

  private throwIfCancelled(): void {
    if (this.options.signal?.aborted) throw new TraceError('cancelled', 'Opening was cancelled.', this.path);
  }

  /** Makes bytes [at, at + length) of the file part of the window; keeps what it has of them and reads whole chunks. */
  private async load(at: number, length: number): Promise<void> {
    const end = at + length;
    if (at >= this.windowFrom && end <= this.windowEnd) return;
    this.throwIfCancelled();
    const { ahead } = this;
    this.ahead = null;
    const got = ahead === null ? 0 : await ahead.done;
    const kept = at >= this.windowFrom ? Math.max(0, this.windowEnd - at) : 0;
    const fits = kept <= this.room && length - kept <= this.chunkSize;
    if (ahead !== null && at + kept === ahead.offset && fits) this.swap(at, kept, ahead.offset + got);
    else this.move(at, kept, length);
    while (this.windowEnd < end) {
      const to = this.windowEnd - this.windowOffset;
      const want = Math.min(this.window.length - to, this.fileSize - this.windowEnd);
      const more = await this.readAt(this.window, to, want, this.windowEnd);
      if (more === 0) break;
      this.windowEnd += more;
    }
    if (this.windowEnd < end) {
      throw new TraceError(
        'io',
        `${this.path}: the file became shorter while it was read (offset ${this.windowEnd}); open it again.`,
        this.path,
        this.windowEnd,
      );
    }
    this.readAhead();
    this.options.onRead?.(this.windowEnd);
  }

  /** What was read ahead becomes the window, with the last `kept` bytes of the window in front. */
  private swap(at: number, kept: number, end: number): void {
    const from = this.room - kept;
    this.spare.set(this.window.subarray(at - this.windowOffset, at - this.windowOffset + kept), from);
    const before = this.window;
    this.window = this.spare;
    this.view = new DataView(this.window.buffer);
    this.spare = before;
    this.windowOffset = at - from;
    this.windowFrom = at;
    this.windowEnd = end;
  }

  /** The last `kept` bytes of the window, which begin at `at`, become its first; there is room for `length` bytes then. */
  private move(at: number, kept: number, length: number): void {
    const from = at - this.windowOffset;
    if (length > this.window.length) {
      const larger = new Uint8Array(length + this.chunkSize);
      if (kept > 0) larger.set(this.window.subarray(from, from + kept));
      this.window = larger;
      this.view = new DataView(larger.buffer);
    } else if (kept > 0) {
      this.window.copyWithin(0, from, from + kept);
    }
    this.windowOffset = at;
    this.windowFrom = at;
    this.windowEnd = at + kept;
  }

  /** Has the chunk behind the window read, into other memory. */
  private readAhead(): void {
    const offset = this.windowEnd;
    const length = Math.min(this.chunkSize, this.fileSize - offset);
    if (length <= 0) return;
    // As much room in front as a window can have left: mostly a part of a buffer.
    const size = Math.max(this.window.length, this.chunkSize * 2);
    if (this.spare.length !== size) this.spare = new Uint8Array(size);
    this.room = size - this.chunkSize;
    // What fails here is tried again, and told, when these bytes are asked for.
    this.ahead = { offset, done: this.readAt(this.spare, this.room, length, offset).catch(() => 0) };
  }

  /** Bytes from anywhere without moving the window. */
  private async peek(at: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = await this.readAt(bytes, done, length - done, at + done);
      if (got === 0) break;
      done += got;
    }
    return bytes.subarray(0, done);
  }

  private async readAt(target: Uint8Array, targetAt: number, length: number, position: number): Promise<number> {
    try {
      return (await this.file.read(target, targetAt, length, position)).bytesRead;
    } catch (error) {
      throw new TraceError(
        'io',
        `${this.path}: reading failed at offset ${position}: ${(error as Error).message}.`,
        this.path,
        position,
      );
    }
  }
}

/** A pipe or a device, among the codes of errors. */
const NO_FILE = 'leaklanes: no file';

function openError(path: string, error: unknown): TraceError {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TraceError('notFound', `${path}: no such file; check the path.`, path);
    case 'EISDIR':
      return new TraceError('isFolder', `${path}: this is a folder, not a trace; name an .etl file in it.`, path);
    case NO_FILE:
      return new TraceError(
        'io',
        `${path}: this is a pipe or a device, not a file; save the trace to a file first.`,
        path,
      );
    case 'EACCES':
    case 'EPERM':
      return new TraceError(
        'noPermission',
        `${path}: no permission to read it; copy it to where you may, or run with the rights to read it.`,
        path,
      );
    default:
      return new TraceError('io', `${path}: cannot be opened: ${(error as Error).message}.`, path);
  }
}
