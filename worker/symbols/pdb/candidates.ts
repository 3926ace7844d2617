/** Every record that could name code, as columns: what functions.ts makes the function table from. */
import { growingU32, growingU8 } from '../../columns/growing.ts';
import type { Section, ObjectFiles } from './dbi.ts';
import type { MsfFile } from './msf.ts';
import type { Pace } from './pace.ts';
import {
  closesScope,
  eachRecord,
  isProcedure,
  nameEnd,
  opensScope,
  S_LABEL32,
  S_PUB32,
  S_SEPCODE,
  S_THUNK32,
  S_TRAMPOLINE,
  type SymbolRecord,
} from './records.ts';

/** What a record is, the most telling first. */
export const PROCEDURE = 0;
export const PUBLIC = 1;
export const THUNK = 2;
/** a label outside of procedures: hand-written assembly */
export const LABEL = 3;
/** code of another function: moved away from it (cold code), or a jump to it that the incremental linker put there */
export const SEPARATED = 4;
export const TRAMPOLINE = 5;

/** The first bytes of a module stream say how its records are written: "C13", as every compiler since Visual C++ 7 does. */
const SIGNATURE_C13 = 4;
const PUBLIC_IS_CODE = 1 | 2;
/** Public symbols that are data even where data lies among code: strings, tables of virtual functions, constants, imports. */
const DATA_NAME = /^(?:\?\?_[C789R]|__real@|__xmm@|__ymm@|__imp_)/;

export class Candidates {
  /** address in the layout of `sections` */
  readonly rva = growingU32();
  /** bytes, 0 not known */
  readonly size = growingU32();
  readonly kind = growingU8();
  /** SEPARATED, TRAMPOLINE: address of the function that they belong to */
  readonly target = growingU32();
  private readonly nameStart = growingU32();
  private names = Buffer.alloc(64 * 1024);
  private readonly sections: readonly Section[];

  constructor(sections: readonly Section[]) {
    this.sections = sections;
    this.nameStart.push(0);
  }

  get length(): number {
    return this.rva.length;
  }

  /** As it stands in the record. */
  name(row: number): string {
    return this.names.toString('utf8', this.nameStart.data[row], this.nameStart.data[row + 1]);
  }

  /** Public symbols: the names that the linker saw. @throws SymbolError corrupt; AbortError */
  async addPublics(msf: MsfFile, stream: number, pace: Pace): Promise<void> {
    await eachRecord(msf, stream, 0, msf.streamSize(stream), pace, (record) => {
      if (record.kind === S_PUB32) this.addPublic(record);
    });
  }

  /** Procedures, thunks and labels of all object files. @throws SymbolError corrupt; AbortError */
  async addObjectFiles(msf: MsfFile, objects: ObjectFiles, pace: Pace): Promise<void> {
    for (let object = 0; object < objects.length; object++) {
      const end = await symbolsEnd(msf, objects, object);
      let depth = 0;
      await eachRecord(msf, objects.stream[object], 4, end, pace, (record) => {
        if (depth === 0 || record.kind !== S_LABEL32) this.addSymbol(record);
        if (opensScope(record.kind)) depth++;
        else if (closesScope(record.kind)) depth--;
      });
      if (pace.due()) await pace.giveWay();
    }
  }

  private addPublic({ bytes, view, start, end }: SymbolRecord): void {
    const rva = this.codeAddress(view.getUint16(start + 12, true), view.getUint32(start + 8, true));
    const nameAt = start + 14;
    const isCode = (view.getUint32(start + 4, true) & PUBLIC_IS_CODE) !== 0;
    if (rva < 0 || (!isCode && DATA_NAME.test(latin1(bytes, nameAt, Math.min(end, nameAt + 8))))) return;
    this.add(PUBLIC, rva, 0, 0, bytes, nameAt, end);
  }

  private addSymbol({ kind, bytes, view, start, end }: SymbolRecord): void {
    if (isProcedure(kind)) {
      const rva = this.codeAddress(view.getUint16(start + 36, true), view.getUint32(start + 32, true));
      if (rva >= 0) this.add(PROCEDURE, rva, view.getUint32(start + 16, true), 0, bytes, start + 39, end);
    } else if (kind === S_THUNK32) {
      const rva = this.codeAddress(view.getUint16(start + 20, true), view.getUint32(start + 16, true));
      if (rva >= 0) this.add(THUNK, rva, view.getUint16(start + 22, true), 0, bytes, start + 25, end);
    } else if (kind === S_LABEL32) {
      const rva = this.codeAddress(view.getUint16(start + 8, true), view.getUint32(start + 4, true));
      if (rva >= 0) this.add(LABEL, rva, 0, 0, bytes, start + 11, end);
    } else if (kind === S_TRAMPOLINE) {
      const rva = this.codeAddress(view.getUint16(start + 16, true), view.getUint32(start + 8, true));
      const target = this.codeAddress(view.getUint16(start + 18, true), view.getUint32(start + 12, true));
      if (rva >= 0 && target >= 0) this.add(TRAMPOLINE, rva, view.getUint16(start + 6, true), target, bytes, end, end);
    } else if (kind === S_SEPCODE) {
      const rva = this.codeAddress(view.getUint16(start + 28, true), view.getUint32(start + 20, true));
      const target = this.codeAddress(view.getUint16(start + 30, true), view.getUint32(start + 24, true));
      if (rva >= 0 && target >= 0) this.add(SEPARATED, rva, view.getUint32(start + 12, true), target, bytes, end, end);
    }
  }

  /** -1 for data, for code that the linker left out (section 0) and for what lies behind its section. */
  private codeAddress(section: number, offset: number): number {
    if (section === 0 || section > this.sections.length) return -1;
    const { rva, size, isCode } = this.sections[section - 1];
    return isCode && offset < size ? rva + offset : -1;
  }

  private add(
    kind: number,
    rva: number,
    size: number,
    target: number,
    bytes: Uint8Array,
    nameAt: number,
    limit: number,
  ): void {
    const end = nameEnd(bytes, nameAt, limit);
    if (end === nameAt && target === 0) return;
    this.kind.push(kind);
    this.rva.push(rva);
    this.size.push(size);
    this.target.push(target);
    const at = this.nameStart.data[this.nameStart.length - 1];
    const length = end - nameAt;
    if (at + length > this.names.length) {
      const larger = Buffer.alloc(Math.max(this.names.length * 2, at + length));
      larger.set(this.names);
      this.names = larger;
    }
    this.names.set(bytes.subarray(nameAt, end), at);
    this.nameStart.push(at + length);
  }
}

/** End of the symbols of an object file in its stream; they begin at 4. 0 where there are none that can be read. @throws SymbolError corrupt */
export async function symbolsEnd(msf: MsfFile, objects: ObjectFiles, object: number): Promise<number> {
  const stream = objects.stream[object];
  const end = objects.symbolBytes[object];
  if (stream < 0 || end < 4) return 0;
  const signature = await msf.read(stream, 0, 4);
  return signature[0] === SIGNATURE_C13 ? end : 0;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
