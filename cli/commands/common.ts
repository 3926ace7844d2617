/** Options that several commands have, and what follows from them. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { isCsvSeparator } from '../../worker/query/csv.ts';
import { choice } from '../choice.ts';
import { wantsColors } from '../colors.ts';
import { parseCondition, type Condition } from '../conditions.ts';
import { NEW_PROCESS, type CreatorFilter, type NewProcess } from '../creatorFilter.ts';
import type { FileRequest, Format } from '../fileWork.ts';
import { addFilterOptions, filterOf, parseText } from '../options.ts';
import type { RunOptions } from '../run.ts';
import { symbolRequestOf, type SymbolOptions } from '../symbolOptions.ts';

/** Values of the options that {@link addFileOptions} adds. */
export interface FileOptions extends Record<string, unknown> {
  format: Format;
  out?: string;
  recursive?: boolean;
  jobs?: number;
  failOn?: Condition[];
}

/** The files, where the output goes, and the gate. */
export function addFileOptions(command: Command, formats: readonly Format[]): Command {
  return command
    .argument('<file...>', 'traces, folders or wildcards (*, ?, and ** for folders at any depth)')
    .addOption(new Option('--format <format>', formats.join(', ')).default('text').argParser(choice(formats)))
    .option('--out <file>', 'write to a file instead of the terminal')
    .option('--recursive', 'folders mean the traces of their sub-folders too')
    .option('--jobs <n>', 'how many files are read at a time', parseJobs)
    .option('--fail-on <condition>', 'exit code 3 where it is met: leak>0, open(type=Thread)>1000', addCondition);
}

/** Values of the options that {@link addSelectionOptions} adds. */
export interface SelectionOptions extends FileOptions {
  commandLine?: string;
  newProcess?: NewProcess;
  csvSeparator: string;
}

/** The filters, ETWAnalyzer's own included, and how CSV is written. */
export function addSelectionOptions(command: Command): Command {
  return addObjectFilters(command).option(
    '--csv-separator <character>',
    'csv: between cells (, ; | or a tab)',
    parseSeparator,
    ',',
  );
}

/** The filters, ETWAnalyzer's own included. */
export function addObjectFilters(command: Command): Command {
  return addFilterOptions(command)
    .option('--command-line <filter>', 'created by a process with this in its command line', parseText)
    .option(
      '--new-process <n>',
      'created by a process that: 0 ran all the time, 1 started in the trace, -1 ended in it, 2 started and still runs, -2 ended and was there before',
      choice(NEW_PROCESS),
    );
}

/** What a command asks of each file, but for what it prints. */
export function requestOf(options: FileOptions): Omit<FileRequest, 'print'> {
  const { format, out, failOn = [], commandLine, newProcess } = options as FileOptions & CreatorFilter;
  return {
    format,
    filter: filterOf(options),
    creator: { commandLine, newProcess },
    failOn,
    symbols: symbolRequestOf(options as FileOptions & SymbolOptions),
    colors: wantsColors(out, process.stdout.isTTY, process.env),
    withTotals: false,
  };
}

export function runOptionsOf({ out, recursive, jobs }: FileOptions, header?: string): RunOptions {
  return { out, recursive, jobs, header };
}

function addCondition(text: string, previous: Condition[] = []): Condition[] {
  return [...previous, parseCondition(text)];
}

export function parseJobs(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('It is a number from 1 to 999.');
  return Number(text);
}

function parseSeparator(text: string): string {
  const separator = text === '\\t' || text === 'tab' ? '\t' : text;
  if (!isCsvSeparator(separator)) throw new InvalidArgumentError('It is one of , ; | or tab.');
  return separator;
}
