/** From a PDB that modules need to the names of the frames in them: out of the cache, else found and read. */
import { isCancel, throwIfCancelled } from './cancel.ts';
import { SymbolError, type AddressSource, type CachedSymbols, type FunctionTable, type PdbIdentity } from './model.ts';
import { sourceRva } from './moduleNames.ts';
import type { News } from './news.ts';
import { functionAt } from './pdb/functions.ts';
import { pdbFileName } from './sentences.ts';
import { fileFailure } from './store/search.ts';
import type { SymbolFinder } from './store/finder.ts';
import type { SymbolTools } from './tools.ts';
import type { PdbUnit, TraceSymbols } from './traceSymbols.ts';

/** Never throws but for a cancel: what goes wrong with a module is that module's state. */
export async function loadPdb(
  symbols: TraceSymbols,
  unit: PdbUnit,
  finder: SymbolFinder,
  tools: SymbolTools,
  news: News,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { pdb } = unit;
  if (pdb === null) return;
  unit.state = 'loading';
  news.progress(pdbFileName(pdb.name));
  try {
    const cached = await tools.cache.load(pdb);
    throwIfCancelled(signal);
    const isComplete = cached !== null && missingSources(symbols, unit, cached.functions, cached.sources).length === 0;
    if (isComplete) {
      symbols.name(unit, cached.functions, cached.sources, cached.origin);
      return;
    }
    const found = await finder.find(pdb, {
      signal,
      onProgress: (done, total) => news.bytes(doingText(pdb, done, total ?? 0), done, total ?? 0),
    });
    throwIfCancelled(signal);
    // The user picked a file meanwhile.
    if (symbols.isNamed(unit)) return;
    unit.tried = found.tried;
    if (found.state === 'found') await readPdb(symbols, unit, pdb, found, cached, tools, signal);
    // The functions are known from another trace; only the lines of some frames stay unknown.
    else if (cached !== null) symbols.name(unit, cached.functions, cached.sources, cached.origin);
    else unit.state = found.state;
  } catch (error) {
    if (isCancel(error) || signal?.aborted) throw error;
    if (symbols.isNamed(unit)) return;
    const { state, outcome } = fileFailure(error);
    // It was there when it was found.
    unit.state = state === 'notFound' ? 'failed' : state;
    unit.reason = error instanceof SymbolError ? `${error.file}: ${outcome}` : outcome;
  }
}

/** Reads what frames need of a PDB that fits, and keeps it in the cache. `known`: what the cache has already. */
export async function readPdb(
  symbols: TraceSymbols,
  unit: PdbUnit,
  pdb: PdbIdentity,
  file: { path: string; origin: string },
  known: CachedSymbols | null,
  tools: SymbolTools,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = await tools.openPdb(file.path);
  try {
    const functions = known?.functions ?? (await reader.functions(signal));
    const sources = new Map(known?.sources);
    const missing = missingSources(symbols, unit, functions, sources);
    const answers = await reader.sources(missing, signal);
    missing.forEach((rva, index) => sources.set(rva, answers[index]));
    throwIfCancelled(signal);
    symbols.name(unit, functions, sources, file.origin);
    await tools.cache.store(pdb, { functions, sources, origin: file.origin });
  } finally {
    await reader.close();
  }
}

/** Addresses of frames with a function of which nobody has asked where they were written. */
function missingSources(
  symbols: TraceSymbols,
  unit: PdbUnit,
  functions: FunctionTable,
  sources: ReadonlyMap<number, AddressSource>,
): number[] {
  const missing = new Set<number>();
  for (const offset of symbols.offsets(unit)) {
    const rva = sourceRva(offset);
    if (functionAt(functions, offset) >= 0 && !sources.has(rva)) missing.add(rva);
  }
  return [...missing].sort((a, b) => a - b);
}

/** "ntdll.pdb: 12 of 30 MB"; a server does not always tell the size. */
function doingText({ name }: PdbIdentity, done: number, total: number): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
  return `${pdbFileName(name)}: ${megabytes(done)} ${total > 0 ? `of ${megabytes(total)} ` : ''}MB`;
}
