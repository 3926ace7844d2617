/**
 * PDB info stream (number 1): GUID, age and the streams that have names.
 * Layout: https://llvm.org/docs/PDB/PdbStream.html and HashTable.html (facts only).
 */
import { guidText } from '../../etl/guid.ts';
import type { MsfFile } from './msf.ts';

export const INFO_STREAM = 1;
const HEADER_SIZE = 28;
/** "VC70" and later: versions before have no GUID. */
const OLDEST_VERSION = 20000404;
/** Named streams are a handful; a table that is larger than this is damage. */
const MAX_NAMED_BYTES = 4 * 1024 * 1024;

export interface PdbInfo {
  guid: string;
  age: number;
}

/** @throws SymbolError corrupt */
export async function readInfo(msf: MsfFile): Promise<PdbInfo> {
  const view = viewOf(await msf.read(INFO_STREAM, 0, HEADER_SIZE));
  if (view.getUint32(0, true) < OLDEST_VERSION) {
    throw msf.corrupt(`the info stream is of version ${view.getUint32(0, true)}, which has no GUID`, INFO_STREAM, 0);
  }
  return { guid: guidText(view, 12), age: view.getUint32(8, true) };
}

/** Number of the stream with a name ("/names"); -1 where there is none. @throws SymbolError corrupt */
export async function namedStream(msf: MsfFile, name: string): Promise<number> {
  const size = msf.streamSize(INFO_STREAM);
  if (size - HEADER_SIZE < 4) return -1;
  if (size > MAX_NAMED_BYTES) throw msf.corrupt('the info stream is too large', INFO_STREAM, 0);
  const bytes = await msf.read(INFO_STREAM, HEADER_SIZE, size - HEADER_SIZE);
  const view = viewOf(bytes);
  const short = (at: number): Error =>
    msf.corrupt('the table of named streams is cut', INFO_STREAM, HEADER_SIZE + Math.min(at, bytes.length - 1));
  const u32 = (at: number): number => {
    if (at + 4 > bytes.length) throw short(at);
    return view.getUint32(at, true);
  };

  const texts = 4;
  const textsEnd = texts + u32(0);
  // The hash table: count and capacity, two bit sets, the pairs that are present.
  const present = u32(textsEnd);
  const presentWords = u32(textsEnd + 8);
  const deletedWords = u32(textsEnd + 12 + presentWords * 4);
  let at = textsEnd + 16 + (presentWords + deletedWords) * 4;
  for (let pair = 0; pair < present; pair++, at += 8) {
    const start = texts + u32(at);
    const stream = u32(at + 4);
    const end = start + name.length;
    if (end < textsEnd && bytes[end] === 0 && latin1(bytes, start, end) === name) return stream;
  }
  return -1;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
