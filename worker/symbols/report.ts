/** What the list of symbols shows. */
import type { SymbolsReport } from '../../shared/symbols.ts';
import { pathInForce } from './pathInForce.ts';
import { parseSymbolPath } from './store/symbolPath.ts';
import type { SymbolTools } from './tools.ts';
import type { TraceSymbols } from './traceSymbols.ts';

/** The path in force where nothing has been looked for yet. */
async function rulesBefore(tools: SymbolTools): Promise<Omit<SymbolsReport, 'status' | 'modules'>> {
  const setting = await tools.settings.read();
  const { path, from } = pathInForce(undefined, tools.env, setting.symbolPath);
  const { problems } = parseSymbolPath(path, { defaultCache: tools.defaultStore });
  return { path, pathFrom: from, pathProblems: problems, download: setting.download, names: setting.names };
}

export async function symbolsReport(symbols: TraceSymbols, tools: SymbolTools): Promise<SymbolsReport> {
  const { rules } = symbols;
  const inForce =
    rules === null
      ? await rulesBefore(tools)
      : {
          path: rules.path,
          pathFrom: rules.pathFrom,
          pathProblems: rules.pathProblems,
          download: rules.download,
          names: symbols.names,
        };
  return { status: symbols.status(), ...inForce, modules: symbols.modules() };
}
