/**
 * The job that looks for the PDBs of a trace and takes the names out of them: most frames first, a few at a time. What is found is published in
 * batches, so that views are not refreshed for every module; what was found before a cancel stays. Everything that waits here gives way to
 * the event loop, so the trace can be asked meanwhile.
 */
import type { LoadSymbolsRequest } from '../../shared/symbols.ts';
import { throwIfCancelled, untilCancelled } from './cancel.ts';
import { loadPdb } from './loadPdb.ts';
import { News, type LoadOptions } from './news.ts';
import { pathInForce, symbolFoldersBeside } from './pathInForce.ts';
import type { SymbolSettings } from './settings.ts';
import { parseSymbolPath } from './store/symbolPath.ts';
import type { SymbolFinder } from './store/finder.ts';
import type { FinderRequest, SymbolTools } from './tools.ts';
import type { PdbUnit, TraceSymbols } from './traceSymbols.ts';

/** PDBs that are looked for and read at once: servers are asked politely. */
const AT_ONCE = 4;

/**
 * Looks for everything that has no names yet.
 * @param tracePath where the trace lies: the folders beside it are looked into first
 * @throws TraceError cancelled
 */
export async function loadSymbols(
  symbols: TraceSymbols,
  tracePath: string,
  request: LoadSymbolsRequest,
  tools: SymbolTools,
  options: LoadOptions = {},
): Promise<void> {
  const news = new News(symbols, tools.publishEvery, options);
  let finder: SymbolFinder | null = null;
  symbols.loading = true;
  try {
    const opened = tools.createFinder(
      await untilCancelled(prepare(symbols, tracePath, request, tools), options.signal),
    );
    finder = opened;
    const waiting = symbols.units.filter((unit) => unit.pdb !== null && unit.state !== 'named');
    for (const unit of waiting) forget(unit);
    news.progress('looking for symbols');
    const next = waiting.values();
    const work = async (): Promise<void> => {
      for (const unit of next) {
        throwIfCancelled(options.signal);
        await loadPdb(symbols, unit, opened, tools, news, options.signal);
        news.changed();
      }
    };
    await untilCancelled(Promise.all(Array.from({ length: AT_ONCE }, work)), options.signal);
  } finally {
    symbols.loading = false;
    for (const unit of symbols.units) if (unit.state === 'loading') unit.state = 'waiting';
    news.end();
    await finder?.close();
  }
}

function forget(unit: PdbUnit): void {
  unit.state = 'waiting';
  unit.reason = undefined;
  unit.origin = null;
  unit.tried = [];
}

/** Decides where and under which rules is looked, and keeps the rules where that is asked for. */
async function prepare(
  symbols: TraceSymbols,
  tracePath: string,
  request: LoadSymbolsRequest,
  tools: SymbolTools,
): Promise<FinderRequest> {
  const setting = await tools.settings.read();
  const { path: text, from } = pathInForce(request.path, tools.env, setting.symbolPath);
  const parsed = parseSymbolPath(text, { defaultCache: tools.defaultStore });
  const download = request.download ?? setting.download;
  const offline = request.offline ?? false;
  const pathProblems = [...parsed.problems];
  if (request.remember) {
    const kept: SymbolSettings = {
      symbolPath: request.path === undefined ? setting.symbolPath : request.path.trim() || null,
      download,
      names: request.names ?? setting.names,
    };
    try {
      await tools.settings.write(kept);
    } catch (error) {
      pathProblems.push(`The settings could not be saved (${messageOf(error)}): they hold until the program ends.`);
    }
  }
  symbols.rules = { path: text, pathFrom: from, pathProblems, download, offline };
  symbols.setForm(request.names ?? setting.names);
  return {
    path: parsed,
    extraFolders: await symbolFoldersBeside(tracePath),
    allowDownload: download,
    allowHttp: request.allowHttp ?? false,
    offline,
    retryMissing: request.retry ?? false,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
