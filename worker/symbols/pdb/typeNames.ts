/**
 * Names of inlined functions: records of the IPI stream (number 4), their classes in the TPI stream (number 2), found by number. Both
 * streams have a coarse index (a record's offset for about every 8 KB); between its entries records are counted.
 * Layout: https://llvm.org/docs/PDB/TpiStream.html and CodeViewTypes.html (facts only).
 */
import { viewOf } from './info.ts';
import type { MsfFile } from './msf.ts';
import type { Pace } from './pace.ts';
import { nameEnd } from './records.ts';

export const TPI_STREAM = 2;
export const IPI_STREAM = 4;
const HEADER_SIZE = 56;
const NO_STREAM = 0xffff;
/** Bytes between two entries of the coarse index where the file has none. */
const INDEX_STEP = 64 * 1024;
const MAX_STRETCH = 16 * 1024 * 1024;

const LF_CLASS = 0x1504;
const LF_STRUCTURE = 0x1505;
const LF_UNION = 0x1506;
const LF_ENUM = 0x1507;
const LF_INTERFACE = 0x1519;
const LF_FUNC_ID = 0x1601;
const LF_MFUNC_ID = 0x1602;
const LF_STRING_ID = 0x1605;
/** The first number that stands for itself in front of a value that has another size. */
const LF_NUMERIC = 0x8000;

export class TypeNames {
  private readonly msf: MsfFile;
  private readonly pace: Pace;
  private readonly names = new Map<number, string>();
  private types: TypeStream | null = null;
  private ids: TypeStream | null = null;

  constructor(msf: MsfFile, pace: Pace) {
    this.msf = msf;
    this.pace = pace;
  }

  /** "EventManager::Create"; empty where the file does not say. @throws SymbolError corrupt; AbortError */
  async functionName(id: number): Promise<string> {
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const name = await this.readFunctionName(id);
    this.names.set(id, name);
    return name;
  }

  private async readFunctionName(id: number): Promise<string> {
    this.ids ??= await TypeStream.open(this.msf, IPI_STREAM);
    const record = await this.ids.find(id, this.pace);
    if (record === null || record.byteLength < 12) return '';
    const kind = record.getUint16(2, true);
    if (kind !== LF_FUNC_ID && kind !== LF_MFUNC_ID) return '';
    const name = text(record, 12);
    const parent = record.getUint32(4, true);
    if (parent === 0) return name;
    const scope = kind === LF_MFUNC_ID ? await this.className(parent) : await this.scopeName(parent);
    return scope === '' ? name : `${scope}::${name}`;
  }

  /** A namespace. */
  private async scopeName(id: number): Promise<string> {
    const record = await this.ids!.find(id, this.pace);
    if (record === null || record.byteLength < 8 || record.getUint16(2, true) !== LF_STRING_ID) return '';
    return text(record, 8);
  }

  private async className(type: number): Promise<string> {
    this.types ??= await TypeStream.open(this.msf, TPI_STREAM);
    const record = await this.types.find(type, this.pace);
    const at = record === null ? -1 : classNameAt(record);
    return at < 0 ? '' : text(record!, at);
  }
}

/** Where a class's name begins: behind its size, a number of variable length. -1 for what is no class. */
function classNameAt(record: DataView): number {
  const kind = record.getUint16(2, true);
  if (kind === LF_ENUM) return 16;
  const sizeAt = kind === LF_UNION ? 12 : kind === LF_CLASS || kind === LF_STRUCTURE || kind === LF_INTERFACE ? 20 : -1;
  if (sizeAt < 0 || sizeAt + 2 > record.byteLength) return -1;
  const leaf = record.getUint16(sizeAt, true);
  if (leaf < LF_NUMERIC) return sizeAt + 2;
  // LF_CHAR, LF_SHORT, LF_USHORT, LF_LONG, LF_ULONG, then (0x8009, 0x800a) 64-bit numbers.
  const bytes = [1, 2, 2, 4, 4][leaf - LF_NUMERIC] ?? (leaf === 0x8009 || leaf === 0x800a ? 8 : -1);
  return bytes < 0 ? -1 : sizeAt + 2 + bytes;
}

function text(record: DataView, start: number): string {
  const bytes = new Uint8Array(record.buffer, record.byteOffset, record.byteLength);
  if (start > bytes.length) return '';
  const end = nameEnd(bytes, start, bytes.length);
  return Buffer.from(record.buffer, record.byteOffset + start, end - start).toString('utf8');
}

/** Records u16 length, u16 kind, fields; numbered from `first` on. */
class TypeStream {
  private readonly msf: MsfFile;
  private readonly stream: number;
  private readonly first: number;
  private readonly end: number;
  /** offsets of records in the stream */
  private readonly start: number;
  private readonly limit: number;
  /** number and offset of some records, ascending; null until it is known */
  private index: { number: Uint32Array; offset: Uint32Array } | null;

  private constructor(msf: MsfFile, stream: number, header: DataView | null, index: TypeStream['index']) {
    this.msf = msf;
    this.stream = stream;
    this.start = header?.getUint32(4, true) ?? 0;
    this.first = header?.getUint32(8, true) ?? 0;
    this.end = header?.getUint32(12, true) ?? 0;
    this.limit = Math.min(this.start + (header?.getUint32(16, true) ?? 0), msf.streamSize(stream));
    this.index = index;
  }

  static async open(msf: MsfFile, stream: number): Promise<TypeStream> {
    if (msf.streamSize(stream) < HEADER_SIZE) return new TypeStream(msf, stream, null, null);
    const header = viewOf(await msf.read(stream, 0, HEADER_SIZE));
    return new TypeStream(msf, stream, header, await readIndex(msf, header));
  }

  /** The record with a number; null where there is none. @throws SymbolError corrupt; AbortError */
  async find(number: number, pace: Pace): Promise<DataView | null> {
    if (number < this.first || number >= this.end) return null;
    this.index ??= await this.makeIndex(pace);
    const entry = lastAtOrBefore(this.index.number, number);
    if (entry < 0) return null;
    const from = this.start + this.index.offset[entry];
    const to = entry + 1 < this.index.offset.length ? this.start + this.index.offset[entry + 1] : this.limit;
    if (from >= to || to > this.limit) throw this.msf.corrupt('the index of types is not in order', this.stream, 0);
    const bytes = await this.msf.read(this.stream, from, Math.min(to - from, MAX_STRETCH));
    const view = viewOf(bytes);
    let at = 0;
    for (let current = this.index.number[entry]; at + 4 <= bytes.length; current++) {
      const length = view.getUint16(at, true) + 2;
      if (length < 4 || at + length > bytes.length) break;
      if (current === number) return new DataView(bytes.buffer, bytes.byteOffset + at, length);
      at += length;
    }
    throw this.msf.corrupt(
      `type ${number} is not where the index says`,
      this.stream,
      from + Math.min(at, bytes.length),
    );
  }

  private async makeIndex(pace: Pace): Promise<NonNullable<TypeStream['index']>> {
    const numbers: number[] = [];
    const offsets: number[] = [];
    let number = this.first;
    for (let stretch = this.start; stretch + 4 <= this.limit;) {
      const bytes = await this.msf.read(this.stream, stretch, Math.min(INDEX_STEP * 2, this.limit - stretch));
      const view = viewOf(bytes);
      numbers.push(number);
      offsets.push(stretch - this.start);
      let at = 0;
      for (; at + 4 <= bytes.length && at < INDEX_STEP; number++) {
        const length = view.getUint16(at, true) + 2;
        if (length < 4) throw this.msf.corrupt('a type record has no kind', this.stream, stretch + at);
        at += length;
      }
      if (stretch + at > this.limit) throw this.msf.corrupt('a type record is cut', this.stream, stretch);
      stretch += at;
      if (pace.due()) await pace.giveWay();
    }
    return { number: Uint32Array.from(numbers), offset: Uint32Array.from(offsets) };
  }
}

/** The coarse index that the file has; null where it has none. @throws SymbolError corrupt */
async function readIndex(msf: MsfFile, header: DataView): Promise<TypeStream['index']> {
  const stream = header.getUint16(20, true);
  const count = header.getUint32(44, true) >>> 3;
  if (stream === NO_STREAM || count === 0) return null;
  const view = viewOf(await msf.read(stream, header.getUint32(40, true), count * 8));
  const number = new Uint32Array(count);
  const offset = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    number[row] = view.getUint32(row * 8, true);
    offset[row] = view.getUint32(row * 8 + 4, true);
  }
  return { number, offset };
}

function lastAtOrBefore(values: Uint32Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
