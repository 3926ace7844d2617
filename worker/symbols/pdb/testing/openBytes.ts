/** PDBs of tests: from bytes to a reader, and what a file is made of. */
import { withTempFile } from '../../../lifetimes/testing.ts';
import type { FunctionTable, PdbReader } from '../../model.ts';
import { functionAt, functionName } from '../functions.ts';
import { MsfFile } from '../msf.ts';
import { openPdb } from '../openPdb.ts';
import { msfBytes } from './msfWriter.ts';
import { pdbStreams, type WrittenPdb } from './pdbWriter.ts';

/** Opens a file with these bytes for as long as `use` runs. */
export function withPdb<T>(bytes: Uint8Array, use: (reader: PdbReader) => Promise<T>): Promise<T> {
  return withTempFile(bytes, async (path) => {
    const reader = await openPdb(path);
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  });
}

export function functionsOf(pdb: WrittenPdb): Promise<FunctionTable> {
  return withPdb(msfBytes(pdbStreams(pdb)), (reader) => reader.functions());
}

/** One line a function: address, size, name. */
export function tableText(table: FunctionTable): string[] {
  return Array.from({ length: table.length }, (_, index) => {
    const rva = table.rva[index].toString(16);
    return `${rva} +${table.size[index].toString(16)} ${functionName(table, index)}`;
  });
}

/** Name of the function at an address, empty for none. */
export function nameAt(table: FunctionTable, rva: number): string {
  const index = functionAt(table, rva);
  return index < 0 ? '' : functionName(table, index);
}

/** All streams of a file. */
export async function readStreams(path: string): Promise<Uint8Array[]> {
  const msf = await MsfFile.open(path);
  const streams: Uint8Array[] = [];
  for (let stream = 0; stream < msf.streamCount; stream++) {
    streams.push((await msf.read(stream, 0, msf.streamSize(stream))).slice());
  }
  await msf.close();
  return streams;
}
