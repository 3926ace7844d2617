import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { traceOf } from '../lifetimes/testing.ts';
import type { Trace } from '../lifetimes/model.ts';
import { openTrace } from '../openTrace.ts';
import { RECORDINGS, recordingsMissing } from '../testing/recordings.ts';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';
import {
  MODULE_CSV_COLUMNS,
  moduleCsvHeader,
  moduleCsvLines,
  moduleJsonLines,
  moduleLines,
  selectModules,
  type JsonModule,
  type ModuleFilter,
} from './modules.ts';

const APP = 0x7ff600000000n;
const GUID = '6048fdb6-2dcd-41c1-8835-594844ce7143';

function builder(): TraceBuilder {
  const t = new TraceBuilder({ headerStyle: 'system' });
  t.processDCStart({ ns: us(1), pid: 4, parentPid: 0, name: 'System' });
  t.processDCStart({ ns: us(1), pid: 100, parentPid: 1, name: 'b.exe', commandLine: '"C:\\Tools\\b.exe" /x 1' });
  t.processDCStart({ ns: us(1), pid: 200, parentPid: 1, name: 'a.exe', commandLine: 'a.exe' });
  t.volumeMapping('\\Device\\HarddiskVolume3\\', 'C:\\');
  t.volumeMapping('\\Device\\HarddiskVolume3\\Mount\\', 'M:\\');
  t.volumeMapping('\\SystemRoot\\', 'C:\\Windows\\');
  return t;
}

interface Build {
  pid: number;
  base: bigint;
  size?: number;
  timeStamp?: number;
  file?: string;
}

function image(t: TraceBuilder, at: number, { pid, base, size = 0x1000, timeStamp = 0, file = 'x.dll' }: Build): void {
  t.image({ ns: us(at), kind: 'load', pid, base, size, timeStamp, file: `\\Device\\HarddiskVolume3\\Tools\\${file}` });
}

function identity(t: TraceBuilder, at: number, build: Build & { version: string; pdb?: string }): void {
  const { pid, base, size = 0x1000, timeStamp = 7, file = 'x.dll', version, pdb } = build;
  const name = { size, timeStamp, originalName: file };
  t.imageFileVersion({
    ns: us(at),
    ...name,
    fileVersion: version,
    binaryVersion: version,
    productName: 'Tool',
    productVersion: '4',
    companyName: 'Maker',
    description: '=cmd',
  });
  t.imageId({ ns: us(at + 1), pid, base, ...name });
  if (pdb) t.imageDbgId({ ns: us(at + 2), pid, base, guid: GUID, age: 3, pdb });
}

const modulesOf = (trace: Trace, filter: ModuleFilter = {}): JsonModule[] =>
  [...moduleJsonLines(trace, selectModules(trace, filter))].map((line) => JSON.parse(line) as JsonModule);

describe('modules', () => {
  it('joins image, identity, version and PDB, though image events have no time stamp', async () => {
    const t = builder();
    image(t, 5, { pid: 100, base: APP });
    identity(t, 90, { pid: 100, base: APP, version: '4.3.0.161', pdb: 'x.pdb' });
    expect(modulesOf(await traceOf(t.toBytes()))).toEqual([
      {
        file: 'trace.etl',
        process: 'b.exe',
        pid: 100,
        name: 'x.dll',
        path: 'C:\\Tools\\x.dll',
        base: '0x7FF600000000',
        size: 0x1000,
        timeStamp: '0x7',
        fileVersion: '4.3.0.161',
        binaryVersion: '4.3.0.161',
        productName: 'Tool',
        productVersion: '4',
        company: 'Maker',
        description: '=cmd',
        originalFileName: 'x.dll',
        pdb: { name: 'x.pdb', guid: GUID, age: 3 },
      },
    ]);
  });

  it('one version record serves all processes that loaded that build, and no other build of the same name', async () => {
    const t = builder();
    image(t, 5, { pid: 100, base: APP });
    image(t, 6, { pid: 200, base: APP + 0x10000n });
    image(t, 7, { pid: 200, base: APP + 0x20000n });
    identity(t, 90, { pid: 100, base: APP, version: '1' });
    t.imageId({ ns: us(93), pid: 200, base: APP + 0x10000n, size: 0x1000, timeStamp: 7, originalName: 'x.dll' });
    t.imageId({ ns: us(94), pid: 200, base: APP + 0x20000n, size: 0x1000, timeStamp: 8, originalName: 'x.dll' });
    const found = modulesOf(await traceOf(t.toBytes()));
    expect(found.map((m) => [m.process, m.timeStamp, m.fileVersion])).toEqual([
      ['a.exe', '0x7', '1'],
      ['a.exe', '0x8', null],
      ['b.exe', '0x7', '1'],
    ]);
  });

  it('a place that two builds used one after the other: size and time stamp tell them apart, each has its own PDB', async () => {
    const t = builder();
    image(t, 5, { pid: 100, base: APP, size: 0x1000, timeStamp: 7 });
    image(t, 6, { pid: 100, base: APP, size: 0x2000, timeStamp: 8 });
    identity(t, 90, { pid: 100, base: APP, size: 0x1000, timeStamp: 7, version: '1', pdb: 'one.pdb' });
    identity(t, 95, { pid: 100, base: APP, size: 0x2000, timeStamp: 8, version: '2', pdb: 'two.pdb' });
    // Merges repeat the identities.
    identity(t, 100, { pid: 100, base: APP, size: 0x1000, timeStamp: 7, version: '1', pdb: 'one.pdb' });
    const found = modulesOf(await traceOf(t.toBytes()));
    expect(found.map((m) => [m.fileVersion, m.pdb?.name])).toEqual([
      ['1', 'one.pdb'],
      ['2', 'two.pdb'],
    ]);
  });

  it("kernel images are System's; the longest volume name counts; a module that comes again is one", async () => {
    const t = builder();
    const kernel = { base: 0xfffff80000000000n, size: 0x1000, file: '\\SystemRoot\\system32\\ntoskrnl.exe' };
    t.image({ ns: us(2), kind: 'dcStart', pid: 0, ...kernel });
    t.image({ ns: us(99), kind: 'dcEnd', pid: 0, timeStamp: 9, ...kernel });
    t.image({
      ns: us(3),
      kind: 'load',
      pid: 100,
      base: APP,
      size: 0x1000,
      file: '\\device\\harddiskvolume3\\Mount\\y.dll',
    });
    const found = modulesOf(await traceOf(t.toBytes()));
    expect(found.map((m) => [m.process, m.path, m.timeStamp])).toEqual([
      ['b.exe', 'M:\\y.dll', null],
      ['System', 'C:\\Windows\\system32\\ntoskrnl.exe', '0x9'],
    ]);
  });

  describe('output', () => {
    const sample = async (): Promise<Trace> => {
      const t = builder();
      image(t, 5, { pid: 100, base: APP, file: 'z.dll' });
      image(t, 6, { pid: 100, base: APP + 0x10000n, size: 0x2000, file: 'app.exe' });
      image(t, 7, { pid: 200, base: APP, file: 'z.dll' });
      identity(t, 90, { pid: 100, base: APP, file: 'z.dll', version: '4.3.0.161', pdb: 'D:\\b\\z.pdb' });
      return traceOf(t.toBytes());
    };
    const text = (trace: Trace, filter: ModuleFilter, options = {}): string =>
      [...moduleLines(trace, selectModules(trace, filter), options)].join('');

    it('text: the layout of ETWAnalyzer', async () => {
      const trace = await sample();
      expect(text(trace, { dll: 'z*', process: 'b' })).toBe(
        [
          '5/10/2024 10:46:34 AM  trace',
          '  b.exe(100) /x 1',
          '    z.dll C:\\Tools 4.3.0.161 ProductName: Tool, Description: =cmd',
          '   Selected 1/2 of all loaded modules',
          '',
        ].join('\n'),
      );
      expect(text(trace, { process: '100' }, { pdb: true, noCmdLine: true }).split('\n').slice(1)).toEqual([
        '  b.exe(100)',
        '    app.exe C:\\Tools (version not recorded), Pdb: unknown',
        `    z.dll C:\\Tools 4.3.0.161 ProductName: Tool, Description: =cmd, Pdb: D:\\b\\z.pdb ${GUID} 3`,
        '   Selected 2/2 of all loaded modules',
        '',
      ]);
      expect(text(trace, { dll: 'nothing' })).toBe('5/10/2024 10:46:34 AM  trace\n');
    });

    it.each<[ModuleFilter, string[]]>([
      [{ version: '*4.3.0*' }, ['100 z.dll']],
      [{ version: '!*4.3.0*' }, ['200 z.dll', '100 app.exe']],
      [{ pdb: 'z.*' }, ['100 z.dll']],
      [{ pdb: '!q' }, ['100 z.dll']],
      [{ module: 'app*;z*', dll: '!app*' }, ['200 z.dll', '100 z.dll']],
      [{ process: 'a.exe(200)' }, ['200 z.dll']],
    ])('keeps by %j', async (filter, kept) => {
      expect(modulesOf(await sample(), filter).map((m) => `${m.pid} ${m.name}`)).toEqual(kept);
    });

    it('csv: as many cells as columns, formulas defused', async () => {
      const trace = await sample();
      const csv = moduleCsvHeader() + [...moduleCsvLines(trace, selectModules(trace, {}))].join('');
      const { data, errors } = Papa.parse<string[]>(csv, { skipEmptyLines: true });
      expect(errors).toEqual([]);
      expect(new Set(data.map((row) => row.length))).toEqual(new Set([MODULE_CSV_COLUMNS.length]));
      expect(data[3][MODULE_CSV_COLUMNS.indexOf('Description')]).toBe("'=cmd");
      expect(data[3].slice(-3)).toEqual(['D:\\b\\z.pdb', GUID, '3']);
    });
  });
});

const missing = recordingsMissing();
if (missing) process.stdout.write(`${missing}\n`);

describe.skipIf(missing !== null)(`real recordings${missing ? ` (${missing})` : ''}`, () => {
  it.each([
    ['net.4.5.x86.etl', '6.1.7601.19160', 'd7ea2b66-8298-4a0e-8697-620f5571b7bf'],
    ['net.4.5.2.x64.etl', '6.2.9200.16384', '72482100-1c1c-4a03-aed8-c4c71c2e8d1d'],
  ])('%s: nearly every module has its version and PDB', async (file, version, guid) => {
    const modules = modulesOf(await openTrace(join(RECORDINGS, file)));
    const kernel = modules.filter((module) => module.name === 'ntoskrnl.exe');
    expect(kernel).toMatchObject([
      {
        process: 'System',
        path: 'C:\\Windows\\system32\\ntoskrnl.exe',
        binaryVersion: version,
        pdb: { name: 'ntkrnlmp.pdb', guid },
      },
    ]);
    expect(modules.length).toBeGreaterThan(1500);
    expect(modules.filter((module) => module.fileVersion === null).length / modules.length).toBeLessThan(0.02);
    expect(modules.filter((module) => module.pdb === null).length / modules.length).toBeLessThan(0.04);
  });
});
