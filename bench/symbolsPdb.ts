/** The PDB that the symbols bench opens: about 100 MB, 60,000 functions in 1,500 object files, the same for the same seed. */
import { existsSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteWriter } from '../worker/testing/byteWriter.ts';
import { writeMsf } from '../worker/symbols/pdb/testing/msfWriter.ts';
import {
  fileTable,
  functionLines,
  pdbStreams,
  procedure,
  publicSymbol,
  type WrittenObject,
} from '../worker/symbols/pdb/testing/pdbWriter.ts';

/** Part of the file's name: raise it when what is written changes. */
const VERSION = 2;
const OBJECTS = 1500;
const FUNCTIONS_PER_OBJECT = 40;
const LINES_PER_FUNCTION = 120;
const LOCALS_PER_FUNCTION = 16;
const S_LOCAL = 0x113e;
const SECTION_RVA = 0x1000;

/** Writes the file where it is not there yet. @returns its path */
export async function largePdb(): Promise<string> {
  const path = join(tmpdir(), `leaklanes-bench-${VERSION}.pdb`);
  if (existsSync(path)) return path;
  const half = `${path}.${process.pid}`;
  await writeMsf(half, pdbStreams(program()));
  renameSync(half, path);
  return path;
}

function program(): Parameters<typeof pdbStreams>[0] {
  const next = random(1);
  const records = new ByteWriter(16 * 1024 * 1024);
  const strings = new ByteWriter().u8(0);
  const objects: WrittenObject[] = [];
  let offset = 0;
  for (let index = 0; index < OBJECTS; index++) {
    const start = offset;
    const symbols = new ByteWriter(64 * 1024);
    const lines = new ByteWriter(64 * 1024);
    fileTable(lines, [strings.length]);
    strings.latin1z(`C:\\build\\product\\component${index % 60}\\source${index}.cpp`);
    for (let row = 0; row < FUNCTIONS_PER_OBJECT; row++) {
      const size = 64 + next(900);
      const [owner, name] = [`Component${index % 60}`, `Handle${index}_${row}`];
      procedure(symbols, `product::${owner}::Manager${index}::${name}`, 1, offset, size, row % 4 === 0);
      for (let local = 0; local < LOCALS_PER_FUNCTION; local++) localVariable(symbols, `localVariable${local}`);
      if (row % 4 !== 0) publicSymbol(records, decorated(name, `Manager${index}`, owner), 1, offset);
      functionLines(lines, 1, offset, size, 0, lineRows(next, size));
      offset += (size + 15) & ~15;
    }
    objects.push({ symbols, lines, contribution: [1, start, offset - start] });
  }
  return { sections: [{ rva: SECTION_RVA, size: offset }], records, objects, strings: strings.toBytes() };
}

/** As MSVC writes a method that takes a vector of strings. */
function decorated(name: string, owner: string, space: string): string {
  const text = 'V?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@';
  return `?${name}@${owner}@${space}@product@@QEAA_NAEBV?$vector@${text}V?$allocator@${text}@2@@std@@H@Z`;
}

function localVariable(to: ByteWriter, name: string): void {
  const start = to.length;
  to.u16(0).u16(S_LOCAL).u32(0x1000).u16(0).latin1z(name).align(4);
  to.patchU16(start, to.length - start - 2);
}

function lineRows(next: (below: number) => number, size: number): [number, number][] {
  let line = 1 + next(2000);
  return Array.from({ length: LINES_PER_FUNCTION }, (_, row) => {
    line += next(3);
    return [Math.floor((row * size) / LINES_PER_FUNCTION), line];
  });
}

/** Numbers from a seed. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
