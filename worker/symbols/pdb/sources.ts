/** Files, lines and inlined calls of addresses: for each address the object file it came from, of which only the needed parts are read. */
import type { AddressSource, InlinedCall, SourcePlace } from '../model.ts';
import { symbolsEnd } from './candidates.ts';
import { contributionAt, type Contributions, type ObjectFiles, type Section } from './dbi.ts';
import { namedStream, viewOf } from './info.ts';
import { findInlineSites, type CodeAddress, type SiteFrame } from './inlineSites.ts';
import { fileNameOffset, findLineInfo, inlineeStarts, lineAt, type LineInfo, type LinePlace } from './lines.ts';
import type { MsfFile } from './msf.ts';
import type { Pace } from './pace.ts';
import { nameEnd } from './records.ts';
import { TypeNames } from './typeNames.ts';

const STRINGS_SIGNATURE = 0xeffeeffe;
const STRINGS_HEADER = 12;
const MAX_FILE_NAME = 4096;
/** Line information of one object file: larger is damage. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

export interface SourceTables {
  objects: ObjectFiles;
  contributions: Contributions;
  /** those that symbols and lines are in */
  sections: readonly Section[];
}

/**
 * @param rvas in the layout of the sections; -1 for an address that is nowhere
 * @throws SymbolError corrupt; AbortError
 */
export async function findSources(
  msf: MsfFile,
  tables: SourceTables,
  rvas: readonly number[],
  pace: Pace,
): Promise<AddressSource[]> {
  const answers: AddressSource[] = rvas.map(() => ({ place: null, inlined: [] }));
  const names = new TypeNames(msf, pace);
  const strings = new FileNames(msf, await namedStream(msf, '/names'));
  for (const [object, indexes] of byObject(tables, rvas)) {
    const addresses = indexes.map((index) => codeAddress(tables.sections, rvas[index])!);
    const found = await sourcesInObject(msf, tables.objects, object, addresses, names, strings, pace);
    found.forEach((source, row) => (answers[indexes[row]] = source));
    if (pace.due()) await pace.giveWay();
  }
  return answers;
}

/** Indexes of the addresses that came from each object file. */
function byObject({ sections, contributions, objects }: SourceTables, rvas: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  rvas.forEach((rva, index) => {
    const address = codeAddress(sections, rva);
    const object = address === null ? -1 : contributionAt(contributions, address.section, address.offset);
    if (object < 0 || object >= objects.length || objects.stream[object] < 0) return;
    const group = groups.get(object);
    if (group === undefined) groups.set(object, [index]);
    else group.push(index);
  });
  return groups;
}

function codeAddress(sections: readonly Section[], rva: number): CodeAddress | null {
  const index = sections.findIndex((section) => rva >= section.rva && rva - section.rva < section.size);
  return index < 0 || !sections[index].isCode ? null : { section: index + 1, offset: rva - sections[index].rva };
}

async function sourcesInObject(
  msf: MsfFile,
  objects: ObjectFiles,
  object: number,
  addresses: readonly CodeAddress[],
  names: TypeNames,
  strings: FileNames,
  pace: Pace,
): Promise<AddressSource[]> {
  const info = await readLineInfo(msf, objects, object);
  const end = await symbolsEnd(msf, objects, object);
  const frames = await findInlineSites(msf, objects.stream[object], end, addresses, pace);
  const starts = inlineeStarts(info, new Set(frames.flat().map((frame) => frame.inlinee)));
  const sources: AddressSource[] = [];
  for (const [row, { section, offset }] of addresses.entries()) {
    const place = await strings.place(info, lineAt(info, section, offset));
    const inlined: InlinedCall[] = [];
    for (const frame of frames[row].toReversed()) {
      const name = (await names.functionName(frame.inlinee)) || '(inlined function)';
      inlined.push({ name, place: await strings.place(info, framePlace(frame, starts.get(frame.inlinee))) });
    }
    sources.push({ place, inlined });
    if (pace.due()) await pace.giveWay();
  }
  return sources;
}

function framePlace(frame: SiteFrame, start: LinePlace | undefined): LinePlace | null {
  if (start === undefined) return null;
  return { file: frame.file >= 0 ? frame.file : start.file, line: start.line + frame.lineDelta };
}

async function readLineInfo(msf: MsfFile, objects: ObjectFiles, object: number): Promise<LineInfo> {
  const from = objects.symbolBytes[object] + objects.oldLineBytes[object];
  const size = objects.lineBytes[object];
  if (size > MAX_LINE_BYTES) throw msf.corrupt(`${size} bytes of lines are too many`, objects.stream[object], 0);
  return findLineInfo(await msf.read(objects.stream[object], from, size));
}

/** The string table: names of source files. */
class FileNames {
  private readonly msf: MsfFile;
  /** -1 none */
  private readonly stream: number;
  private readonly names = new Map<number, string>();
  private start = -1;

  constructor(msf: MsfFile, stream: number) {
    this.msf = msf;
    this.stream = stream;
  }

  /** null where the file's name is not known. @throws SymbolError corrupt */
  async place(info: LineInfo, place: LinePlace | null): Promise<SourcePlace | null> {
    if (place === null || place.line < 1) return null;
    const offset = fileNameOffset(info, place.file);
    const file = offset < 0 ? '' : await this.at(offset);
    return file === '' ? null : { file, line: place.line };
  }

  private async at(offset: number): Promise<string> {
    const known = this.names.get(offset);
    if (known !== undefined) return known;
    const name = await this.read(offset);
    this.names.set(offset, name);
    return name;
  }

  private async read(offset: number): Promise<string> {
    const { msf, stream } = this;
    if (this.start < 0) {
      if (stream < 0 || msf.streamSize(stream) < STRINGS_HEADER) return '';
      const signature = viewOf(await msf.read(stream, 0, 4)).getUint32(0, true);
      if (signature !== STRINGS_SIGNATURE) throw msf.corrupt('the string table does not begin as one', stream, 0);
      this.start = STRINGS_HEADER;
    }
    const from = this.start + offset;
    const length = Math.min(MAX_FILE_NAME, msf.streamSize(stream) - from);
    if (length <= 0) return '';
    const bytes = await msf.read(stream, from, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, nameEnd(bytes, 0, length)).toString('utf8');
  }
}
