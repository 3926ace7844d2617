import type { AddressSource, CachedSymbols, PdbIdentity } from '../../model.ts';

/** PDB number n of as many as a test wants. */
export function identityOf(number: number): PdbIdentity {
  return { name: `app${number}.pdb`, guid: `3844dbb9-2017-4967-be7a-${String(number).padStart(12, '0')}`, age: 1 };
}

/** Symbols of PDB number n with `count` functions; `files`: source files by address. */
export function symbolsOf(number: number, count: number, files: Record<number, string> = {}): CachedSymbols {
  const names = Array.from({ length: count }, (_, i) => Buffer.from(`Module${number}::Größe<${i}>(int)`));
  const nameStart = new Uint32Array(count + 1);
  names.forEach((name, i) => (nameStart[i + 1] = nameStart[i] + name.length));
  const sources = Object.entries(files).map(([rva, file]): [number, AddressSource] => [
    Number(rva),
    { place: { file, line: 7 }, inlined: [{ name: 'std::invoke', place: null }] },
  ]);
  return {
    functions: {
      length: count,
      rva: Uint32Array.from({ length: count }, (_, i) => 0x1000 + 16 * i),
      size: Uint32Array.from({ length: count }, (_, i) => i % 17),
      nameStart,
      names: new Uint8Array(Buffer.concat(names)),
      endRva: 0xfffff000,
    },
    sources: new Map(sources),
    origin: `C:\\symbols\\app${number}.pdb`,
  };
}
