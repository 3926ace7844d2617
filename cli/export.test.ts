/** `leaklanes export` as scripts use it: what it writes where, that it can be run again, and what it says. Runs the program itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import './testing/cleanMachine.ts';
import { Duck, duckdbMissing } from '../worker/export/testing/duckdb.ts';
import { ms, TraceBuilder } from '../worker/testing/traceBuilder.ts';

const PROGRAM = fileURLToPath(new URL('leaklanes.js', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../samples/handle-leak.etl', import.meta.url));
const SYMBOLS = fileURLToPath(new URL('../samples/symbols', import.meta.url));
const FILES = ['events', 'handles', 'objects', 'processes', 'stacks', 'trace'];

interface Result {
  code: number | null;
  out: string;
  err: string;
}

function run(...args: string[]): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** A trace in which one process leaks so many handles. */
function leaking(count: number): Uint8Array {
  const trace = new TraceBuilder().processDCStart({ ns: 0, pid: 100, parentPid: 4, name: `leak${count}.exe` });
  for (let at = 0; at < count; at++) {
    trace.handleCreate({
      ns: ms(1 + at),
      pid: 100,
      tid: 104,
      object: 0xffff8000_00001000n + BigInt(at * 64),
      handle: 4 + at * 4,
      type: 16,
    });
  }
  return trace.toBytes();
}

let root = '';
let folder = '';
let out = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'leaklanes-fleet-'));
  // Builds dist/ where it is older than the sources, so that no test waits for it.
  execFileSync(process.execPath, [PROGRAM, '--version'], { stdio: 'ignore' });
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

let tests = 0;
beforeEach(() => {
  folder = join(root, String(tests++));
  out = join(folder, 'out');
  mkdirSync(join(folder, 'in'), { recursive: true });
});

const put = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, 'in', name);
  writeFileSync(path, bytes);
  return path;
};

/** When the tables of each trace were written. */
const written = (): Record<string, number> =>
  Object.fromEntries(readdirSync(out).map((name) => [name, statSync(join(out, name, 'objects.parquet')).mtimeMs]));

// Starts the program up to eight times a test, on machines that may be busy.
describe('export', { timeout: 180_000 }, () => {
  it('writes a folder a trace and a file a table, and says what', () => {
    const { code, out: said, err } = run('export', SAMPLE, '--out', out);
    expect([code, err]).toEqual([0, '']);
    const [id] = readdirSync(out);
    expect(id).toMatch(/^handle-leak\.etl-[0-9a-f]{16}$/);
    expect(readdirSync(join(out, id)).sort()).toEqual([
      ...FILES.slice(0, 2).map((name) => `${name}.parquet`),
      'leaklanes.json',
      ...FILES.slice(2).map((name) => `${name}.parquet`),
    ]);
    expect(said).toMatch(
      new RegExp(`^${id}: 4,696 objects, [\\d,]+ handles, [\\d,]+ events, .*\n1 trace exported: ${out}\n$`),
    );
  });

  it('--format arrow writes Arrow files', () => {
    expect(run('export', SAMPLE, '--out', out, '--format', 'arrow').code).toBe(0);
    const files = readdirSync(join(out, readdirSync(out)[0]));
    expect(files.filter((name) => name.endsWith('.arrow')).sort()).toEqual(FILES.map((name) => `${name}.arrow`));
  });

  it('goes on where it was: what is there is not exported again, unless something is different', () => {
    put('a.etl', leaking(3));
    put('b.etl', leaking(4));
    expect(run('export', join(folder, 'in'), '--out', out).out).toMatch(/2 traces exported/);
    const first = written();
    expect(run('export', join(folder, 'in'), '--out', out).out).toBe(
      `0 traces exported, 2 were there already: ${out}\n`,
    );
    expect(written()).toEqual(first);

    put('c.etl', leaking(5));
    put('b.etl', leaking(6));
    expect(run('export', join(folder, 'in'), '--out', out).out).toMatch(/2 traces exported, 1 was there already/);
    expect(Object.keys(written())).toHaveLength(4);

    const filtered = run('export', join(folder, 'in'), '--out', out, '--type', '*');
    expect(filtered.out).toMatch(/3 traces exported: /);
    expect(run('export', join(folder, 'in'), '--out', out, '--type', '*', '--force').out).toMatch(
      /3 traces exported: /,
    );
  });

  it('does again what a killed program left half done', () => {
    put('a.etl', leaking(3));
    expect(run('export', join(folder, 'in'), '--out', out).code).toBe(0);
    const [id] = readdirSync(out);
    rmSync(join(out, id), { recursive: true });
    // A pid that no system gives out.
    const left = join(out, '.part', `${hostname().replace(/[^\w.-]/g, '_')}-2147483646`, 'x');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'objects.parquet'), 'half');
    expect(run('export', join(folder, 'in'), '--out', out).out).toMatch(/1 trace exported/);
    expect(readdirSync(out)).toEqual([id]);
  });

  it('one bad file does not stop it', () => {
    put('a.etl', leaking(3));
    put('b.etl', new TextEncoder().encode('no trace at all, but a text that somebody called one'));
    put('c.etl', leaking(4));
    const { code, out: said, err } = run('export', join(folder, 'in'), '--out', out);
    expect(code).toBe(1);
    expect(err).toMatch(/^leaklanes: .*b\.etl: .*\n$/);
    expect(said).toMatch(/2 traces exported, 1 could not be read: /);
    expect(readdirSync(out)).toHaveLength(2);
  });

  it('--jobs: the same files and the same words as one at a time', () => {
    for (let at = 1; at <= 5; at++) put(`${at}.etl`, leaking(at * 3));
    const one = run('export', join(folder, 'in'), '--out', out, '--jobs', '1');
    const some = run('export', join(folder, 'in'), '--out', `${out}2`, '--jobs', '3');
    expect([some.code, some.err, some.out]).toEqual([0, '', one.out.replaceAll(out, `${out}2`)]);
    for (const name of readdirSync(out)) {
      for (const file of readdirSync(join(out, name))) {
        expect(readFileSync(join(out, name, file)).equals(readFileSync(join(`${out}2`, name, file)))).toBe(true);
      }
    }
  });

  it('exports copies once, and says so', () => {
    const path = put('a.etl', leaking(3));
    mkdirSync(join(folder, 'in/other'));
    const copy = join(folder, 'in/other/a.etl');
    copyFileSync(path, copy);
    const { out: said } = run('export', join(folder, 'in'), '--recursive', '--out', out);
    expect(said).toContain(`${copy}: is the same trace as ${path}.\n`);
    expect(said).toMatch(/1 trace exported, 1 is a copy: /);
  });

  it('exports a file that several arguments mean once, and says nothing of copies', () => {
    const path = put('a.etl', leaking(3));
    const {
      code,
      out: said,
      err,
    } = run('export', path, join(folder, 'in'), join(folder, 'in/../in/*.etl'), '--out', out);
    expect([code, err]).toEqual([0, '']);
    expect(said).toMatch(/^a\.etl-[0-9a-f]{16}: .*\n1 trace exported: .*\n$/);
  });

  it('an empty --out: a sentence, and nothing in the folder where it runs', () => {
    const path = put('a.etl', leaking(3));
    const { code, out: said, err } = run('export', path, '--out', '');
    expect([code, said]).toEqual([2, '']);
    expect(err).toMatch(/^leaklanes: .*--out.* It is empty; name a folder\.\n$/);
  });

  it('a folder that cannot be written: one sentence', () => {
    const path = put('a.etl', leaking(3));
    const blocked = run('export', path, '--out', join(path, 'out'));
    expect([blocked.code, blocked.out]).toEqual([2, '']);
    expect(blocked.err).toMatch(/^leaklanes: .*: cannot be written \(.*\); choose another folder with --out\.\n$/);
  });

  it('what is not of an export is never replaced', () => {
    const path = put('a.etl', leaking(3));
    expect(run('export', path, '--out', out).code).toBe(0);
    const [id] = readdirSync(out);
    rmSync(join(out, id, 'leaklanes.json'));
    writeFileSync(join(out, id, 'notes.txt'), 'mine');
    const { code, err } = run('export', path, '--out', out);
    expect([code, err.split('\n').length]).toEqual([2, 2]);
    expect(err).toContain('it holds files that are not of an export');
    expect(readFileSync(join(out, id, 'notes.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(out)).toEqual([id]);
  });

  it('wrong options: what is wrong', () => {
    expect(run('export', SAMPLE, '--format', 'parket').err).toMatch(/did you mean parquet\?/);
    expect(run('export').err).toMatch(/missing required argument/);
    expect(run('export', SAMPLE, '--csv-separator', ';').code).toBe(2);
  });

  const missing = duckdbMissing();
  const queried = missing === null ? it : it.skip;
  queried(`filters and symbols are those of dump${missing === null ? '' : ` (${missing})`}`, async () => {
    const filters = ['--type', 'Thread', '--leak', '--symbol-path', SYMBOLS];
    expect(run('export', SAMPLE, '--out', out, ...filters).code).toBe(0);
    const lines = run('dump', SAMPLE, '--format', 'json', ...filters)
      .out.trim()
      .split('\n');
    const dumped = lines.map((line) => JSON.parse(line) as { id: number; createStack: string[] });
    const duck = await Duck.open(out);
    const objects = await duck.rows('SELECT object_id AS id, create_stack_id FROM objects ORDER BY 1');
    expect(objects.map(({ id }) => id)).toEqual(dumped.map(({ id }) => id));
    const frames = await duck.rows(
      `SELECT text FROM stacks WHERE stack_id = ${objects[0].create_stack_id as number} ORDER BY frame_index`,
    );
    expect(frames.map(({ text }) => text)).toEqual(dumped[0].createStack);
    expect(frames.some(({ text }) => (text as string).includes('!'))).toBe(true);
  });

  queried(`totals of a query are those of the program${missing === null ? '' : ` (${missing})`}`, async () => {
    put('a.etl', leaking(3));
    put('b.etl', leaking(4));
    const files = [join(folder, 'in'), SAMPLE, '--no-symbols'];
    expect(run('export', ...files, '--out', out).code).toBe(0);
    const duck = await Duck.open(out);
    const queriedRows = await duck.query('totals');
    for (const by of ['type', 'process', 'name', 'stack']) {
      const lines = run('totals', ...files, '--by', by, '--format', 'json')
        .out.trim()
        .split('\n');
      const expected = lines.flatMap((line) => {
        const { file, rows } = JSON.parse(line) as {
          file: string;
          rows: { label: string; open: number; leaked: number }[];
        };
        return rows.map(({ label, open, leaked }) => `${file} ${label} ${open} ${leaked}`);
      });
      const mine = queriedRows.filter((row) => row.counted_by === by) as Record<string, string>[];
      const shown = mine.map(
        (row) => `${row.trace_id.replace(/-[0-9a-f]{16}$/, '')} ${row.label} ${row.open} ${row.leaked}`,
      );
      expect([by, shown.sort()]).toEqual([by, expected.sort()]);
    }
  });
});
