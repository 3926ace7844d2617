/** What was exported, read back by DuckDB: types, values, and the numbers of the program itself. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openTrace } from '../openTrace.ts';
import { objectJson } from '../query/json.ts';
import { selectObjects, type Selection } from '../query/select.ts';
import { arbitraryTrace } from '../query/testing/arbitraryTrace.ts';
import { traceFixture, type TraceLiteral } from '../query/testing/traceFixture.ts';
import { countOpenHandles, TOTALS_BY } from '../query/totals.ts';
import { RECORDINGS, recordingsMissing } from '../testing/recordings.ts';
import { TABLE_NAMES } from './columns.ts';
import { dumpOfTables } from './testing/dumpOfTables.ts';
import { Duck, duckdbMissing, type DuckRow } from './testing/duckdb.ts';
import { exportTo, ExportFolders } from './testing/exported.ts';

const SAMPLE = fileURLToPath(new URL('../../samples/handle-leak.etl', import.meta.url));

const missing = duckdbMissing();
const suite = missing === null ? describe : describe.skip;
const because = missing === null ? '' : ` (${missing})`;

const folders = new ExportFolders();
afterAll(() => folders.remove());

/** `batchRows`: few, so that even small traces have several row groups. */
async function readBack(selection: Selection, batchRows = 16): Promise<Duck> {
  const folder = folders.make();
  await exportTo(folder, selection, { batchRows });
  return Duck.open(folder);
}

const whole = (literal: TraceLiteral): Selection => selectObjects(traceFixture(literal), {});

/** What dump prints of a selection, through JSON, where undefined is nothing. */
function dumpOf(selection: Selection): unknown[] {
  const { trace, eventKept } = selection;
  const objects = Array.from(selection.objects, (object) => objectJson(trace, object, { events: true, eventKept }));
  return JSON.parse(JSON.stringify(objects)) as unknown[];
}

/** Rows of `leaklanes totals`, by all that it counts by, as docs/fleet/totals.sql has them. */
function totalsOf(selection: Selection, traceId: string): DuckRow[] {
  return TOTALS_BY.flatMap((by) =>
    countOpenHandles(selection, by).rows.map(({ label, open, leaked }) => ({
      trace_id: traceId,
      counted_by: by,
      label,
      open: String(open),
      leaked: String(leaked),
    })),
  );
}

function sorted(rows: readonly DuckRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

suite(`exported tables${because}`, () => {
  it('have the types that docs/fleet.md promises to queries', async () => {
    const duck = await readBack(whole({}));
    const types = async (table: string): Promise<Record<string, unknown>> =>
      Object.fromEntries(
        (await duck.rows(`DESCRIBE ${table}`)).map((row): [string, unknown] => [
          row.column_name as string,
          row.column_type,
        ]),
      );
    expect(await types('events')).toEqual({
      trace_id: 'VARCHAR',
      event_id: 'UINTEGER',
      object_id: 'UINTEGER',
      handle_id: 'UINTEGER',
      ns: 'BIGINT',
      kind: 'VARCHAR',
      process_id: 'UINTEGER',
      pid: 'UINTEGER',
      tid: 'UINTEGER',
      handle: 'UINTEGER',
      delta: 'INTEGER',
      stack_id: 'UINTEGER',
    });
    expect(await types('objects')).toMatchObject({ pointer: 'UBIGINT', birth_ns: 'BIGINT', leak: 'BOOLEAN' });
    expect(await types('trace')).toMatchObject({ start_unix_ns: 'BIGINT', start_utc: 'TIMESTAMP' });
  });

  it('are there, and empty, for a trace without objects', async () => {
    const duck = await readBack(whole({}));
    for (const table of TABLE_NAMES) {
      const [{ count }] = await duck.rows(`SELECT count(*)::INTEGER AS count FROM ${table}`);
      expect([table, count]).toEqual([table, table === 'trace' ? 1 : 0]);
    }
  });

  it('keep values at the ends of their ranges', async () => {
    const duck = await readBack(
      whole({
        processes: [{ name: 'a "b" ü \u{1F512}.exe', pid: 4294967292, startNs: 0, endNs: 2 ** 53 }],
        endNs: 2 ** 53,
        objects: [
          {
            type: 'Event',
            name: '',
            pointer: '0xFFFFFFFFFFFFFFFF',
            handles: [
              { owner: 'a "b" ü \u{1F512}.exe', value: 0xfffffffc, open: 1, close: 2 ** 53, tid: 2147483647 },
              { value: 4 },
            ],
            refs: [{ ns: 5, delta: -2147483648 }],
          },
          { map: { base: '0x8000000000000000', size: 2 ** 52, offset: 2 ** 40, file: 'line\nbreak\0.dll', map: 7 } },
        ],
      }),
    );
    expect(await duck.rows('SELECT pid, name, start_ns, end_ns FROM processes')).toEqual([
      { pid: 4294967292, name: 'a "b" ü \u{1F512}.exe', start_ns: '0', end_ns: '9007199254740992' },
    ]);
    expect(
      await duck.rows('SELECT pointer, name, map_size, map_offset, map_file FROM objects ORDER BY object_id'),
    ).toEqual([
      { pointer: '18446744073709551615', name: '', map_size: null, map_offset: null, map_file: null },
      {
        pointer: '9223372036854775808',
        name: 'line\nbreak\0.dll',
        map_size: '4503599627370496',
        map_offset: '1099511627776',
        map_file: 'line\nbreak\0.dll',
      },
    ]);
    expect(
      await duck.rows('SELECT handle, owner_pid, owner_name, open_ns, close_ns FROM handles ORDER BY handle_id'),
    ).toEqual([
      {
        handle: 4294967292,
        owner_pid: 4294967292,
        owner_name: 'a "b" ü \u{1F512}.exe',
        open_ns: '1',
        close_ns: '9007199254740992',
      },
      { handle: 4, owner_pid: null, owner_name: null, open_ns: null, close_ns: null },
    ]);
    expect(await duck.rows("SELECT ns, delta FROM events WHERE kind = 'RefChange'")).toEqual([
      { ns: '5', delta: -2147483648 },
    ]);
  });

  it('say nothing of a session where a process is in none', async () => {
    const trace = traceFixture({
      processes: [
        { name: 'System', pid: 4 },
        { name: 'a.exe', pid: 8 },
      ],
    });
    const sessionId = Uint32Array.of(0xffffffff, 0);
    const duck = await readBack(selectObjects({ ...trace, processes: { ...trace.processes, sessionId } }, {}));
    expect(await duck.rows('SELECT pid, session_id FROM processes ORDER BY pid')).toEqual([
      { pid: 4, session_id: null },
      { pid: 8, session_id: 0 },
    ]);
  });

  it('give the time of day of an event', async () => {
    const duck = await readBack(
      whole({
        startTimeFiletime: '133598115945000001',
        objects: [{ handles: [{ value: 4, open: 123_456_789 }] }],
      }),
    );
    const [row] = await duck.rows(
      'SELECT start_utc, make_timestamp_ns(start_unix_ns + ns) AS at FROM events JOIN trace USING (trace_id)',
    );
    expect(row).toEqual({ start_utc: '2024-05-10 10:46:34.5', at: '2024-05-10 10:46:34.623456889' });
  });

  it('say nothing of a start that the file does not know', async () => {
    const duck = await readBack(whole({ startTimeFiletime: '0' }));
    expect(await duck.rows('SELECT start_unix_ns, start_utc FROM trace')).toEqual([
      { start_unix_ns: null, start_utc: null },
    ]);
  });

  it('hold all that dump prints, for any trace and filter', { timeout: 120_000 }, async () => {
    const filters = fc.constantFrom(
      {},
      {},
      { type: 'Event' },
      { leak: true },
      { handle: '0x4' },
      { time: { min: 200e-9, max: 700e-9 } },
      { stack: '*ntdll*' },
    );
    await fc.assert(
      fc.asyncProperty(arbitraryTrace(20), filters, async (literal, filter) => {
        const selection = selectObjects(traceFixture(literal), filter);
        const duck = await readBack(selection);
        expect(JSON.parse(JSON.stringify(await dumpOfTables(duck)))).toEqual(dumpOf(selection));
        duck.close();
      }),
      { numRuns: 25 },
    );
  });

  it('give the totals of the program, for any trace', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTrace(20), async (literal) => {
        const selection = whole(literal);
        const duck = await readBack(selection);
        expect(sorted(await duck.query('totals'))).toEqual(sorted(totalsOf(selection, 'test.etl-0')));
        duck.close();
      }),
      { numRuns: 15 },
    );
  });

  it('of the sample: dump and totals', async () => {
    const selection = selectObjects(await openTrace(SAMPLE), {});
    const duck = await readBack(selection, 2000);
    expect(JSON.parse(JSON.stringify(await dumpOfTables(duck)))).toEqual(dumpOf(selection));
    expect(sorted(await duck.query('totals'))).toEqual(sorted(totalsOf(selection, 'test.etl-0')));
    const [{ rows, all }] = await duck.rows(
      'SELECT (SELECT count(*) FROM events)::INTEGER AS rows, event_rows::INTEGER AS all FROM trace',
    );
    expect([rows, all]).toEqual([selection.trace.events.length, selection.trace.events.length]);
  });

  const noRecordings = recordingsMissing();
  const recorded = noRecordings === null ? it : it.skip;
  recorded(`of a real recording without object events${noRecordings ? ` (${noRecordings})` : ''}`, async () => {
    const trace = await openTrace(join(RECORDINGS, 'net.4.5.2.x64.etl'));
    const duck = await readBack(selectObjects(trace, {}), 2000);
    const [row] = await duck.rows('SELECT trace_events, process_rows, object_rows FROM trace');
    expect(row).toEqual({
      trace_events: String(trace.info.events),
      process_rows: String(trace.processes.length),
      object_rows: String(trace.objects.length),
    });
  });
});
