/** Writes the streams of a PDB: names, addresses and lines as a test or the bench wants them. For msfWriter.ts. */
import { ByteWriter } from '../../../testing/byteWriter.ts';
import { S_END, S_GPROC32, S_LABEL32, S_LPROC32, S_PUB32, S_SEPCODE, S_THUNK32, S_TRAMPOLINE } from '../records.ts';

const NO_STREAM = 0xffff;
const CODE = 0x60000020;
const DATA = 0x40000040;
const DEBUG_STREAMS = 11;

export interface WrittenSection {
  rva: number;
  size: number;
  isCode?: boolean;
}

export interface WrittenObject {
  /** records of one object file, behind the signature */
  symbols: ByteWriter;
  /** line information (`DEBUG_S_…` pieces) */
  lines?: ByteWriter;
  /** the stretch of the image that it gave: section (from 1), offset, bytes */
  contribution: [number, number, number];
}

export interface WrittenPdb {
  guid?: string;
  age?: number;
  dbiAge?: number;
  machine?: number;
  sections: WrittenSection[];
  /** symbol records of the program (publics) */
  records?: ByteWriter;
  objects?: WrittenObject[];
  /** pairs [from, to] */
  omapToSource?: [number, number][];
  omapFromSource?: [number, number][];
  originalSections?: WrittenSection[];
  /** text of the string table; offsets in it are the writer's to know */
  strings?: Uint8Array;
}

export const TEST_GUID = '01234567-89ab-cdef-0123-456789abcdef';

/** The streams in order. */
export function pdbStreams(pdb: WrittenPdb): Uint8Array[] {
  const streams: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0), emptyTypes(), new Uint8Array(0), emptyTypes()];
  const add = (bytes: Uint8Array | undefined): number => (bytes === undefined ? NO_STREAM : streams.push(bytes) - 1);
  const strings = add(pdb.strings && stringTable(pdb.strings));
  streams[1] = infoStream(pdb, strings);
  const records = add(pdb.records?.toBytes() ?? new Uint8Array(0));
  const objects = (pdb.objects ?? []).map((object) => ({
    ...object,
    stream: add(new ByteWriter().u32(4).bytes(object.symbols.peek()).bytes(linesOf(object)).u32(0).toBytes()),
  }));
  const debug = new Array<number>(DEBUG_STREAMS).fill(NO_STREAM);
  debug[3] = add(pdb.omapToSource && omap(pdb.omapToSource));
  debug[4] = add(pdb.omapFromSource && omap(pdb.omapFromSource));
  debug[5] = add(sectionHeaders(pdb.sections));
  debug[10] = add(pdb.originalSections && sectionHeaders(pdb.originalSections));
  streams[3] = dbiStream(pdb, records, objects, debug);
  return streams;
}

/** A public symbol. */
export function publicSymbol(to: ByteWriter, name: string, section: number, offset: number, flags = 2): void {
  record(to, S_PUB32, () => to.u32(flags).u32(offset).u16(section).bytes(utf8z(name)));
}

/** A procedure without anything in it. */
export function procedure(
  to: ByteWriter,
  name: string,
  section: number,
  offset: number,
  size: number,
  isLocal = false,
): void {
  const start = to.length + 4;
  record(to, isLocal ? S_LPROC32 : S_GPROC32, () => {
    to.u32(0).u32(0).u32(0).u32(size).u32(0).u32(size).u32(0x1000).u32(offset).u16(section).u8(0).bytes(utf8z(name));
  });
  // Offsets of records count from the stream's start, where the signature stands.
  to.patchU32(start + 4, to.length + 4);
  record(to, S_END, () => undefined);
}

export function thunk(to: ByteWriter, name: string, section: number, offset: number, size: number): void {
  record(to, S_THUNK32, () => to.u32(0).u32(0).u32(0).u32(offset).u16(section).u16(size).u8(0).bytes(utf8z(name)));
  record(to, S_END, () => undefined);
}

export function label(to: ByteWriter, name: string, section: number, offset: number): void {
  record(to, S_LABEL32, () => to.u32(offset).u16(section).u8(0).bytes(utf8z(name)));
}

/** A jump of the incremental linker. */
export function trampoline(to: ByteWriter, section: number, offset: number, size: number, target: number): void {
  record(to, S_TRAMPOLINE, () => to.u16(0).u16(size).u32(offset).u32(target).u16(section).u16(section));
}

/** Code that was moved away from its function. */
export function separated(to: ByteWriter, section: number, offset: number, size: number, parent: number): void {
  record(to, S_SEPCODE, () => to.u32(0).u32(0).u32(size).u32(0).u32(offset).u32(parent).u16(section).u16(section));
  record(to, S_END, () => undefined);
}

/** Lines of one function, all in the file whose entry is at `file` in the table of files: [offset in the function, line]. */
export function functionLines(
  to: ByteWriter,
  section: number,
  offset: number,
  size: number,
  file: number,
  lines: readonly (readonly [number, number])[],
): void {
  to.u32(0xf2).u32(24 + lines.length * 8);
  to.u32(offset).u16(section).u16(0).u32(size);
  to.u32(file)
    .u32(lines.length)
    .u32(12 + lines.length * 8);
  for (const [at, line] of lines) to.u32(at).u32((line | 0x80000000) >>> 0);
}

/** The table of files, without checksums: entry i is at 8 * i. */
export function fileTable(to: ByteWriter, nameOffsets: readonly number[]): void {
  to.u32(0xf4).u32(nameOffsets.length * 8);
  for (const offset of nameOffsets) to.u32(offset).u32(0);
}

function record(to: ByteWriter, kind: number, fields: () => void): void {
  const start = to.length;
  to.u16(0).u16(kind);
  fields();
  to.align(4);
  to.patchU16(start, to.length - start - 2);
}

function utf8z(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

function linesOf(object: WrittenObject): Uint8Array {
  return object.lines?.peek() ?? new Uint8Array(0);
}

function emptyTypes(): Uint8Array {
  const types = new ByteWriter().u32(20040203).u32(56).u32(0x1000).u32(0x1000).u32(0);
  return types.u16(NO_STREAM).u16(NO_STREAM).u32(4).u32(0x3ffff).zeros(24).toBytes();
}

function infoStream(pdb: WrittenPdb, strings: number): Uint8Array {
  const info = new ByteWriter()
    .u32(20000404)
    .u32(1)
    .u32(pdb.age ?? 1);
  info.guid(pdb.guid ?? TEST_GUID);
  const names = strings === NO_STREAM ? [] : ['/names'];
  const text = Buffer.from(names.map((name) => `${name}\0`).join(''));
  info.u32(text.length).bytes(text).u32(names.length).u32(1);
  // One pair at most: its bit, no deleted ones, its key and value.
  info.u32(1).u32(names.length).u32(0);
  if (names.length > 0) info.u32(0).u32(strings);
  return info.u32(0).u32(20140508).toBytes();
}

function stringTable(text: Uint8Array): Uint8Array {
  return new ByteWriter().u32(0xeffeeffe).u32(1).u32(text.length).bytes(text).align(4).u32(0).u32(0).toBytes();
}

function omap(entries: readonly [number, number][]): Uint8Array {
  const to = new ByteWriter();
  for (const [from, target] of entries) to.u32(from).u32(target);
  return to.toBytes();
}

function sectionHeaders(sections: readonly WrittenSection[]): Uint8Array {
  const to = new ByteWriter();
  for (const { rva, size, isCode = true } of sections) {
    to.bytes(Buffer.from(isCode ? '.text\0\0\0' : '.data\0\0\0'))
      .u32(size)
      .u32(rva)
      .u32(size)
      .zeros(16);
    to.u32(isCode ? CODE : DATA);
  }
  return to.toBytes();
}

function dbiStream(
  pdb: WrittenPdb,
  records: number,
  objects: (WrittenObject & { stream: number })[],
  debug: readonly number[],
): Uint8Array {
  const modules = new ByteWriter();
  const contributions = new ByteWriter().u32((0xeffe0000 + 19970605) >>> 0);
  objects.forEach(({ contribution: [section, offset, size], stream, symbols, lines }, index) => {
    const entry = new ByteWriter().u16(section).u16(0).u32(offset).u32(size).u32(CODE).u16(index).u16(0).u32(0).u32(0);
    contributions.bytes(entry.peek());
    modules.u32(0).bytes(entry.peek()).u16(0).u16(stream);
    modules
      .u32(symbols.length + 4)
      .u32(0)
      .u32(lines?.length ?? 0);
    modules
      .u16(0)
      .u16(0)
      .u32(0)
      .u32(0)
      .u32(0)
      .bytes(utf8z(`object${index}.obj`))
      .bytes(utf8z(''))
      .align(4);
  });
  // Files of the objects: none. LLVM's tools want the table all the same.
  const files = new ByteWriter()
    .u16(objects.length)
    .u16(0)
    .zeros(objects.length * 4)
    .align(4);
  const dbi = new ByteWriter()
    .i32(-1)
    .u32(19990903)
    .u32(pdb.dbiAge ?? pdb.age ?? 1);
  dbi.u16(NO_STREAM).u16(0x8e00).u16(NO_STREAM).u16(0).u16(records).u16(0);
  dbi
    .u32(modules.length)
    .u32(contributions.length)
    .u32(0)
    .u32(files.length)
    .u32(0)
    .u32(0)
    .u32(debug.length * 2)
    .u32(0);
  dbi
    .u16(0)
    .u16(pdb.machine ?? 0x8664)
    .u32(0);
  dbi.bytes(modules.peek()).bytes(contributions.peek()).bytes(files.peek());
  for (const stream of debug) dbi.u16(stream);
  return dbi.toBytes();
}
