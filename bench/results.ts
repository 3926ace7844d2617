/** Tables on the screen, JSON in bench/results/ (not in git), and the change against an earlier run. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** One line of a result: a name and numbers. Every number has its unit in its name. */
export type Row = { name: string } & Record<string, string | number>;

export interface Results {
  bench: string;
  machine: string;
  rows: Row[];
}

export function machine(): string {
  const [load] = loadavg();
  return `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, load ${load.toFixed(1)}`;
}

/** Prints the rows, with the change against `compare` where there is one, and keeps them. */
export function report(bench: string, rows: Row[], compare: string | null): void {
  const results: Results = { bench, machine: machine(), rows };
  process.stdout.write(`${results.machine}\n\n${table(rows)}\n\n`);
  if (compare !== null) process.stdout.write(`change against ${compare}:\n\n${table(changes(rows, compare))}\n\n`);
  mkdirSync('bench/results', { recursive: true });
  const name = `bench/results/${new Date().toISOString().replaceAll(':', '-')}-${bench}.json`;
  writeFileSync(name, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`kept in ${name}\n`);
}

/** The file after `--compare` and the other words. */
export function withoutCompare(args: readonly string[]): { words: string[]; compare: string | null } {
  const at = args.indexOf('--compare');
  if (at < 0) return { words: [...args], compare: null };
  if (args[at + 1] === undefined) throw new Error('--compare wants a file of bench/results.');
  return { words: [...args.slice(0, at), ...args.slice(at + 2)], compare: args[at + 1] };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function changes(rows: readonly Row[], path: string): Row[] {
  const earlier = (JSON.parse(readFileSync(path, 'utf8')) as Results).rows;
  return rows.map((row) => {
    const old = earlier.find(({ name }) => name === row.name);
    const change: Row = { name: row.name };
    for (const [key, value] of Object.entries(row)) {
      const before = old?.[key];
      if (typeof value !== 'number') continue;
      const isKnown = typeof before === 'number' && before !== 0;
      change[key] = isKnown ? `${value >= before ? '+' : ''}${((value / before - 1) * 100).toFixed(0)} %` : '';
    }
    return change;
  });
}

function table(rows: readonly Row[]): string {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [keys, ...rows.map((row) => keys.map((key) => cellText(row[key])))];
  const widths = keys.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells
    .map((line) =>
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    )
    .join('\n');
}

function cellText(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : 1);
}
