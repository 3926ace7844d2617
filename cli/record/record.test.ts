// @vitest-environment jsdom
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Command } from 'commander';
import { addRecordCommand, planOf, record, type RecordOptions } from '../commands/record.ts';
import { UsageError } from '../output.ts';
import { recordPage, xperfCommands } from './commands.ts';
import type { RecordPlan } from './plan.ts';
import { wprProfile } from './profile.ts';
import type { Machine } from './run.ts';

const defaults: RecordOptions = { stacks: true, mode: 'file', out: 'leaklanes.etl' };
const plan = (options: Partial<RecordOptions> = {}): RecordPlan => planOf({ ...defaults, ...options });

/** What the profile's XML says; throws where it is not well-formed. */
function parse(options: Partial<RecordOptions> = {}): Document {
  const document = new DOMParser().parseFromString(wprProfile(plan(options)), 'application/xml');
  expect(document.querySelector('parsererror')).toBeNull();
  return document;
}
const values = (document: Document, selector: string, attribute = 'Value'): (string | null)[] =>
  [...document.querySelectorAll(selector)].map((element) => element.getAttribute(attribute));

describe('the WPR profile', () => {
  it('is well-formed and has the parts of the schema in their order', () => {
    const document = parse();
    const root = document.documentElement;
    expect([root.tagName, root.getAttribute('Version')]).toEqual(['WindowsPerformanceRecorder', '1.0']);
    const [profiles] = root.children;
    expect([...profiles.children].map((element) => `${element.tagName} ${element.getAttribute('Id')}`)).toEqual([
      'SystemCollector SystemCollector_File',
      'SystemCollector SystemCollector_Memory',
      'SystemProvider SystemProvider_Base',
      'SystemProvider SystemProvider_Leaklanes',
      'Profile Leaklanes.Verbose.File',
      'Profile Leaklanes.Verbose.Memory',
    ]);
    expect(values(document, 'Profile', 'LoggingMode')).toEqual(['File', 'Memory']);
    expect(values(document, 'Profile', 'DetailLevel')).toEqual(['Verbose', 'Verbose']);
    for (const profile of document.querySelectorAll('Profile')) {
      expect([...profile.children].map((element) => element.tagName)).toEqual(['ProblemCategories', 'Collectors']);
    }
  });

  it('refers only to what it defines', () => {
    const document = parse({ objects: true, mappings: true });
    const ids = values(document, '[Id]', 'Id');
    expect(new Set(ids).size).toBe(ids.length);
    const named = [
      ...values(document, 'SystemCollectorId'),
      ...values(document, 'SystemProviderId'),
      ...values(document, '[Base]', 'Base'),
    ];
    for (const id of named) expect(ids).toContain(id);
    expect(named.length).toBe(5);
  });

  it('has the keywords and stacks of what is asked for', () => {
    const all = parse({ handles: true, objects: true, mappings: true });
    expect(values(all, 'Keyword')).toEqual(['ProcessThread', 'Loader', 'Handle', 'Object', 'VAMap', 'Filename']);
    expect(values(all, 'Stack')).toEqual([
      'HandleCreate',
      'HandleClose',
      'HandleDuplicate',
      'ObjectCreate',
      'ObjectDelete',
      'ObjectReference',
      'ObjectDereference',
      'MapFile',
      'UnMapFile',
    ]);
    expect(values(parse(), 'Keyword')).toEqual(['ProcessThread', 'Loader', 'Handle']);
    expect(values(parse({ mappings: true }), 'Stack')).toEqual(['MapFile', 'UnMapFile']);
  });

  it('--buffer-mb sets the buffers of the chosen mode; stack caching comes with stacks', () => {
    const buffers = (options: Partial<RecordOptions>) => values(parse(options), 'Buffers');
    expect(buffers({})).toEqual(['64', '512']);
    expect(buffers({ mode: 'memory', bufferMb: 1024 })).toEqual(['64', '1024']);
    expect(values(parse(), 'BufferSize')).toEqual(['1024', '1024']);
    expect(parse().querySelectorAll('StackCaching')).toHaveLength(2);
    const plain = parse({ stacks: false });
    expect(plain.querySelectorAll('StackCaching, Stack, Stacks')).toHaveLength(0);
  });
});

describe('the commands', () => {
  it('xperf: those of the seed document, with buffers', () => {
    expect(xperfCommands(plan({ bufferMb: 64 }))).toEqual([
      'xperf -on PROC_THREAD+LOADER+OB_HANDLE -stackwalk HandleCreate+HandleClose+HandleDuplicate -buffersize 1024 -minbuffers 64 -maxbuffers 64 -f C:\\temp\\leak_raw.etl',
      'xperf -stop',
      'xperf -merge C:\\temp\\leak_raw.etl C:\\temp\\leak.etl',
    ]);
    expect(xperfCommands(plan({ objects: true }))[0]).toContain(
      '-on PROC_THREAD+LOADER+OB_OBJECT -stackwalk ObjectCreate+ObjectDelete+ObjectReference+ObjectDeReference',
    );
    expect(xperfCommands(plan({ mappings: true }))[0]).toContain('+VAMAP+FILENAME -stackwalk MapFile+UnMapFile');
    expect(xperfCommands(plan({ stacks: false }))[0]).not.toContain('-stackwalk');
  });

  it('xperf: a ring buffer is flushed before it stops', () => {
    const commands = xperfCommands(plan({ mode: 'memory' }));
    expect(commands[0]).toMatch(/-maxbuffers 512 -buffering$/);
    expect(commands.map((command) => command.split(' ')[1])).toEqual(['-on', '-flush', '-stop', '-merge']);
  });

  it('the page names the file of the profile and the mode', () => {
    expect(recordPage(plan(), 'my traces\\x.wprp')).toContain('  wpr -start "my traces\\x.wprp!Leaklanes" -filemode\n');
    expect(recordPage(plan({ mode: 'memory' }), null)).toContain('  wpr -start leaklanes.wprp!Leaklanes\n');
    expect(recordPage(plan({ handles: true, objects: true, mappings: true }), null)).toMatch(
      /^To record handles, object references and file mappings with stacks into a file, on Windows/,
    );
    expect(recordPage(plan({ objects: true }), null)).toContain('add --handles');
  });

  it('the page says how to filter by type, where that is wanted', () => {
    const page = recordPage(plan({ type: ['Event', 'Thread'] }), null);
    expect(page).toContain('With a type filter (Event, Thread)\n');
    expect(page).toMatch(/after the start[\s\S]*ETWController[\s\S]*totals .* --by type/);
    expect(recordPage(plan(), null)).toContain('--type Event says how');
  });
});

describe('the types', () => {
  const parsed = async (...args: string[]): Promise<unknown> => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    addRecordCommand(program);
    const [command] = program.commands;
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .action(() => undefined);
    await program.parseAsync(['record', ...args], { from: 'user' });
    return command.opts<RecordOptions>().type;
  };

  it('are up to four', async () => {
    expect(await parsed('--type', 'Event; Thread')).toEqual(['Event', 'Thread']);
    await expect(parsed('--type', 'a;b;c;d;e')).rejects.toThrow(/4 types at most; 5 are named/);
    await expect(parsed('--type', ';')).rejects.toThrow(/empty/);
  });
});

describe('record', () => {
  let folder = '';
  let said: string[] = [];
  let ran: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklanes-record-test-'));
    said = [];
    ran = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (said.push(String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (said.push(String(text)), true));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  const machine = (platform: NodeJS.Platform, codes: number[] = []): Machine => ({
    platform,
    run: async (program, args) => {
      ran.push([program, ...args].join(' ').replace(/\S*leaklanes-record-\S*[\\/]/, ''));
      return codes.shift() ?? 0;
    },
    untilStopped: async (seconds) => void ran.push(`wait ${seconds ?? ''}`),
    say: (line) => void said.push(line),
  });

  it('--save writes the profile and nothing else', async () => {
    const path = join(folder, 'x.wprp');
    await record({ ...defaults, save: path }, machine('linux'));
    expect(await readFile(path, 'utf8')).toBe(wprProfile(plan()));
    expect(await readdir(folder)).toEqual(['x.wprp']);
    expect(said.join('')).toContain(`${path}!Leaklanes`);
  });

  it('reads its options', async () => {
    const program = new Command('leaklanes').exitOverride();
    addRecordCommand(program);
    const args = 'record --handles --mappings --no-stacks --mode memory --buffer-mb 100'.split(' ');
    await program.parseAsync(args, { from: 'user' });
    const options = { handles: true, mappings: true, stacks: false, mode: 'memory', bufferMb: 100 } as const;
    expect(said.join('')).toBe(recordPage(plan(options), null));
    await expect(program.parseAsync(['record', '--mode', 'flie'], { from: 'user' })).rejects.toThrow(
      /did you mean file/,
    );
    await expect(program.parseAsync(['record', '--buffer-mb', '0'], { from: 'user' })).rejects.toThrow(/whole number/);
  });

  it('--save to a place that cannot be written is wrong usage', async () => {
    const saving = record({ ...defaults, save: join(folder, 'no/x.wprp') }, machine('linux'));
    await expect(saving).rejects.toThrow(UsageError);
    await expect(saving).rejects.toThrow(/choose another place with --save/);
  });

  it('--run elsewhere than on Windows is wrong usage, before anything is written', async () => {
    const save = join(folder, 'x.wprp');
    await expect(record({ ...defaults, run: true, save }, machine('linux'))).rejects.toThrow(/needs Windows/);
    expect(await readdir(folder)).toEqual([]);
    expect(ran).toEqual([]);
  });

  it('--run starts, waits and stops', async () => {
    await record({ ...defaults, run: true, seconds: 3, out: 'a.etl' }, machine('win32'));
    expect(ran).toEqual(['wpr -start leaklanes.wprp!Leaklanes -filemode', 'wait 3', 'wpr -stop a.etl']);
  });

  it('--run that cannot start tells the code and what to do, and does not stop what is not its own', async () => {
    await record({ ...defaults, run: true }, machine('win32', [5]));
    expect(ran).toHaveLength(1);
    expect(said.join('')).toMatch(/^leaklanes: wpr -start .*: failed with code 5; is another recording running/);
    expect(process.exitCode).toBe(1);
  });
});
