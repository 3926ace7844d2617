/** Function names on the command line: where they come from, what is asked of whom, and what `leaklanes symbols` says of it. In this process. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import Papa from 'papaparse';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import './testing/cleanMachine.ts';
import type { SymbolModule, SymbolsReport } from '../shared/symbols.ts';
import type { JsonObject } from '../worker/query/json.ts';
import { addDumpCommand } from './commands/dump.ts';
import { addInfoCommand } from './commands/info.ts';
import { addStacksCommand } from './commands/stacks.ts';
import { addSymbolsCommand } from './commands/symbols.ts';
import { addTotalsCommand } from './commands/totals.ts';
import { parseCondition } from './conditions.ts';
import type { FileRequest, Print } from './fileWork.ts';
import { needsNames } from './naming.ts';
import { normalizeArguments } from './options.ts';
import { symbolsText } from './symbolsText.ts';

const PROGRAM = fileURLToPath(new URL('leaklanes.js', import.meta.url));
/** with `symbols` beside it */
const SAMPLE = fileURLToPath(new URL('../samples/handle-leak.etl', import.meta.url));
const SYMBOLS = fileURLToPath(new URL('../samples/symbols', import.meta.url));

/** the sample without symbols beside it */
let alone = '';
let folder = '';
let printed = '';
let complained = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklanes-symbols-'));
  alone = join(folder, 'handle-leak.etl');
  symlinkSync(SAMPLE, alone);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  // What one test has read is nothing that the next one knows.
  vi.stubEnv('LEAKLANES_CACHE', mkdtempSync(join(folder, 'cache-')));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((complained += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** What a command line prints; rejects for wrong usage. */
async function leaklanes(...args: string[]): Promise<string> {
  printed = complained = '';
  const program = new Command('leaklanes').exitOverride().configureOutput({ outputError: () => {} });
  for (const add of [addDumpCommand, addInfoCommand, addStacksCommand, addSymbolsCommand, addTotalsCommand])
    add(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  await program.parseAsync(normalizeArguments(args), { from: 'user' });
  return printed;
}

async function report(...args: string[]): Promise<SymbolsReport & { file: string }> {
  return JSON.parse(await leaklanes('symbols', '--format', 'json', ...args)) as SymbolsReport & { file: string };
}

const statesOf = ({ modules }: SymbolsReport): string[] => [...new Set(modules.map(({ state }) => state))];

describe('leaklanes symbols', () => {
  it('finds the PDBs beside the trace', async () => {
    const { file, status, modules, download } = await report(SAMPLE);
    expect(file).toBe('handle-leak.etl');
    expect(statesOf({ modules } as SymbolsReport)).toEqual(['named']);
    expect(status).toMatchObject({
      loading: false,
      modulesNamed: status.modules,
      framesNamed: status.framesWithModule,
    });
    expect(status.modules).toBe(modules.length);
    expect(download).toBe(false);
    expect(modules.map(({ frames }) => frames)).toEqual(modules.map(({ frames }) => frames).toSorted((a, b) => b - a));
    const kernel = modules.find(({ name }) => name === 'ntoskrnl.exe');
    expect(kernel).toMatchObject({
      pdb: { name: 'ntkrnlmp.pdb' },
      origin: join(SYMBOLS, 'ntkrnlmp.pdb'),
      detail: '',
      system: true,
    });
  });

  it('as text: a summary, the path, and where each module has its names from', async () => {
    const lines = (await leaklanes('symbols', SAMPLE)).split('\n');
    expect(lines[0]).toMatch(/^handle-leak\.etl: [\d,]+ of [\d,]+ frames have a function name, (\d+) of \1 modules$/);
    expect(lines[1]).toBe('Symbol path (default): srv*https://msdl.microsoft.com/download/symbols');
    expect(lines[2]).toBe('Servers are not asked: --symbols allows it.');
    expect(lines[3]).toMatch(/^ *[\d,]+ {2}named {6}ntoskrnl\.exe .*ntkrnlmp\.pdb [0-9a-f-]{36} age \d+$/);
    expect(lines[4]).toBe(`        from ${join(SYMBOLS, 'ntkrnlmp.pdb')}`);
  });

  it('as CSV: a row a module', async () => {
    const { data } = Papa.parse<Record<string, string>>(await leaklanes('symbols', alone, '--format', 'csv'), {
      header: true,
      skipEmptyLines: true,
    });
    const { modules } = await report(alone);
    expect(data.map((row) => [row.Module, row.PdbGuid, row.PdbAge, row.Frames, row.State, row.Detail])).toEqual(
      modules.map(({ name, pdb, frames, state, detail }) => [
        name,
        pdb?.guid ?? '',
        String(pdb?.age ?? ''),
        String(frames),
        state,
        detail,
      ]),
    );
  });

  it('without symbols asks nobody, and says what helps', async () => {
    const { status, modules } = await report(alone);
    expect(status).toMatchObject({ framesNamed: 0, modulesNamed: 0 });
    expect(statesOf({ modules } as SymbolsReport)).toEqual(['notAllowed']);
    expect(modules[0].detail).toContain('allow');
    const text = await leaklanes('symbols', alone);
    expect(text).toContain('notAllowed ntoskrnl.exe');
    expect(text).not.toContain('msdl.microsoft.com/download/symbols:');
    expect(statesOf(await report(alone, '--offline'))).toEqual(['notFound']);
    expect(await leaklanes('symbols', alone, '--offline')).toMatch(
      /^ {10}https:\/\/msdl\.microsoft\.com\/download\/symbols: not asked: offline$/m,
    );
  });

  it('tells parts of the path that make no sense, and uses the others', async () => {
    const { pathFrom, pathProblems, modules } = await report(alone, '--symbol-path', `srx*x;${SYMBOLS}`);
    expect(pathFrom).toBe('request');
    expect(pathProblems).toEqual([expect.stringContaining('"srx*x"')]);
    expect(statesOf({ modules } as SymbolsReport)).toEqual(['named']);
  });

  it('uses _NT_SYMBOL_PATH', async () => {
    vi.stubEnv('_NT_SYMBOL_PATH', SYMBOLS);
    const found = await report(alone);
    expect([found.pathFrom, ...statesOf(found)]).toEqual(['environment', 'named']);
  });
});

describe('a symbol server', () => {
  let server: Server;
  let asked: string[];
  let hasFiles: boolean;
  /** true: the response is the test's own */
  let answer: (url: string, response: ServerResponse) => boolean;
  let store: string;
  let path: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push(url);
      if (answer(url, response)) return;
      const name = url.split('/').at(-1) ?? '';
      if (!hasFiles || !readdirSync(SYMBOLS).includes(name)) return void response.writeHead(404).end();
      response.end(readFileSync(join(SYMBOLS, name)));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => server.close(done)));
  beforeEach(() => {
    [asked, hasFiles, answer] = [[], true, () => false];
    store = mkdtempSync(join(folder, 'store-'));
    path = `srv*${store}*http://127.0.0.1:${(server.address() as AddressInfo).port}/${store.split('-').at(-1)}`;
  });

  it('is asked with --symbols only, and for each PDB once', async () => {
    expect(statesOf(await report(alone, '--symbol-path', path))).toEqual(['notAllowed']);
    expect(asked).toEqual([]);
    const found = await report(alone, '--symbol-path', path, '--symbols');
    expect(statesOf(found)).toEqual(['named']);
    expect(found.download).toBe(true);
    expect(found.modules[0].origin).toContain('http://127.0.0.1:');
    expect(asked).toHaveLength(new Set(asked).size);
    asked = [];
    expect(statesOf(await report(alone, '--symbol-path', path)), 'what is here now is local').toEqual(['named']);
    expect(asked).toEqual([]);
  });

  it('is not asked again for what it does not have, but with --retry', async () => {
    hasFiles = false;
    const args = [alone, '--symbol-path', path, '--symbols'];
    expect(statesOf(await report(...args))).toEqual(['notFound']);
    const first = asked.length;
    expect(first).toBeGreaterThan(0);
    expect(statesOf(await report(...args))).toEqual(['notFound']);
    expect(asked).toHaveLength(first);
    hasFiles = true;
    expect(statesOf(await report(...args, '--retry'))).toEqual(['named']);
  });

  // In a process of its own: nothing but what is under way keeps that alive.
  const start = (...files: string[]) =>
    spawn(process.execPath, [PROGRAM, 'symbols', ...files, '--symbol-path', path, '--symbols', '--format', 'json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('is asked again after an error, by a program that waits for nothing else', async () => {
    const busy = new Set<string>();
    answer = (url, response) => {
      if (busy.has(url)) return false;
      busy.add(url);
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    };
    const program = start(alone);
    let text = '';
    program.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect(await once(program, 'close')).toEqual([0, null]);
    expect(statesOf(JSON.parse(text) as SymbolsReport)).toEqual(['named']);
  });

  it('is asked for each PDB once by several files', async () => {
    const program = start(alone, alone, alone);
    program.stdout.resume();
    expect(await once(program, 'close')).toEqual([0, null]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked).toHaveLength(new Set(asked).size);
  });

  it.each([
    ['in this thread', () => [alone]],
    ['in threads', () => [alone, alone, '--jobs', '2']],
  ])('is left alone after Ctrl+C, and what came of a file is kept to be continued: %s', async (_, args) => {
    const ends = new Map<string, () => void>();
    answer = (url, response) => {
      response.writeHead(200, { etag: `"1"`, 'content-length': 100_000 }).write(Buffer.alloc(1000));
      ends.set(url, () => response.destroy());
      if (ends.size === 1) program.kill('SIGINT');
      return true;
    };
    const program = start(...args());
    program.stdout.resume();
    expect(await once(program, 'exit')).toEqual([130, null]);
    ends.forEach((end) => end());
    expect(readdirSync(store)).toEqual(['.leaklanes']);
    expect(readdirSync(join(store, '.leaklanes')).filter((name) => !name.endsWith('.part'))).toEqual([]);
  });
});

it('names from a trace cannot steer the terminal', () => {
  const pdb = { name: 'a\u001b[2J.pdb', guid: '0', age: 1 };
  const module = { module: 0, name: 'a\n.dll', path: '', version: null, pdb, frames: 1, framesNamed: 0 };
  const rest = {
    state: 'waiting' as const,
    detail: '',
    origin: null,
    tried: [],
    system: false,
  } satisfies Partial<SymbolModule>;
  const status = {
    version: 0,
    loading: false,
    frames: 1,
    framesWithModule: 1,
    framesNamed: 0,
    modules: 1,
    modulesNamed: 0,
  };
  const rules: Omit<SymbolsReport, 'status' | 'modules'> = {
    path: '',
    pathFrom: 'default',
    pathProblems: [],
    download: true,
    names: 'short',
  };
  const text = [...symbolsText('x', { status, ...rules, modules: [{ ...module, ...rest }] })].join('');
  expect(text.split('\n')[2]).toBe('1  waiting    a\uFFFD.dll  a\uFFFD[2J.pdb 0 age 1');
});

describe('names in other commands', () => {
  const LEAKED = ['--process', 'EventLeak', '--object-name', '*SignalEvent_*'];

  async function objects(...args: string[]): Promise<JsonObject[]> {
    const out = await leaklanes('dump', '--format', 'json', ...args);
    return out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as JsonObject);
  }

  it('are there without being asked for where they are local', async () => {
    const [{ createStack }] = await objects(SAMPLE, ...LEAKED);
    expect(createStack?.[0]).toMatch(/^ntoskrnl\.exe!ObpCreateHandle\+0x[0-9A-F]+$/);
    expect((await objects(SAMPLE, ...LEAKED, '--no-symbols'))[0].createStack?.[0]).toMatch(/^ntoskrnl\.exe\+0x/);
  });

  it('are short or full', async () => {
    const framesOf = async (form: string) => (await objects(SAMPLE, ...LEAKED, '--names', form))[0].createStack ?? [];
    const [short, full] = [await framesOf('short'), await framesOf('full')];
    expect(short).toHaveLength(full.length);
    expect(short.join('').length).toBeLessThan(full.join('').length);
  });

  it('are what stack filters look at', async () => {
    const swept = await objects(SAMPLE, ...LEAKED, '--destroy-stack', '*NtTerminateProcess*');
    expect(swept).toHaveLength(8);
    expect(swept.every((object) => object.leakAtExit)).toBe(true);
    expect(complained).toBe('');
  });

  it('a filter by a name without symbols keeps nothing, and says why', async () => {
    expect(await objects(SAMPLE, ...LEAKED, '--destroy-stack', '*NtTerminateProcess*', '--no-symbols')).toEqual([]);
    expect(complained).toBe(
      'leaklanes: no stack with "*NtTerminateProcess*" in handle-leak.etl; not all frames have function names: `leaklanes symbols` says why.\n',
    );
  });

  it('are in trees and totals', async () => {
    expect(await leaklanes('stacks', SAMPLE, ...LEAKED)).toContain('EventLeak.exe!EventManager::GetOrCreateEvent');
    expect(await leaklanes('totals', SAMPLE, '--by', 'stack', '--type', 'Thread')).toContain('!');
  });

  it('of several files are there in each, read at a time too', () => {
    const args = ['dump', SAMPLE, alone, SAMPLE, ...LEAKED, '--show-stack'];
    const run = (jobs: string) => spawnSync(process.execPath, [PROGRAM, ...args, '--jobs', jobs], { encoding: 'utf8' });
    const together = run('3');
    expect([together.status, together.stderr]).toEqual([0, '']);
    expect(together.stdout).toContain('ntoskrnl.exe!ObpCreateHandle');
    // The functions were kept when the first was read: also the trace without symbols beside it may have names.
    expect(run('1').stdout.split('\n').length).toBe(together.stdout.split('\n').length);
  });
});

describe('wrong usage', () => {
  it.each([
    [['dump', SAMPLE, '--symbols', '--offline'], /use one of them/],
    [['dump', SAMPLE, '--retry'], /--retry needs --symbols/],
    [['stacks', SAMPLE, '--allow-http'], /--allow-http needs --symbols/],
    [['totals', SAMPLE, '--no-symbols', '--symbol-path', 'x'], /leave one of them out/],
    [['symbols', SAMPLE, '--no-symbols'], /unknown option/],
    [['symbols', SAMPLE, '--symbol-path', ' '], /It is empty/],
    [['symbols', SAMPLE, '--names', 'long'], /none of short, full/],
  ])('%j', async (args, sentence) => {
    await expect(leaklanes(...args)).rejects.toThrow(sentence);
  });
});

describe('names are looked for where they matter', () => {
  const text = { options: { timeFormat: 's' }, events: false, csv: { separator: ',', noCommandLine: false } } as const;
  const dump = { what: 'dump', ...text } as Print;
  const request = (print: Print, rest: Partial<FileRequest> = {}): FileRequest => ({
    print,
    format: 'text',
    filter: {},
    creator: {},
    failOn: [],
    symbols: {},
    colors: false,
    withTotals: false,
    ...rest,
  });

  it.each<[string, FileRequest, boolean]>([
    ['info', request({ what: 'info' }), false],
    ['symbols', request({ what: 'symbols' }), true],
    ['dump as text', request(dump), false],
    ['with stacks', request({ ...dump, options: { timeFormat: 's', showStack: true } } as Print), true],
    ['as JSON', request(dump, { format: 'json' }), true],
    ['as CSV', request(dump, { format: 'csv' }), true],
    ['in colours', request(dump, { colors: true }), true],
    ['by a stack', request(dump, { filter: { createStack: 'x' } }), true],
    ['leaks until exit', request(dump, { filter: { leakAtExit: true } }), true],
    ['leaks', request(dump, { filter: { leak: true } }), false],
    ['a gate on them', request({ what: 'info' }, { failOn: [parseCondition('leakAtExit>0')] }), true],
    ['a gate on other counts', request({ what: 'info' }, { failOn: [parseCondition('leak>0')] }), false],
    ['a gate with a stack', request({ what: 'info' }, { failOn: [parseCondition('open(stack-filter=x)>0')] }), true],
    ['totals by stack', request({ what: 'totals', options: { by: 'stack' }, separator: ',' }), true],
    ['totals by type', request({ what: 'totals', options: { by: 'type' }, separator: ',' }), false],
  ])('%s', (_, given, expected) => {
    expect(needsNames(given)).toBe(expected);
  });
});
