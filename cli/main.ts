/** The command line `leaklanes` (docs: README.md). Exit codes: 0 done, 1 a file could not be read, 2 wrong usage, 3 --fail-on. */
import { isMainThread } from 'node:worker_threads';
import { Command, CommanderError } from 'commander';
import { errorData } from '../shared/errors.ts';
import packageJson from '../package.json' with { type: 'json' };
import { complain } from './complain.ts';
import { addDumpCommand } from './commands/dump.ts';
import { addExportCommand } from './commands/export.ts';
import { addInfoCommand } from './commands/info.ts';
import { addModulesCommand } from './commands/modules.ts';
import { addRecordCommand } from './commands/record.ts';
import { addStacksCommand } from './commands/stacks.ts';
import { addSymbolsCommand } from './commands/symbols.ts';
import { addTotalsCommand } from './commands/totals.ts';
import { serveFiles } from './fileThread.ts';
import { asTyped, nearestOption, normalizeArguments, typedOptions } from './options.ts';
import { endWithStdout, EXIT_USAGE, UsageError } from './output.ts';
import { threads } from './run.ts';
import { addServeCommands } from './serve/command.ts';

async function main(args: readonly string[]): Promise<void> {
  endWithStdout();
  const typed = typedOptions(args);
  const program = new Command('leaklanes')
    .description('Finds Windows handle leaks in .etl traces.')
    .version(packageJson.version)
    .showSuggestionAfterError()
    .configureOutput({
      outputError: (text, write) => write(`leaklanes: ${asTyped(suggested(oneLine(text), program, args), typed)}\n`),
    })
    .exitOverride();
  addInfoCommand(program);
  addDumpCommand(program);
  addTotalsCommand(program);
  addStacksCommand(program);
  addModulesCommand(program);
  addSymbolsCommand(program);
  addExportCommand(program);
  addRecordCommand(program);
  addServeCommands(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(normalizeArguments(args), { from: 'user' });
  } catch (error) {
    report(error, typed);
  }
}

function report(error: unknown, typed: ReadonlyMap<string, string>): void {
  if (error instanceof CommanderError) {
    // commander has printed its message; help and version are no errors.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  } else if (error instanceof UsageError) {
    complain(asTyped(error.message, typed));
    process.exitCode = EXIT_USAGE;
  } else {
    complain(errorData(error).message);
  }
}

/** The option that an unknown one may mean: commander's own guess knows neither the end of a name nor fewer than three letters. */
function suggested(sentence: string, program: Command, args: readonly string[]): string {
  const unknown = /^unknown option '(--?([^'=]+))[^']*'/.exec(sentence);
  if (unknown === null) return sentence;
  const [name] = normalizeArguments(args);
  const command = program.commands.find((entry) => entry.name() === name) ?? program;
  const options = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long?.slice(2) ?? '');
  const near = nearestOption(unknown[2], options);
  return near === null ? `unknown option '${unknown[1]}'.` : `unknown option '${unknown[1]}' (Did you mean --${near}?)`;
}

function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

if (isMainThread) {
  threads.script = new URL(import.meta.url);
  await main(process.argv.slice(2));
} else {
  // A thread for one of many files (fileThread.ts).
  serveFiles();
}
