import type { Command } from 'commander';
import { moduleCsvHeader, type ModuleFilter } from '../../worker/query/modules.ts';
import { choice } from '../choice.ts';
import { NEW_PROCESS } from '../creatorFilter.ts';
import { parseProcessText, parseText } from '../options.ts';
import { runOnFiles } from '../run.ts';
import { addFileOptions, requestOf, runOptionsOf, type FileOptions } from './common.ts';

interface ModulesOptions extends FileOptions {
  dll?: string;
  process?: string;
  versionFilter?: string;
  moduleFilter?: string;
  missingPdb?: string;
  pdb?: boolean;
  cmdLine: boolean;
}

export function addModulesCommand(program: Command): void {
  const command = program
    .command('modules')
    .description('module versions per process: which build of a program leaks')
    .option('--dll <filter>', 'modules with this file name', parseText)
    .option('--process <filter>', 'loaded by this process: name, name(pid) or pid', parseProcessText)
    .option('--command-line <filter>', 'loaded by a process with this in its command line', parseText)
    .option(
      '--new-process <n>',
      'loaded by a process that started or ended in the trace, as for dump',
      choice(NEW_PROCESS),
    )
    .option('--version-filter <filter>', 'with this in path, version, product or description: *4.3.0*', parseText)
    .option('--module-filter <filter>', 'modules with this file name, as --dll', parseText)
    .option('--missing-pdb <filter>', 'whose PDB has this name; shows what to get from a symbol server', parseText)
    .option('--pdb', 'text: with PDB name, GUID and age')
    .option('--no-cmd-line', 'text: without the arguments of processes');
  addFileOptions(command, ['text', 'json', 'csv']).action(runModules);
}

async function runModules(files: string[], options: ModulesOptions): Promise<void> {
  const { process: loadedBy, dll, versionFilter, moduleFilter, missingPdb, format } = options;
  const filter: ModuleFilter = {
    process: loadedBy,
    dll,
    version: versionFilter,
    module: moduleFilter,
    pdb: missingPdb,
  };
  const text = { pdb: options.pdb === true || missingPdb !== undefined, noCmdLine: !options.cmdLine };
  const header = format === 'csv' ? moduleCsvHeader() : undefined;
  const print = { what: 'modules', filter, options: text } as const;
  await runOnFiles(files, { ...requestOf(options), print }, runOptionsOf(options, header));
}
