/**
 * The committed PDBs of the sample are what build/make-sample-symbols.ts makes, and LLVM's own readers find in them what the trace needs:
 * identity, sections, and at every function of story/symbols.ts its name.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { STACK_FRAMES, stackOf, type StackName } from './story/stacks.ts';
import { FUNCTIONS, moduleNamed, type FunctionSymbol, type ModuleSymbol } from './story/symbols.ts';
import { TEXT_RVA } from './stubs/assembler.ts';
import { BUILD_TOOLS, buildStub, symbolFiles } from './stubs/build.ts';
import { decoratedName } from './stubs/decorated.ts';
import { SOURCE_PATH } from './stubs/lines.ts';

const FOLDER = fileURLToPath(new URL('symbols', import.meta.url));
const files = [...symbolFiles()];

/** null where all tools are there. */
function toolsMissing(tools: readonly string[]): string | null {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing.length > 0 ? `skipped: no ${missing.join(', ')}` : null;
}

const noDumper = toolsMissing(['llvm-pdbutil']);
const noBuild = toolsMissing([...BUILD_TOOLS, 'llvm-pdbutil']);
const noSymbolizer = noBuild ?? toolsMissing(['llvm-symbolizer']);
for (const reason of new Set([noDumper, noBuild, noSymbolizer])) if (reason) process.stdout.write(`${reason}\n`);

const temporary = mkdtempSync(join(tmpdir(), 'leaklanes-symbols-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const titled = (title: string, reason: string | null): string => (reason ? `${title} (${reason})` : title);
const functionsOf = (module: ModuleSymbol): FunctionSymbol[] => FUNCTIONS.filter((f) => f.module === module.name);

describe('samples/symbols', () => {
  it('has a PDB for every module of the sample, 300 kB in all at most', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(files.map(([name]) => name).sort());
    const bytes = files.reduce((sum, [name]) => sum + statSync(join(FOLDER, name)).size, 0);
    expect(bytes).toBeLessThan(300_000);
  });

  it('EventLeak.pdb has the checksum of EventLeak.cpp as it is', () => {
    const md5 = createHash('md5')
      .update(readFileSync(new URL('EventLeak.cpp', import.meta.url)))
      .digest();
    expect(readFileSync(join(FOLDER, 'EventLeak.pdb')).includes(md5)).toBe(true);
  });

  it('names no folder of the machine that made it', () => {
    for (const [name] of files) {
      const text = readFileSync(join(FOLDER, name)).toString('latin1');
      expect(text).not.toMatch(/\/tmp\/|\/home\/|\/usr\/|\/work\//);
    }
  });

  it('every stack of the sample is made of functions that the PDBs have', () => {
    const known = new Set(FUNCTIONS.map((f) => `${f.module}!${f.name}`));
    for (const frame of Object.values(STACK_FRAMES).flat()) expect(known).toContain(frame);
  });
});

describe.skipIf(noDumper !== null)(titled('as llvm-pdbutil reads them', noDumper), () => {
  it.each(files)('%s', (name, module) => {
    const dump = meaningOf(join(FOLDER, name));
    expect(dump.identity).toEqual([`{${module.guid.toUpperCase()}}`, module.age]);
    const functions = functionsOf(module);
    const end = Math.max(...functions.map((f) => f.rva + f.size));
    expect(dump.text).toEqual({ rva: TEXT_RVA, size: end - TEXT_RVA });
    expect(dump.publics).toEqual(Object.fromEntries(functions.map((f) => [f.rva, decoratedName(f)])));
    const procedures = module.hasProcedures ? functions : [];
    expect(dump.procedures).toEqual(Object.fromEntries(procedures.map((f) => [f.rva, `${f.name} ${f.size}`])));
  });
});

describe.skipIf(noBuild !== null)(titled('made again', noBuild), () => {
  // Another version of LLVM writes other bytes, of the same meaning.
  const isSameLlvm = !noBuild && execFileSync('lld-link', ['--version'], { encoding: 'utf8' }).startsWith('LLD 14.');

  it.each(files)(`%s: ${isSameLlvm ? 'the same bytes' : 'the same meaning'}`, (name, module) => {
    const made = buildStub(module, temporary);
    if (isSameLlvm) expect(Buffer.from(made).equals(readFileSync(join(FOLDER, name)))).toBe(true);
    else expect(meaningOf(join(temporary, 'stub.pdb'))).toEqual(meaningOf(join(FOLDER, name)));
  });
});

describe.skipIf(noSymbolizer !== null)(titled('as llvm-symbolizer reads them', noSymbolizer), () => {
  /** Function and place of offsets in a module: the image is linked anew, the PDB is the committed one. */
  function symbolize(module: ModuleSymbol, name: string, rvas: readonly number[]): { name: string; place: string }[] {
    const image = join(temporary, 'stub.exe');
    buildStub(module, temporary);
    copyFileSync(join(FOLDER, name), join(temporary, 'stub.pdb'));
    const args = [
      '--relative-address',
      '--no-inlines',
      `--obj=${image}`,
      ...rvas.map((rva) => `0x${rva.toString(16)}`),
    ];
    const text = execFileSync('llvm-symbolizer', args, { encoding: 'utf8' });
    return text
      .trim()
      .split('\n\n')
      .map((answer) => {
        const [found, place] = answer.split('\n');
        return { name: nameOnly(found), place };
      });
  }

  it.each(files)('%s: first and last byte of every function', (name, module) => {
    const functions = functionsOf(module);
    const found = symbolize(
      module,
      name,
      functions.flatMap((f) => [f.rva, f.rva + f.size - 1]),
    );
    expect(found.map((frame) => frame.name)).toEqual(functions.flatMap((f) => [nameOnly(f.name), nameOnly(f.name)]));
  });

  it.each<[StackName, string[]]>([
    ['leakCreate', ['41', '32', '58', '67']],
    ['leakClose', ['23', '73']],
    ['leakThreadCreate', ['68']],
    ['leakThreadClose', ['71']],
  ])('%s: the lines of EventLeak.cpp that call, at the return address and the byte before', (stack, lines) => {
    const module = moduleNamed('EventLeak.exe');
    const source = readFileSync(new URL('EventLeak.cpp', import.meta.url), 'utf8').split('\n');
    const rvas = stackOf(stack)
      .filter((address) => address >= module.base && address < module.base + BigInt(module.size))
      .map((address) => Number(address - module.base));
    for (const back of [0, 1]) {
      const places = symbolize(
        module,
        'EventLeak.pdb',
        rvas.map((rva) => rva - back),
      ).map(({ place }) => place.slice(0, -':0'.length));
      const own = places.filter((place) => place.startsWith(SOURCE_PATH));
      expect(own.map((place) => place.slice(SOURCE_PATH.length + 1))).toEqual(lines);
    }
    for (const line of lines) expect(source[Number(line) - 1].trim()).toMatch(CALLING_LINES);
  });
});

const CALLING_LINES =
  /^(const HANDLE event = ::CreateEventW\(.*|m_event = CreateEventW\(\);|::SetEvent\(.*|const auto work = .*|::CloseHandle\(.*|std::array<std::thread, 4> threads.*|thread\.join\(\);|})$/;

/** Without parameters, spaces and the words that llvm-undname adds: "`extern "C" main'::`4'" is main's fourth scope as everywhere else. */
function nameOnly(name: string): string {
  return name
    .replace(/extern "C" |class |__cdecl ?/g, '')
    .replace(/\s/g, '')
    .replace(/(?<!operator)\((?:[^()]|\([^()]*\))*\)(?:const)?$/, '');
}

interface Meaning {
  identity: [guid: string, age: number];
  text: { rva: number; size: number };
  /** by offset in the module */
  publics: Record<number, string>;
  /** by offset in the module: name and size */
  procedures: Record<number, string>;
  lines: string[];
}

/** What llvm-pdbutil says of a PDB. */
function meaningOf(path: string): Meaning {
  const views = ['-summary', '-publics', '-symbols', '-section-headers', '-l'];
  const dump = execFileSync('llvm-pdbutil', ['dump', ...views, path], { encoding: 'utf8' });
  const all = (pattern: RegExp): string[][] => [...dump.matchAll(pattern)].map((match) => match.slice(1));
  const [[age], [guid]] = [all(/^ +Age: (\d+)$/gm)[0], all(/^ +GUID: (\S+)$/gm)[0]];
  const [[size, rva]] = all(/\.text name\n +([0-9A-F]+) virtual size\n +([0-9A-F]+) virtual address/g);
  const text = { rva: parseInt(rva, 16), size: parseInt(size, 16) };
  const publics = all(/S_PUB32 \[.*?\] `(.*)`\n +flags = function, addr = 0001:(\d+)$/gm);
  const procedures = all(/S_GPROC32 \[.*?\] `(.*)`\n.*addr = 0001:(\d+), code size = (\d+)$/gm);
  return {
    identity: [guid, Number(age)],
    text,
    publics: Object.fromEntries(publics.map(([name, at]) => [text.rva + Number(at), name])),
    procedures: Object.fromEntries(procedures.map(([name, at, bytes]) => [text.rva + Number(at), `${name} ${bytes}`])),
    lines: all(/^( +\d+ [0-9A-F]{8} !.*)$/gm).map(([line]) => line.trim()),
  };
}
