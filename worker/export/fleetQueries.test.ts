/** The queries of docs/fleet over several traces: what they answer is what the traces were made of. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StackTable, Trace } from '../lifetimes/model.ts';
import { selectObjects } from '../query/select.ts';
import { traceFixture, type HandleLiteral, type TraceLiteral } from '../query/testing/traceFixture.ts';
import { Duck, duckdbMissing } from './testing/duckdb.ts';
import { exportTo, ExportFolders } from './testing/exported.ts';

const folders = new ExportFolders();
const missing = duckdbMissing();
const suite = missing === null ? describe : describe.skip;

const END = 400_000;

/** A handle that is opened every so often and stays. */
function leaks(
  count: number,
  fromNs: number,
  everyNs: number,
  more: Partial<HandleLiteral> = {},
): TraceLiteral['objects'] {
  return Array.from({ length: count }, (_, at) => ({
    type: 'Event',
    handles: [{ owner: 'app.exe', value: 4 + at * 4, open: fromNs + at * everyNs, openStack: 'leak', ...more }],
  }));
}

const base: TraceLiteral = {
  processes: [
    { name: 'app.exe', pid: 100 },
    { name: 'shell.exe', pid: 8 },
    { name: 'child.exe', pid: 200, parentPid: 8, startNs: 10, endNs: 300_000 },
  ],
  stacks: { leak: ['ntdll.dll+0x1', 'app.exe+0x10'], cache: ['ntdll.dll+0x1', 'app.exe+0x20'] },
  endNs: END,
};

/** Leaks all the time, and opens a cache at its start. */
const OLD_BUILD: TraceLiteral = {
  ...base,
  startTimeFiletime: '133598115945000000',
  objects: [
    ...(leaks(40, 1000, 10_000) ?? []),
    ...(leaks(5, 500, 10, { value: 0x1000, openStack: 'cache' }) ?? []).map((object) => ({ ...object, type: 'File' })),
  ],
};

/** The leak is gone, the cache is there. What is inherited is swept. */
const NEW_BUILD: TraceLiteral = {
  ...base,
  startTimeFiletime: '133698115945000000',
  objects: [
    ...(leaks(5, 500, 10, { value: 0x1000, openStack: 'cache' }) ?? []).map((object) => ({ ...object, type: 'File' })),
    { type: 'Event', handles: [{ owner: 'app.exe', value: 4, open: 5000, close: 6000, openStack: 'leak' }] },
    {
      type: 'Section',
      handles: [
        { owner: 'shell.exe', value: 0x20 },
        {
          owner: 'child.exe',
          value: 0x20,
          start: 'inherited',
          open: 10,
          close: 300_000,
          end: 'processExit',
          source: { process: 'shell.exe', value: 0x20 },
        },
      ],
    },
  ],
};

/** app.exe has a version, and its functions names. */
function versioned(literal: TraceLiteral, version: string): Trace {
  const trace = traceFixture(literal);
  const { stacks } = trace;
  const named: StackTable = {
    ...stacks,
    moduleVersions: stacks.modules.map((name) => (name === 'app.exe' ? version : null)),
    frameSymbol(frame) {
      if (stacks.modules[stacks.frameModule(frame)] !== 'app.exe') return null;
      const name = stacks.frameOffset(frame) === 0x10 ? 'Worker::Tick' : 'Cache::Fill';
      return { name, offset: 2, place: { file: 'C:\\src\\app.cpp', line: 7 }, inlined: ['Handle::Make'] };
    },
  };
  return { ...trace, stacks: named };
}

suite(`queries of docs/fleet${missing === null ? '' : ` (${missing})`}`, () => {
  let duck: Duck;
  beforeAll(async () => {
    const folder = folders.make();
    await exportTo(folder, selectObjects(versioned(OLD_BUILD, '1.0'), {}), { traceId: 'a.etl-1' });
    await exportTo(folder, selectObjects(versioned(OLD_BUILD, '1.0'), {}), { traceId: 'b.etl-2' });
    await exportTo(folder, selectObjects(versioned(NEW_BUILD, '1.1'), {}), { traceId: 'c.etl-3' });
    duck = await Duck.open(folder);
  });
  afterAll(() => {
    duck.close();
    folders.remove();
  });

  it('leaks-by-type', async () => {
    expect(await duck.query('leaks-by-type')).toEqual([
      { type: 'Event', traces: '2', leaked: '80', open: '80' },
      { type: 'File', traces: '3', leaked: '15', open: '15' },
      { type: 'Section', traces: '0', leaked: '0', open: '1' },
    ]);
  });

  it('leaks-by-process', async () => {
    expect(await duck.query('leaks-by-process')).toEqual([
      { program: 'app.exe', traces: '3', processes: '3', leaked: '95', open: '95' },
      { program: 'shell.exe', traces: '0', processes: '0', leaked: '0', open: '1' },
    ]);
  });

  it('leaks-by-stack: equal stacks of all traces are one', async () => {
    const rows = await duck.query('leaks-by-stack');
    expect(rows.map(({ stack, traces, leaked }) => ({ stack, traces, leaked }))).toEqual([
      { stack: 'app.exe+0x10', traces: '2', leaked: '80' },
      { stack: 'app.exe+0x20', traces: '3', leaked: '15' },
    ]);
    expect(rows[0].stack_hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('still-growing: a leak goes on, a cache does not', async () => {
    const rows = await duck.query('still-growing');
    const seen = rows.map(({ trace_id, object_type, leaked, growing }) => [trace_id, object_type, leaked, growing]);
    expect(seen).toEqual([
      ['a.etl-1', 'Event', '40', true],
      ['b.etl-2', 'Event', '40', true],
      ['a.etl-1', 'File', '5', false],
      ['b.etl-2', 'File', '5', false],
      ['c.etl-3', 'File', '5', false],
    ]);
    expect(rows[0]).toMatchObject({ owner_name: 'app.exe', owner_pid: 100, q1: '10', q2: '10', q3: '10', q4: '10' });
  });

  it('fixed-in-new-build: a function that leaks no more in the newer version', async () => {
    expect(await duck.query('fixed-in-new-build')).toEqual(
      [
        ['Cache::Fill', '1.0', '2', '10', 5],
        ['Cache::Fill', '1.1', '1', '5', 5],
        ['Worker::Tick', '1.0', '2', '80', 40],
        ['Worker::Tick', '1.1', '1', '0', 0],
      ].map(([name, version, traces, leaked, each]) => ({
        module: 'app.exe',
        function: name,
        module_version: version,
        first_seen: version === '1.0' ? '2024-05-10 10:46:34.5' : '2024-09-03 04:33:14.5',
        traces,
        leaked,
        leaked_per_trace: each,
      })),
    );
  });

  it('swept-at-exit', async () => {
    expect(await duck.query('swept-at-exit')).toEqual([
      { program: 'child.exe', type: 'Section', traces: '1', swept: '1', closed: '0' },
    ]);
  });

  it('inherited', async () => {
    expect(await duck.query('inherited')).toEqual([
      { parent: 'shell.exe', child: 'child.exe', type: 'Section', traces: '1', handles: '1', open: '0', swept: '1' },
    ]);
  });

  it('trust', async () => {
    const rows = await duck.query('trust');
    expect(rows.map(({ trace_id, states_of_path }) => [trace_id, states_of_path])).toEqual([
      ['a.etl-1', '3'],
      ['b.etl-2', '3'],
      ['c.etl-3', '3'],
    ]);
  });

  it('trust: what would count twice, and what was filtered', async () => {
    const folder = folders.make();
    const hash = '0123456789abcdef';
    const put = (traceId: string, settings?: string): Promise<unknown> =>
      exportTo(folder, selectObjects(traceFixture(base), {}), { traceId, settings });
    await put(`a.etl-${hash}`);
    await put(`b.etl-${hash}`);
    await put('c.etl-fedcba9876543210', '{"filter":{"leak":true}}');
    const fleet = await Duck.open(folder);
    const rows = await fleet.query('trust');
    fleet.close();
    expect(
      rows.map(({ trace_id, names_of_trace, settings_of_all, settings }) => [
        trace_id,
        names_of_trace,
        settings_of_all,
        settings,
      ]),
    ).toEqual([
      [`a.etl-${hash}`, '2', '2', '{}'],
      [`b.etl-${hash}`, '2', '2', '{}'],
      ['c.etl-fedcba9876543210', '1', '2', '{"filter":{"leak":true}}'],
    ]);
  });

  it('stacks say where the code was written', async () => {
    const rows = await duck.rows(
      `SELECT frame_index, module, function, function_offset, module_offset, module_version, file, line, inlined, own
       FROM stacks WHERE trace_id = 'a.etl-1' AND stack_id = 0 ORDER BY frame_index`,
    );
    expect(rows[1]).toEqual({
      frame_index: 1,
      module: 'app.exe',
      function: 'Worker::Tick',
      function_offset: 2,
      module_offset: 16,
      module_version: '1.0',
      file: 'C:\\src\\app.cpp',
      line: 7,
      inlined: 'Handle::Make',
      own: true,
    });
    expect(rows[0]).toMatchObject({ module: 'ntdll.dll', function: null, file: null, inlined: null, own: false });
  });

  it('are all tested here or in readBack.test.ts', () => {
    const names = readdirSync(fileURLToPath(new URL('../../docs/fleet', import.meta.url))).sort();
    expect(names).toEqual([
      'fixed-in-new-build.sql',
      'inherited.sql',
      'leaks-by-process.sql',
      'leaks-by-stack.sql',
      'leaks-by-type.sql',
      'still-growing.sql',
      'swept-at-exit.sql',
      'totals.sql',
      'trust.sql',
      'views.sql',
    ]);
  });
});
