/**
 * `npm run bench -- queries [PART…] [--compare FILE]`: what the window asks of a trace of a million objects, each question many times with other
 * values. Parts: filters, lanes, trees, tables, groups, stacks, searches, csv; without a name all. Measures; asserts nothing.
 */
import { bundleChild, type Child } from './childProcess.ts';
import type { ExportMeasured, Measured, QueriesMeasured } from './queriesChild.ts';
import { report, type Row, withoutCompare } from './results.ts';
import { benchTrace } from './traces/kinds.ts';

const OBJECTS = [250_000, 1_000_000];
const CSV = 'csv';

export async function runQueriesBench(args: readonly string[]): Promise<void> {
  const { words, compare } = withoutCompare(args);
  const child = await bundleChild('queriesChild');
  try {
    const rows: Row[] = [];
    const parts = words.filter((word) => word !== CSV);
    if (parts.length > 0 || words.length === 0) {
      const measured = child.run<QueriesMeasured>('queries', benchTrace('objects'), ...parts);
      rows.push(...measured.rows.map(queryRow));
      process.stdout.write(
        `${measured.objects.toLocaleString('en-US')} objects, peak RSS ${measured.peakRssMb.toFixed(0)} MB\n`,
      );
    }
    if (words.length === 0 || words.includes(CSV)) rows.push(...exportRows(child));
    report('queries', rows, compare);
  } finally {
    child.remove();
  }
}

/** `goal`: what p95 is to stay below. */
function queryRow({ name, runs, p50, p95, max, cpuP50, cpuP95, goalMs }: Measured): Row {
  return {
    name,
    runs,
    'p50 ms': p50,
    'p95 ms': p95,
    'max ms': max,
    'cpu p50 ms': cpuP50,
    'cpu p95 ms': cpuP95,
    ...(goalMs !== undefined && { 'goal ms': goalMs }),
  };
}

function exportRows(child: Child): Row[] {
  return ['csv', 'table'].flatMap((what) =>
    OBJECTS.map((objects): Row => {
      const measured = child.run<ExportMeasured>(
        what,
        benchTrace('objects', objects === 1_000_000 ? undefined : objects),
      );
      return {
        name: `${what === 'csv' ? 'CSV, a row an event' : 'CSV of the table'}, ${objects.toLocaleString('en-US')} objects`,
        rows: measured.rows,
        MB: measured.MB,
        'rows/s': (measured.rows / measured.ms) * 1000,
        'rows/cpu s': (measured.rows / measured.cpuMs) * 1000,
        'RSS before MB': measured.openRssMb,
        'peak RSS MB': measured.peakRssMb,
      };
    }),
  );
}
