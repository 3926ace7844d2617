import type { Command } from 'commander';
import { Option } from 'commander';
import { STACKS_BY, type StacksBy } from '../../worker/query/stackTree.ts';
import { stackTreeCsvHeader } from '../../worker/query/stackTreeText.ts';
import { choice } from '../choice.ts';
import { parseTop } from '../options.ts';
import { runOnFiles } from '../run.ts';
import { addSymbolOptions } from '../symbolOptions.ts';
import { addFileOptions, addSelectionOptions, requestOf, runOptionsOf, type SelectionOptions } from './common.ts';

interface StacksOptions extends SelectionOptions {
  by: StacksBy;
  inverted?: boolean;
  top?: { count: number; skip: number };
}

export function addStacksCommand(program: Command): void {
  const command = program
    .command('stacks')
    .description('objects and handles by the stack that created or destroyed the object, as a tree')
    .addOption(new Option('--by <stack>', STACKS_BY.join(', ')).default('create').argParser(choice(STACKS_BY)))
    .option('--inverted', 'from the innermost frame instead of the outermost')
    .option('--top <n [skip]>', 'at most the n largest branches of each frame, after skip larger ones', parseTop);
  addSymbolOptions(addSelectionOptions(addFileOptions(command, ['text', 'json', 'csv'])), 'withoutNames').action(
    stacks,
  );
}

async function stacks(files: string[], options: StacksOptions): Promise<void> {
  const { by, inverted, top, format, csvSeparator } = options;
  const header = format === 'csv' ? stackTreeCsvHeader(csvSeparator) : undefined;
  const print = { what: 'stacks', options: { by, inverted, top }, separator: csvSeparator } as const;
  await runOnFiles(files, { ...requestOf(options), print }, runOptionsOf(options, header));
}
