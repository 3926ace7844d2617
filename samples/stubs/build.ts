/** Assembles and links a stub of a module with LLVM's tools, and takes the PDB from it. The image is large, empty and thrown away. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FUNCTIONS, MODULES, type ModuleSymbol } from '../story/symbols.ts';
import { assemblerSource, type StubSource } from './assembler.ts';
import { codeLines, SOURCE_MODULE, SOURCE_PATH } from './lines.ts';
import { stampPdb } from './stamp.ts';

const SOURCE = fileURLToPath(new URL('../EventLeak.cpp', import.meta.url));

/** Programs that {@link buildStub} needs in the PATH. */
export const BUILD_TOOLS = ['clang', 'lld-link'] as const;

/** The committed PDBs lie flat in one folder: file name → its module. */
export function symbolFiles(): Map<string, ModuleSymbol> {
  return new Map(MODULES.map((module) => [module.pdb.replace(/.*\\/s, ''), module]));
}

/**
 * The PDB of a module, the same bytes each time (of one version of LLVM). `keep`: a folder where its image is put as stub.exe and the PDB as
 * stub.pdb, which is how the image calls it.
 */
export function buildStub(module: ModuleSymbol, keep?: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'leaklanes-stub-'));
  try {
    const run = (tool: (typeof BUILD_TOOLS)[number], args: string[]): void =>
      void execFileSync(tool, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    writeFileSync(join(folder, 'stub.s'), assemblerSource(stubSource(module)));
    run('clang', ['--target=x86_64-pc-windows-msvc', '-c', 'stub.s', '-o', 'stub.obj']);
    run('lld-link', [
      ...['/dll', '/noentry', '/nodefaultlib', '/opt:noref,noicf', '/brepro'],
      // Paths of the machine that links must not get into the PDB.
      ...['/debug', '/pdbsourcepath:D:/stubs', '/pdbaltpath:stub.pdb', '/pdb:stub.pdb', '/out:stub.exe', 'stub.obj'],
    ]);
    const { guid, age, timeStamp } = module;
    const pdb = stampPdb(readFileSync(join(folder, 'stub.pdb')), { guid, age, signature: timeStamp });
    if (keep !== undefined) {
      copyFileSync(join(folder, 'stub.exe'), join(keep, 'stub.exe'));
      writeFileSync(join(keep, 'stub.pdb'), pdb);
    }
    return pdb;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function stubSource(module: ModuleSymbol): StubSource {
  const functions = FUNCTIONS.filter((f) => f.module === module.name);
  if (module.name !== SOURCE_MODULE) return { module, functions, source: null };
  const text = readFileSync(SOURCE, 'utf8');
  const md5 = createHash('md5').update(text).digest('hex');
  return { module, functions, source: { path: SOURCE_PATH, md5, lines: (name) => codeLines(name, text) } };
}
