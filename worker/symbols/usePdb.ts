/** A PDB that the user picks for a module. */
import { TraceError } from '../../shared/errors.ts';
import type { UsePdbRequest } from '../../shared/symbols.ts';
import { isCancel, untilCancelled } from './cancel.ts';
import { readPdb } from './loadPdb.ts';
import { News, type LoadOptions } from './news.ts';
import { readPdbIdentity } from './pdb/openPdb.ts';
import { fileFailure, pdbProblem } from './store/search.ts';
import type { SymbolTools } from './tools.ts';
import type { TraceSymbols } from './traceSymbols.ts';

/**
 * Takes a PDB that the user picked. `displayName` is what it is called where the path means nothing to the user (an upload), in the cache
 * too. @throws TraceError where it does not fit or cannot be read; cancelled
 */
export async function usePdb(
  symbols: TraceSymbols,
  { module, path, displayName = path }: UsePdbRequest,
  tools: SymbolTools,
  options: LoadOptions = {},
): Promise<void> {
  const unit = symbols.unitOf(module);
  if (unit === null)
    throw new TraceError('internal', `The stacks of this trace have no module with the number ${module}.`);
  const { pdb } = unit;
  const name = symbols.moduleName(module);
  if (pdb === null) {
    throw new TraceError(
      'io',
      `${path}: the trace does not say which PDB ${name} needs, so nobody can tell whether this one fits; merge the trace where it was recorded.`,
      path,
    );
  }
  const problem = await untilCancelled(
    pdbProblem(path, { identity: pdb, readIdentity: readPdbIdentity }),
    options.signal,
  );
  if (problem !== null) {
    const wanted = `${name} needs the one with GUID ${pdb.guid} and age ${pdb.age}`;
    throw new TraceError('io', `${withPath(path, problem.outcome).replace(/\.$/, '')}; ${wanted}.`, path);
  }
  const news = new News(symbols, tools.publishEvery, options);
  try {
    const reading = readPdb(symbols, unit, pdb, { path, origin: displayName }, null, tools, options.signal);
    await untilCancelled(reading, options.signal);
    unit.tried = [{ where: displayName, outcome: 'chosen by you' }, ...unit.tried];
  } catch (error) {
    if (isCancel(error)) throw error;
    throw new TraceError('io', withPath(path, fileFailure(error).outcome), path);
  } finally {
    news.end();
  }
}

/** What the reader says names the file already. */
function withPath(path: string, outcome: string): string {
  return outcome.includes(path) ? outcome : `${path}: ${outcome}`;
}
