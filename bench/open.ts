/**
 * `npm run bench -- open [handles|refs|mixed|huge|huge8|FILE…] [--compare FILE]`: how long a trace takes to open, by step, beside what the
 * machine needs at least: a plain sequential read and a plain walk over the headers of its events. Measures; asserts nothing.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { bundleChild, type Child } from './childProcess.ts';
import type { OpenMeasured } from './openChild.ts';
import { median, report, type Row, withoutCompare } from './results.ts';
import { benchTrace, isTraceKind } from './traces/kinds.ts';

const RUNS = 3;

export async function runOpenBench(args: readonly string[]): Promise<void> {
  const { words, compare } = withoutCompare(args);
  const child = await bundleChild('openChild');
  try {
    const rows: Row[] = [];
    for (const name of words.length > 0 ? words : ['handles', 'refs', 'mixed', 'huge']) {
      rows.push(
        measureOpen(child, isTraceKind(name) ? name : basename(name), isTraceKind(name) ? benchTrace(name) : name),
      );
    }
    report('open', rows, compare);
  } finally {
    child.remove();
  }
}

/** The medians of some runs of each measurement, file in the page cache where it fits. */
export function measureOpen(child: Child, name: string, path: string, runs = RUNS): Row {
  const measured = (what: string): OpenMeasured[] => {
    return Array.from({ length: runs }, () => child.run<OpenMeasured>(what, path));
  };
  const time = (what: string): number => median(measured(what).map(({ ms }) => ms));
  // Into the page cache, if it fits: nothing of what is measured waits for the disk.
  child.run('read', path);
  const headers = measured('headers');
  const plainReadMs = time('read');
  const headersCpuMs = median(headers.map(({ cpuMs }) => cpuMs));
  const readMs = time('buffers');
  const walkMs = time('walk');
  const opens = measured('open').sort((a, b) => a.ms - b.ms);
  const open = opens[opens.length >> 1];
  child.run('store', path);
  const reopenMs = time('reopen');
  const openCpuMs = median(opens.map(({ cpuMs }) => cpuMs));
  const [events, objectEvents] = [open.events ?? 0, open.objectEvents ?? 0];
  const bytes = statSync(path).size;
  return {
    name,
    MB: bytes / 1e6,
    'M events': events / 1e6,
    'M object events': objectEvents / 1e6,
    'plain read ms': plainReadMs,
    'header walk ms': median(headers.map(({ ms }) => ms)),
    'header walk cpu ms': headersCpuMs,
    'read ms': readMs,
    'walk ms': walkMs - readMs,
    'decode ms': (open.readMs ?? 0) - walkMs,
    'sort ms': open.sortMs ?? 0,
    'correlate ms': open.correlateMs ?? 0,
    'open ms': open.ms,
    'open cpu ms': openCpuMs,
    '× header walk (cpu)': openCpuMs / headersCpuMs,
    'reopen ms': reopenMs,
    'M events/s': events / open.ms / 1e3,
    'MB/s': bytes / 1e3 / open.ms,
    'peak RSS MB': open.peakRssMb,
    'B kept/event': (open.keptBytes ?? 0) / events,
    'B kept/object event': (open.keptBytes ?? 0) / Math.max(1, objectEvents),
  };
}
