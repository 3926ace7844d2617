/**
 * What only ETWAnalyzer's command line has, in the words of ours: `-dump ObjectRef -fd x.etl -csv y.csv -ShowTotal Process`. Options that
 * both have differ in spelling alone, which options.ts sees to.
 */
import { noneOf } from './choice.ts';
import { UsageError } from './output.ts';

/** Its dump commands that have a counterpart. */
const COMMANDS: Record<string, string> = { objectref: 'dump', version: 'modules' };

/** Without a meaning here: nothing is clipped, no `sep=` line is written, names and numbers are plain. */
const WITHOUT_MEANING = ['clip', 'nocsvseparator', 'nodigitsep', 'plainprocessnames'];

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
    else if (name === 'csv') rest.push('--format=csv', `--out=${valueOf(args, ++at, args[at - 1])}`);
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

function valueOf(args: readonly string[], at: number, option: string): string {
  const value = args[at];
  if (value === undefined || optionName(value) !== '') throw new UsageError(`${option} needs the name of a file.`);
  return value;
}
