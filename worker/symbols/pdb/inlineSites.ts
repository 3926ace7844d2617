/**
 * Inlined calls: records inside a procedure, nested as the calls were, each with a small program ("binary annotations") that says which code
 * is of the call and of which line. Operations: microsoft/microsoft-pdb, include/cvinfo.h, CV_BinaryAnnotation (facts only).
 */
import type { Pace } from './pace.ts';
import type { MsfFile } from './msf.ts';
import {
  closesScope,
  eachRecord,
  isProcedure,
  opensScope,
  S_INLINESITE,
  S_INLINESITE2,
  type SymbolRecord,
} from './records.ts';

/** One call at an address. */
export interface SiteFrame {
  /** the function that was inlined, by its number in the IPI stream */
  inlinee: number;
  /** lines from the beginning of that function to that of the code at the address */
  lineDelta: number;
  /** where that is not the function's own file: an offset in the table of files; -1 none */
  file: number;
}

/** An address to answer for: a section (from 1), an offset in it. */
export interface CodeAddress {
  section: number;
  offset: number;
}

/** Sites in sites: what is nested deeper is damage. */
const MAX_DEPTH = 1000;

/** For each address the inlined calls, outermost first. @throws SymbolError corrupt; AbortError */
export async function findInlineSites(
  msf: MsfFile,
  stream: number,
  end: number,
  addresses: readonly CodeAddress[],
  pace: Pace,
): Promise<SiteFrame[][]> {
  const walk = new SiteWalk(addresses);
  await eachRecord(msf, stream, 4, end, pace, (record) => walk.visit(record));
  return walk.frames;
}

/** Address `index` of the procedure that is being walked; `site` is the innermost site found so far, by its record's offset. */
interface Inside {
  index: number;
  /** from the procedure's start */
  offset: number;
  site: number;
}

class SiteWalk {
  readonly frames: SiteFrame[][];
  private readonly addresses: readonly CodeAddress[];
  private inside: Inside[] = [];
  /** open scopes: the offset of a site's record, NO_SITE for one of another kind */
  private scopes: number[] = [];
  private skippedScopes = 0;

  constructor(addresses: readonly CodeAddress[]) {
    this.addresses = addresses;
    this.frames = addresses.map(() => []);
  }

  visit(record: SymbolRecord): void {
    const { kind } = record;
    if (isProcedure(kind)) this.enterProcedure(record);
    else if (this.inside.length > 0 && (kind === S_INLINESITE || kind === S_INLINESITE2)) this.enterSite(record);
    if (opensScope(kind)) {
      if (this.scopes.length === MAX_DEPTH) this.skippedScopes++;
      else this.scopes.push(kind === S_INLINESITE || kind === S_INLINESITE2 ? record.offset : NO_SITE);
    } else if (closesScope(kind)) {
      if (this.skippedScopes > 0) this.skippedScopes--;
      else this.scopes.pop();
    }
  }

  private enterProcedure({ view, start }: SymbolRecord): void {
    const size = view.getUint32(start + 16, true);
    const offset = view.getUint32(start + 32, true);
    const section = view.getUint16(start + 36, true);
    this.scopes = [];
    this.skippedScopes = 0;
    this.inside = [];
    this.addresses.forEach((address, index) => {
      if (address.section !== section || address.offset < offset || address.offset - offset >= size) return;
      // Identical functions that became one: the first answers.
      if (this.frames[index].length === 0) this.inside.push({ index, offset: address.offset - offset, site: NO_SITE });
    });
  }

  private enterSite({ kind, bytes, view, start, end, offset }: SymbolRecord): void {
    const around = this.enclosingSite();
    for (const address of this.inside) {
      if (address.site !== around) continue;
      const line = siteLine(bytes, start + (kind === S_INLINESITE2 ? 20 : 16), end, address.offset);
      if (line === null) continue;
      this.frames[address.index].push({ inlinee: view.getUint32(start + 12, true), ...line });
      address.site = offset;
    }
  }

  private enclosingSite(): number {
    for (let depth = this.scopes.length - 1; depth >= 0; depth--) {
      if (this.scopes[depth] !== NO_SITE) return this.scopes[depth];
    }
    return NO_SITE;
  }
}

const NO_SITE = -1;

const CODE_OFFSET = 1;
const CHANGE_CODE_OFFSET = 3;
const CHANGE_CODE_LENGTH = 4;
const CHANGE_FILE = 5;
const CHANGE_LINE_OFFSET = 6;
const CHANGE_CODE_OFFSET_AND_LINE_OFFSET = 11;
const CHANGE_CODE_LENGTH_AND_CODE_OFFSET = 12;
const LAST_OPERATION = 13;

/**
 * Runs the annotations in bytes [at, end): a row begins at each change of the code offset and ends at the next, or after the length that
 * follows it. @returns line and file of the row that `target` (offset in the procedure) is in, null for none
 */
export function siteLine(
  bytes: Uint8Array,
  at: number,
  end: number,
  target: number,
): { lineDelta: number; file: number } | null {
  const cursor = { at };
  const next = (): number => readCompressed(bytes, cursor, end);
  let offset = 0;
  let lineDelta = 0;
  let file = -1;
  let row: { start: number; lineDelta: number; file: number } | null = null;
  while (cursor.at < end) {
    const operation = next();
    // 0 is padding.
    if (operation <= 0 || operation > LAST_OPERATION) break;
    const value = next();
    if (value < 0) break;
    let begins = false;
    let length = -1;
    if (operation === CODE_OFFSET) {
      offset = value;
      begins = true;
    } else if (operation === CHANGE_CODE_OFFSET) {
      offset += value;
      begins = true;
    } else if (operation === CHANGE_CODE_OFFSET_AND_LINE_OFFSET) {
      offset += value & 0xf;
      lineDelta += signed(value >>> 4);
      begins = true;
    } else if (operation === CHANGE_CODE_LENGTH_AND_CODE_OFFSET) {
      length = value;
      offset += Math.max(next(), 0);
      begins = true;
    } else if (operation === CHANGE_CODE_LENGTH) {
      length = value;
    } else if (operation === CHANGE_FILE) {
      file = value;
    } else if (operation === CHANGE_LINE_OFFSET) {
      lineDelta += signed(value);
    }
    if (begins) {
      if (row !== null && target >= row.start && target < offset) return row;
      row = { start: offset, lineDelta, file };
    }
    if (length >= 0 && row !== null) {
      if (target >= row.start && target < row.start + length) return row;
      if (!begins) offset = row.start + length;
      row = null;
    }
  }
  return null;
}

/** A number of 7, 14 or 29 bits in one, two or four bytes, high byte first; -1 where it is cut. */
function readCompressed(bytes: Uint8Array, cursor: { at: number }, end: number): number {
  const first = cursor.at < end ? bytes[cursor.at] : 0xff;
  const size = first < 0x80 ? 1 : first < 0xc0 ? 2 : first < 0xe0 ? 4 : 0;
  if (size === 0 || cursor.at + size > end) {
    cursor.at = end;
    return -1;
  }
  let value = size === 1 ? first : size === 2 ? first & 0x3f : first & 0x1f;
  for (let index = 1; index < size; index++) value = value * 256 + bytes[cursor.at + index];
  cursor.at += size;
  return value;
}

/** The lowest bit is the sign. */
function signed(value: number): number {
  return (value & 1) !== 0 ? -(value >>> 1) : value >>> 1;
}
