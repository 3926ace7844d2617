/**
 * `npm run bench [-- WHAT [ARGUMENT…]]`: measures, asserts nothing. WHAT is a bench below; a file or nothing is `open`.
 */
import { runOpenBench } from './open.ts';
import { runSymbolsBench } from './symbols.ts';

const BENCHES: Record<string, (named: string[]) => Promise<void>> = {
  open: runOpenBench,
  symbols: runSymbolsBench,
};

const [what = 'open', ...named] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, what) ? BENCHES[what] : null;
await (bench === null ? runOpenBench([what, ...named]) : bench(named));
