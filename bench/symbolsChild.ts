/** The measured process of the symbols bench: opens the PDB it is given and prints what it took as JSON. */
import { existsSync, readFileSync } from 'node:fs';
import { functionAt, functionName } from '../worker/symbols/pdb/functions.ts';
import { openPdb, readPdbIdentity } from '../worker/symbols/pdb/openPdb.ts';
import { random } from './symbolsPdb.ts';

const LOOK_UPS = 5_000_000;
const NAMES = 500_000;
const SOURCES = 1000;

export interface SymbolsMeasured {
  functions: number;
  nodeRssMb: number;
  identityMs: number;
  openMs: number;
  functionsMs: number;
  /** longest time that the event loop had to wait while functions() ran */
  longestPauseMs: number;
  lookUpsPerSecond: number;
  namesPerSecond: number;
  sourcesMs: number;
  sourcesFound: number;
  /** after opening, functions() and sources() */
  peakRssMb: number;
}

async function measure(path: string): Promise<SymbolsMeasured> {
  const nodeRssMb = process.memoryUsage.rss() / 1e6;
  const [identityMs] = await timed(() => readPdbIdentity(path));
  const [openMs, reader] = await timed(() => openPdb(path));
  const pauses = watchPauses();
  const [functionsMs, table] = await timed(() => reader.functions());
  const longestPauseMs = pauses();

  const next = random(2);
  const rvas = Uint32Array.from({ length: 65536 }, () => 0x1000 + next(table.endRva - 0x1000));
  const [sourcesMs, sources] = await timed(() => reader.sources([...rvas.subarray(0, SOURCES)]));
  await reader.close();
  const peakRssMb = peakRss() / 1e6;

  let sum = 0;
  const [lookUpMs] = await timed(async () => {
    for (let i = 0; i < LOOK_UPS; i++) sum += functionAt(table, rvas[i & 0xffff]);
  });
  const [nameMs] = await timed(async () => {
    for (let i = 0; i < NAMES; i++) {
      const index = functionAt(table, rvas[i & 0xffff]);
      if (index >= 0) sum += functionName(table, index).length;
    }
  });
  if (sum === 0) throw new Error('nothing was found');
  return {
    functions: table.length,
    nodeRssMb,
    identityMs,
    openMs,
    functionsMs,
    longestPauseMs,
    lookUpsPerSecond: LOOK_UPS / (lookUpMs / 1000),
    namesPerSecond: NAMES / (nameMs / 1000),
    sourcesMs,
    sourcesFound: sources.filter(({ place }) => place !== null).length,
    peakRssMb,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

/** Linux hands the peak of the process that started this one down to resourceUsage(); /proc has this one's own. In bytes. */
function peakRss(): number {
  if (!existsSync('/proc/self/status')) return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
}

/** Ticks as often as the event loop turns; the returned function stops and gives the longest time between two. */
function watchPauses(): () => number {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

process.stdout.write(JSON.stringify(await measure(process.argv[2])));
