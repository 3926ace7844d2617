import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { csvHeader } from '../../worker/query/csv.ts';
import type { TextOptions } from '../../worker/query/text.ts';
import { choice } from '../choice.ts';
import { parseTop } from '../options.ts';
import { UsageError } from '../output.ts';
import { runOnFiles } from '../run.ts';
import { addSymbolOptions } from '../symbolOptions.ts';
import { addFileOptions, addSelectionOptions, requestOf, runOptionsOf, type SelectionOptions } from './common.ts';
import { runTotals } from './totals.ts';

interface DumpOptions extends SelectionOptions {
  events?: boolean;
  showStack?: boolean;
  showRef?: boolean;
  timeFormat: TextOptions['timeFormat'];
  timeDigits?: number;
  processFormat?: TextOptions['processFormat'];
  /** false with --no-cmd-line */
  cmdLine: boolean;
  showTotal?: 'total' | 'process' | 'none';
  top?: { count: number; skip: number };
}

export function addDumpCommand(program: Command): void {
  const command = program
    .command('dump')
    .description('object lifetimes: handles, events and stacks of the objects that the filters keep')
    .option('--events', 'json: with the events of every object')
    .option('--show-stack', 'text: with the frames of stacks')
    .option('--show-ref', 'text: with reference changes')
    .option('--no-cmd-line', 'csv: with an empty CommandLine column')
    .addOption(
      new Option('--time-format <format>', 'text: local (of the recording), utc, here (of this machine) or s')
        .default('local')
        .argParser(
          choice(['local', 'utc', 'here', 's'], { localtime: 'local', utctime: 'utc', heretime: 'here', second: 's' }),
        ),
    )
    .option('--time-digits <n>', 'text: digits after the second, 0 to 9', parseDigits)
    .option(
      '--process-format <format>',
      'text: start and end of processes in seconds (s) or as times of day (local, utc, here), or nothing (none), instead of +- marks',
      choice(['s', 'local', 'utc', 'here', 'none'], {
        second: 's',
        localtime: 'local',
        utctime: 'utc',
        heretime: 'here',
      }),
    )
    .option(
      '--show-total <what>',
      'total: not closed handles by type, process: by process (as the command totals), none: no line of totals',
      choice(['total', 'process', 'none']),
    )
    .option('--top <n [skip]>', 'with --show-total: only the n largest', parseTop);
  addSymbolOptions(addSelectionOptions(addFileOptions(command, ['text', 'json', 'csv'])), 'withoutNames').action(dump);
}

async function dump(files: string[], options: DumpOptions): Promise<void> {
  const { format, showTotal, top, csvSeparator } = options;
  if (showTotal === 'total' || showTotal === 'process') {
    return runTotals(files, { ...options, by: showTotal === 'total' ? 'type' : 'process' });
  }
  if (top !== undefined) throw new UsageError('--top needs --show-total total or process; a dump has no largest.');
  const print = {
    what: 'dump',
    events: options.events ?? false,
    csv: { separator: csvSeparator, noCommandLine: !options.cmdLine },
    options: {
      timeFormat: options.timeFormat,
      timeDigits: options.timeDigits,
      processFormat: options.processFormat,
      showStack: options.showStack,
      showRef: options.showRef,
      noTotals: showTotal === 'none',
    },
  } as const;
  const header = format === 'csv' ? csvHeader(csvSeparator) : undefined;
  await runOnFiles(files, { ...requestOf(options), print }, runOptionsOf(options, header));
}

function parseDigits(text: string): number {
  if (!/^[0-9]$/.test(text)) throw new InvalidArgumentError('It is a number from 0 to 9.');
  return Number(text);
}
