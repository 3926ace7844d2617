/** Runs a command over its files: in order, some at a time, with one output, what went wrong on stderr and the gate at the end. */
import { realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { addTotals, totalsLine } from '../worker/query/totals.ts';
import { grandTotalText } from '../worker/query/totalsText.ts';
import { paintOf } from './colors.ts';
import { complain } from './complain.ts';
import { isMet, type Condition } from './conditions.ts';
import { workOnFile, type FileRequest, type FileResult } from './fileWork.ts';
import { FileThread } from './fileThread.ts';
import { expandFiles } from './files.ts';
import { hintLines } from './hints.ts';
import { inOrder } from './inOrder.ts';
import { needsNames } from './naming.ts';
import { openOutput, UsageError, type Output } from './output.ts';
import { createStatusLine } from './statusLine.ts';

/** Exit code where a condition of --fail-on is met. A file that cannot be read passes no gate: its code is 1, whatever else is met. */
const EXIT_FAIL_ON = 3;

/** Traces that are read at a time where --jobs does not say: each needs memory of several times its size. */
const MOST_JOBS = 4;

export interface RunOptions {
  out?: string;
  /** first in the output, once for all files */
  header?: string;
  recursive?: boolean;
  /** how many files at a time */
  jobs?: number;
  /** of the files that the arguments mean those to work on; what is left out is its to tell */
  choose?: (files: readonly string[]) => Promise<string[]>;
  /** when all is written */
  onEnd?: (counts: RunCounts) => void;
}

/** Files that were worked on, and those of them that could be read. */
export interface RunCounts {
  files: number;
  read: number;
}

/** The script that threads run: the program itself, which main.ts names. null: there are no threads, as in tests. */
export const threads: { script: URL | null } = { script: null };

export async function runOnFiles(args: readonly string[], request: FileRequest, options: RunOptions): Promise<void> {
  const output = await openOutput(options.out);
  let failed = true;
  try {
    const { files: found, problems } = await expandFiles(args, options);
    problems.forEach(complain);
    await refuseOwnInput(options.out, found);
    const files = options.choose === undefined ? found : await options.choose(found);
    const results = await workOnFiles(files, request, options, output);
    failed = results.length === 0;
    if (results.length > 1 && request.format === 'text') await output.write(grandTotal(request, results));
    for (const line of hintLines(results)) process.stderr.write(`leaklanes: ${line}\n`);
    if (!failed) applyGate(request.failOn, results);
    options.onEnd?.({ files: files.length, read: results.length });
  } finally {
    await output.close(failed);
  }
}

/** Writing over a trace that is to be read would lose it. */
async function refuseOwnInput(out: string | undefined, files: readonly string[]): Promise<void> {
  const target = out === undefined ? null : await realpath(out).catch(() => null);
  if (target === null) return;
  for (const file of files) {
    if ((await realpath(file).catch(() => null)) === target) {
      throw new UsageError(`${out}: is one of the files to read; choose another place with --out.`);
    }
  }
}

/** The results of the files that could be read. */
async function workOnFiles(
  files: readonly string[],
  request: FileRequest,
  { header = '', jobs }: RunOptions,
  output: Output,
): Promise<FileResult[]> {
  const read: FileResult[] = [];
  const status = createStatusLine(process.stderr);
  let settled = 0;
  const tell = (doing: string): void => {
    const ofAll = files.length > 1 ? `${settled} of ${files.length} files done, ` : '';
    status.show(`leaklanes: ${ofAll}${doing}`);
  };
  let pendingHeader = header;
  // The header comes when it is sure that something could be read: an output of nothing is no output.
  const sink = (text: string): Promise<void> => {
    const whole = pendingHeader + text;
    pendingHeader = '';
    status.clear();
    return output.write(whole);
  };
  const count = Math.min(files.length, jobs ?? jobsOf(request));
  const { script } = threads;
  const workers = script !== null && count > 1 ? Array.from({ length: count }, () => new FileThread(script)) : [];
  const all = { ...request, withTotals: files.length > 1 && request.format === 'text' && hasGrandTotal(request) };
  // One file at a time needs no thread, and does not pay for starting one.
  const lanes: ((index: number, write: (text: string) => Promise<void>) => Promise<FileResult>)[] =
    workers.length > 0
      ? workers.map((worker) => (index, write) => worker.work(files[index], all, write, tell))
      : [(index, write) => workOnFile(files[index], all, write, tell)];
  try {
    await inOrder<FileResult>({
      count: files.length,
      lanes,
      sink,
      settled: async (_, result) => {
        status.clear();
        settled++;
        if (result.failure !== null && result.outputFailed) throw new UsageError(result.failure.message);
        if (result.failure !== null) return complain(result.failure.message);
        read.push(result);
        if (pendingHeader !== '') await sink('');
        result.damage.forEach(complain);
      },
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
  return read;
}

/** Symbol servers are asked for one file after the other: the next finds what came for the one before. */
function jobsOf(request: FileRequest): number {
  if (request.symbols?.download === true && needsNames(request)) return 1;
  return Math.min(availableParallelism(), MOST_JOBS);
}

function hasGrandTotal({ print }: FileRequest): boolean {
  return print.what === 'totals' || (print.what === 'dump' && print.options.noTotals !== true);
}

/** What all files have together; "" for a command without totals. */
function grandTotal(request: FileRequest, results: readonly FileResult[]): string {
  if (!hasGrandTotal(request)) return '';
  const paint = paintOf(request.colors);
  const totals = addTotals(results.map((result) => result.totals).filter((entry) => entry !== null));
  if (request.print.what === 'dump')
    return `${paint('total', totalsLine(totals, `Totals of ${results.length} files: `))}\n`;
  const open = results.reduce((sum, result) => sum + result.open, 0);
  return grandTotalText(results.length, open, totals, paint);
}

/** A line on stderr for each condition that all files together meet. */
function applyGate(conditions: readonly Condition[], results: readonly FileResult[]): void {
  conditions.forEach((condition, at) => {
    const count = results.reduce((sum, result) => sum + result.counts[at], 0);
    if (!isMet(condition, count)) return;
    process.stderr.write(`leaklanes: --fail-on ${condition.text}: ${count}\n`);
    process.exitCode ??= EXIT_FAIL_ON;
  });
}
