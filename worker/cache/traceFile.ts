/**
 * An opened trace as one file. All numbers little-endian:
 *
 *     u32 magic, u32 version, u32 CRC-32 of all that follows, u32 bytes of the text, u64 bytes of the file,
 *     text (JSON: identity, the columns' types and lengths, and the trace with { "$": n } in the place of column n),
 *     columns one after the other, each from a multiple of eight on
 *
 * A column is used where it lies in the buffer that the file is read into.
 */
import { crc32 } from 'node:zlib';
import type { Trace } from '../lifetimes/model.ts';
import { stackTableOf, type StackColumns } from '../stacks/resolve.ts';
import type { LoadedModule } from '../lifetimes/loadedModules.ts';

const MAGIC = 0x43544c4c; // "LLTC"
/** To be raised whenever this layout, the columns of a trace, or what the engine makes of a file changes. */
export const TRACE_FILE_VERSION = 2;
export const HEADER_BYTES = 24;

const COLUMN_TYPES = { Float64Array, Uint32Array, Int32Array, Uint16Array, Int16Array, Uint8Array, Int8Array };
type ColumnType = keyof typeof COLUMN_TYPES;
type Column = InstanceType<(typeof COLUMN_TYPES)[ColumnType]>;

/** What tells that a file is the one that was opened then. */
export interface TraceIdentity {
  /** absolute */
  path: string;
  /** what its messages call it */
  name: string;
  bytes: number;
  /** time of its last change, nanoseconds, decimal */
  mtimeNs: string;
  /** of its first and last bytes */
  hash: string;
}

interface Text {
  identity: TraceIdentity;
  columns: { type: ColumnType; length: number }[];
  trace: PackedTrace;
}

type PackedTrace = Omit<Trace, 'stacks' | 'otherNames' | 'loadedModules'> & {
  stacks: StackColumns;
  otherNames: [number, number[]][];
  loadedModules: LoadedModule[];
};

/** The pieces of the file behind its header, in order; null for a trace that cannot be kept (made by tests, not read from a file). */
export function tracePieces(identity: TraceIdentity, trace: Trace): Uint8Array[] | null {
  const { stacks } = trace;
  if (stacks.frameColumns === undefined) return null;
  const packed: PackedTrace = {
    ...trace,
    stacks: { ...stacks, frameColumns: stacks.frameColumns },
    otherNames: [...trace.otherNames],
    loadedModules: trace.loadedModules(),
  };
  const columns: Column[] = [];
  const traceText = JSON.stringify(packed, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('a number that JSON does not have');
    return ArrayBuffer.isView(value) ? { $: columns.push(value as Column) - 1 } : value;
  });
  const directory = columns.map((column) => ({ type: typeOf(column), length: column.length }));
  const text = Buffer.from(
    `{"identity":${JSON.stringify(identity)},"columns":${JSON.stringify(directory)},"trace":${traceText}}`,
  );
  const pieces: Uint8Array[] = [text];
  let at = HEADER_BYTES + text.length;
  for (const column of columns) {
    const gap = aligned(at) - at;
    if (gap > 0) pieces.push(new Uint8Array(gap));
    pieces.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    at += gap + column.byteLength;
  }
  return pieces;
}

/** The header of a file of these pieces; `crc`: of all of them. */
export function traceHeader(pieces: readonly Uint8Array[], crc: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, TRACE_FILE_VERSION, true);
  view.setUint32(8, crc, true);
  view.setUint32(12, pieces[0].length, true);
  view.setBigUint64(16, BigInt(pieces.reduce((sum, piece) => sum + piece.length, HEADER_BYTES)), true);
  return bytes;
}

/** CRC-32 of what comes after the bytes whose CRC-32 is `before`. */
export function crcOf(bytes: Uint8Array, before: number): number {
  return crc32(bytes, before);
}

/**
 * The trace in a file, null where it is damaged, of another version or of another trace. `crc`: of all bytes behind the header; `file` begins
 * at a multiple of eight of its buffer.
 */
export function traceOfFile(identity: TraceIdentity, file: Uint8Array, crc: number): Trace | null {
  if (file.length < HEADER_BYTES) return null;
  const header = new DataView(file.buffer, file.byteOffset, HEADER_BYTES);
  if (header.getUint32(0, true) !== MAGIC || header.getUint32(4, true) !== TRACE_FILE_VERSION) return null;
  if (header.getUint32(8, true) !== crc || header.getBigUint64(16, true) !== BigInt(file.length)) return null;
  const textEnd = HEADER_BYTES + header.getUint32(12, true);
  if (textEnd > file.length) return null;
  try {
    const text = JSON.parse(
      Buffer.from(file.buffer, file.byteOffset + HEADER_BYTES, textEnd - HEADER_BYTES).toString(),
    ) as Text;
    if (!isSameTrace(text.identity, identity)) return null;
    return unpacked(text, columnsOf(text, file, textEnd));
  } catch {
    return null;
  }
}

function unpacked({ trace }: Text, columns: readonly Column[]): Trace {
  const { stacks, otherNames, loadedModules, ...rest } = withColumns(trace, columns) as PackedTrace;
  return {
    ...rest,
    stacks: stackTableOf(stacks),
    otherNames: new Map(otherNames),
    loadedModules: () => loadedModules,
  };
}

/** Puts the columns back where they were: in the tables of a trace, two levels deep at most. */
function withColumns(value: unknown, columns: readonly Column[], depth = 0): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 3) return value;
  if ('$' in value) return columns[value.$ as number];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withColumns(inner, columns, depth + 1)]));
}

/** @throws RangeError where the file is shorter than its columns, or of another type than there is. */
function columnsOf(text: Text, file: Uint8Array, from: number): Column[] {
  let at = from;
  return text.columns.map(({ type, length }) => {
    const Type = COLUMN_TYPES[type];
    at = aligned(at);
    const column = new Type(file.buffer as ArrayBuffer, file.byteOffset + at, length);
    at += column.byteLength;
    return column;
  });
}

function isSameTrace(a: TraceIdentity, b: TraceIdentity): boolean {
  return a.path === b.path && a.name === b.name && a.bytes === b.bytes && a.mtimeNs === b.mtimeNs && a.hash === b.hash;
}

function typeOf(column: Column): ColumnType {
  const { name } = column.constructor;
  if (!Object.hasOwn(COLUMN_TYPES, name)) throw new RangeError(`a column of type ${name}`);
  return name as ColumnType;
}

function aligned(at: number): number {
  return Math.ceil(at / 8) * 8;
}
