import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { EXPORT_FORMATS, type ExportFormat } from '../../worker/export/exportTrace.ts';
import { choice } from '../choice.ts';
import { chooseTraces, type ChosenTraces } from '../export/chooseTraces.ts';
import type { ExportPrint } from '../export/exportFile.ts';
import { openPartFolder } from '../export/partFolder.ts';
import { runOnFiles, type RunCounts } from '../run.ts';
import { addSymbolOptions, type SymbolOptions } from '../symbolOptions.ts';
import { addObjectFilters, parseJobs, requestOf, type FileOptions } from './common.ts';

interface ExportOptions extends SymbolOptions, Record<string, unknown> {
  format: ExportFormat;
  out: string;
  recursive?: boolean;
  jobs?: number;
  force?: boolean;
}

export function addExportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('tables for DuckDB, Spark or ClickHouse: a folder a trace, a file a table (docs/fleet.md)')
    .argument('<file...>', 'traces, folders or wildcards (*, ?, and ** for folders at any depth)')
    .addOption(
      new Option('--format <format>', EXPORT_FORMATS.join(', ')).default('parquet').argParser(choice(EXPORT_FORMATS)),
    )
    .option('--out <folder>', 'where the folders of the traces go', parseFolder, 'leaklanes-export')
    .option('--recursive', 'folders mean the traces of their sub-folders too')
    .option('--jobs <n>', 'how many traces are exported at a time', parseJobs)
    .option('--force', 'again, also what was exported before with the same filters and symbols');
  addSymbolOptions(addObjectFilters(command), 'withoutNames').action(exportTraces);
}

async function exportTraces(files: string[], options: ExportOptions): Promise<void> {
  const { format, out, recursive, jobs, force = false } = options;
  const request = { ...requestOf({ ...options, format: 'text' } satisfies FileOptions), colors: false };
  const { filter, creator, symbols } = request;
  const settings = JSON.stringify({ format, filter, creator, symbols });
  const parts = await openPartFolder(out);
  try {
    const print: ExportPrint = {
      what: 'export',
      target: { format, folder: resolve(out), partFolder: resolve(parts.path) },
      settings,
      program: `leaklanes version ${packageJson.version}`,
    };
    let chosen: ChosenTraces = { files: [], finished: 0, copies: [] };
    const choose = async (found: readonly string[]): Promise<string[]> => {
      chosen = await chooseTraces(found, { out, settings, force });
      for (const { file, of } of chosen.copies) process.stdout.write(`${file}: is the same trace as ${of}.\n`);
      return chosen.files;
    };
    const onEnd = (counts: RunCounts): void => void process.stdout.write(`${summary(counts, chosen)}: ${out}\n`);
    await runOnFiles(files, { ...request, print }, { recursive, jobs, choose, onEnd });
  } finally {
    await parts.remove();
  }
}

/** An empty one is mostly a variable of a script that is not set: the traces would go to where the script happens to run. */
function parseFolder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty; name a folder.');
  return text;
}

/** "12 traces exported, 3 were there already, 1 could not be read". */
function summary({ files, read }: RunCounts, { finished, copies }: ChosenTraces): string {
  const parts = [`${read} ${read === 1 ? 'trace' : 'traces'} exported`];
  if (finished > 0) parts.push(`${finished} ${finished === 1 ? 'was' : 'were'} there already`);
  if (copies.length > 0) parts.push(`${copies.length} ${copies.length === 1 ? 'is a copy' : 'are copies'}`);
  if (files > read) parts.push(`${files - read} could not be read`);
  return parts.join(', ');
}
