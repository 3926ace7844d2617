import { expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import type { Paint } from './paint.ts';
import { selectObjects } from './select.ts';
import { traceFixture } from './testing/traceFixture.ts';
import { textLines, type TextOptions } from './text.ts';

const trace = traceFixture({
  file: 'C:\\traces\\HandleLeak.etl',
  processes: [
    { name: 'EventLeak.exe', pid: 924160, startNs: 1, endNs: 900 },
    { name: 'cmd.exe', pid: 1026876 },
    { name: 'MsMpEng.exe', pid: 6288 },
  ],
  stacks: { make: ['ntoskrnl.exe+0x1', 'EventLeak.exe+0x2'], close: ['ntdll.dll+0x3'] },
  objects: [
    {
      name: '\\Device\\ConDrv',
      type: 'File',
      pointer: '0xFFFF810D03C59420',
      handles: [
        { owner: 'cmd.exe', value: 0x124, dcStart: 0, dcEnd: 9e9 },
        {
          owner: 'EventLeak.exe',
          value: 0x124,
          start: 'inherited',
          open: 1e9,
          close: 2e9,
          tid: 1988012,
          closeTid: 1416312,
          source: { process: 'cmd.exe', value: 0x124 },
        },
        {
          owner: 'MsMpEng.exe',
          value: 0x80001ddc,
          start: 'duplicated',
          open: 1.5e9,
          close: 1.6e9,
          source: { process: 'cmd.exe', value: 0x5648 },
        },
      ],
    },
    {
      type: 'Key',
      name: 'a\u001b[31m\nb',
      pointer: '0xA0',
      handles: [{ owner: 'cmd.exe', value: 0x80, dcStart: 0.5e9 }],
    },
    {
      type: 'Key',
      pointer: '0xA8',
      handles: [
        { owner: 'cmd.exe', value: 4, dcStart: 0.6e9 },
        { value: 8, dcStart: 0.6e9 },
      ],
    },
    {
      name: '\\Sessions\\1\\BaseNamedObjects\\SignalEvent_0',
      pointer: '0xFFFF810008BE66F0',
      handles: [
        {
          owner: 'EventLeak.exe',
          value: 0xc0,
          open: 3_275_935_900,
          close: 3_292_874_900,
          tid: 1349480,
          closeTid: 1416312,
          openStack: 'make',
          closeStack: 'close',
        },
        {
          owner: 'EventLeak.exe',
          value: 0xc4,
          open: 3_275_946_000,
          close: 3_276_118_000,
          tid: 352576,
          closeTid: 1416312,
          openStack: 'make',
          closeStack: 'close',
        },
      ],
      refs: [
        { ns: 3_276_000_000, delta: 1, process: 'EventLeak.exe', stack: 'make' },
        { ns: 3_276_000_100, delta: -1 },
      ],
      deleted: { ns: 3_292_874_900, process: 'EventLeak.exe', stack: 'close' },
    },
    {
      map: {
        process: 'MsMpEng.exe',
        base: '0x1B544000000',
        size: 16777216,
        file: 'C:\\a.db',
        map: 4e9,
        unmap: 4_000_086_000,
        mapStack: 'make',
      },
    },
    { name: 'leak', pointer: '0xB0', handles: [{ owner: 'cmd.exe', value: 0xc, open: 5e9 }] },
  ],
});

function dump(filter: Filter, options?: TextOptions): string[] {
  return [...textLines(selectObjects(trace, filter), options)].join('').split('\n').slice(0, -1);
}

it('has the layout of ETWAnalyzer', () => {
  expect(dump({})).toEqual([
    '5/10/2024 12:46:34 PM  HandleLeak',
    'Id: 1 Object: 0xFFFF810D03C59420 \\Device\\ConDrv Lifetime: 9999.000000 s  Type: File Create+Duplicate-Close: 0+2-2 = 0',
    '        12:46:35.500000 1026876/1988012 HandleDuplicate 0x124   cmd.exe Inherited by process EventLeak.exe(924160) +- Stack: None',
    '        12:46:36.000000 1026876/?     HandleDuplicate 0x80001DDC cmd.exe Duplicated to MsMpEng.exe(6288) SourceProcess: cmd.exe(1026876) SourceHandle: 0x5648 Stack: None',
    '        12:46:36.100000  6288/?     HandleClose     0x80001DDC MsMpEng.exe Stack: None',
    '        12:46:36.500000 924160/1416312 HandleClose     0x124    EventLeak.exe +-  Inherited from cmd.exe(1026876) Stack: None',
    'Id: 2 Object: 0xA0 a\uFFFD[31m\uFFFDb Lifetime: 9999.000000 s  Type: Key Owner: cmd.exe(1026876), Handle Value: 0x80',
    'Id: 3 Object: 0xA8 Lifetime: 9999.000000 s  Type: Key Handle Count: 2',
    'Id: 4 Object: 0xFFFF810008BE66F0 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_0 Lifetime: 0.016939 s  Type: Event Create+Duplicate-Close: 2+0-2 = 0',
    '        12:46:37.775935 924160/1349480 HandleCreate    0xC0     EventLeak.exe +- Stack: 0',
    '        12:46:37.775946 924160/352576 HandleCreate    0xC4     EventLeak.exe +- Stack: 0',
    '        12:46:37.776118 924160/1416312 HandleClose     0xC4     EventLeak.exe +- Stack: 1',
    '        12:46:37.792874 924160/1416312 HandleClose     0xC0     EventLeak.exe +- Stack: 1',
    '        12:46:37.792874 924160/?     Object Delete   EventLeak.exe +- ------------------------------- 1',
    'Id: 5 MappingObject: 0x1B544000000 C:\\a.db Lifetime: 0.000086 s',
    '        12:46:38.500000  6288/?     Map MsMpEng.exe 0x1B544000000-0x1B545000000 Size: 16777216 bytes, Offset: 0 Stack: 0',
    '        12:46:38.500086  6288/?     Unmap MsMpEng.exe 0x1B544000000 Stack: None',
    'Id: 6 Object: 0xB0 leak Lifetime: 9999.000000 s  Type: Event Create+Duplicate-Close: 1+0-0 = 1',
    '        12:46:39.500000 1026876/?     HandleCreate    0xC      cmd.exe Stack: None',
    'Totals: Objects Created/Destroyed: 2/1 Diff: 1,  Handles Created/Closed/Duplicated: 3/4/2 Diff: 1,  RefChanges: 2, FileMap/Unmap: 1/1',
  ]);
});

/** the lines of the first reference change and what follows it */
function refLines(options: TextOptions): string[] {
  const lines = dump({ id: { min: 4, max: 4 } }, options);
  return lines.slice(lines.findIndex((line) => line.includes('RefChange ')));
}

it('shows references on request', () => {
  expect(dump({ id: { min: 4, max: 4 } }, { showRef: true }).slice(6, -1)).toEqual([
    '        12:46:37.776000 924160/?     RefChange       EventLeak.exe +- 1 Stack: 0 RefCount: 1',
    '        12:46:37.776000     ?/?     RefChange       unknown -1 Stack: None RefCount: 0',
    '        12:46:37.792874 924160/?     Object Delete   EventLeak.exe +- ------------------------------- 1',
  ]);
  // The count is of all changes, also of those that a filter takes away.
  const last = { showRef: true, showStack: true };
  expect(dump({ time: { min: 3.27600005, max: 3.28 } }, last).filter((line) => line.includes('RefChange '))).toEqual([
    expect.stringMatching(/unknown -1 Stack: None RefCount: 0$/),
  ]);
  const [change, frame] = refLines(last);
  expect([change, frame]).toEqual([
    expect.stringMatching(/1 Stack: 0 RefCount: 1$/),
    '                ntoskrnl.exe+0x1',
  ]);
});

it('shows stacks, other times and no marks on request', () => {
  const options: TextOptions = { showStack: true, timeFormat: 's', timeDigits: 7, processFormat: 'none' };
  expect(dump({ handle: '0xc0' }, options).slice(1)).toEqual([
    'Id: 4 Object: 0xFFFF810008BE66F0 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_0 Lifetime: 0.016939 s  Type: Event Create+Duplicate-Close: 1+0-1 = 0',
    '        3.2759359 924160/1349480 HandleCreate    0xC0     EventLeak.exe Stack: 0',
    '                ntoskrnl.exe+0x1',
    '                EventLeak.exe+0x2',
    '        3.2928749 924160/1416312 HandleClose     0xC0     EventLeak.exe Stack: 1',
    '                ntdll.dll+0x3',
    'Totals: Objects Created/Destroyed: 1/0 Diff: 1,  Handles Created/Closed/Duplicated: 1/1/0 Diff: 0,  RefChanges: 0, FileMap/Unmap: 0/0',
  ]);
  expect(dump({ id: { min: 6, max: 6 } }, { timeFormat: 'utc' })[2]).toContain(' 10:46:39.500000 ');
});

it('shows when processes started and ended', () => {
  const times = (processFormat: TextOptions['processFormat']): string | undefined =>
    dump({ id: { min: 4, max: 4 } }, { processFormat, timeDigits: 7 })[2]
      .split('EventLeak.exe')
      .at(1);
  expect(times('s')).toBe(' +0.0000000 -0.0000009 0.0000009 s Stack: 0');
  expect(times('utc')).toBe(' +10:46:34.5000000 -10:46:34.5000009 0.0000009 s Stack: 0');
  expect(times('local')).toBe(' +12:46:34.5000000 -12:46:34.5000009 0.0000009 s Stack: 0');
});

it('names who got a duplicate, where that is not who made it', () => {
  const made = traceFixture({
    processes: [
      { name: 'explorer.exe', pid: 60060 },
      { name: 'devenv.exe', pid: 2619964, startNs: 1 },
    ],
    objects: [
      {
        type: 'File',
        handles: [
          {
            owner: 'devenv.exe',
            value: 0x5600,
            start: 'duplicated',
            open: 10,
            openBy: 'explorer.exe',
            source: { process: 'explorer.exe', value: 0x18 },
          },
          {
            owner: 'devenv.exe',
            value: 0x5604,
            start: 'duplicated',
            open: 11,
            openBy: 'devenv.exe',
            source: { process: 'explorer.exe', value: 0x18 },
          },
        ],
      },
    ],
  });
  const lines = [...textLines(selectObjects(made, {}))].join('').split('\n').slice(2, 4);
  expect(lines.map((line) => line.slice(line.indexOf('HandleDuplicate')))).toEqual([
    'HandleDuplicate 0x5600  explorer.exe Duplicated to devenv.exe(2619964) + SourceProcess: explorer.exe(60060) SourceHandle: 0x18 Stack: None',
    'HandleDuplicate 0x5604  devenv.exe + SourceProcess: explorer.exe(60060) SourceHandle: 0x18 Stack: None',
  ]);
});

it('leaves the totals out on request', () => {
  expect(dump({}, { noTotals: true })).toEqual(dump({}).slice(0, -1));
});

it('paints leaks, and what else has a role, without changing a character', () => {
  const roles = new Set<string>();
  const paint: Paint = (role, text) => {
    roles.add(role);
    return text;
  };
  expect(dump({}, { paint, showStack: true })).toEqual(dump({}, { showStack: true }));
  expect([...roles].sort()).toEqual(['file', 'leak', 'object', 'stack', 'total']);
});

it('has no totals where nothing was selected', () => {
  expect(dump({ type: 'none' })).toEqual(['5/10/2024 12:46:34 PM  HandleLeak']);
});
