/**
 * OMAP: an image whose code was moved after linking (Microsoft's own system files were, by a post-link optimizer). Symbols and lines of its PDB
 * are in the layout that the linker made ("source"); two tables translate. Each entry is u32 address, u32 address in the other
 * layout, ascending by the first; it holds up to the next entry; 0 says: nothing there.
 */
import { sortedOrder } from '../../query/radix.ts';
import { viewOf } from './info.ts';
import type { MsfFile } from './msf.ts';

/** From an address in the final image to that in the source layout. */
export interface Omap {
  length: number;
  final: Uint32Array;
  /** 0: the code has no source (the optimizer put it in) */
  source: Uint32Array;
}

/** The largest that is read: 16 million stretches. */
const MAX_ENTRIES = 16 * 1024 * 1024;

/** null where the PDB has no OMAP. @throws SymbolError corrupt */
export async function readOmap(msf: MsfFile, toSource: number, fromSource: number): Promise<Omap | null> {
  if (toSource >= 0) {
    const [final, source] = await readTable(msf, toSource);
    return sorted(final, source);
  }
  if (fromSource < 0) return null;
  const [source, final] = await readTable(msf, fromSource);
  const moved = final.map((_, row) => row).filter((row) => final[row] !== 0);
  return sorted(
    moved.map((row) => final[row]),
    moved.map((row) => source[row]),
  );
}

/** Address in the source layout; -1 where there is none. */
export function toSourceRva(omap: Omap, rva: number): number {
  let low = 0;
  let high = omap.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (omap.final[middle] <= rva) low = middle + 1;
    else high = middle;
  }
  const entry = low - 1;
  return entry < 0 || omap.source[entry] === 0 ? -1 : omap.source[entry] + (rva - omap.final[entry]);
}

async function readTable(msf: MsfFile, stream: number): Promise<[Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>]> {
  const length = msf.streamSize(stream) >>> 3;
  if (length > MAX_ENTRIES) throw msf.corrupt(`an OMAP of ${length} entries is too large`, stream, 0);
  const view = viewOf(await msf.read(stream, 0, length * 8));
  const from = new Uint32Array(length);
  const to = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    from[row] = view.getUint32(row * 8, true);
    to[row] = view.getUint32(row * 8 + 4, true);
  }
  return [from, to];
}

function sorted(final: Uint32Array, source: Uint32Array): Omap {
  const order = sortedOrder(final.length, [{ high: null, low: final }]);
  return { length: order.length, final: order.map((row) => final[row]), source: order.map((row) => source[row]) };
}
