/**
 * `npm run bench [-- WHAT [ARGUMENT…]] [--compare FILE]`: measures, asserts nothing. WHAT is a bench below; a file or nothing is `open`.
 */
import { runEngineBench } from './engine.ts';
import { runOpenBench } from './open.ts';
import { runQueriesBench } from './queries.ts';
import { runSeriesBench } from './series.ts';
import { runSymbolsBench } from './symbols.ts';
import { runUiBench } from './ui.ts';

const BENCHES: Record<string, (args: string[]) => Promise<void>> = {
  open: runOpenBench,
  engine: runEngineBench,
  series: runSeriesBench,
  queries: runQueriesBench,
  symbols: runSymbolsBench,
  ui: runUiBench,
};

const [what = 'open', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, what) ? BENCHES[what] : null;
await (bench === null ? runOpenBench([what, ...args]) : bench(args));
