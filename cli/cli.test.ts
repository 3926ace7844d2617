/** The command line as scripts use it: what it prints where, and its exit codes. Runs the program itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import './testing/cleanMachine.ts';
import type { TraceInfo } from '../shared/records.ts';
import type { JsonObject } from '../worker/query/json.ts';
import { truncateAt } from '../worker/testing/corrupt.ts';
import { TraceBuilder, us } from '../worker/testing/traceBuilder.ts';

const PROGRAM = fileURLToPath(new URL('leaklanes.js', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../samples/handle-leak.etl', import.meta.url));

interface Result {
  code: number | null;
  out: string;
  err: string;
}

function run(...args: string[]): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status, out: stdout, err: stderr };
}

const json = (...args: string[]): JsonObject[] => {
  const { code, out, err } = run('dump', SAMPLE, '--format', 'json', ...args);
  expect([code, err]).toEqual([0, '']);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JsonObject);
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklanes-cli-'));
  // Builds dist/ where it is older than the sources, so that no test waits for it.
  execFileSync(process.execPath, [PROGRAM, '--version'], { stdio: 'ignore' });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('info', () => {
  it('is one JSON object a file, with the fields of the contract', () => {
    const { code, out } = run('info', SAMPLE, '--format', 'json');
    expect(code).toBe(0);
    const info = JSON.parse(out) as TraceInfo;
    expect(Object.keys(info)).toEqual([
      'file',
      'bytes',
      'buffers',
      'compressedBuffers',
      'events',
      'header',
      'firstEventNs',
      'lastEventNs',
      'counts',
      'processes',
      'imageEvents',
      'stacks',
      'health',
    ]);
    expect(info.file).toBe('handle-leak.etl');
    expect(Object.values(info.counts).reduce((sum, count) => sum + count, 0)).toBe(info.events);
    expect(info.processes.find((process) => process.pid === 924160)).toMatchObject({
      name: 'EventLeak.exe',
      parentPid: 1026876,
    });
  });

  it('has a text form', () => {
    expect(run('info', SAMPLE).out).toMatch(
      /^Trace {6}handle-leak\.etl, [\d,]+ bytes\nRecorded {3}2024-05-10 12:46:34/,
    );
  });
});

describe('dump', () => {
  it('json: one line an object in id order, with the fields of the contract', () => {
    const objects = json();
    expect(objects.map((object) => object.id)).toEqual(objects.map((_, index) => index + 1));
    expect(Object.keys(objects[0])).toEqual([
      'id',
      'kind',
      'pointer',
      'type',
      'name',
      'birthNs',
      'deathNs',
      'lifetimeNs',
      'bornBeforeTrace',
      'leak',
      'leakAtExit',
      'multiProcess',
      'overlapped',
      'maxRefCount',
      'inheritedBy',
      'createPid',
      'createTid',
      'createStack',
      'destroyPid',
      'destroyTid',
      'destroyStack',
      'handles',
      'refChanges',
    ]);
  });

  it('json --events: with events', () => {
    const [object] = json('--events', '--object-name', '*SignalEvent_13', '--leak-at-exit');
    expect(object.events?.map((event) => event.kind)).toEqual([
      'ObjectCreate',
      'HandleCreate',
      'HandleCreate',
      'HandleClose',
      'HandleClose',
      'ObjectDelete',
    ]);
  });

  it.each([
    ['process', ['--process', 'EventLeak', '--object-name', '*signalevent_*'], 100],
    ['process with pid, ETWAnalyzer spelling', ['-pn', 'eventleak.exe(924160)', '-ObjectName', '*SIGNALEVENT_*'], 100],
    ['leak at exit', ['--leak-at-exit', '--object-name', '*SignalEvent_*'], 8],
    ['one process, bare pid', ['--process', '924160', '--leak-at-exit', '--type', 'Event'], 8],
    ['inherit and related process', ['-Inherit', '-RelatedProcess', 'Eventleak'], 5],
    ['mappings only', ['--map', '1'], 1],
    ['id range', ['-MinMaxId', '10', '19'], 10],
    ['id from', ['--min-max-id=4690'], 7],
    ['excluded name', ['--process', 'EventLeak', '--type', 'Event', '--object-name', '!*SignalEvent_*'], 0],
    ['nothing matches', ['--type', 'NoSuch*'], 0],
  ])('keeps by %s', (_, args, count) => {
    expect(json(...args)).toHaveLength(count);
  });

  it('keeps by lifetime, unknown ones as 9999 s', () => {
    const kept = json('--min-max-duration', '9ms', '1', '--process', 'EventLeak', '--type', 'Event');
    expect(kept.map((object) => object.name?.replace(/.*_/, ''))).toEqual(['0', '13', '21', '27', '28', '29', '36']);
    const all = json('--type', 'Thread', '--process', 'ZSATunnel');
    expect(json('--type', 'Thread', '--process', 'ZSATunnel', '--min-max-duration', '9999')).toHaveLength(
      all.filter((o) => o.lifetimeNs === null).length,
    );
  });

  it('leaks are those whose handles stay open', () => {
    const leaks = json('--leak');
    expect(leaks.length).toBeGreaterThan(300);
    expect(
      leaks.every((object) => object.handles.some((handle) => handle.end === 'open' && handle.start !== 'existing')),
    ).toBe(true);
    expect(json().filter((object) => object.leak)).toHaveLength(leaks.length);
  });

  it('csv: a row an event, ETWAnalyzer columns first', () => {
    const { code, out } = run('dump', SAMPLE, '--format', 'csv', '--leak-at-exit', '--type', 'Event');
    expect(code).toBe(0);
    const { data, errors, meta } = Papa.parse<Record<string, string>>(out, { header: true, skipEmptyLines: true });
    expect(errors).toEqual([]);
    expect(meta.fields?.slice(6, 12)).toEqual(['Id', 'Stack', 'EventName', 'Time', 'Thread Id', 'Handle Value']);
    expect(data.filter((row) => row.EventName === 'HandleCreateEvent')).toHaveLength(16);
    expect(data.filter((row) => row.EventName === 'HandleCloseEvent')).toHaveLength(16);
  });

  it('text: the layout of ETWAnalyzer', () => {
    const { out } = run('dump', SAMPLE, '--object-name', '*SignalEvent_0');
    expect(out.split('\n').slice(0, 3)).toEqual([
      '5/10/2024 12:46:34 PM  handle-leak',
      expect.stringMatching(
        /^Id: \d+ Object: 0xFFFF810008BE66F0 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_0 Lifetime: 0\.016939 s {2}Type: Event Create\+Duplicate-Close: 2\+0-2 = 0$/,
      ),
      expect.stringMatching(
        /^ {8}12:46:37\.775935 924160\/1349480 HandleCreate {4}0xC0 {5}EventLeak\.exe \+- Stack: \d+$/,
      ),
    ]);
  });

  it('--out writes the file whole, and nothing else beside it', () => {
    const path = join(folder, 'out.csv');
    expect(run('dump', SAMPLE, '--format', 'csv', '--out', path)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(path, 'utf8').split('\r\n').length).toBeGreaterThan(15_000);
    expect(readdirSync(folder).filter((name) => name.startsWith('out.csv'))).toEqual(['out.csv']);
  });

  it('a pipe that closes is quiet', () => {
    const { stderr, stdout } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${PROGRAM}" dump "${SAMPLE}" --format json | head -1`],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(2);
  });
});

const cannotFill = process.platform === 'linux' ? null : 'skipped: no /dev/full on this system';
if (cannotFill) process.stdout.write(`${cannotFill}\n`);
describe.skipIf(cannotFill !== null)('a full stdout', () => {
  it.each(['dump', 'info', 'record', '--help'])('%s: exit code 2 and one sentence', (command) => {
    const file = ['dump', 'info'].includes(command) ? `"${SAMPLE}"` : '';
    const line = `"${process.execPath}" "${PROGRAM}" ${command} ${file} > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(stderr).toMatch(/^leaklanes: stdout: cannot be written \(ENOSPC.*\); make room there or .*\.\n$/);
    expect(status).toBe(2);
  });

  it('a reader that went away is none: exit code 0', () => {
    const line = `{ "${process.execPath}" "${PROGRAM}" dump "${SAMPLE}"; echo "code $?" >&2; } | head -1`;
    expect(spawnSync('sh', ['-c', line], { encoding: 'utf8' }).stderr).toBe('code 0\n');
  });
});

describe('a filter value that is nowhere in the trace', () => {
  it.each([
    [['dump', '--type', 'Evnt;Thread'], 'no type "Evnt" in handle-leak.etl; did you mean Event?'],
    [['totals', '-pn', 'EventLaek'], 'no process "EventLaek" in handle-leak.etl; did you mean EventLeak?'],
    [['stacks', '--related-process', '99999999'], 'no process "99999999" in handle-leak.etl.'],
    [['modules', '--dll', 'ZSATunel.exe'], 'no module "ZSATunel.exe" in handle-leak.etl; did you mean ZSATunnel.exe?'],
    [['info', '--fail-on', 'leak(type=Evnt)>0'], 'no type "Evnt" in handle-leak.etl; did you mean Event?'],
    [['dump', '--query', 'type:Qxzwv'], 'no type "Qxzwv" in handle-leak.etl.'],
  ])('%j: a line on stderr, exit code 0', ([command, ...filters], line) => {
    const { code, err } = run(command, SAMPLE, ...filters);
    expect([code, err]).toEqual([0, `leaklanes: ${line}\n`]);
  });

  it.each([
    [['--type', 'Event', '--object-name', 'nothing is called so']],
    [['--type', 'Evnt*']],
    [['--type', '!Evnt']],
    [['-pn', 'EventLeak.exe(924160)', '--type', 'thread', '--min-max-time', '0', '0.000001']],
  ])('%j: quiet', (filters) => {
    const { code, err } = run('dump', SAMPLE, ...filters);
    expect([code, err]).toEqual([0, '']);
  });

  it('of several files is one line', () => {
    expect(run('totals', SAMPLE, SAMPLE, '--type', 'Evnt').err).toBe(
      'leaklanes: no type "Evnt" in any of 2 files; did you mean Event?\n',
    );
  });
});

describe('many files', () => {
  it('a folder means its traces; one that cannot be read is told, the rest still come', () => {
    const traces = mkdtempSync(join(folder, 'many-'));
    const t = new TraceBuilder({});
    t.handleCreate({ ns: us(5), pid: 1, tid: 1, object: 1n, handle: 4, type: 16 });
    writeFileSync(join(traces, 'b.etl'), t.toBytes());
    writeFileSync(join(traces, 'a.etl'), 'no trace');
    writeFileSync(join(traces, 'readme.txt'), 'not looked at');
    const { code, out, err } = run('dump', traces, '--format', 'json');
    expect(code).toBe(1);
    expect(out.split('\n').filter(Boolean)).toHaveLength(1);
    expect(err).toMatch(/^leaklanes: .*a\.etl: not an ETL trace/);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(run('dump', join(traces, '*b.etl'), '--format', 'json').out).toBe(out);
  });

  it('read at a time or one after the other, they give the same, with a grand total', () => {
    const args = ['dump', SAMPLE, '/no/such.etl', SAMPLE, SAMPLE, '--type', 'Thread;Event'];
    const together = run(...args, '--jobs', '3');
    expect(together).toEqual(run(...args, '--jobs', '1'));
    expect(together.code).toBe(1);
    const lines = together.out.trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('Totals: ')).length).toBe(3);
    expect(lines.at(-1)).toMatch(/^Totals of 3 files: Objects Created/);
    const alone = run('dump', SAMPLE, '--type', 'Thread;Event').out;
    expect(together.out.startsWith(alone + alone + alone)).toBe(true);
  });
});

describe('totals', () => {
  it('text: the layout of ETWAnalyzer, by its spelling', () => {
    const { code, out, err } = run(
      '-dump',
      'ObjectRef',
      '-fd',
      SAMPLE,
      '-ShowTotal',
      'Process',
      '-TopN',
      '2',
      '-Type',
      'Thread',
    );
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      '5/10/2024 12:46:34 PM  handle-leak',
      'Not closed handles at trace end:',
      expect.stringMatching(/^\S+\(\d+\) +: {6}[ \d]\d$/),
      'ZSATunnel.exe(10232)                                        :     388',
      '='.repeat(69),
      expect.stringMatching(/^Sum {57}: {5}\d{3}$/),
      'Objects Created/Destroyed: 725/401 Diff: 324,  Handles Created/Closed/Duplicated: 725/401/0 Diff: 324,  RefChanges: 0, FileMap/Unmap: 0/0',
      '',
    ]);
  });

  it('are the sums of what the dump has', () => {
    const totals = JSON.parse(run('totals', SAMPLE, '--by', 'stack', '--format', 'json').out) as {
      open: number;
      leaked: number;
      rows: { open: number }[];
    };
    const handles = json().flatMap((object) => object.handles);
    expect(totals.open).toBe(handles.filter((handle) => handle.end === 'open').length);
    expect(totals.leaked).toBe(handles.filter((handle) => handle.end === 'open' && handle.start !== 'existing').length);
    expect(totals.rows.reduce((sum, row) => sum + row.open, 0)).toBe(totals.open);
  });
});

describe('totals of several files', () => {
  it('the grand total is the sum of the sums, of --top too', () => {
    const { code, out } = run('totals', SAMPLE, SAMPLE, '--by', 'process', '--top', '2');
    expect(code).toBe(0);
    const sums = [...out.matchAll(/^Sum +: +(\d+)$/gm)].map((match) => Number(match[1]));
    expect(sums).toHaveLength(2);
    expect(out).toMatch(new RegExp(`^Sum of all files +: +${sums[0] + sums[1]}$`, 'm'));
    expect(run('totals', SAMPLE).out).not.toContain(`: ${String(sums[0]).padStart(7)}\n`);
  });

  it.each([
    ['Process', 'process'],
    ['TOTAL', 'type'],
  ])('-ShowTotal %s is --by %s', (theirs, by) => {
    const { code, out } = run('totals', SAMPLE, '-ShowTotal', theirs);
    expect([code, out]).toEqual([0, run('totals', SAMPLE, '--by', by).out]);
  });
});

describe('stacks', () => {
  it('csv: the first node has all objects, the filters apply', () => {
    const { code, out } = run('stacks', SAMPLE, '--format', 'csv', '--by', 'create', '-pn', 'ZSATunnel', '--leak');
    expect(code).toBe(0);
    const { data } = Papa.parse<Record<string, string>>(out, { header: true, skipEmptyLines: true });
    expect(data[0]).toMatchObject({ Node: '1', Parent: '', Frame: 'all', Objects: '324', 'Leaked Objects': '324' });
    expect(new Set(data.slice(1).map((row) => row.Objects))).toEqual(new Set(['324']));
  });
});

describe('--fail-on', () => {
  it('exit code 3 and a line for each condition that is met; the output comes all the same', () => {
    const conditions = ['--fail-on', 'leak>0', '--fail-on', 'leakAtExit(type=Event)>=8', '--fail-on', 'lost>0'];
    const { code, out, err } = run('totals', SAMPLE, '-pn', 'EventLeak;ZSATunnel', ...conditions);
    expect([code, err]).toEqual([
      3,
      'leaklanes: --fail-on leak>0: 324\nleaklanes: --fail-on leakAtExit(type=Event)>=8: 8\n',
    ]);
    expect(out).toContain('Sum');
  });

  it('a file that cannot be read passes no gate: exit code 1, and the others are counted', () => {
    const { code, err } = run('info', SAMPLE, '/no/such.etl', SAMPLE, '--fail-on', 'leak>600', '--fail-on', 'leak>900');
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/no such file/),
      'leaklanes: --fail-on leak>600: 824',
    ]);
  });
});

describe('bad input', () => {
  const one = (text: string): string[] => text.trim().split('\n');

  it.each([
    ['a missing file', ['info', '/no/such.etl'], /no such file/],
    ['a folder without traces', ['info', fileURLToPath(new URL('.', import.meta.url))], /no \.etl file in this folder/],
  ])('%s: exit code 1', (_, args, sentence) => {
    const { code, out, err } = run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
    expect(one(err)).toHaveLength(1);
  });

  it('a file cut short: what is whole is printed, the rest is told, exit code 1', () => {
    const path = join(folder, 'cut.etl');
    writeFileSync(path, truncateAt(readFileSync(SAMPLE), 300_000));
    const { code, out, err } = run('info', path, '--format', 'json');
    expect(code).toBe(1);
    expect((JSON.parse(out) as TraceInfo).events).toBeGreaterThan(1000);
    expect(err).toMatch(/ends inside a buffer.*offset \d+/);
    expect(one(err)).toHaveLength(1);
  });

  const cannotForbid = process.platform === 'win32' ? 'skipped: file modes do not forbid reading on Windows' : null;
  if (cannotForbid) process.stdout.write(`${cannotForbid}\n`);
  it.skipIf(cannotForbid !== null)('no permission: exit code 1', () => {
    const path = join(folder, 'secret.etl');
    writeFileSync(path, 'x');
    chmodSync(path, 0);
    // Root may read everything, so as root the program runs as nobody.
    const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'info', path], { encoding: 'utf8', ...identity });
    expect(status).toBe(1);
    expect(stderr).toMatch(/no permission to read it/);
  });

  it.each([
    ['an unknown option', ['dump', SAMPLE, '--leek'], /unknown option '--leek'.*--leak/],
    ['an unknown command', ['dmup', SAMPLE], /unknown command 'dmup'.*dump/],
    ['an unknown format', ['dump', SAMPLE, '--format', 'xml'], /text, json, csv/],
    ['a range upside down', ['dump', SAMPLE, '--min-max-id', '9', '5'], /upside down/],
    ['a negative id', ['dump', SAMPLE, '--min-max-id', '-5'], /negative/],
    ['a range of letters', ['dump', SAMPLE, '-MinMaxDuration', 'long'], /"long" is no number/],
    ['a pointer that is none', ['dump', SAMPLE, '--object', '0xZZ'], /no hexadecimal number/],
    ['a map switch that is none', ['dump', SAMPLE, '--map', '2'], /1 \(mappings only\) or 0/],
    ['no file', ['dump'], /missing required argument/],
    ['an unknown option in the other spelling', ['dump', SAMPLE, '-ObjctName', 'x'], /'-ObjctName'.*--object-name/],
    ['an unknown option of one letter', ['dump', SAMPLE, '-p', '5'], /'-p' \(Did you mean --process\?\)/],
    ['an unknown short option', ['dump', SAMPLE, '-id', '5'], /'-id' \(Did you mean --min-max-id\?\)/],
    ['an option cut short', ['dump', SAMPLE, '--typ', 'x'], /'--typ' \(Did you mean --type\?\)/],
    ['an option like none', ['dump', SAMPLE, '-xyzzy', 'x'], /unknown option '-xyzzy'\.$/m],
    ['a value of a typed spelling', ['dump', SAMPLE, '-ShowTotal', 'Procss'], /option '-ShowTotal <what>'.*process/],
    ['a combination, typed', ['dump', SAMPLE, '-TopN', '5'], /^leaklanes: -TopN needs --show-total/],
    ['an output of -csv', ['dump', SAMPLE, '-csv', '/no/such/folder/x.csv'], /another place with -csv\./],
    ['totals of none', ['totals', SAMPLE, '-ShowTotal', 'None'], /-ShowTotal none leaves nothing/],
    ['totals by two', ['totals', SAMPLE, '-ShowTotal', 'Total', '--by', 'name'], /leave it out to use --by name/],
    ['a filter of separators', ['dump', SAMPLE, '--type', ';'], /nothing beside the ";"/],
    [
      'a bracket alone',
      ['dump', SAMPLE, '-pn', 'EventLeak.exe('],
      /'-pn <filter>'.*"EventLeak\.exe\(" has one bracket/,
    ],
    ['a bracket alone, of modules', ['modules', SAMPLE, '-pn', 'EventLeak.exe('], /has one bracket/],
    ['a condition that is none', ['info', SAMPLE, '--fail-on', 'leek>0'], /did you mean leak\?/],
    ['a kind of total that is none', ['totals', SAMPLE, '--by', 'proces'], /did you mean process\?/],
    ['an output over its own input', ['dump', SAMPLE, '--out', SAMPLE], /one of the files to read/],
    [
      'an output that is a folder',
      ['dump', SAMPLE, '--out', fileURLToPath(new URL('.', import.meta.url))],
      /is a folder/,
    ],
    ['an output that cannot be written', ['dump', SAMPLE, '--out', '/no/such/folder/x.csv'], /cannot be written/],
  ])('%s: exit code 2 and one sentence', (_, args, sentence) => {
    const { code, out, err } = run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
    expect(one(err)).toHaveLength(1);
  });

  it('leaves nothing half-written', () => {
    const path = join(folder, 'half.csv');
    expect(run('dump', '/no/such.etl', '--out', path).code).toBe(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
  });
});
