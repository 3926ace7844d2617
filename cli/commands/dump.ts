import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Trace } from '../../worker/lifetimes/model.ts';
import { csvChunks, csvHeader, isCsvSeparator } from '../../worker/query/csv.ts';
import { jsonLines } from '../../worker/query/json.ts';
import { selectObjects, type Selection } from '../../worker/query/select.ts';
import { textLines, type TextOptions } from '../../worker/query/text.ts';
import { addFilterOptions, filterOf } from '../options.ts';
import { openOutput, type Output } from '../output.ts';
import { eachTrace } from './eachTrace.ts';

interface DumpOptions extends Record<string, unknown> {
  format: 'text' | 'json' | 'csv';
  out?: string;
  events?: boolean;
  showStack?: boolean;
  showRef?: boolean;
  csvSeparator: string;
  timeFormat: TextOptions['timeFormat'];
  timeDigits?: number;
}

/** Text is handed to the output in pieces of about this many characters. */
const CHUNK = 65_536;

export function addDumpCommand(program: Command): void {
  const command = program
    .command('dump')
    .description('object lifetimes: handles, events and stacks of the objects that the filters keep')
    .argument('<file...>', 'traces, folders or wildcards')
    .addOption(new Option('--format <format>', 'text, json or csv').choices(['text', 'json', 'csv']).default('text'))
    .option('--out <file>', 'write to a file instead of the terminal')
    .option('--events', 'json: with the events of every object')
    .option('--show-stack', 'text: with the frames of stacks instead of their ids')
    .option('--show-ref', 'text: with reference changes')
    .option('--csv-separator <character>', 'csv: between cells (, ; | or a tab)', parseSeparator, ',')
    .addOption(
      new Option('--time-format <format>', 'text: local (of the recording), utc, here or s')
        .choices(['local', 'utc', 'here', 's'])
        .default('local'),
    );
  command.option('--time-digits <n>', 'text: digits after the second, 0 to 9', parseDigits);
  addFilterOptions(command).action(dump);
}

async function dump(files: string[], options: DumpOptions): Promise<void> {
  const filter = filterOf(options);
  const output = await openOutput(options.out);
  let failed = true;
  try {
    let isFirst = true;
    const opened = await eachTrace(files, async (trace: Trace) => {
      // Once, whatever the number of files; an output without rows still has its header.
      if (isFirst && options.format === 'csv') await output.write(csvHeader(options.csvSeparator));
      isFirst = false;
      await writePieces(output, pieces(selectObjects(trace, filter), options));
    });
    failed = opened === 0;
  } finally {
    await output.close(failed);
  }
}

function* pieces(selection: Selection, options: DumpOptions): Generator<string> {
  if (options.format === 'json') {
    yield* jsonLines(selection, { events: options.events });
  } else if (options.format === 'csv') {
    for (const chunk of csvChunks(selection, { separator: options.csvSeparator })) yield chunk.text;
  } else {
    yield* textLines(selection, {
      timeFormat: options.timeFormat,
      showStack: options.showStack,
      showRef: options.showRef,
      timeDigits: options.timeDigits,
    });
  }
}

async function writePieces(output: Output, texts: Iterable<string>): Promise<void> {
  let pending = '';
  for (const text of texts) {
    pending += text;
    if (pending.length < CHUNK) continue;
    await output.write(pending);
    pending = '';
  }
  if (pending !== '') await output.write(pending);
}

function parseSeparator(text: string): string {
  const separator = text === '\\t' || text === 'tab' ? '\t' : text;
  if (!isCsvSeparator(separator)) throw new InvalidArgumentError('It is one of , ; | or tab.');
  return separator;
}

function parseDigits(text: string): number {
  if (!/^[0-9]$/.test(text)) throw new InvalidArgumentError('It is a number from 0 to 9.');
  return Number(text);
}
