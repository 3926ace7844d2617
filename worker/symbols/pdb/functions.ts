/**
 * The function table of a PDB and look-ups in it.
 *
 * Names. An address can have several: the procedure's record ("EventManager::Create") and the public symbol with the signature
 * ("?Create@EventManager@@SAXH@Z"), two names for the same code (Nt… and Zw…, functions that the linker found to be identical). One is taken:
 *  1. Procedures before public symbols before thunks before labels.
 *  2. A procedure is called as the public symbol at its address that means it, undecorated ("EventManager::Create(int)"), else by its own name.
 *  3. Of several the one without a compiler's own part ("`scalar deleting destructor'"), then with the fewest underscores before it, then the
 *     first by its letters: NtCreateEvent, not ZwCreateEvent.
 * Code that was moved away from its function (cold code) has the function's name; a jump of the incremental linker is `ILT(name)`.
 *
 * Sizes are those of procedures. A public symbol inside of one (an entry in assembly code) begins a function of its own, up to the end of
 * the procedure; elsewhere its size is unknown. A procedure goes on behind a smaller one inside of it: it is in the table once more.
 */
import { growingU32, grown } from '../../columns/growing.ts';
import { sortedOrder } from '../../query/radix.ts';
import { SymbolError, type FunctionTable } from '../model.ts';
import { shortName } from '../undecorate/shortName.ts';
import { undecorate } from '../undecorate/undecorate.ts';
import { LABEL, PROCEDURE, PUBLIC, SEPARATED, THUNK, TRAMPOLINE, type Candidates } from './candidates.ts';
import type { Section } from './dbi.ts';
import type { Omap } from './omap.ts';
import type { Pace } from './pace.ts';

/** Names of a table, together: what is larger is no program that exists. */
const MAX_NAME_BYTES = 1024 * 1024 * 1024;
/** Names of one kind at one address that are looked at. Chromium has thousands of functions that do nothing and became one. */
const MAX_ALIKE = 10_000;

/** Function whose code an address is (offset from the module's base); -1 none. */
export function functionAt(table: FunctionTable, rva: number): number {
  if (rva >= table.endRva) return -1;
  const index = lastAtOrBefore(table, rva);
  return index >= 0 && (table.size[index] === 0 || rva - table.rva[index] < table.size[index]) ? index : -1;
}

/** The last function that begins at an address or before it; -1 none. */
function lastAtOrBefore({ rva: starts, length }: FunctionTable, rva: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= rva) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Name of a function in full form. */
export function functionName({ names, nameStart }: FunctionTable, index: number): string {
  let view = nameViews.get(names);
  if (view === undefined) {
    view = Buffer.from(names.buffer, names.byteOffset, names.length);
    nameViews.set(names, view);
  }
  return view.toString('utf8', nameStart[index], nameStart[index + 1]);
}

/** A view for every name would be more garbage than the names. */
const nameViews = new WeakMap<Uint8Array, Buffer>();

/** @param sections those that the candidates' addresses are in. @throws SymbolError tooLarge; AbortError */
export async function makeFunctionTable(
  candidates: Candidates,
  sections: readonly Section[],
  is32BitX86: boolean,
  path: string,
  pace: Pace,
): Promise<FunctionTable> {
  const groups = new Groups(candidates, is32BitX86);
  await pace.giveWay();
  const writer = new TableWriter(path);
  const ends = codeEnds(sections);
  let section = 0;
  // The procedure that reaches furthest, and what of it is behind a smaller one inside of it.
  const outer = { name: '', end: 0 };
  const resumeOuter = (until: number): void => {
    const from = writer.lastEnd;
    if (from < Math.min(outer.end, until)) writer.add(from, Math.min(outer.end, until) - from, outer.name);
  };
  for (let start = 0, count = 1; start < groups.length; count++) {
    const end = groups.end(start);
    const rva = groups.rva(start);
    if (ends[section] <= rva) {
      // The last one of a section does not reach into the next.
      if (writer.lastIsOpen) writer.extendLast(ends[section]);
      while (ends[section] <= rva) section++;
    }
    const name = rva < outer.end && groups.onlyLabels(start, end) ? '' : groups.nameOf(start, end);
    if (name !== '') {
      resumeOuter(rva);
      let size = Math.min(groups.size(start, end), ends[section] - rva);
      if (size === 0 && rva < outer.end) size = outer.end - rva;
      writer.add(rva, size, name);
      if (rva + size > outer.end) Object.assign(outer, { name, end: rva + size });
    }
    start = end;
    if (count % 64 === 0 && pace.due()) await pace.giveWay();
  }
  resumeOuter(Infinity);
  if (writer.lastIsOpen) writer.extendLast(ends[section]);
  return writer.table(ends.at(-1) ?? 0);
}

/** Candidates in the order of their addresses; a group is all that stand at one. Positions are in that order. */
class Groups {
  readonly length: number;
  private readonly candidates: Candidates;
  private readonly is32BitX86: boolean;
  private readonly order: Uint32Array;
  private readonly rvas: Uint32Array;
  /** by position of the group: those that others are named after */
  private readonly targetNames = new Map<number, string>();

  constructor(candidates: Candidates, is32BitX86: boolean) {
    this.candidates = candidates;
    this.is32BitX86 = is32BitX86;
    this.length = candidates.length;
    this.rvas = candidates.rva.trimmed();
    this.order = sortedOrder(this.length, [{ high: null, low: this.rvas }]);
  }

  rva(position: number): number {
    return this.rvas[this.order[position]];
  }

  /** Position behind the last one of the group that begins at `start`. */
  end(start: number): number {
    const rva = this.rva(start);
    let end = start + 1;
    while (end < this.length && this.rva(end) === rva) end++;
    return end;
  }

  /** Bytes; 0 not known. */
  size(start: number, end: number): number {
    let size = 0;
    for (let position = start; position < end; position++) {
      size = Math.max(size, this.candidates.size.data[this.order[position]]);
    }
    return size;
  }

  onlyLabels(start: number, end: number): boolean {
    for (let position = start; position < end; position++) if (this.kind(position) !== LABEL) return false;
    return true;
  }

  /** The name that the group's address gets; empty where there is none. */
  nameOf(start: number, end: number): string {
    return this.ownName(start, end) || this.nameOfTarget(start, end);
  }

  private kind(position: number): number {
    return this.candidates.kind.data[this.order[position]];
  }

  private names(start: number, end: number, kind: number): string[] {
    const names: string[] = [];
    for (let position = start; position < end && names.length < MAX_ALIKE; position++) {
      if (this.kind(position) === kind) names.push(this.candidates.name(this.order[position]));
    }
    return names;
  }

  private ownName(start: number, end: number): string {
    if (end - start === 1 && this.kind(start) === PROCEDURE) return this.candidates.name(this.order[start]);
    const procedures = this.names(start, end, PROCEDURE);
    const publics = this.names(start, end, PUBLIC);
    if (procedures.length > 0) return best(withSignatures(procedures, publics, this.is32BitX86));
    if (publics.length > 0) return best(publics.map((name) => undecorate(name, this.is32BitX86)));
    const others = this.names(start, end, THUNK);
    return best(others.length > 0 ? others : this.names(start, end, LABEL));
  }

  private nameOfTarget(start: number, end: number): string {
    for (let position = start; position < end; position++) {
      const kind = this.kind(position);
      if (kind !== SEPARATED && kind !== TRAMPOLINE) continue;
      const name = this.targetName(this.find(this.candidates.target.data[this.order[position]]));
      if (name !== '') return kind === SEPARATED ? name : `ILT(${name})`;
    }
    return '';
  }

  private targetName(target: number): string {
    if (target < 0) return '';
    const name = this.targetNames.get(target) ?? this.ownName(target, this.end(target));
    this.targetNames.set(target, name);
    return name;
  }

  /** Position of the first candidate at an address; -1 none. */
  private find(rva: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rva(middle) < rva) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.rva(low) === rva ? low : -1;
  }
}

/** The procedures' names, with the signature where a public symbol gives it. */
function withSignatures(procedures: readonly string[], publics: readonly string[], is32BitX86: boolean): string[] {
  const decorated = publics.filter((name) => name.startsWith('?'));
  if (decorated.length === 0) return [...procedures];
  const signatures = decorated.map((name) => undecorate(name, is32BitX86));
  // Compilers and the library number lambdas and scopes differently: where nothing else can be meant, nothing is compared.
  if (procedures.length === 1 && decorated.length === 1 && signatures[0] !== decorated[0]) return signatures;
  const meant = new Map<string, string>();
  for (const signature of signatures) {
    const key = nameKey(signature);
    const other = meant.get(key);
    meant.set(key, other === undefined ? signature : best([other, signature]));
  }
  return procedures.map((name) => meant.get(nameKey(name)) ?? name);
}

/** What is alike in a procedure's name and in its public symbol's. */
function nameKey(name: string): string {
  return shortName(name).replaceAll(' ', '');
}

/** The name to take (rule 3 above); empty for none. */
function best(names: readonly string[]): string {
  return names.length === 0 ? '' : names.reduce((a, b) => (isBefore(b, a) ? b : a));
}

function isBefore(a: string, b: string): boolean {
  const own = Number(a.includes('`')) - Number(b.includes('`'));
  if (own !== 0) return own < 0;
  const underscores = leadingUnderscores(a) - leadingUnderscores(b);
  return underscores !== 0 ? underscores < 0 : a < b;
}

function leadingUnderscores(name: string): number {
  let count = 0;
  while (name[count] === '_') count++;
  return count;
}

/** Ends of the sections with code, ascending. */
function codeEnds(sections: readonly Section[]): number[] {
  return sections
    .filter(({ isCode }) => isCode)
    .map(({ rva, size }) => rva + size)
    .sort((a, b) => a - b);
}

/** Appends functions in the order of their addresses. */
class TableWriter {
  private readonly path: string;
  private readonly rva = growingU32();
  private readonly size = growingU32();
  private readonly nameStart = growingU32();
  private names = new Uint8Array(64 * 1024);
  private used = 0;

  constructor(path: string) {
    this.path = path;
    this.nameStart.push(0);
  }

  add(rva: number, size: number, name: string): void {
    // A character of UTF-16 is at most three bytes of UTF-8.
    this.reserve(name.length * 3);
    this.used += new TextEncoder().encodeInto(name, this.names.subarray(this.used)).written;
    this.addRow(rva, size);
  }

  /** A function with the name of one of another table. */
  addCopy(rva: number, size: number, table: FunctionTable, index: number): void {
    const name = table.names.subarray(table.nameStart[index], table.nameStart[index + 1]);
    this.reserve(name.length);
    this.names.set(name, this.used);
    this.used += name.length;
    this.addRow(rva, size);
  }

  /** Whether the size of the last function is not known. */
  get lastIsOpen(): boolean {
    return this.rva.length > 0 && this.size.data[this.rva.length - 1] === 0;
  }

  /** End of the last function; Infinity where it is not known, or there is none. */
  get lastEnd(): number {
    const last = this.rva.length - 1;
    return last < 0 || this.lastIsOpen ? Infinity : this.rva.data[last] + this.size.data[last];
  }

  /** Makes the last function end at `end`. */
  extendLast(end: number): void {
    const last = this.rva.length - 1;
    this.size.data[last] = end - this.rva.data[last];
  }

  table(endRva: number): FunctionTable {
    return {
      length: this.rva.length,
      rva: this.rva.trimmed().slice(),
      size: this.size.trimmed().slice(),
      nameStart: this.nameStart.trimmed().slice(),
      names: this.names.slice(0, this.used),
      endRva,
    };
  }

  private addRow(rva: number, size: number): void {
    this.rva.push(rva);
    this.size.push(size);
    this.nameStart.push(this.used);
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.names.length) return;
    if (this.used + bytes > MAX_NAME_BYTES) {
      throw new SymbolError('tooLarge', `${this.path} has more names than this program keeps (1 GB).`, this.path);
    }
    this.names = grown(this.names, Math.max(this.names.length * 2, this.used + bytes));
  }
}

/**
 * The table of the image whose code was moved after linking. A function that was torn apart is there once for every piece, each with
 * its name; code that was put in between two pieces of it belongs to it.
 * @param sections of the final image. @throws SymbolError tooLarge; AbortError
 */
export async function moveFunctions(
  table: FunctionTable,
  omap: Omap,
  sections: readonly Section[],
  path: string,
  pace: Pace,
): Promise<FunctionTable> {
  const endRva = codeEnds(sections).at(-1) ?? 0;
  const writer = new TableWriter(path);
  let lastFunction = -1;
  for (let entry = 0; entry < omap.length; entry++) {
    const final = omap.final[entry];
    const source = omap.source[entry];
    const finalEnd = Math.min(entry + 1 < omap.length ? omap.final[entry + 1] : endRva, endRva);
    if (source === 0 || finalEnd <= final) continue;
    const sourceEnd = source + (finalEnd - final);
    for (let index = Math.max(lastAtOrBefore(table, source), 0); index < table.length; index++) {
      if (table.rva[index] >= sourceEnd) break;
      const from = Math.max(source, table.rva[index]);
      const to = Math.min(sourceEnd, functionEnd(table, index));
      if (to <= from) continue;
      if (index === lastFunction) writer.extendLast(final + (to - source));
      else writer.addCopy(final + (from - source), to - from, table, index);
      lastFunction = index;
    }
    if (entry % 64 === 0 && pace.due()) await pace.giveWay();
  }
  return writer.table(endRva);
}

function functionEnd(table: FunctionTable, index: number): number {
  const next = index + 1 < table.length ? table.rva[index + 1] : table.endRva;
  return table.size[index] === 0 ? next : Math.min(next, table.rva[index] + table.size[index]);
}
