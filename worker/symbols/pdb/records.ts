/**
 * CodeView symbol records: u16 length (of what follows), u16 kind, fields. Numbers and layouts are those of cvinfo.h
 * (microsoft/microsoft-pdb, include/cvinfo.h); offsets in comments count from the record's start, its length field included.
 */
import type { MsfFile } from './msf.ts';
import type { Pace } from './pace.ts';

export const S_END = 0x0006;
export const S_THUNK32 = 0x1102;
export const S_BLOCK32 = 0x1103;
export const S_WITH32 = 0x1104;
export const S_LABEL32 = 0x1105;
export const S_PUB32 = 0x110e;
export const S_LPROC32 = 0x110f;
export const S_GPROC32 = 0x1110;
export const S_TRAMPOLINE = 0x112c;
export const S_SEPCODE = 0x1132;
export const S_LPROC32_ID = 0x1146;
export const S_GPROC32_ID = 0x1147;
export const S_INLINESITE = 0x114d;
export const S_INLINESITE_END = 0x114e;
export const S_PROC_ID_END = 0x114f;
export const S_LPROC32_DPC = 0x1155;
export const S_LPROC32_DPC_ID = 0x1156;
export const S_INLINESITE2 = 0x115d;

export function isProcedure(kind: number): boolean {
  return (
    kind === S_GPROC32 ||
    kind === S_LPROC32 ||
    kind === S_GPROC32_ID ||
    kind === S_LPROC32_ID ||
    kind === S_LPROC32_DPC ||
    kind === S_LPROC32_DPC_ID
  );
}

/** Records that hold others, up to an end record. */
export function opensScope(kind: number): boolean {
  return (
    isProcedure(kind) ||
    kind === S_BLOCK32 ||
    kind === S_THUNK32 ||
    kind === S_WITH32 ||
    kind === S_SEPCODE ||
    kind === S_INLINESITE ||
    kind === S_INLINESITE2
  );
}

export function closesScope(kind: number): boolean {
  return kind === S_END || kind === S_INLINESITE_END || kind === S_PROC_ID_END;
}

/** Bytes that a record must have at least, by kind: its fixed fields. Shorter ones are damage. */
export const MINIMUM_SIZE: ReadonlyMap<number, number> = new Map([
  [S_PUB32, 14],
  [S_GPROC32, 39],
  [S_LPROC32, 39],
  [S_GPROC32_ID, 39],
  [S_LPROC32_ID, 39],
  [S_LPROC32_DPC, 39],
  [S_LPROC32_DPC_ID, 39],
  [S_THUNK32, 25],
  [S_LABEL32, 11],
  [S_TRAMPOLINE, 20],
  [S_SEPCODE, 32],
  [S_INLINESITE, 16],
  [S_INLINESITE2, 20],
]);

/** Bytes read at a time: a record is no longer than 64 KB. */
const WINDOW = 1024 * 1024;

/** One record: bytes [start, end) of `bytes`, fields at offsets from `start`. Valid during the call only. */
export interface SymbolRecord {
  kind: number;
  bytes: Uint8Array;
  view: DataView;
  start: number;
  end: number;
  /** in the stream */
  offset: number;
}

/**
 * Calls `visit` for every record in bytes [from, to) of a stream; the same object each time.
 * @throws SymbolError corrupt at a record that does not fit; AbortError
 */
export async function eachRecord(
  msf: MsfFile,
  stream: number,
  from: number,
  to: number,
  pace: Pace,
  visit: (record: SymbolRecord) => void,
): Promise<void> {
  let offset = from;
  while (offset < to) {
    const bytes = await msf.read(stream, offset, Math.min(WINDOW, to - offset));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const record: SymbolRecord = { kind: 0, bytes, view, start: 0, end: 0, offset };
    const last = offset + bytes.length === to;
    let at = 0;
    for (let count = 1; at + 4 <= bytes.length; count++) {
      const length = view.getUint16(at, true) + 2;
      if (length < 4) throw msf.corrupt('a symbol record has no kind', stream, offset + at);
      if (at + length > bytes.length) {
        if (last) throw msf.corrupt('a symbol record reaches beyond its stream', stream, offset + at);
        break;
      }
      record.kind = view.getUint16(at + 2, true);
      record.start = at;
      record.end = at + length;
      record.offset = offset + at;
      const minimum = MINIMUM_SIZE.get(record.kind);
      if (minimum !== undefined && length < minimum) {
        throw msf.corrupt('a symbol record is too short for its kind', stream, offset + at);
      }
      visit(record);
      at += length;
      if (count % 256 === 0 && pace.due()) await pace.giveWay();
    }
    if (last && at < bytes.length) throw msf.corrupt('a symbol record is cut', stream, offset + at);
    offset += at;
    if (pace.due()) await pace.giveWay();
  }
}

/** End of the NUL-terminated name that begins at `start`; `limit` where there is no NUL. */
export function nameEnd(bytes: Uint8Array, start: number, limit: number): number {
  let end = start;
  while (end < limit && bytes[end] !== 0) end++;
  return end;
}
