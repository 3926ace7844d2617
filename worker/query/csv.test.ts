import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { CSV_COLUMNS, csvChunks, csvHeader, fileTitle, textCell, type CsvOptions } from './csv.ts';
import { selectObjects } from './select.ts';
import { traceFixture } from './testing/traceFixture.ts';
import type { Filter } from '../../shared/filter.ts';
import type { Trace } from '../lifetimes/model.ts';

function csv(trace: Trace, filter: Filter = {}, options: CsvOptions = {}): string {
  return (
    csvHeader(options.separator) +
    [...csvChunks(selectObjects(trace, filter), options)].map((chunk) => chunk.text).join('')
  );
}

/** Rows by column name, read by an independent reader. */
function rows(text: string, separator = ','): Record<string, string>[] {
  const parsed = Papa.parse<Record<string, string>>(text, {
    header: true,
    delimiter: separator,
    newline: '\r\n',
    skipEmptyLines: true,
  });
  expect(parsed.errors).toEqual([]);
  return parsed.data;
}

const trace = traceFixture({
  file: 'C:\\traces\\Handle.Leak.etl',
  processes: [
    { name: 'EventLeak.exe', pid: 924160, startNs: 5_000, endNs: 900_000_000, commandLine: '"C:\\EventLeak.exe", -x' },
    { name: 'cmd.exe', pid: 1026876, commandLine: '=cmd' },
  ],
  stacks: { make: ['ntoskrnl.exe+0x1', 'EventLeak.exe+0x2'], close: ['ntdll.dll+0x3'] },
  objects: [
    {
      type: 'Event',
      name: '=cmd|"calc"',
      pointer: '0xFFFF810008BE66F0',
      handles: [
        {
          owner: 'EventLeak.exe',
          value: 0xc0,
          open: 100,
          close: 16_939_400,
          tid: 7,
          openStack: 'make',
          closeStack: 'close',
        },
        {
          owner: 'cmd.exe',
          value: 0x10,
          start: 'duplicated',
          open: 200,
          close: 300,
          source: { process: 'EventLeak.exe', value: 0xc0 },
        },
        {
          owner: 'EventLeak.exe',
          value: 0x14,
          start: 'inherited',
          open: 250,
          close: 260,
          source: { process: 'cmd.exe', value: 0x14 },
        },
      ],
      refs: [{ ns: 150, delta: -1, process: 'EventLeak.exe', stack: 'make' }],
    },
    { type: 'File', handles: [{ owner: 'cmd.exe', value: 4, dcStart: 18_000, dcEnd: 50_000 }] },
    {
      map: { process: 'cmd.exe', base: '0x1B544000000', size: 16777216, offset: 4096, file: '@C:\\a.db', map: 20_000 },
    },
    {
      type: 'Key',
      created: { ns: 30_000, process: 'cmd.exe' },
      deleted: { ns: 31_000 },
      handles: [{ owner: 'cmd.exe', value: 8, open: 30_500, close: 30_600 }],
    },
  ],
});

describe('CSV', () => {
  it('starts with the columns of ETWAnalyzer, in its order', () => {
    expect(csvHeader()).toBe(
      'CSVOptions,FileName,Date,TestCase,Test Time in ms,Baseline,Id,Stack,EventName,Time,Thread Id,Handle Value,Type,Object Name,Object Ptr,' +
        'SourceProces,SourceHandleValue,ViewBase,ViewSize,File Object,File Offset,RefChange,Lifetime in s (9999 is not closed),MultiProcess,' +
        'MaxRefCount,Overlapped (Opened multiple times),Inherited by Process,Process,ProcessName,StartTime,CommandLine,' +
        'Owner,Start in s,End in s,Handle Start,Handle End,Leak,Leak at Exit,Create Stack Id,Stack Id,Map File\r\n',
    );
  });

  it('has a row an event; of the rundown only what nothing else tells of, once a handle', () => {
    const events = rows(csv(trace)).map((row) => [
      row['Id'],
      row['EventName'],
      row['Time'],
      row['Handle Value'],
      row['RefChange'],
    ]);
    expect(events).toEqual([
      ['1', 'HandleCreateEvent', '100', '0xC0', ''],
      ['1', 'RefChangeEvent', '150', '', '-1'],
      ['1', 'HandleDuplicateEvent', '200', '0x10', ''],
      ['1', 'HandleDuplicateEvent', '250', '0x14', ''],
      ['1', 'HandleCloseEvent', '260', '0x14', ''],
      ['1', 'HandleCloseEvent', '300', '0x10', ''],
      ['1', 'HandleCloseEvent', '16939400', '0xC0', ''],
      ['2', 'Existing Handle', '18000', '0x4', ''],
      ['3', 'FileMapEvent', '20000', '', ''],
      ['4', 'ObjectCreateEvent', '30000', '', ''],
      ['4', 'HandleCreateEvent', '30500', '0x8', ''],
      ['4', 'HandleCloseEvent', '30600', '0x8', ''],
      ['4', 'ObjectDeleteEvent', '31000', '', ''],
    ]);
  });

  it('fills every column', () => {
    const [create, , duplicate] = rows(csv(trace, {}, { csvOptions: '-dump ObjectRef' }));
    expect(create).toEqual({
      CSVOptions: "'-dump ObjectRef",
      FileName: 'Handle.Leak',
      Date: '2024-05-10 12:46:34.500000',
      TestCase: '',
      'Test Time in ms': '',
      Baseline: '',
      Id: '1',
      Stack: 'ntoskrnl.exe+0x1\nEventLeak.exe+0x2',
      EventName: 'HandleCreateEvent',
      Time: '100',
      'Thread Id': '7',
      'Handle Value': '0xC0',
      Type: 'Event',
      'Object Name': '\'=cmd|"calc"',
      'Object Ptr': '0xFFFF810008BE66F0',
      SourceProces: '',
      SourceHandleValue: '',
      ViewBase: '',
      ViewSize: '',
      'File Object': '',
      'File Offset': '',
      RefChange: '',
      'Lifetime in s (9999 is not closed)': '0.0169393',
      MultiProcess: 'True',
      MaxRefCount: '0',
      'Overlapped (Opened multiple times)': 'True',
      'Inherited by Process': 'EventLeak.exe(924160) +-',
      Process: 'EventLeak.exe(924160) +-',
      ProcessName: 'EventLeak.exe',
      StartTime: '2024-05-10 12:46:34.500005',
      CommandLine: '"C:\\EventLeak.exe", -x',
      Owner: 'EventLeak.exe(924160)',
      'Start in s': '0.0000001',
      'End in s': '0.0169394',
      'Handle Start': 'created',
      'Handle End': 'closed',
      Leak: 'False',
      'Leak at Exit': 'False',
      'Create Stack Id': '0',
      'Stack Id': '0',
      'Map File': '',
    });
    expect(duplicate).toMatchObject({
      Process: 'EventLeak.exe(924160) +-',
      SourceProces: 'EventLeak.exe(924160) +-',
      SourceHandleValue: '0xC0',
      Owner: 'cmd.exe(1026876)',
      'Handle Start': 'duplicated',
      'Thread Id': '',
      Stack: '',
      'Stack Id': '',
    });
  });

  it('leaves command lines out on request', () => {
    const [create] = rows(csv(trace, {}, { noCommandLine: true }));
    expect([create['CommandLine'], create['Owner']]).toEqual(['', 'EventLeak.exe(924160)']);
  });

  it('names a source only where a handle is opened', () => {
    const sources = rows(csv(trace, { handle: '0x10;0x14' })).map((row) => [
      row['Time'],
      row['SourceProces'],
      row['SourceHandleValue'],
    ]);
    expect(sources).toEqual([
      ['200', 'EventLeak.exe(924160) +-', '0xC0'],
      ['250', 'cmd.exe(1026876)', '0x14'],
      ['260', '', ''],
      ['300', '', ''],
    ]);
  });

  it('writes mappings, what is unknown, and formulas', () => {
    const all = rows(csv(trace));
    expect(all.find((row) => row['Id'] === '3')).toMatchObject({
      Type: 'Mapping',
      'Object Name': "'@C:\\a.db",
      'Object Ptr': '0x1B544000000',
      ViewBase: '0x1B544000000',
      ViewSize: '16777216',
      'File Object': '0xFFFF820800000000',
      'File Offset': '4096',
      'Lifetime in s (9999 is not closed)': '9999',
      'End in s': '',
      Leak: 'True',
      'Map File': "'@C:\\a.db",
      CommandLine: "'=cmd",
    });
    expect(all.at(-1)).toMatchObject({
      Process: 'unknown',
      ProcessName: 'unknown',
      StartTime: '',
      Owner: '',
      'Handle Start': '',
    });
  });

  it('writes the text of a stack once, then its id', () => {
    const stacks = rows(csv(trace)).map((row) => [row['Stack'], row['Stack Id']]);
    expect(stacks[0]).toEqual(['ntoskrnl.exe+0x1\nEventLeak.exe+0x2', '0']);
    expect(stacks[1]).toEqual(['0', '0']);
    expect(stacks[6]).toEqual(['ntdll.dll+0x3', '1']);
  });

  it('keeps the events of the selection only', () => {
    expect(rows(csv(trace, { handle: '0x10' })).map((row) => row['Time'])).toEqual(['200', '300']);
    expect(rows(csv(trace, { type: 'none' }))).toEqual([]);
  });

  it('is the same whatever the size of its chunks', () => {
    const chunks = [...csvChunks(selectObjects(trace, {}), { chunkLength: 1 })];
    expect(chunks).toHaveLength(13);
    expect(chunks.reduce((sum, chunk) => sum + chunk.rows, 0)).toBe(13);
    expect(csvHeader() + chunks.map((chunk) => chunk.text).join('')).toBe(csv(trace));
  });

  it.each([',', ';', '\t', '|'])('comes back from a reader with the separator %j', (separator) => {
    const text = fc.string({
      unit: fc.constantFrom('a', ',', ';', '\t', '|', '"', '\n', '\r', '=', ' ', '-', '+', '@', 'ü', "'"),
    });
    fc.assert(
      fc.property(text, text, (name, commandLine) => {
        const odd = traceFixture({
          processes: [{ name: 'p', pid: 1, commandLine }],
          objects: [{ name, handles: [{ owner: 'p', value: 4, open: 1 }] }],
        });
        const written = csv(odd, {}, { separator });
        const [row] = rows(written, separator);
        const defused = (value: string): string => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
        expect(Object.keys(row)).toHaveLength(CSV_COLUMNS.length);
        expect(row['Object Name']).toBe(defused(name));
        expect(row['CommandLine']).toBe(defused(commandLine));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a separator that its numbers contain', () => {
    expect(() => csv(trace, {}, { separator: '-' })).toThrow(RangeError);
  });
});

it.each([
  ['plain', 'plain'],
  ['=1+1', "'=1+1"],
  ['\tx', "'\tx"],
  ['\rx', '"\'\rx"'],
  ['-1', "'-1"],
  ['a"b', '"a""b"'],
  ['a,b', '"a,b"'],
])('the cell %j is %j', (text, expected) => {
  expect(textCell(text, ',')).toBe(expected);
});

it('shows a file by its title', () => {
  expect(fileTitle('/a/b.c/HandleLeak.etl')).toBe('HandleLeak');
  expect(fileTitle('C:\\x\\.etl')).toBe('.etl');
});
