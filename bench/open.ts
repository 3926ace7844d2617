/**
 * `npm run bench [-- open FILE…]`: how long a trace takes to open, by step, beside a plain sequential read of the same file.
 * Measures; asserts nothing. Results are printed and kept in bench/results/ (not in git).
 */
import { mkdirSync, openSync, readSync, closeSync, statSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { readTrace } from '../worker/etl/readTrace.ts';
import { correlate } from '../worker/lifetimes/correlate.ts';
import { recordingsMissing, RECORDINGS } from '../worker/testing/recordings.ts';

const RUNS = 5;

interface Result {
  file: string;
  bytes: number;
  events: number;
  objectEvents: number;
  plainReadMs: number;
  readAndDecodeMs: number;
  correlateMs: number;
  openMs: number;
  eventsPerSecond: number;
  megabytesPerSecond: number;
}

async function measure(path: string): Promise<Result> {
  const reads: number[] = [];
  const decodes: number[] = [];
  const correlations: number[] = [];
  let events = 0;
  let objectEvents = 0;
  for (let run = 0; run < RUNS; run++) {
    reads.push(timed(() => readPlainly(path)));
    const start = performance.now();
    const read = await readTrace(path);
    const decoded = performance.now();
    const trace = await correlate(read);
    decodes.push(decoded - start);
    correlations.push(performance.now() - decoded);
    events = trace.info.events;
    objectEvents = trace.events.length;
  }
  const bytes = statSync(path).size;
  const openMs = median(decodes.map((decode, run) => decode + correlations[run]));
  return {
    file: basename(path),
    bytes,
    events,
    objectEvents,
    plainReadMs: median(reads),
    readAndDecodeMs: median(decodes),
    correlateMs: median(correlations),
    openMs,
    eventsPerSecond: (events / openMs) * 1000,
    megabytesPerSecond: bytes / 1e6 / (openMs / 1000),
  };
}

function readPlainly(path: string): void {
  const file = openSync(path, 'r');
  const chunk = new Uint8Array(4 * 1024 * 1024);
  while (readSync(file, chunk) > 0);
  closeSync(file);
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function table(results: readonly Result[]): string {
  const columns: [string, (result: Result) => string][] = [
    ['trace', (r) => r.file],
    ['MB', (r) => (r.bytes / 1e6).toFixed(1)],
    ['events', (r) => r.events.toLocaleString('en-US')],
    ['object events', (r) => r.objectEvents.toLocaleString('en-US')],
    ['plain read ms', (r) => r.plainReadMs.toFixed(1)],
    ['read+decode ms', (r) => r.readAndDecodeMs.toFixed(1)],
    ['correlate ms', (r) => r.correlateMs.toFixed(1)],
    ['open ms', (r) => r.openMs.toFixed(1)],
    ['events/s', (r) => Math.round(r.eventsPerSecond).toLocaleString('en-US')],
    ['MB/s', (r) => r.megabytesPerSecond.toFixed(0)],
  ];
  const rows = [columns.map(([name]) => name), ...results.map((result) => columns.map(([, cell]) => cell(result)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    )
    .join('\n');
}

export async function runOpenBench(named: readonly string[]): Promise<void> {
  const results: Result[] = [];
  for (const file of named.length > 0 ? named : usualFiles()) results.push(await measure(file));
  const machine = `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  process.stdout.write(`${machine}; median of ${RUNS} runs, file in the page cache\n\n${table(results)}\n\n`);
  process.stdout.write(`peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
  mkdirSync('bench/results', { recursive: true });
  const name = `bench/results/${new Date().toISOString().replaceAll(':', '-')}.json`;
  writeFileSync(name, `${JSON.stringify({ machine, runs: RUNS, results }, null, 2)}\n`);
  process.stdout.write(`kept in ${name}\n`);
}

function usualFiles(): string[] {
  const missing = recordingsMissing();
  if (missing !== null) process.stdout.write(`${missing}\n`);
  const recordings = missing === null ? ['net.4.5.x86.etl', 'net.4.5.2.x64.etl'] : [];
  return ['samples/handle-leak.etl', ...recordings.map((name) => join(RECORDINGS, name))];
}
