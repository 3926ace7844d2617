/**
 * DBI stream (number 3): the object files that were linked, what code came from which, the sections of the image.
 * Layout: https://llvm.org/docs/PDB/DbiStream.html and microsoft/microsoft-pdb, PDB/dbi/dbi.h (facts only).
 */
import { sortedOrder } from '../../query/radix.ts';
import { growingU32 } from '../../columns/growing.ts';
import { viewOf } from './info.ts';
import type { MsfFile } from './msf.ts';
import type { Pace } from './pace.ts';

export const DBI_STREAM = 3;
const HEADER_SIZE = 64;
const NO_STREAM = 0xffff;
const MODULE_SIZE = 64;
const CONTRIBUTION_V60 = 0xeffe0000 + 19970605;
const CONTRIBUTION_V2 = 0xeffe0000 + 20140516;
const SECTION_SIZE = 40;
const SECTION_CODE = 0x20;
const SECTION_EXECUTE = 0x20000000;
const MACHINE_I386 = 0x14c;
/** Substreams are read in one piece; those of the largest programs (Chromium) are a tenth of this. */
const MAX_SUBSTREAM = 512 * 1024 * 1024;

/** Order of the optional debug streams. */
const DEBUG_OMAP_TO_SOURCE = 3;
const DEBUG_OMAP_FROM_SOURCE = 4;
const DEBUG_SECTIONS = 5;
const DEBUG_ORIGINAL_SECTIONS = 10;

export interface DbiHeader {
  age: number;
  is32BitX86: boolean;
  /** stream of the symbol records (publics among them), -1 none */
  symbolRecords: number;
  modules: Substream;
  contributions: Substream;
  /** streams of the optional debug header, -1 none */
  omapToSource: number;
  omapFromSource: number;
  sections: number;
  originalSections: number;
}

interface Substream {
  offset: number;
  size: number;
}

/** null where there is no DBI stream: a file of types only. @throws SymbolError corrupt */
export async function readDbiHeader(msf: MsfFile): Promise<DbiHeader | null> {
  const size = msf.streamSize(DBI_STREAM);
  if (size === 0) return null;
  const view = viewOf(await msf.read(DBI_STREAM, 0, HEADER_SIZE));
  if (view.getInt32(0, true) !== -1) throw msf.corrupt('the DBI stream does not begin as one', DBI_STREAM, 0);

  // One behind the other, in this order.
  let end = HEADER_SIZE;
  const substream = (sizeAt: number): Substream => {
    const offset = end;
    end += view.getUint32(sizeAt, true);
    if (end > size) throw msf.corrupt('a part of the DBI stream reaches beyond it', DBI_STREAM, sizeAt);
    return { offset, size: end - offset };
  };
  const modules = substream(24);
  const contributions = substream(28);
  for (const skipped of [32, 36, 40, 52]) substream(skipped);
  const debug = substream(48);
  const debugView = viewOf(await msf.read(DBI_STREAM, debug.offset, Math.min(debug.size, 64)));
  const debugStream = (index: number): number =>
    index * 2 + 2 <= debugView.byteLength ? streamOf(debugView.getUint16(index * 2, true)) : -1;
  return {
    age: view.getUint32(8, true),
    is32BitX86: view.getUint16(58, true) === MACHINE_I386,
    symbolRecords: streamOf(view.getUint16(20, true)),
    modules,
    contributions,
    omapToSource: debugStream(DEBUG_OMAP_TO_SOURCE),
    omapFromSource: debugStream(DEBUG_OMAP_FROM_SOURCE),
    sections: debugStream(DEBUG_SECTIONS),
    originalSections: debugStream(DEBUG_ORIGINAL_SECTIONS),
  };
}

/** The object files, as columns. */
export interface ObjectFiles {
  length: number;
  /** stream with symbols and lines, -1 none (stripped) */
  stream: Int32Array;
  /** bytes of symbols, of old line information (not read), of line information: one behind the other in the stream */
  symbolBytes: Uint32Array;
  oldLineBytes: Uint32Array;
  lineBytes: Uint32Array;
}

/** @throws SymbolError corrupt; AbortError */
export async function readObjectFiles(msf: MsfFile, header: DbiHeader, pace: Pace): Promise<ObjectFiles> {
  const bytes = await readSubstream(msf, header.modules);
  const view = viewOf(bytes);
  const stream = growingU32();
  const symbolBytes = growingU32();
  const oldLineBytes = growingU32();
  const lineBytes = growingU32();
  let at = 0;
  while (at + MODULE_SIZE <= bytes.length) {
    stream.push(streamOf(view.getUint16(at + 34, true)));
    symbolBytes.push(view.getUint32(at + 36, true));
    oldLineBytes.push(view.getUint32(at + 40, true));
    lineBytes.push(view.getUint32(at + 44, true));
    // Two names, then the next one on a boundary of 4.
    for (let name = 0, end = at + MODULE_SIZE; name < 2; name++) {
      const nul = bytes.indexOf(0, end);
      if (nul < 0) throw msf.corrupt('the list of object files is cut', DBI_STREAM, header.modules.offset + at);
      end = nul + 1;
      at = name === 1 ? (end + 3) & ~3 : at;
    }
    if (pace.due()) await pace.giveWay();
  }
  return {
    length: stream.length,
    stream: Int32Array.from(stream.trimmed(), (word) => word | 0),
    symbolBytes: symbolBytes.trimmed(),
    oldLineBytes: oldLineBytes.trimmed(),
    lineBytes: lineBytes.trimmed(),
  };
}

/** Which object file a stretch of the image came from, by section and offset, ascending. */
export interface Contributions {
  length: number;
  section: Uint32Array;
  offset: Uint32Array;
  size: Uint32Array;
  object: Uint32Array;
}

/** @throws SymbolError corrupt, unsupported; AbortError */
export async function readContributions(msf: MsfFile, header: DbiHeader, pace: Pace): Promise<Contributions> {
  const bytes = await readSubstream(msf, header.contributions);
  const view = viewOf(bytes);
  const version = bytes.length >= 4 ? view.getUint32(0, true) : CONTRIBUTION_V60;
  if (version !== CONTRIBUTION_V60 && version !== CONTRIBUTION_V2) {
    throw msf.corrupt(
      `section contributions of version ${version} are not known`,
      DBI_STREAM,
      header.contributions.offset,
    );
  }
  const step = version === CONTRIBUTION_V2 ? 32 : 28;
  const length = Math.max(0, Math.floor((bytes.length - 4) / step));
  const column = (): Uint32Array<ArrayBuffer> => new Uint32Array(length);
  const unsorted = { section: column(), offset: column(), size: column(), object: column() };
  for (let row = 0, at = 4; row < length; row++, at += step) {
    unsorted.section[row] = view.getUint16(at, true);
    unsorted.offset[row] = view.getUint32(at + 4, true);
    unsorted.size[row] = view.getUint32(at + 8, true);
    unsorted.object[row] = view.getUint16(at + 16, true);
    if (row % 4096 === 0 && pace.due()) await pace.giveWay();
  }
  const order = sortedOrder(length, [
    { high: null, low: unsorted.section },
    { high: null, low: unsorted.offset },
  ]);
  const sorted = (values: Uint32Array): Uint32Array => order.map((row) => values[row]);
  return {
    length,
    section: sorted(unsorted.section),
    offset: sorted(unsorted.offset),
    size: sorted(unsorted.size),
    object: sorted(unsorted.object),
  };
}

/** Object file whose code is at an offset of a section; -1 none. */
export function contributionAt(contributions: Contributions, section: number, offset: number): number {
  let low = 0;
  let high = contributions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = contributions.section[middle];
    if (at < section || (at === section && contributions.offset[middle] <= offset)) low = middle + 1;
    else high = middle;
  }
  const row = low - 1;
  const found =
    row >= 0 && contributions.section[row] === section && offset - contributions.offset[row] < contributions.size[row];
  return found ? contributions.object[row] : -1;
}

/** A section of the image: addresses are offsets from the image's base. Section numbers count from 1. */
export interface Section {
  rva: number;
  size: number;
  isCode: boolean;
}

/** Section headers as in the image (IMAGE_SECTION_HEADER). @throws SymbolError corrupt */
export async function readSections(msf: MsfFile, stream: number): Promise<Section[]> {
  // A symbol names its section by 16 bits.
  const count = Math.min(Math.floor(msf.streamSize(stream) / SECTION_SIZE), 0xffff);
  const view = viewOf(await msf.read(stream, 0, count * SECTION_SIZE));
  return Array.from({ length: count }, (_, index) => {
    const at = index * SECTION_SIZE;
    const rva = view.getUint32(at + 12, true);
    const size = Math.max(view.getUint32(at + 8, true), view.getUint32(at + 16, true));
    const isCode = (view.getUint32(at + 36, true) & (SECTION_CODE | SECTION_EXECUTE)) !== 0;
    return { rva, size: Math.min(size, 0xffffffff - rva), isCode };
  });
}

async function readSubstream(msf: MsfFile, { offset, size }: Substream): Promise<Uint8Array> {
  if (size > MAX_SUBSTREAM) throw msf.corrupt(`a part of ${size} bytes is too large`, DBI_STREAM, offset);
  return msf.read(DBI_STREAM, offset, size);
}

function streamOf(number: number): number {
  return number === NO_STREAM ? -1 : number;
}
