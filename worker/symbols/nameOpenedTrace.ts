/** Names for a trace in one call, for commands that print it once. */
import type { LoadSymbolsRequest, SymbolsReport } from '../../shared/symbols.ts';
import type { Trace } from '../lifetimes/model.ts';
import { loadSymbols } from './loadSymbols.ts';
import type { LoadOptions } from './news.ts';
import { symbolsReport } from './report.ts';
import { systemTools } from './systemTools.ts';
import { TraceSymbols } from './traceSymbols.ts';

/**
 * @param path of the trace: the folders beside it are looked into first
 * @returns the trace with its names (the given one stays as it is), and what came of every module
 * @throws TraceError cancelled
 */
export async function nameOpenedTrace(
  trace: Trace,
  path: string,
  request: LoadSymbolsRequest,
  options: Pick<LoadOptions, 'signal' | 'onProgress'> = {},
  tools = systemTools(),
): Promise<{ trace: Trace; report: SymbolsReport }> {
  const symbols = new TraceSymbols(trace);
  // Nobody looks at it before it is done.
  await loadSymbols(symbols, path, request, { ...tools, publishEvery: Infinity }, options);
  return { trace: symbols.trace, report: await symbolsReport(symbols, tools) };
}
