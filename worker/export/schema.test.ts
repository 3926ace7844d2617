/** docs/fleet.md and the tables say the same; ids and batches. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectObjects } from '../query/select.ts';
import { traceFixture } from '../query/testing/traceFixture.ts';
import { inBatches, longOf, SCHEMA_VERSION, type Column, type ExportTable } from './columns.ts';
import { eventsTable } from './eventsTable.ts';
import { handlesTable } from './handlesTable.ts';
import { unixMicros, unixNs } from './moments.ts';
import { objectsTable } from './objectsTable.ts';
import { processesTable } from './processesTable.ts';
import { stacksTable } from './stacksTable.ts';
import { traceIdOf } from './traceId.ts';
import { traceTable } from './traceTable.ts';

const GUIDE = readFileSync(new URL('../../docs/fleet.md', import.meta.url), 'utf8');

function tables(): ExportTable[] {
  const selection = selectObjects(traceFixture({}), {});
  const rows = { processes: 0, objects: 0, handles: 0, events: 0, stacks: 0 };
  const facts = { traceId: 'x', path: '/x', settings: '{}', program: 'p' };
  return [
    traceTable(selection, facts, rows),
    processesTable(selection, 'x'),
    objectsTable(selection, 'x'),
    handlesTable(selection, 'x'),
    eventsTable(selection, 'x'),
    stacksTable(selection, 'x'),
  ];
}

const TYPE_NAMES: Record<Column['type'], string> = {
  text: 'text',
  word: 'text',
  bool: 'bool',
  int32: 'int32',
  uint32: 'uint32',
  int64: 'int64',
  bigint64: 'int64',
  uint64: 'uint64',
  utcMicros: 'time',
};

/** `name type` of each row of a table of the guide. */
function documented(table: string): string[] {
  const section = GUIDE.split(`\n### ${table}\n`)[1].split('\n#')[0];
  return [...section.matchAll(/^\| `(\w+)` +\| ([^|]*?) *\| *([^|]*?) *\|$/gm)].map(
    ([, name, type]) => `${name} ${type}`,
  );
}

describe('docs/fleet.md', () => {
  it.each(tables().map((table): [string, ExportTable] => [table.name, table]))('describes %s', (name, { columns }) => {
    const shown = (column: Column): string =>
      `${column.name} ${TYPE_NAMES[column.type]}${column.nullable ? ', null' : ''}`;
    expect(documented(name)).toEqual(columns.map(shown));
  });

  it('names the version', () => {
    expect(GUIDE).toContain(`Schema version ${SCHEMA_VERSION}.`);
  });
});

describe('batches', () => {
  it.each([
    [0, []],
    [1, [1]],
    [3, [3]],
    [4, [3, 1]],
    [6, [3, 3]],
  ])('%i rows', (count, lengths) => {
    const batches = Array.from(inBatches(Array(count).keys(), 3), (batch) => [...batch]);
    expect(batches.map((batch) => batch.length)).toEqual(lengths);
    expect(batches.flat()).toEqual([...Array(count).keys()]);
  });
});

describe('numbers', () => {
  it('of clocks that say more than 64 bits hold', () => {
    expect([longOf(NaN), longOf(0), longOf(-5), longOf(2 ** 53)]).toEqual([null, 0n, -5n, 2n ** 53n]);
    expect([longOf(2 ** 63), longOf(Infinity), longOf(-1e30)]).toEqual([
      2n ** 63n - 1n,
      2n ** 63n - 1n,
      1n - 2n ** 63n,
    ]);
  });

  it('of times of day', () => {
    expect(unixNs('116444736000000001')).toBe(100n);
    expect(unixNs('133598115945000001')).toBe(1_715_337_994_500_000_100n);
    expect([unixNs('0'), unixNs('18446744073709551615'), unixNs('1')]).toEqual([null, null, null]);
    expect([unixMicros(1_999n), unixMicros(null)]).toEqual([1n, null]);
  });
});

describe('trace ids', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'leaklanes-id-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const idOf = (name: string, bytes: Uint8Array): Promise<string> => {
    writeFileSync(join(folder, name), bytes);
    return traceIdOf(join(folder, name));
  };

  it('change with what is in the file: its start, its end, its size', async () => {
    const bytes = new Uint8Array(300_000);
    const ids = [await idOf('a.etl', bytes)];
    expect(await idOf('a.etl', bytes)).toBe(ids[0]);
    for (const at of [0, 65_535, 299_999]) {
      const changed = bytes.slice();
      changed[at] = 1;
      ids.push(await idOf('a.etl', changed));
    }
    ids.push(await idOf('a.etl', bytes.subarray(1)), await idOf('a.etl', new Uint8Array(0)));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are names that every system and every pattern takes', async () => {
    const none = new Uint8Array(0);
    expect(await idOf('.a b=c{d}*[e].etl', none)).toMatch(/^a_b_c_d___e_\.etl-[0-9a-f]{16}$/);
    expect(await idOf('Über-測試.etl', none)).toMatch(/^Über-測試\.etl-[0-9a-f]{16}$/);
    expect(await idOf(`${'x'.repeat(200)}.etl`, none)).toMatch(/^x{60}-[0-9a-f]{16}$/);
    expect(await idOf('___', none)).toMatch(/^trace-[0-9a-f]{16}$/);
  });

  it('say what cannot be read', async () => {
    await expect(traceIdOf(join(folder, 'nothing.etl'))).rejects.toThrow(/nothing\.etl: cannot be read \(.*\); check/);
    await expect(traceIdOf(folder)).rejects.toThrow(`${folder}: cannot be read (it is no file); check the path.`);
  });
});
