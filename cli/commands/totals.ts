import type { Command } from 'commander';
import { Option } from 'commander';
import { TOTALS_BY, type TotalsBy } from '../../worker/query/totals.ts';
import { totalsCsvHeader } from '../../worker/query/totalsText.ts';
import { choice } from '../choice.ts';
import { parseTop } from '../options.ts';
import { runOnFiles } from '../run.ts';
import { addFileOptions, addSelectionOptions, requestOf, runOptionsOf, type SelectionOptions } from './common.ts';

export interface TotalsCommandOptions extends SelectionOptions {
  by: TotalsBy;
  top?: { count: number; skip: number };
  showStack?: boolean;
}

export function addTotalsCommand(program: Command): void {
  const command = program
    .command('totals')
    .description('handles that are not closed at the end of the trace, the most last')
    .addOption(new Option('--by <what>', TOTALS_BY.join(', ')).default('type').argParser(choice(TOTALS_BY)))
    .option('--top <n [skip]>', 'only the n largest, after skip larger ones', parseTop)
    .option('--show-stack', 'by stack: with all frames');
  addSelectionOptions(addFileOptions(command, ['text', 'json', 'csv'])).action(runTotals);
}

export async function runTotals(files: string[], options: TotalsCommandOptions): Promise<void> {
  const { by, top, showStack, format, csvSeparator } = options;
  const header = format === 'csv' ? totalsCsvHeader(csvSeparator) : undefined;
  const print = { what: 'totals', options: { by, top, showStack }, separator: csvSeparator } as const;
  await runOnFiles(files, { ...requestOf(options), print }, runOptionsOf(options, header));
}
