import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OBJECT_COLUMNS, type ObjectColumn } from '../../shared/service.ts';
import type { ObjectRow } from '../../shared/records.ts';
import { naturalKey, ranks, sortedOrder } from './radix.ts';
import { objectRow } from './rows.ts';
import { selectObjects } from './select.ts';
import { tableOrder, tablePage, tableRowOf } from './table.ts';
import { arbitraryTrace } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';

const trace = traceFixture({
  processes: [
    { name: 'b.exe', pid: 10 },
    { name: 'B.exe', pid: 9 },
    { name: 'a.exe', pid: 100 },
  ],
  stacks: {
    kernel: [
      'ntoskrnl.exe!NtCreateEvent+0x1',
      'ntdll.dll+0x2',
      'KERNELBASE.dll+0x3',
      'wow64win.dll+0x1',
      'App.exe+0x9',
      'Late.dll+0x1',
    ],
    system: ['win32kfull.sys+0x4', 'ntdll.dll+0x2'],
    jit: ['ntdll.dll+0x2', '0x7FF612340000', 'App.exe+0x9'],
  },
  objects: [
    {
      name: 'Event_10',
      pointer: '0xFFFF000000000001',
      handles: [{ owner: 'b.exe', value: 4, open: 10, close: 40, openStack: 'kernel' }],
    },
    {
      name: 'event_2',
      pointer: '0xFFFF000000000000',
      handles: [
        { owner: 'B.exe', value: 4, open: 20 },
        { owner: 'B.exe', value: 8, open: 21 },
      ],
    },
    {
      type: 'Key',
      pointer: '0x2',
      handles: [{ owner: 'a.exe', value: 4, dcStart: 25, close: 60, end: 'processExit' }],
    },
    {
      name: 'Event_10',
      pointer: '0xFFFFFFFF',
      handles: [{ owner: 'a.exe', value: 4, open: 30, close: 35, openStack: 'system' }],
      refs: [{ ns: 31, delta: 1 }],
    },
    { map: { process: 'a.exe', base: '0x1B500000000', size: 1, file: 'afile', map: 50, mapStack: 'jit' } },
  ],
});
const all = selectObjects(trace, {});

function order(...sort: [ObjectColumn, boolean?][]): number[] {
  const wanted = sort.map(([column, descending = false]) => ({ column, descending }));
  return Array.from(tableOrder(trace, all, wanted), (object) => object + 1);
}

describe('rows', () => {
  it('say everything about an object', () => {
    expect(objectRow(trace, 0)).toEqual({
      id: 1,
      kind: 'object',
      pointer: '0xFFFF000000000001',
      type: 'Event',
      name: 'Event_10',
      process: 'b.exe(10)',
      birthNs: 10,
      deathNs: 40,
      lifetimeNs: 30,
      bornBeforeTrace: false,
      leak: false,
      leakAtExit: false,
      handles: 1,
      openHandles: 0,
      inherited: false,
      refChanges: 0,
      createFrame: 'App.exe+0x9',
    });
    expect(objectRow(trace, 1)).toMatchObject({
      leak: true,
      handles: 2,
      openHandles: 2,
      deathNs: null,
      lifetimeNs: null,
      createFrame: null,
    });
    expect(objectRow(trace, 2)).toMatchObject({
      name: null,
      process: null,
      birthNs: null,
      bornBeforeTrace: true,
      leakAtExit: true,
    });
    expect(objectRow(trace, 3)).toMatchObject({ refChanges: 1, createFrame: 'win32kfull.sys+0x4' });
    expect(objectRow(trace, 4)).toMatchObject({
      kind: 'mapping',
      pointer: '0x1B500000000',
      name: 'afile',
      handles: 0,
      createFrame: '0x7FF612340000',
    });
  });
});

describe('the order', () => {
  it.each<[string, [ObjectColumn, boolean?][], number[]]>([
    ['nothing: ids', [], [1, 2, 3, 4, 5]],
    ['id, descending', [['id', true]], [5, 4, 3, 2, 1]],
    ['name: any case, numbers by size, none last', [['name']], [5, 2, 1, 4, 3]],
    ['name, descending: none still last, ties by id', [['name', true]], [1, 4, 2, 5, 3]],
    ['process: unknown last', [['process']], [4, 5, 2, 1, 3]],
    ['process, descending', [['process', true]], [1, 2, 4, 5, 3]],
    ['pointer: unsigned 64 bits', [['pointer']], [3, 4, 5, 2, 1]],
    ['pointer, descending', [['pointer', true]], [1, 2, 5, 4, 3]],
    ['birth: before the trace first', [['birthNs']], [3, 1, 2, 4, 5]],
    ['death: never last', [['deathNs']], [4, 1, 3, 2, 5]],
    ['death, descending', [['deathNs', true]], [2, 5, 3, 1, 4]],
    ['lifetime: unknown is longest', [['lifetimeNs', true]], [2, 3, 5, 1, 4]],
    ['open handles', [['openHandles', true]], [2, 1, 3, 4, 5]],
    ['handles', [['handles']], [5, 1, 3, 4, 2]],
    ['references', [['refChanges', true]], [4, 1, 2, 3, 5]],
    ['leak', [['leak', true]], [2, 5, 1, 3, 4]],
    ['leak at exit', [['leakAtExit', true]], [3, 1, 2, 4, 5]],
    ['create frame', [['createFrame']], [5, 1, 4, 2, 3]],
    ['two columns', [['type'], ['birthNs', true]], [4, 2, 1, 3, 5]],
    [
      'three columns',
      [
        ['leak', true],
        ['name', true],
        ['id', true],
      ],
      [2, 5, 4, 1, 3],
    ],
  ])('by %s', (_name, sort, expected) => {
    expect(order(...sort)).toEqual(expected);
  });

  it('is the one that comparing row by row gives', () => {
    const value = (row: ObjectRow, column: ObjectColumn): number => {
      const cell = row[column as 'birthNs'];
      if (column === 'birthNs') return cell ?? -1;
      if (column === 'deathNs' || column === 'lifetimeNs') return cell ?? Infinity;
      return Number(cell);
    };
    const numeric = OBJECT_COLUMNS.filter(
      (column) => !['type', 'name', 'process', 'createFrame', 'pointer'].includes(column),
    );
    const sorts = fc.array(fc.record({ column: fc.constantFrom(...numeric), descending: fc.boolean() }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(arbitraryTrace(), sorts, (literal, sort) => {
        const random = traceFixture(literal);
        const selection = selectObjects(random, {});
        const rows = Array.from(selection.objects, (object) => objectRow(random, object));
        rows.sort((a, b) => {
          for (const { column, descending } of sort) {
            const [left, right] = [value(a, column), value(b, column)];
            if (left !== right) return left < right !== descending ? -1 : 1;
          }
          return a.id - b.id;
        });
        expect(Array.from(tableOrder(random, selection, sort), (object) => object + 1)).toEqual(
          rows.map((row) => row.id),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('puts a birth before the trace before one at its start', () => {
    const early = traceFixture({
      objects: [{ handles: [{ value: 4, open: 0 }] }, { handles: [{ value: 4, dcStart: 5 }] }],
    });
    const order = tableOrder(early, selectObjects(early, {}), [{ column: 'birthNs', descending: false }]);
    expect(Array.from(order)).toEqual([1, 0]);
  });

  it('is kept, a few of them', () => {
    const sort = [{ column: 'name', descending: false } as const];
    const first = tableOrder(trace, all, sort);
    expect(tableOrder(trace, all, sort)).toBe(first);
    for (const column of ['id', 'type', 'leak', 'handles'] as const)
      tableOrder(trace, all, [{ column, descending: true }]);
    expect(tableOrder(trace, all, sort)).not.toBe(first);
  });
});

describe('pages', () => {
  it('are pieces of the order', () => {
    const request = { sort: [{ column: 'id', descending: true } as const], firstRow: 1, rowCount: 2 };
    expect(tablePage(trace, all, request)).toMatchObject({
      rows: [{ id: 4 }, { id: 3 }],
      firstRow: 1,
      matched: 5,
      total: 5,
    });
    expect(tablePage(trace, all, { ...request, firstRow: 4 }).rows).toHaveLength(1);
    expect(tablePage(trace, all, { ...request, firstRow: 400 }).rows).toEqual([]);
    expect(tablePage(trace, selectObjects(trace, { type: 'Key' }), { ...request, firstRow: 0 })).toMatchObject({
      rows: [{ id: 3 }],
      matched: 1,
      total: 5,
    });
  });
  it('are found by object', () => {
    expect(tableRowOf(trace, all, [{ column: 'id', descending: true }], 0)).toBe(4);
    expect(tableRowOf(trace, selectObjects(trace, { type: 'Key' }), [], 0)).toBe(-1);
  });
});

describe('sortedOrder', () => {
  it('sorts 64-bit keys, stable', () => {
    const keys = fc.array(
      fc.tuple(fc.constantFrom(0, 1, 0x10000, 0xffffffff), fc.constantFrom(0, 1, 0xffff, 0x10000, 0xffffffff)),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(keys, (rows) => {
        const order = sortedOrder(rows.length, [
          { high: Uint32Array.from(rows, ([high]) => high), low: Uint32Array.from(rows, ([, low]) => low) },
        ]);
        const expected = rows
          .map((_, i) => i)
          .sort((a, b) => rows[a][0] - rows[b][0] || rows[a][1] - rows[b][1] || a - b);
        expect(Array.from(order)).toEqual(expected);
      }),
    );
  });
});

it('ranks texts', () => {
  expect(Array.from(ranks(['b', 'a', 'b', 'c']))).toEqual([1, 0, 1, 2]);
  expect(['x10', 'x9', 'x1a', 'x'].sort((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1))).toEqual([
    'x',
    'x1a',
    'x9',
    'x10',
  ]);
});
