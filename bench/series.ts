/** `npm run bench -- series`: opens ever larger traces of one kind; time and memory must grow as straight lines. */
import { bundleChild } from './childProcess.ts';
import { measureOpen } from './open.ts';
import { report, type Row, withoutCompare } from './results.ts';
import { benchTrace } from './traces/kinds.ts';

const MILLIONS = [1, 2, 4, 8, 16];

export async function runSeriesBench(args: readonly string[]): Promise<void> {
  const { compare } = withoutCompare(args);
  const child = await bundleChild('openChild');
  try {
    const rows = MILLIONS.map((millions) =>
      measureOpen(child, `${millions} M`, benchTrace('mixed', millions * 1e6), 1),
    );
    report('series', rows, compare);
    const slopes = [
      slopeText(rows, 'open ms', 'ms'),
      slopeText(rows, 'open cpu ms', 'ms'),
      slopeText(rows, 'peak RSS MB', 'MB'),
    ];
    process.stdout.write(`${slopes.join('\n')}\n`);
  } finally {
    child.remove();
  }
}

/** What a doubling multiplies the number by, between the two ends of the series (2 is a straight line), and the growth a million events. */
function slopeText(rows: readonly Row[], key: string, unit: string): string {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const events = (row: Row): number => Number(row['M events']);
  const slope = (Number(last[key]) - Number(first[key])) / (events(last) - events(first));
  const exponent = Math.log(Number(last[key]) / Number(first[key])) / Math.log(events(last) / events(first));
  return `${key}: ${slope.toFixed(1)} ${unit} a million events; grows as events^${exponent.toFixed(2)}`;
}
