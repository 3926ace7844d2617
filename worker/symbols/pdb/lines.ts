/**
 * Line information of an object file ("C13"): pieces of u32 kind, u32 size, data. Layouts: microsoft/microsoft-pdb, include/cvinfo.h
 * (CV_DebugSLinesHeader_t and what follows it; facts only).
 */
import { viewOf } from './info.ts';

const DEBUG_S_LINES = 0xf2;
const DEBUG_S_FILECHKSMS = 0xf4;
const DEBUG_S_INLINEELINES = 0xf6;
const HAS_COLUMNS = 1;
const INLINEES_WITH_EXTRA_FILES = 1;
/** Line numbers that say "the compiler made this code". */
const HIDDEN_LINE = 0xfeefee;
const HIDDEN_LINE_OLD = 0xf00f00;

/** A place as the tables have it: `file` is an offset in the table of files of the object file, -1 none. */
export interface LinePlace {
  file: number;
  line: number;
}

export interface LineInfo {
  bytes: Uint8Array;
  view: DataView;
  /** ranges [start, end) of `bytes` */
  lines: [number, number][];
  inlinees: [number, number][];
  files: [number, number];
}

/** Finds the pieces; what is cut is left out. `bytes` is the line information of one object file. */
export function findLineInfo(bytes: Uint8Array): LineInfo {
  const view = viewOf(bytes);
  const info: LineInfo = { bytes, view, lines: [], inlinees: [], files: [0, 0] };
  for (let at = 0; at + 8 <= bytes.length;) {
    const kind = view.getUint32(at, true);
    const start = at + 8;
    const end = start + view.getUint32(at + 4, true);
    if (end > bytes.length) break;
    if (kind === DEBUG_S_LINES) info.lines.push([start, end]);
    else if (kind === DEBUG_S_INLINEELINES) info.inlinees.push([start, end]);
    else if (kind === DEBUG_S_FILECHKSMS) info.files = [start, end];
    at = (end + 3) & ~3;
  }
  return info;
}

/** The place that the code at an offset of a section was written in; null where nothing is said of it. */
export function lineAt(info: LineInfo, section: number, offset: number): LinePlace | null {
  const { view } = info;
  for (const [start, end] of info.lines) {
    if (end - start < 12 || view.getUint16(start + 4, true) !== section) continue;
    const from = view.getUint32(start, true);
    if (offset < from || offset - from >= view.getUint32(start + 8, true)) continue;
    const step = (view.getUint16(start + 6, true) & HAS_COLUMNS) !== 0 ? 12 : 8;
    const found = nearestLine(view, start + 12, end, offset - from, step);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Blocks of one file each: u32 file, u32 count, u32 size, then the lines (u32 offset, u32 of which 24 bits are the line), then columns.
 * A row holds up to the next; where several begin at one offset the last, but at that very offset the first (the line that
 * a function begins in). Code before the first row (an inlined call is a function's first code) has that of the first.
 */
function nearestLine(view: DataView, start: number, end: number, offset: number, step: number): LinePlace | null {
  const nearest = { offset: -1, file: -1, line: 0 };
  const first = { offset: Infinity, file: -1, line: 0 };
  for (let block = start; block + 12 <= end;) {
    const file = view.getUint32(block, true);
    const count = view.getUint32(block + 4, true);
    const size = view.getUint32(block + 8, true);
    if (size < 12 || block + size > end || 12 + count * step > size) break;
    for (let row = 0, at = block + 12; row < count; row++, at += 8) {
      const rowOffset = view.getUint32(at, true);
      const line = view.getUint32(at + 4, true) & 0xffffff;
      if (line === HIDDEN_LINE || line === HIDDEN_LINE_OLD) continue;
      if (rowOffset < first.offset) {
        first.offset = rowOffset;
        first.file = file;
        first.line = line;
      }
      if (rowOffset > offset || rowOffset < nearest.offset) continue;
      if (rowOffset === nearest.offset && rowOffset === offset) continue;
      nearest.offset = rowOffset;
      nearest.file = file;
      nearest.line = line;
    }
    block += size;
  }
  const found = nearest.offset >= 0 ? nearest : first;
  return found.file < 0 ? null : { file: found.file, line: found.line };
}

/** Where inlined functions begin, for those that are asked for: by their number in the IPI stream. */
export function inlineeStarts(info: LineInfo, inlinees: ReadonlySet<number>): Map<number, LinePlace> {
  const { view } = info;
  const starts = new Map<number, LinePlace>();
  for (const [start, end] of info.inlinees) {
    if (end - start < 4) continue;
    const withExtraFiles = view.getUint32(start, true) === INLINEES_WITH_EXTRA_FILES;
    for (let at = start + 4; at + 12 <= end;) {
      const inlinee = view.getUint32(at, true);
      if (inlinees.has(inlinee) && !starts.has(inlinee)) {
        starts.set(inlinee, { file: view.getUint32(at + 4, true), line: view.getUint32(at + 8, true) });
      }
      at += 12;
      if (withExtraFiles && at + 4 <= end) at += 4 + view.getUint32(at, true) * 4;
    }
  }
  return starts;
}

/** Offset of a file's name in the string table; -1 where the table of files has no such entry. */
export function fileNameOffset(info: LineInfo, file: number): number {
  const at = info.files[0] + file;
  return file >= 0 && at + 4 <= info.files[1] ? info.view.getUint32(at, true) : -1;
}
