/**
 * The assembler source of a stub: the functions of a module at their offsets, full of int3, with the symbols that a compiler would have
 * given them. CodeView records as in Microsoft's published PDB sources (cvinfo.h).
 */
import type { FunctionSymbol, ModuleSymbol } from '../story/symbols.ts';
import { decoratedName } from './decorated.ts';
import type { CodeLine } from './lines.ts';

/** Where the linker puts the first section. */
export const TEXT_RVA = 0x1000;

const SECTION_SYMBOLS = 0xf1;
const C13_SIGNATURE = 4;
const S_OBJNAME = 0x1101;
/** the linker makes S_GPROC32 of it */
const S_GPROC32_ID = 0x1147;
const S_PROC_ID_END = 0x114f;

export interface StubSource {
  module: ModuleSymbol;
  functions: readonly FunctionSymbol[];
  /** of its functions; null: the PDB has no lines */
  source: { path: string; md5: string; lines: (name: string) => readonly CodeLine[] } | null;
}

export function assemblerSource({ module, functions, source }: StubSource): string {
  const ordered = [...functions].sort((a, b) => a.rva - b.rva);
  const text = ['\t.text'];
  const lineTables: string[] = [];
  if (source) text.push(`\t.cv_file 1 ${quoted(source.path)} ${quoted(source.md5)} 1`);
  ordered.forEach((f, id) => {
    const label = quoted(decoratedName(f));
    const lines = source?.lines(f.name) ?? [];
    text.push(`\t.globl ${label}`, `\t.def ${label}; .scl 2; .type 32; .endef`);
    text.push(`\t.org ${f.rva - TEXT_RVA}, 0xcc`, `${label}:`);
    if (lines.length > 0) text.push(`\t.cv_func_id ${id}`);
    let offset = 0;
    for (const line of lines) {
      text.push(`\t.fill ${line.offset - offset}, 1, 0xcc`, `\t.cv_loc ${id} 1 ${line.line} 0`);
      offset = line.offset;
    }
    text.push(`\t.fill ${f.size - offset}, 1, 0xcc`, `Lend${id}:`);
    if (lines.length > 0) lineTables.push(`\t.cv_linetable ${id}, ${label}, Lend${id}`);
  });
  if (module.hasProcedures) text.push(...procedures(module, ordered));
  if (source) text.push(...lineTables, '\t.cv_filechecksums', '\t.cv_stringtable');
  return `${text.join('\n')}\n`;
}

function procedures(module: ModuleSymbol, functions: readonly FunctionSymbol[]): string[] {
  const records = functions.flatMap((f, id) => [
    // Parent, end and next are the linker's; then size, the debug range, no type.
    ...record(`p${id}`, S_GPROC32_ID, [
      '\t.long 0, 0, 0',
      `\t.long ${f.size}`,
      '\t.long 0, 0, 0',
      `\t.secrel32 ${quoted(decoratedName(f))}`,
      `\t.secidx ${quoted(decoratedName(f))}`,
      '\t.byte 0',
      `\t.asciz ${quoted(f.name)}`,
    ]),
    ...record(`e${id}`, S_PROC_ID_END, []),
  ]);
  return [
    '\t.section .debug$S,"dr"',
    '\t.p2align 2',
    `\t.long ${C13_SIGNATURE}`,
    `\t.long ${SECTION_SYMBOLS}`,
    '\t.long Lsymbols_end-Lsymbols',
    'Lsymbols:',
    ...record('name', S_OBJNAME, ['\t.long 0', `\t.asciz ${quoted(module.name.replace(/\.\w+$/, '.obj'))}`]),
    ...records,
    'Lsymbols_end:',
    '\t.p2align 2',
  ];
}

/** A symbol record: its length does not count itself, and it is padded to 4. */
function record(label: string, kind: number, body: string[]): string[] {
  return [
    `\t.short Lr${label}_end-Lr${label}`,
    `Lr${label}:`,
    `\t.short ${kind}`,
    ...body,
    '\t.p2align 2',
    `Lr${label}_end:`,
  ];
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
