import type { Command } from 'commander';
import { runOnFiles } from '../run.ts';
import { addFileOptions, requestOf, runOptionsOf, type FileOptions } from './common.ts';

export function addInfoCommand(program: Command): void {
  const command = program.command('info').description('header, health, providers and counts of a trace');
  addFileOptions(command, ['text', 'json']).action((files: string[], options: FileOptions) =>
    runOnFiles(files, { ...requestOf(options), print: { what: 'info' } }, runOptionsOf(options)),
  );
}
