/** Arrow files, read back by Arrow's own library: the same rows as the Parquet files have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC, type Table } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { selectObjects, type Selection } from '../query/select.ts';
import { arbitraryTrace } from '../query/testing/arbitraryTrace.ts';
import { traceFixture, type TraceLiteral } from '../query/testing/traceFixture.ts';
import { SCHEMA_VERSION, TABLE_NAMES, type TableName } from './columns.ts';
import { Duck, duckdbMissing } from './testing/duckdb.ts';
import { exportTo, ExportFolders } from './testing/exported.ts';

const folders = new ExportFolders();
afterAll(() => folders.remove());

const whole = (literal: TraceLiteral): Selection => selectObjects(traceFixture(literal), {});

async function arrowOf(selection: Selection): Promise<(table: TableName) => Table> {
  const { folder } = await exportTo(folders.make(), selection, { format: 'arrow', batchRows: 16 });
  return (table) => tableFromIPC(readFileSync(join(folder, `${table}.arrow`)));
}

/** Rows as plain values; 64 bits as decimal text. */
function rowsOf(table: Table): Record<string, unknown>[] {
  return Array.from({ length: table.numRows }, (_, at) =>
    Object.fromEntries(
      table.schema.fields.map(({ name }) => {
        const value: unknown = table.getChild(name)?.get(at);
        return [name, typeof value === 'bigint' ? String(value) : value];
      }),
    ),
  );
}

describe('Arrow files', () => {
  it('have types, values and nulls of their columns', async () => {
    const read = await arrowOf(
      whole({
        processes: [{ name: 'a ü.exe', pid: 4294967292 }],
        objects: [
          { name: 'x', pointer: '0xFFFFFFFFFFFFFFFF', handles: [{ owner: 'a ü.exe', value: 0xfffffffc, open: 1 }] },
          { handles: [{ value: 4 }] },
        ],
      }),
    );
    const objects = read('objects');
    expect(objects.schema.fields.slice(0, 6).map(({ name, type }) => `${name} ${String(type)}`)).toEqual([
      'trace_id Dictionary<Int32, Utf8>',
      'object_id Uint32',
      'kind Dictionary<Int32, Utf8>',
      'pointer Uint64',
      'type Dictionary<Int32, Utf8>',
      'name Utf8',
    ]);
    expect(objects.schema.metadata.get('leaklanes.schema_version')).toBe(String(SCHEMA_VERSION));
    expect(rowsOf(objects).map(({ pointer, name, leak, birth_ns }) => ({ pointer, name, leak, birth_ns }))).toEqual([
      { pointer: '18446744073709551615', name: 'x', leak: true, birth_ns: '1' },
      { pointer: '2', name: null, leak: false, birth_ns: null },
    ]);
    expect(rowsOf(read('handles')).map(({ handle, owner_pid, owner_name }) => [handle, owner_pid, owner_name])).toEqual(
      [
        [0xfffffffc, 4294967292, 'a ü.exe'],
        [4, null, null],
      ],
    );
  });

  it('name each text of a dictionary once: pandas refuses one that has it twice', async () => {
    const read = await arrowOf(
      whole({
        processes: [
          { name: 'a.exe', pid: 8 },
          { name: 'a.exe', pid: 12 },
          { name: 'b.exe', pid: 16 },
        ],
        objects: [
          {
            handles: [{ owner: 'a.exe', value: 4 }, { owner: 'b.exe', value: 8 }, { value: 12 }],
          },
        ],
      }),
    );
    const handles = read('handles');
    expect(rowsOf(handles).map(({ owner_name }) => owner_name)).toEqual(['a.exe', 'b.exe', null]);
    expect(Array.from(handles.getChild('owner_name')?.data[0].dictionary ?? [])).toEqual(['a.exe', 'b.exe']);
  });

  it('are there, with their columns, for a trace without objects', async () => {
    const read = await arrowOf(whole({}));
    for (const name of TABLE_NAMES) {
      const table = read(name);
      expect([name, table.numRows]).toEqual([name, name === 'trace' ? 1 : 0]);
      expect(table.schema.fields[0].name).toBe('trace_id');
    }
  });

  const missing = duckdbMissing();
  const compared = missing === null ? it : it.skip;
  compared(`have the rows of the Parquet files${missing === null ? '' : ` (${missing})`}`, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTrace(20), async (literal) => {
        const selection = whole(literal);
        const read = await arrowOf(selection);
        const folder = folders.make();
        await exportTo(folder, selection);
        const duck = await Duck.open(folder);
        for (const name of TABLE_NAMES.filter((table) => table !== 'trace')) {
          expect([name, rowsOf(read(name))]).toEqual([name, await duck.rows(`SELECT * FROM ${name}`)]);
        }
        duck.close();
      }),
      { numRuns: 15 },
    );
  });
});
