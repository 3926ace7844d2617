import type { Command } from 'commander';
import { runOnFiles } from '../run.ts';
import { addSymbolOptions, type SymbolOptions } from '../symbolOptions.ts';
import { symbolsCsvHeader } from '../symbolsText.ts';
import { addFileOptions, requestOf, runOptionsOf, type FileOptions } from './common.ts';

export function addSymbolsCommand(program: Command): void {
  const command = program
    .command('symbols')
    .description('which modules of the stacks have function names, where those come from, why others have none');
  addSymbolOptions(addFileOptions(command, ['text', 'json', 'csv']), 'always').action(
    (files: string[], options: FileOptions & SymbolOptions) => {
      const header = options.format === 'csv' ? symbolsCsvHeader() : undefined;
      return runOnFiles(files, { ...requestOf(options), print: { what: 'symbols' } }, runOptionsOf(options, header));
    },
  );
}
