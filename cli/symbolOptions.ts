/**
 * Where function names come from. Local sources (folders of the symbol path, what was read before) are used without asking; a server is
 * asked only with --symbols.
 */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { NAME_FORMS, type LoadSymbolsRequest, type NameForm } from '../shared/symbols.ts';
import { choice } from './choice.ts';
import { UsageError } from './output.ts';

/** Values of the options that {@link addSymbolOptions} adds. */
export interface SymbolOptions {
  /** true: --symbols, false: --no-symbols */
  symbols?: boolean;
  symbolPath?: string;
  names?: NameForm;
  offline?: boolean;
  retry?: boolean;
  allowHttp?: boolean;
}

/** With `--no-symbols` where a command makes sense without names. */
export function addSymbolOptions(command: Command, withoutNames: 'withoutNames' | 'always'): Command {
  command.option('--symbols', 'function names: symbol servers may be asked, too');
  if (withoutNames === 'withoutNames') command.option('--no-symbols', 'no function names: module+offset');
  return command
    .option(
      '--symbol-path <path>',
      'where PDBs are, as in _NT_SYMBOL_PATH: folders, srv*cache*https://…',
      parseSymbolPathText,
    )
    .addOption(
      new Option('--names <form>', 'function names without (short) or with parameters (full)').argParser(
        choice(NAME_FORMS),
      ),
    )
    .option('--offline', 'no network, also where a folder of the symbol path is on one')
    .option('--retry', 'with --symbols: ask again for what was not there within the last day')
    .option('--allow-http', 'with --symbols: servers without encryption, too');
}

/** What is to be loaded, null with --no-symbols. Never stored as the user's setting. */
export function symbolRequestOf(options: SymbolOptions): LoadSymbolsRequest | null {
  const { symbols, symbolPath, names, offline = false, retry, allowHttp } = options;
  if (symbols === true && offline)
    throw new UsageError('--symbols asks servers and --offline forbids it; use one of them.');
  if (symbols !== true && retry) throw new UsageError('--retry needs --symbols.');
  if (symbols !== true && allowHttp) throw new UsageError('--allow-http needs --symbols.');
  if (symbols === false) {
    if (symbolPath !== undefined) throw new UsageError('--no-symbols uses no --symbol-path; leave one of them out.');
    return null;
  }
  return { path: symbolPath, download: symbols === true, offline, retry, allowHttp, names };
}

function parseSymbolPathText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty; give a folder or srv*cache*https://….');
  return text;
}
