/**
 * What only ETWAnalyzer's command line has, in the words of ours: `-dump ObjectRef -fd x.etl -csv y.csv -ShowTotal Process`. Options that
 * both have differ in spelling alone, which options.ts sees to.
 */
import { noneOf } from './choice.ts';
import { UsageError } from './output.ts';
import { MICROSOFT_SYMBOL_SERVER } from '../worker/symbols/store/symbolPath.ts';

/** Its dump commands that have a counterpart. */
const COMMANDS: Record<string, string> = { objectref: 'dump', version: 'modules' };

/** Without a meaning here: nothing is clipped, no `sep=` line is written, names and numbers are plain. */
const WITHOUT_MEANING = ['clip', 'nocsvseparator', 'nodigitsep', 'plainprocessnames'];

/** The same with a value: its folders for symbols. Ours are said by the symbol path and by LEAKLANES_CACHE. */
const FOLDERS_WITHOUT_MEANING = ['symfolder', 'symcache'];

/** Symbol servers by its names, as symbol paths; null: that of the environment. Its other names stand in its own configuration. */
const SERVERS: Record<string, string | null> = {
  ms: `srv*${MICROSOFT_SYMBOL_SERVER}`,
  google: 'srv*https://chromium-browser-symsrv.commondatastorage.googleapis.com',
  ntsymbolpath: null,
};

const TEST_RUNS = ['testsperrun', 'skipntests', 'testrunindex', 'testruncount', 'minmaxmstesttimes'];

/** Arguments without the options that are ETWAnalyzer's alone. Throws UsageError for what has no counterpart. */
export function fromEtwAnalyzer(args: readonly string[]): string[] {
  const rest: string[] = [];
  const command: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const name = optionName(args[at]);
    if (args[at] === '--') {
      rest.push(...args.slice(at));
      break;
    }
    if (name === 'dump') command.push(commandOf(args[++at] ?? ''));
    else if (name === 'csv')
      rest.push('--format=csv', `--out=${valueOf(args, ++at, args[at - 1], 'the name of a file')}`);
    else if (name === 'symserver')
      rest.push('--symbols', ...pathOf(valueOf(args, ++at, args[at - 1], A_SERVER), args[at - 1]));
    else if (FOLDERS_WITHOUT_MEANING.includes(name)) valueOf(args, ++at, args[at - 1], 'a folder');
    else if (TEST_RUNS.includes(name)) {
      throw new UsageError(`${args[at]}: Leaklanes has no test runs; name the files of the run instead.`);
    } else if (!WITHOUT_MEANING.includes(name) && name !== 'fd' && name !== 'filedir') rest.push(args[at]);
    // The files behind -fd need no option.
  }
  return [...command, ...rest];
}

/** "objectname" of "-ObjectName"; ".dump" is what its console mode calls "-dump". */
function optionName(arg: string): string {
  return /^(?:--?|\.(?=dump$))([a-z][a-z-]*)$/i.exec(arg)?.[1].replaceAll('-', '').toLowerCase() ?? '';
}

function commandOf(text: string): string {
  const command = COMMANDS[text.toLowerCase()];
  if (command !== undefined) return command;
  throw new UsageError(`-dump ${noneOf(text, ['ObjectRef', 'Version'])}`);
}

const A_SERVER = 'MS, Google, NtSymbolPath or a symbol path';

function pathOf(server: string, option: string): string[] {
  const path = SERVERS[server.toLowerCase()];
  if (path === null) return [];
  // A word alone is one of its names; a folder or an address has more in it.
  if (path === undefined && /^\w*$/.test(server))
    throw new UsageError(`${option} ${server}: is not known; give ${A_SERVER}.`);
  return [`--symbol-path=${path ?? server}`];
}

function valueOf(args: readonly string[], at: number, option: string, what: string): string {
  const value = args[at];
  if (value === undefined || optionName(value) !== '') throw new UsageError(`${option} needs ${what}.`);
  return value;
}
