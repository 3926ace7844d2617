import { crc32 } from 'node:zlib';
import type { AddressSource, CachedSymbols, FunctionTable, InlinedCall, PdbIdentity, SourcePlace } from '../model.ts';

/**
 * The file of one module in the cache of function tables. All numbers are little-endian u32:
 *
 *     magic, version, CRC-32 of all that follows, file length,
 *     GUID (16 bytes, in the order of its text), age,
 *     functions n, bytes of names, end RVA, words of sources w, bytes of texts,
 *     rva[n], size[n], nameStart[n + 1], sources[w], names, texts
 *
 * The columns stand first, so that they are aligned and are used where they lie in the file that was read. Texts are a JSON array: the
 * origin, then every file and name of the sources once. A source is its address, its file and line, the number of inlined calls, and of each
 * its name, file and line; files and names by their index in the texts, file 0 for no place.
 */
const MAGIC = 0x53464c4c; // "LLFS"
const VERSION = 1;
const HEADER_BYTES = 56;

/** The bytes of the file. */
export function encodeSymbols(identity: PdbIdentity, { functions, sources, origin }: CachedSymbols): Uint8Array {
  const texts = new Texts(origin);
  const sourceWords = packSources(sources, texts);
  const textBytes = Buffer.from(JSON.stringify(texts.all));
  const count = functions.length;
  const columns = 3 * count + 1;
  const namesAt = HEADER_BYTES + 4 * (columns + sourceWords.length);
  const names = functions.names.subarray(0, functions.nameStart[count]);
  const bytes = new Uint8Array(namesAt + names.length + textBytes.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, VERSION, true);
  header.setUint32(12, bytes.length, true);
  bytes.set(guidBytes(identity), 16);
  const counts = [count, names.length, functions.endRva, sourceWords.length, textBytes.length];
  [identity.age, ...counts].forEach((field, index) => header.setUint32(32 + 4 * index, field, true));
  const words = new Uint32Array(bytes.buffer, HEADER_BYTES, columns + sourceWords.length);
  words.set(functions.rva.subarray(0, count), 0);
  words.set(functions.size.subarray(0, count), count);
  words.set(functions.nameStart.subarray(0, count + 1), 2 * count);
  words.set(sourceWords, columns);
  bytes.set(names, namesAt);
  bytes.set(textBytes, namesAt + names.length);
  header.setUint32(8, crc32(bytes.subarray(12)), true);
  return bytes;
}

/** What {@link encodeSymbols} wrote for this PDB; null for a file that is damaged, of another version or of another PDB. */
export function decodeSymbols(identity: PdbIdentity, file: Uint8Array): CachedSymbols | null {
  // Columns need an address that is a multiple of four.
  const bytes = file.byteOffset % 4 === 0 ? file : new Uint8Array(file);
  if (bytes.length < HEADER_BYTES) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const field = (at: number) => header.getUint32(at, true);
  if (field(0) !== MAGIC || field(4) !== VERSION || field(12) !== bytes.length) return null;
  if (field(8) !== crc32(bytes.subarray(12))) return null;
  if (!guidBytes(identity).equals(bytes.subarray(16, 32)) || field(32) !== identity.age >>> 0) return null;
  const [length, nameBytes, endRva, sourceWords, textBytes] = [36, 40, 44, 48, 52].map(field);
  const columns = 3 * length + 1;
  const namesAt = HEADER_BYTES + 4 * (columns + sourceWords);
  if (namesAt + nameBytes + textBytes !== bytes.length) return null;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, columns + sourceWords);
  const functions: FunctionTable = {
    length,
    rva: words.subarray(0, length),
    size: words.subarray(length, 2 * length),
    nameStart: words.subarray(2 * length, columns),
    names: bytes.subarray(namesAt, namesAt + nameBytes),
    endRva,
  };
  if (functions.nameStart[length] !== nameBytes) return null;
  try {
    const texts = JSON.parse(Buffer.from(bytes.subarray(namesAt + nameBytes)).toString()) as string[];
    return { functions, sources: unpackSources(words.subarray(columns), texts), origin: texts[0] };
  } catch {
    return null;
  }
}

function guidBytes(identity: PdbIdentity): Buffer {
  return Buffer.from(identity.guid.replaceAll('-', ''), 'hex');
}

/** Texts by index, each once; index 0 is the origin, so that no file has it. */
class Texts {
  readonly all: string[];
  private readonly indexes = new Map<string, number>();

  constructor(origin: string) {
    this.all = [origin];
  }

  indexOf(text: string): number {
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    this.indexes.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}

function packSources(sources: ReadonlyMap<number, AddressSource>, texts: Texts): number[] {
  const words: number[] = [];
  const pushPlace = (place: SourcePlace | null) => {
    words.push(place ? texts.indexOf(place.file) : 0, place?.line ?? 0);
  };
  for (const [rva, { place, inlined }] of sources) {
    words.push(rva);
    pushPlace(place);
    words.push(inlined.length);
    for (const call of inlined) {
      words.push(texts.indexOf(call.name));
      pushPlace(call.place);
    }
  }
  return words;
}

/** @throws RangeError where words and texts do not belong together */
function unpackSources(words: Uint32Array, texts: readonly string[]): Map<number, AddressSource> {
  const sources = new Map<number, AddressSource>();
  let at = 0;
  const nextWord = () => {
    if (at >= words.length) throw new RangeError('a source ends too early');
    return words[at++];
  };
  const textOf = (index: number) => {
    if (typeof texts[index] !== 'string') throw new RangeError(`there is no text ${index}`);
    return texts[index];
  };
  const nextPlace = (): SourcePlace | null => {
    const file = nextWord();
    const line = nextWord();
    return file === 0 ? null : { file: textOf(file), line };
  };
  while (at < words.length) {
    const rva = nextWord();
    const place = nextPlace();
    const calls = nextWord();
    const inlined: InlinedCall[] = [];
    for (let call = 0; call < calls; call++) inlined.push({ name: textOf(nextWord()), place: nextPlace() });
    sources.set(rva, { place, inlined });
  }
  return sources;
}
