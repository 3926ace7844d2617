import { describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import { selectObjects } from './select.ts';
import { traceFixture } from './testing/traceFixture.ts';
import { addTotals, countOpenHandles, countTotals, topRows, totalsLine, type TotalsBy } from './totals.ts';
import { grandTotalText, shownOpen, totalsCsv, totalsCsvHeader, totalsJson, totalsText } from './totalsText.ts';

const trace = traceFixture({
  file: 'C:\\traces\\HandleLeak.etl',
  processes: [
    { name: 'explorer.exe', pid: 60060 },
    { name: 'ZSATunnel.exe', pid: 10232 },
  ],
  stacks: { thread: ['ntdll.dll+0x1', 'ZSATunnel.exe+0x2', 'kernel32.dll+0x3'] },
  objects: [
    {
      type: 'Thread',
      handles: [
        { owner: 'ZSATunnel.exe', value: 4, open: 1, openStack: 'thread' },
        { owner: 'ZSATunnel.exe', value: 8, start: 'duplicated', open: 2 },
        { owner: 'explorer.exe', value: 4, start: 'duplicated', open: 3, close: 4 },
      ],
    },
    { type: 'Thread', handles: [{ owner: 'ZSATunnel.exe', value: 12, open: 5, openStack: 'thread' }] },
    { type: 'Event', name: '=cmd', handles: [{ owner: 'explorer.exe', value: 16, dcStart: 6 }] },
    { type: 'Key', name: 'a\nb', handles: [{ value: 20, dcStart: 7 }] },
    { type: 'Key', handles: [{ owner: 'explorer.exe', value: 24, open: 8, close: 9 }] },
    { map: { process: 'explorer.exe', base: '0x10000', size: 4096, map: 10 } },
    { map: { process: 'explorer.exe', base: '0x20000', size: 8192, map: 11, unmap: 12 } },
  ],
});

const rows = (by: TotalsBy, filter: Filter = {}): [string, number, number][] =>
  countOpenHandles(selectObjects(trace, filter), by).rows.map((row) => [row.label, row.open, row.leaked]);

describe('handles that are not closed', () => {
  it.each<[TotalsBy, [string, number, number][]]>([
    [
      'process',
      [
        ['unknown', 1, 0],
        ['explorer.exe(60060)', 1, 0],
        ['ZSATunnel.exe(10232)', 3, 3],
      ],
    ],
    [
      'type',
      [
        ['Key', 1, 0],
        ['Event', 1, 0],
        ['Thread', 3, 3],
      ],
    ],
    [
      'stack',
      [
        ['(no stack)', 2, 0],
        ['ZSATunnel.exe+0x2', 3, 3],
      ],
    ],
    [
      'name',
      [
        ['a\nb', 1, 0],
        ['=cmd', 1, 0],
        ['(no name)', 3, 3],
      ],
    ],
  ])('by %s, the most last', (by, expected) => {
    expect(rows(by)).toEqual(expected);
  });

  it('are those of the filter, of a handle filter only the handles with the value', () => {
    expect(rows('type', { type: 'Thread' })).toEqual([['Thread', 3, 3]]);
    expect(rows('type', { handle: '0x8' })).toEqual([['Thread', 1, 1]]);
    expect(rows('process', { type: 'none' })).toEqual([]);
  });

  it('the largest, and those after the largest', () => {
    const all = countOpenHandles(selectObjects(trace, {}), 'type').rows;
    const labels = (count: number, skip: number): string[] => topRows(all, { count, skip }).map((row) => row.label);
    expect(labels(2, 0)).toEqual(['Event', 'Thread']);
    expect(labels(1, 1)).toEqual(['Event']);
    expect(labels(9, 2)).toEqual(['Key']);
    expect(labels(1, 3)).toEqual([]);
  });
});

const SUMMARY =
  'Objects Created/Destroyed: 3/1 Diff: 2,  Handles Created/Closed/Duplicated: 3/2/2 Diff: 3,  RefChanges: 0, FileMap/Unmap: 2/1, ' +
  'Not unmapped: 1 (4,096 bytes)';

it('the text has the layout of ETWAnalyzer', () => {
  const selection = selectObjects(trace, {});
  const totals = countTotals(selection);
  expect(totalsText(selection, totals, { by: 'type', top: { count: 2, skip: 0 } }).split('\n')).toEqual([
    '5/10/2024 12:46:34 PM  HandleLeak',
    'Not closed Handle counts for 2 processes',
    'Event                                                       :       1',
    'Thread                                                      :       3',
    '=====================================================================',
    'Sum                                                         :       4',
    SUMMARY,
    '',
  ]);
  expect(totalsText(selection, totals, { by: 'process' }).split('\n').slice(1, 3)).toEqual([
    'Not closed handles at trace end:',
    'unknown                                                     :       1',
  ]);
  expect(totalsText(selection, totals, { by: 'stack', showStack: true }).split('\n').slice(3, 7)).toEqual([
    'ZSATunnel.exe+0x2 Stack: 0                                  :       3',
    '        ntdll.dll+0x1',
    '        ZSATunnel.exe+0x2',
    '        kernel32.dll+0x3',
  ]);
  expect(totalsText(selection, totals, { by: 'name' })).toContain('\na\uFFFDb ');
});

it('several files have their sum', () => {
  const one = countTotals(selectObjects(trace, {}));
  const both = addTotals([one, one]);
  expect(both).toMatchObject({ objectsCreated: 6, handlesDuplicated: 4, openMaps: 2, openMapBytes: 8192 });
  expect(grandTotalText(2, 10, both).split('\n')).toEqual([
    'All 2 files',
    '='.repeat(69),
    'Sum of all files                                            :      10',
    totalsLine(both, ''),
    '',
  ]);
});

it('what is shown is what is summed', () => {
  const selection = selectObjects(trace, {});
  expect(shownOpen(selection, { by: 'type' })).toBe(5);
  expect(shownOpen(selection, { by: 'type', top: { count: 2, skip: 0 } })).toBe(4);
  expect(shownOpen(selection, { by: 'type', top: { count: 1, skip: 1 } })).toBe(1);
});

it('JSON has a line a file', () => {
  const selection = selectObjects(trace, {});
  const totals = countTotals(selection);
  expect(JSON.parse(totalsJson(selection, totals, { by: 'process', top: { count: 1, skip: 0 } }))).toEqual({
    file: 'C:\\traces\\HandleLeak.etl',
    by: 'process',
    open: 5,
    leaked: 3,
    processes: 2,
    rows: [{ label: 'ZSATunnel.exe(10232)', open: 3, leaked: 3, pid: 10232 }],
    totals,
  });
});

it('CSV has a row a line, formulas defused', () => {
  const selection = selectObjects(trace, {});
  const lines = (totalsCsvHeader(';') + totalsCsv(selection, { by: 'name' }, ';')).split('\r\n');
  expect(lines).toEqual([
    'FileName;By;Name;Not Closed Handles;Leaked Handles;Process Id;Stack Id;Stack',
    'C:\\traces\\HandleLeak.etl;name;"a\nb";1;0;;;',
    "C:\\traces\\HandleLeak.etl;name;'=cmd;1;0;;;",
    'C:\\traces\\HandleLeak.etl;name;(no name);3;3;;;',
    '',
  ]);
  expect(totalsCsv(selection, { by: 'stack', top: { count: 1, skip: 0 } }, ',')).toBe(
    'C:\\traces\\HandleLeak.etl,stack,ZSATunnel.exe+0x2,3,3,,0,"ntdll.dll+0x1\nZSATunnel.exe+0x2\nkernel32.dll+0x3"\r\n',
  );
});
