/** The 72-byte header of a buffer (WMI_BUFFER_HEADER, etl-format.md section 1). */
export const BUFFER_HEADER_SIZE = 72;

/**
 * No buffer is larger in the file or after decompression. ETW itself allows 16 MiB; the rest is room for
 * tools that merge. A header that says more is damaged: its length must not make us allocate.
 */
export const MAX_BUFFER_SIZE = 64 * 1024 * 1024;

export const FLAG_EVENTS_LOST = 2;
export const FLAG_BUFFER_LOST = 4;
export const FLAG_PROCESSOR_INDEX = 0x20;
export const FLAG_COMPRESSED = 0x40;

export interface BufferHeader {
  /** bytes in the file, this header included */
  size: number;
  /** end of valid data; after decompression where compressed; header included */
  savedOffset: number;
  offset: number;
  processor: number;
  loggerId: number;
  /** low 16 bits of State: the compression format in the first buffer */
  format: number;
  flags: number;
  type: number;
}

export function readBufferHeader(view: DataView, at: number): BufferHeader {
  const flags = view.getUint16(at + 52, true);
  const processor = view.getUint16(at + 40, true);
  return {
    size: view.getUint32(at, true),
    savedOffset: view.getUint32(at + 4, true),
    offset: view.getUint32(at + 48, true),
    // Without the flag the high byte is the alignment (8 in Windows 7 files), not part of the number.
    loggerId: view.getUint16(at + 42, true),
    processor: flags & FLAG_PROCESSOR_INDEX ? processor : processor & 0xff,
    format: view.getUint32(at + 44, true) & 0xffff,
    flags,
    type: view.getUint16(at + 54, true),
  };
}

/**
 * Whether the bytes at `at` can be the header of a buffer in a file with `fileLeft` bytes from there on (the header included).
 * Used where the chain of sizes is broken, so it asks for more than a reader of healthy files needs: sizes that fit
 * each other, known type and flags, a possible sequence number, a first event that looks like one, and the session's
 * number where it is known (`loggerId` -1: it is not).
 */
export function looksLikeBufferHeader(view: DataView, at: number, fileLeft: number, loggerId: number): boolean {
  if (at + BUFFER_HEADER_SIZE + 4 > view.byteLength) return false;
  const { size, savedOffset, flags, type, ...header } = readBufferHeader(view, at);
  if (loggerId >= 0 && header.loggerId !== loggerId) return false;
  if (view.getUint32(at + 28, true) !== 0) return false;
  if (size < BUFFER_HEADER_SIZE || size > MAX_BUFFER_SIZE || size > fileLeft) return false;
  if (savedOffset < BUFFER_HEADER_SIZE || savedOffset > MAX_BUFFER_SIZE) return false;
  if (type > 7 || flags > 0xff) return false;
  if (flags & FLAG_COMPRESSED) return size <= savedOffset + 64;
  if (savedOffset > size) return false;
  if (savedOffset === BUFFER_HEADER_SIZE) return true;
  const family = view.getUint8(at + BUFFER_HEADER_SIZE + 3);
  return family === 0xc0 || family === 0x90 || view.getUint32(at + BUFFER_HEADER_SIZE, true) === 0xffffffff;
}
