import { BUFFER_HEADER_SIZE } from './etlWriter.ts';

/**
 * Damage for traces that this folder's writer made: every function returns changed copies. They trust BufferSize, so break that one last.
 */

/** Offset and width of the fields of a buffer header. */
const BUFFER_FIELDS = {
  bufferSize: [0, 4],
  savedOffset: [4, 4],
  currentOffset: [8, 4],
  referenceCount: [12, 4],
  timeStamp: [16, 8],
  sequenceNumber: [24, 8],
  clock: [32, 8],
  processor: [40, 2],
  loggerId: [42, 2],
  state: [44, 4],
  offset: [48, 4],
  flags: [52, 2],
  type: [54, 2],
} as const;
export type BufferField = keyof typeof BUFFER_FIELDS;

const FILLER = 0xffffffff;

/** Byte offsets of the buffers in the file. */
export function bufferOffsets(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  const offsets: number[] = [];
  let at = 0;
  while (at + BUFFER_HEADER_SIZE <= bytes.length) {
    offsets.push(at);
    const size = view.getUint32(at, true);
    if (size < BUFFER_HEADER_SIZE) break;
    at += size;
  }
  return offsets;
}

/** The buffers, one piece each. */
export function splitBuffers(bytes: Uint8Array): Uint8Array[] {
  const offsets = bufferOffsets(bytes);
  return offsets.map((offset, i) => bytes.slice(offset, offsets[i + 1] ?? bytes.length));
}

/** A file cut short: its first `length` bytes (negative: that many bytes less). */
export function truncateAt(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.slice(0, length);
}

/** Overwrites bytes at an absolute offset. */
export function overwriteAt(bytes: Uint8Array, offset: number, data: ArrayLike<number>): Uint8Array {
  const copy = bytes.slice();
  copy.set(data, offset);
  return copy;
}

/** Overwrites a field of the header of buffer `index` (0 = the first; negative counts from the end). */
export function setBufferField(
  bytes: Uint8Array,
  index: number,
  field: BufferField,
  value: number | bigint,
): Uint8Array {
  const copy = bytes.slice();
  const [offset, width] = BUFFER_FIELDS[field];
  const at = bufferAt(bytes, index) + offset;
  const view = viewOf(copy);
  if (width === 8) view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
  else if (width === 4) view.setUint32(at, Number(value), true);
  else view.setUint16(at, Number(value), true);
  return copy;
}

/** Absolute offsets of the events of an uncompressed buffer. */
export function eventOffsets(bytes: Uint8Array, bufferIndex: number): number[] {
  const view = viewOf(bytes);
  const start = bufferAt(bytes, bufferIndex);
  const end =
    start + Math.max(view.getUint32(start + 4, true), bufferIndex === 0 ? view.getUint32(start + 48, true) : 0);
  const offsets: number[] = [];
  let at = start + BUFFER_HEADER_SIZE;
  while (at + 8 <= end && view.getUint32(at, true) !== FILLER) {
    offsets.push(at);
    const size = view.getUint16(eventSizeAt(bytes, at), true);
    if (size === 0) break;
    at += (size + 7) & ~7;
  }
  return offsets;
}

/** Overwrites the size field of event `eventIndex` of an uncompressed buffer. */
export function setEventSize(bytes: Uint8Array, bufferIndex: number, eventIndex: number, size: number): Uint8Array {
  const at = eventOffsets(bytes, bufferIndex)[eventIndex];
  if (at === undefined) throw new RangeError(`buffer ${bufferIndex} has no event ${eventIndex}`);
  return overwriteAt(bytes, eventSizeAt(bytes, at), [size & 0xff, size >> 8]);
}

/** Puts the buffers into another order: `order[i]` is the old index of the new buffer i. */
export function reorderBuffers(bytes: Uint8Array, order: readonly number[]): Uint8Array {
  const parts = splitBuffers(bytes);
  const out = new Uint8Array(order.reduce((sum, i) => sum + parts[i].length, 0));
  let at = 0;
  for (const i of order) {
    out.set(parts[i], at);
    at += parts[i].length;
  }
  return out;
}

function bufferAt(bytes: Uint8Array, index: number): number {
  const at = bufferOffsets(bytes).at(index);
  if (at === undefined) throw new RangeError(`there is no buffer ${index}`);
  return at;
}

/** Kernel headers have their size at 4, all others at 0. */
function eventSizeAt(bytes: Uint8Array, at: number): number {
  const kernel = bytes[at + 3] === 0xc0 && [1, 2, 3, 4, 0x10, 0x11].includes(bytes[at + 2]);
  return kernel ? at + 4 : at;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
