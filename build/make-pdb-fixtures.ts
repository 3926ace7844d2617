/**
 * `node build/run-ts.js build/make-pdb-fixtures.ts`: builds the programs that the PDB reader is tested with (clang and lld for Windows; no SDK is
 * needed) and asks LLVM's own tools what is in them. Writes worker/symbols/pdb/fixtures: NAME.pdb and NAME.json (what the tools say).
 * Names and sizes are those of llvm-pdbutil. Lines and inlined calls are asked for twice: of the PDB, and of the same code linked with DWARF, a
 * judge that shares nothing with PDBs. Neither is always right: LLVM 14 gives the lines of inlined calls in a PDB to the code before
 * them, and clang's DWARF differs in prologues. Where the two agree there is one answer, elsewhere one of them has to be met.
 * Needs clang, lld-link, llvm-symbolizer, llvm-pdbutil, llvm-readobj and llvm-undname (Debian: clang lld llvm).
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './paths.js';

export const FIXTURES = join(ROOT, 'worker/symbols/pdb/fixtures');
const PROGRAMS = join(FIXTURES, 'programs');
const TOOLS = ['clang', 'lld-link', 'llvm-symbolizer', 'llvm-pdbutil', 'llvm-readobj', 'llvm-undname'];
/** Symbolizer calls take this many addresses at a time. */
const BATCH = 2000;

interface Program {
  name: string;
  target: 'x86_64' | 'i686';
  sources: string[];
  compile: string[];
  link: string[];
}

const EXE_SOURCES = ['main.cpp', 'manager.cpp', 'plain.c', 'consume.c'];
export const PDB_FIXTURES: readonly Program[] = [
  { name: 'exe64', target: 'x86_64', sources: EXE_SOURCES, compile: ['-O2'], link: ['/entry:entry', '/opt:ref,icf'] },
  {
    name: 'exe32',
    target: 'i686',
    sources: EXE_SOURCES,
    compile: ['-O1'],
    link: ['/entry:entry', '/opt:noref,noicf', '/safeseh:no', '/order:@order32.txt'],
  },
  {
    name: 'dll64',
    target: 'x86_64',
    sources: ['library.cpp'],
    compile: ['-O2'],
    link: ['/dll', '/entry:libraryEntry'],
  },
];

/** What LLVM's tools say of a program: the answers that the reader has to give. */
export interface ExpectedPdb {
  guid: string;
  age: number;
  /** stretches [from, to) of the code with the same answers, offsets from the image's base, ascending */
  ranges: ExpectedRange[];
  /** procedures: name as in the record, address, bytes */
  procedures: { name: string; rva: number; size: number }[];
  /** public symbols that are code: decorated name, address */
  publics: { name: string; undecorated: string; rva: number }[];
}

export interface ExpectedRange {
  from: number;
  to: number;
  /** what the PDB says by llvm-symbolizer, then what DWARF says where that differs; innermost frame first */
  answers: ExpectedFrame[][];
}

export interface ExpectedFrame {
  function: string;
  file: string;
  line: number;
}

/** Why the programs cannot be built here; null where they can. */
export function whyNoPdbTools(): string | null {
  const missing = TOOLS.filter((tool) => {
    try {
      execFileSync(tool, ['--version'], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  return missing.length === 0 ? null : `the PDB fixtures are not rebuilt: there is no ${missing.join(', ')}`;
}

/** Builds a program in a folder. @returns the PDB and what the tools say of it */
export function buildProgram(program: Program, folder: string): { pdb: string; expected: ExpectedPdb } {
  for (const file of readdirSync(PROGRAMS)) copyFileSync(join(PROGRAMS, file), join(folder, file));
  const run = (tool: string, args: string[], input?: string): string =>
    execFileSync(tool, args, { cwd: folder, input, encoding: 'utf8', stdio: 'pipe', maxBuffer: 256 * 1024 * 1024 });
  const objects = program.sources.map((source) => {
    const object = `${program.name}-${source}.obj`;
    const target = `--target=${program.target}-pc-windows-msvc`;
    const names = [`-fdebug-compilation-dir=C:\\project`, '-fno-ident', '-ffunction-sections', '-fms-extensions'];
    const cpp = source.endsWith('.cpp') ? ['-std=c++17', '-fno-exceptions', '-fno-rtti'] : [];
    run('clang', [
      target,
      '-g',
      '-gcodeview',
      '-gdwarf',
      ...program.compile,
      ...names,
      ...cpp,
      '-c',
      source,
      '-o',
      object,
    ]);
    return object;
  });
  const image = `${program.name}.${program.link.includes('/dll') ? 'dll' : 'exe'}`;
  const fixed = [
    '/nodefaultlib',
    '/subsystem:console',
    '/Brepro',
    '/pdbsourcepath:C:\\project',
    ...program.link,
    ...objects,
  ];
  const dwarf = `dwarf-${image}`;
  run('lld-link', ['/debug', `/out:${image}`, `/pdb:${program.name}.pdb`, ...fixed]);
  run('lld-link', ['/debug:dwarf', `/out:${dwarf}`, ...fixed]);
  return { pdb: join(folder, `${program.name}.pdb`), expected: askTools(run, image, dwarf, `${program.name}.pdb`) };
}

type Run = (tool: string, args: string[], input?: string) => string;

function askTools(run: Run, image: string, dwarf: string, pdb: string): ExpectedPdb {
  const sections = readSectionTable(run, image);
  if (JSON.stringify(sections.filter(isCode)) !== JSON.stringify(readSectionTable(run, dwarf).filter(isCode))) {
    throw new Error(`${image} and ${dwarf} do not have the same code`);
  }
  const summary = run('llvm-pdbutil', ['dump', '-summary', pdb]);
  const rvaOf = (section: string, offset: string): number =>
    (sections[Number(section) - 1]?.rva ?? NaN) + Number(offset);
  const procedures = [
    ...run('llvm-pdbutil', ['dump', '-symbols', pdb]).matchAll(
      /S_[GL]PROC32(?:_ID)? \[.*?\] `(.*)`\n.*addr = (\d+):(\d+), code size = (\d+)/g,
    ),
  ].map(([, name, section, offset, size]) => ({ name, rva: rvaOf(section, offset), size: Number(size) }));
  const publics = [
    ...run('llvm-pdbutil', ['dump', '-publics', pdb]).matchAll(
      /S_PUB32 \[.*?\] `(.*)`\n.*flags = (.*), addr = (\d+):(\d+)/g,
    ),
  ]
    .filter(([, , flags]) => flags.includes('function'))
    .map(([, name, , section, offset]) => ({ name, rva: rvaOf(section, offset) }));
  const answers = [symbolize(run, image, sections), symbolize(run, dwarf, sections)];
  const inFrames = answers.flatMap((frames) => [...frames.values()].flat().map((frame) => frame.function));
  const undecorated = undecorateAll(run, [...publics.map(({ name }) => name), ...inFrames]);
  return {
    guid: /GUID: \{(.*)\}/.exec(summary)![1].toLowerCase(),
    age: Number(/Age: (\d+)/.exec(summary)![1]),
    ranges: ranges(answers, undecorated),
    procedures: procedures.filter(({ rva, size }) => rva > 0 && size > 0).sort((a, b) => a.rva - b.rva),
    publics: publics
      .map((symbol) => ({ ...symbol, undecorated: undecorated(symbol.name) }))
      .sort((a, b) => a.rva - b.rva || (a.name < b.name ? -1 : 1)),
  };
}

function undecorateAll(run: Run, names: readonly string[]): (name: string) => string {
  const decorated = [...new Set(names)].filter((name) => name.startsWith('?'));
  const leftOut = ['access-specifier', 'calling-convention', 'return-type', 'member-type'].map(
    (part) => `--no-${part}`,
  );
  const blocks = run('llvm-undname', [...leftOut, ...decorated])
    .trim()
    .split('\n\n');
  const known = new Map(blocks.map((block) => block.split('\n') as [string, string]));
  return (name) => known.get(name) ?? name;
}

interface SectionRow {
  rva: number;
  size: number;
  flags: number;
}

function isCode({ flags }: SectionRow): boolean {
  return (flags & 0x20) !== 0;
}

function readSectionTable(run: Run, image: string): SectionRow[] {
  const text = run('llvm-readobj', ['--sections', image]);
  return [...text.matchAll(/VirtualSize: (\w+)\s+VirtualAddress: (\w+)[^]*?Characteristics \[ \((\w+)\)/g)].map(
    ([, size, rva, flags]) => ({ rva: Number(rva), size: Number(size), flags: Number(flags) }),
  );
}

/** Asks for every byte of the code. @returns frames by offset from the image's base */
function symbolize(run: Run, image: string, sections: readonly SectionRow[]): Map<number, ExpectedFrame[]> {
  const base = Number(/ImageBase: (\w+)/.exec(run('llvm-readobj', ['--file-headers', image]))![1]);
  const addresses = sections
    .filter(isCode)
    .flatMap(({ rva, size }) => Array.from({ length: size }, (_, offset) => rva + offset));
  const frames = new Map<number, ExpectedFrame[]>();
  for (let start = 0; start < addresses.length; start += BATCH) {
    const batch = addresses.slice(start, start + BATCH);
    const input = batch.map((rva) => `0x${(base + rva).toString(16)}\n`).join('');
    const blocks = run('llvm-symbolizer', [`--obj=${image}`, '--no-demangle'], input)
      .trimEnd()
      .split('\n\n');
    batch.forEach((rva, row) => frames.set(rva, framesOf(blocks[row])));
  }
  return frames;
}

/** Two lines a frame: name, then file:line:column; none for padding between functions. Paths as Windows writes them. */
function framesOf(block: string): ExpectedFrame[] {
  const lines = block.trim().split('\n');
  const frames: ExpectedFrame[] = [];
  for (let row = 0; row + 1 < lines.length; row += 2) {
    const [, file, line] = /^(.*):(\d+):\d+$/.exec(lines[row + 1])!;
    const path = file.replaceAll('/./', '/').replaceAll('/', '\\');
    if (file !== '??') frames.push({ function: lines[row], file: path, line: Number(line) });
  }
  return frames;
}

function ranges(
  answers: readonly Map<number, ExpectedFrame[]>[],
  undecorated: (name: string) => string,
): ExpectedRange[] {
  const found: ExpectedRange[] = [];
  const withNames = (frames: ExpectedFrame[]): ExpectedFrame[] =>
    frames.map((frame) => ({ ...frame, function: undecorated(frame.function) }));
  for (const rva of answers[0].keys()) {
    const [first, second] = answers.map((frames) => withNames(frames.get(rva) ?? []));
    const different = second.length > 0 && placesOf(first) !== placesOf(second);
    const both = different ? [first, second] : [first];
    const last = found.at(-1);
    if (last !== undefined && last.to === rva && JSON.stringify(last.answers) === JSON.stringify(both)) last.to++;
    else found.push({ from: rva, to: rva + 1, answers: both });
  }
  return found;
}

function placesOf(frames: readonly ExpectedFrame[]): string {
  return frames.map(({ file, line }) => `${file}:${line}`).join(' ');
}

async function main(): Promise<void> {
  // Not for the tests, which import this file too.
  const { format, resolveConfig } = await import('prettier');
  const missing = whyNoPdbTools();
  if (missing !== null) {
    console.error(missing);
    process.exit(1);
  }
  // Its name is in the PDBs: always the same, so that they are.
  const folder = join(tmpdir(), 'leaklanes-pdb-fixtures');
  mkdirSync(folder, { recursive: true });
  mkdirSync(FIXTURES, { recursive: true });
  for (const program of PDB_FIXTURES) {
    const { pdb, expected } = buildProgram(program, folder);
    copyFileSync(pdb, join(FIXTURES, `${program.name}.pdb`));
    const json = join(FIXTURES, `${program.name}.json`);
    writeFileSync(json, await format(JSON.stringify(expected), { ...(await resolveConfig(json)), filepath: json }));
    const { procedures, publics } = expected;
    console.log(
      `${program.name}: ${statSync(pdb).size} bytes, ${procedures.length} procedures, ${publics.length} publics, ${expected.ranges.length} ranges`,
    );
  }
  rmSync(folder, { recursive: true });
}

if (process.argv[1] === import.meta.filename) await main();
