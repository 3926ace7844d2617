import type { Command } from 'commander';
import { Option } from 'commander';
import { TOTALS_BY, type TotalsBy } from '../../worker/query/totals.ts';
import { totalsCsvHeader } from '../../worker/query/totalsText.ts';
import { choice } from '../choice.ts';
import { parseTop } from '../options.ts';
import { UsageError } from '../output.ts';
import { runOnFiles } from '../run.ts';
import { addSymbolOptions } from '../symbolOptions.ts';
import { addFileOptions, addSelectionOptions, requestOf, runOptionsOf, type SelectionOptions } from './common.ts';

export interface TotalsCommandOptions extends SelectionOptions {
  by: TotalsBy;
  top?: { count: number; skip: number };
  showStack?: boolean;
}

interface DumpTotals {
  showTotal?: 'total' | 'process' | 'none';
}

export function addTotalsCommand(program: Command): void {
  const command = program
    .command('totals')
    .description('handles that are not closed at the end of the trace, the most last')
    .addOption(new Option('--by <what>', TOTALS_BY.join(', ')).default('type').argParser(choice(TOTALS_BY)))
    .option(
      '--top <n [skip]>',
      'only the n largest of each file, after skip larger ones; text: sums are of those',
      parseTop,
    )
    .option('--show-stack', 'by stack: with all frames')
    .addOption(new Option('--show-total <what>').argParser(choice(['total', 'process', 'none'])).hideHelp());
  addSymbolOptions(addSelectionOptions(addFileOptions(command, ['text', 'json', 'csv'])), 'withoutNames').action(
    (files: string[], options: TotalsCommandOptions & Pick<DumpTotals, 'showTotal'>) => {
      const isByTyped = command.getOptionValueSource('by') === 'cli';
      return runTotals(files, { ...options, by: totalsBy(options.by, isByTyped, options.showTotal) });
    },
  );
}

/** ETWAnalyzer's -ShowTotal says by what, too: Total is by type. */
function totalsBy(by: TotalsBy, isByTyped: boolean, showTotal: DumpTotals['showTotal']): TotalsBy {
  if (showTotal === undefined) return by;
  if (showTotal === 'none') throw new UsageError('--show-total none leaves nothing of totals; use the command dump.');
  const shown = showTotal === 'total' ? 'type' : 'process';
  if (isByTyped && by !== shown)
    throw new UsageError(`--show-total ${showTotal} is by ${shown}; leave it out to use --by ${by}.`);
  return shown;
}

export async function runTotals(files: string[], options: TotalsCommandOptions): Promise<void> {
  const { by, top, showStack, format, csvSeparator } = options;
  const header = format === 'csv' ? totalsCsvHeader(csvSeparator) : undefined;
  const print = { what: 'totals', options: { by, top, showStack }, separator: csvSeparator } as const;
  await runOnFiles(files, { ...requestOf(options), print }, runOptionsOf(options, header));
}
