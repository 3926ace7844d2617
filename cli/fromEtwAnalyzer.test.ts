/** docs/from-etwanalyzer.md is true: each example runs on the sample, and ETWAnalyzer's spelling of its option prints the same. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import './testing/cleanMachine.ts';
import type { Trace } from '../worker/lifetimes/model.ts';
import { addDumpCommand } from './commands/dump.ts';
import { addModulesCommand } from './commands/modules.ts';
import { addStacksCommand } from './commands/stacks.ts';
import { addTotalsCommand } from './commands/totals.ts';
import { normalizeArguments } from './options.ts';
import { UsageError } from './output.ts';

// All lines are of one trace: read once.
vi.mock(import('../worker/openTrace.ts'), async (original) => {
  const { openTrace } = await original();
  let sample: Promise<Trace> | null = null;
  return { openTrace: (path) => (sample ??= openTrace(path)) };
});

const SAMPLE = fileURLToPath(new URL('../samples/handle-leak.etl', import.meta.url));
const SYMBOLS = fileURLToPath(new URL('../samples/symbols', import.meta.url));
const PAGE = readFileSync(new URL('../docs/from-etwanalyzer.md', import.meta.url), 'utf8');

/** Every option of the two dumps, and those of -extract for symbols (the lists in ETWAnalyzer's help). */
const OPTIONS = (
  '-filedir -fd -recursive -csv -NoCSVSeparator -TimeFmt -TimeDigits -ProcessFmt -NoCmdLine -NoDigitSep -Clip ' +
  '-PlainProcessNames -CmdLine -NewProcess -ProcessName -pn -RelatedProcess -MinMaxDuration -MinMaxId -MinMaxTime ' +
  '-CreateStack -DestroyStack -StackFilter -Object -ObjectName -Handle -Type -ShowRef -ShowStack -Leak -MultiProcess ' +
  '-Inherit -Overlapped -Map -PtrInMap -ViewBase -MinMaxMapSize -ShowTotal -TopN -TestsPerRun -SkipNTests ' +
  '-TestRunIndex -TestRunCount -MinMaxMsTestTimes -Dll -VersionFilter -ModuleFilter -MissingPdb ' +
  '-symserver -symFolder -symcache'
).split(' ');

interface Row {
  theirs: string;
  ours: string;
  example: string;
}

/** The rows of all tables of the page. */
const ROWS: Row[] = PAGE.split('\n')
  .filter((line) => line.startsWith('| `-'))
  .map((line) => {
    const [, theirs, ours, example] = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
    return { theirs, ours, example };
  });
const EXAMPLES = ROWS.filter(({ example }) => example.startsWith('`leaklanes '));
const codeOf = (cell: string): string[] => [...cell.matchAll(/`([^`]*)`/g)].map((match) => match[1]);

let folder = '';
let printed: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklanes-movers-'));
  mkdirSync(join(folder, 'traces/inside'), { recursive: true });
  symlinkSync(SAMPLE, join(folder, 'traces/one.etl'));
  symlinkSync(SAMPLE, join(folder, 'traces/inside/two.etl'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (printed.push(String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (printed.push(`error: ${String(text)}`), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Words of a command line; double quotes keep spaces together. The names of the page become real files. */
function words(line: string): string[] {
  const files: Record<string, string> = {
    'leak.etl': SAMPLE,
    traces: join(folder, 'traces'),
    'leak.csv': join(folder, 'leak.csv'),
    symbols: SYMBOLS,
  };
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? files[plain] ?? plain);
}

/** Runs a command line as the program does, in this process: what it prints. Rejects for wrong usage. */
async function leaklanes(args: readonly string[]): Promise<string> {
  printed = [];
  const program = new Command('leaklanes').exitOverride();
  for (const add of [addDumpCommand, addTotalsCommand, addModulesCommand, addStacksCommand]) add(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  await program.parseAsync(normalizeArguments(args), { from: 'user' });
  return printed.join('');
}

const example = ({ example: cell }: Row): string[] => words(codeOf(cell)[0]).slice(1);

describe('docs/from-etwanalyzer.md', () => {
  it('has every option of both dumps', () => {
    const named = new Set(ROWS.flatMap((row) => codeOf(row.theirs)).map((code) => code.split(' ')[0]));
    expect(OPTIONS.filter((option) => !named.has(option))).toEqual([]);
    expect(EXAMPLES.length).toBeGreaterThan(40);
  });

  it.each(EXAMPLES)('$theirs: $example', async (row) => {
    const args = example(row);
    const [ours] = codeOf(row.ours);
    if (ours !== undefined) for (const word of ours.split(' ')) expect(args).toContain(word);
    const out = await leaklanes(args);
    expect(out).not.toContain('error: ');
    // Each example finds something: an option that silently matches nothing would show nothing.
    if (!args.includes('--out')) expect(out.split('\n').length).toBeGreaterThan(2);
  });

  const spelled = EXAMPLES.filter((row) => /^`--[a-z-]+`$/.test(row.ours) && row.ours !== '`--leak-at-exit`').flatMap(
    (row) =>
      codeOf(row.theirs)
        .map((code) => code.split(' ')[0])
        .filter((option) => option.startsWith('-'))
        .map((option) => ({ option, row })),
  );
  it.each(spelled)('$option is the same, in any case', async ({ option, row }) => {
    const ours = example(row);
    const theirs = ours.map((word) => (word === codeOf(row.ours)[0] ? option : word));
    expect(theirs).not.toEqual(ours);
    const out = await leaklanes(ours);
    expect(await leaklanes(theirs)).toBe(out);
    expect(await leaklanes(theirs.map((word) => (word === option ? option.toLowerCase() : word)))).toBe(out);
  });

  it.each([
    ['-dump ObjectRef -fd leak.etl -type Thread', 'dump leak.etl --type Thread'],
    ['-dump Version -filedir leak.etl -Dll ZSA*', 'modules leak.etl --dll ZSA*'],
    ['-dump ObjectRef -fd leak.etl -ShowTotal Total -TopN 3', 'totals leak.etl --top 3'],
    ['-dump ObjectRef -fd leak.etl -ShowTotal Process -TopN 3 1', 'totals leak.etl --by process --top 3 1'],
    ['-dump ObjectRef -fd leak.etl -ShowTotal None -Map 1', 'dump leak.etl --show-total none --map 1'],
    [
      '-dump ObjectRef -fd leak.etl -Map 1 -NoCSVSeparator -NoDigitSep -Clip -PlainProcessNames',
      'dump leak.etl --map 1',
    ],
    ...['LocalTime', 'UTCTime', 'HereTime', 'Here', 'UTC', 'Local'].map((format) => [
      `-dump ObjectRef -fd leak.etl -Map 1 -TimeFmt ${format}`,
      `dump leak.etl --map 1 --time-format ${format.replace('Time', '').toLowerCase()}`,
    ]),
    ...['LocalTime', 'UTCTime', 'HereTime', 'Here', 'UTC', 'Local'].map((format) => [
      `-dump ObjectRef -fd leak.etl -Inherit -ProcessFmt ${format}`,
      `dump leak.etl --inherit --process-format ${format.replace('Time', '').toLowerCase()}`,
    ]),
    [
      '-dump ObjectRef -fd leak.etl -ShowStack -Type Thread -symserver symbols/ -symFolder x -symcache y',
      'dump leak.etl --show-stack --type Thread --symbol-path symbols/ --symbols',
    ],
    [
      '-dump ObjectRef -fd leak.etl -pn EventLeak -ObjectName *signalevent_* -MinMaxDuration 0 1',
      'dump leak.etl --process EventLeak --object-name *signalevent_* --min-max-duration 0 1',
    ],
    [
      'dump leak.etl --query "process:EventLeak type:Event leakAtExit lifetime:>10ms"',
      'dump leak.etl --process EventLeak --type Event --leak-at-exit --min-max-duration 10.000001ms',
    ],
  ])('%s = %s', async (theirs, ours) => {
    const out = await leaklanes(words(ours));
    expect(out).not.toContain('error: ');
    expect(await leaklanes(words(theirs))).toBe(out);
  });

  it('-csv FILE writes what --format csv --out FILE writes', async () => {
    await leaklanes(words('-dump ObjectRef -fd leak.etl -csv leak.csv -Map 1'));
    const theirs = readFileSync(join(folder, 'leak.csv'), 'utf8');
    await leaklanes(words('dump leak.etl --format csv --out leak.csv --map 1'));
    expect(readFileSync(join(folder, 'leak.csv'), 'utf8')).toBe(theirs);
    expect(theirs.split('\r\n')).toHaveLength(4);
  });

  it.each(['-TestsPerRun', '-SkipNTests', '-TestRunIndex', '-TestRunCount', '-MinMaxMsTestTimes'])(
    '%s: wrong usage that says what to do instead',
    async (option) => {
      await expect(leaklanes(words(`-dump ObjectRef -fd leak.etl ${option} 1`))).rejects.toThrow(UsageError);
      await expect(leaklanes(words(`-dump ObjectRef -fd leak.etl ${option} 1`))).rejects.toThrow(/name the files/);
    },
  );

  it('an option that is not accepted would fail this test', async () => {
    await expect(leaklanes(words('dump leak.etl --leek'))).rejects.toThrow(CommanderError);
  });
});
