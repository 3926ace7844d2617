/** An exported trace is there as a whole, or not at all. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import { selectObjects, type Selection } from '../query/select.ts';
import { traceFixture } from '../query/testing/traceFixture.ts';
import { SCHEMA_VERSION } from './columns.ts';
import { exportTrace, EXPORT_FORMATS } from './exportTrace.ts';
import { isSameExport, MANIFEST, readManifest } from './manifest.ts';
import { exportTo, ExportFolders } from './testing/exported.ts';

const folders = new ExportFolders();
afterAll(() => folders.remove());

const facts = {
  traceId: 'a.etl-1',
  path: '/a.etl',
  settings: '{"format":"parquet"}',
  program: 'leaklanes version test',
};

function objects(count: number): Selection {
  return selectObjects(
    traceFixture({
      objects: Array.from({ length: count }, (_, at) => ({ handles: [{ value: 4 + at * 4, open: at }] })),
    }),
    {},
  );
}

describe.each(EXPORT_FORMATS)('export as %s', (format) => {
  it('leaves nothing behind where it is cancelled between two batches', async () => {
    const folder = folders.make();
    const partFolder = join(folder, '.part/me');
    const stop = new AbortController();
    const seen: number[] = [];
    const exporting = exportTrace(
      objects(20),
      facts,
      { format, folder, partFolder, batchRows: 4 },
      {
        signal: stop.signal,
        onProgress: ({ events }) => {
          seen.push(events);
          if (seen.length === 3) stop.abort();
        },
      },
    );
    await expect(exporting).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual([4, 8, 12]);
    expect(readdirSync(folder)).toEqual(['.part']);
    expect(readdirSync(partFolder)).toEqual([]);
  });

  it('replaces what was exported before', async () => {
    const folder = folders.make();
    await exportTo(folder, objects(3), { format });
    const before = readdirSync(join(folder, 'test.etl-0')).sort();
    const { rows } = await exportTo(folder, objects(5), { format });
    expect(rows).toEqual({ trace: 1, processes: 0, objects: 5, handles: 5, events: 5, stacks: 0 });
    expect(readdirSync(join(folder, 'test.etl-0')).sort()).toEqual(before);
    expect((await readManifest(join(folder, 'test.etl-0')))?.rows).toEqual(rows);
    expect(readdirSync(join(folder, '.part/test'))).toEqual([]);
  });

  it('is the same bytes every time', async () => {
    const [one, two] = [folders.make(), folders.make()];
    await exportTo(one, objects(9), { format });
    await exportTo(two, objects(9), { format });
    for (const name of readdirSync(join(one, 'test.etl-0'))) {
      const bytes = (folder: string): Buffer => readFileSync(join(folder, 'test.etl-0', name));
      expect([name, bytes(one).equals(bytes(two))]).toEqual([name, true]);
    }
  });

  it('is whole where several programs put it in one place at the same time', async () => {
    const folder = folders.make();
    const programs = Array.from({ length: 8 }, (_, at) => ({
      format,
      folder,
      partFolder: join(folder, `.part/${at}`),
    }));
    await Promise.all(programs.map((target) => exportTrace(objects(3), facts, target)));
    expect(readdirSync(folder).sort()).toEqual(['.part', facts.traceId]);
    expect((await readManifest(join(folder, facts.traceId)))?.rows.objects).toBe(3);
    expect(readdirSync(join(folder, facts.traceId))).toHaveLength(7);
    expect(programs.flatMap(({ partFolder }) => readdirSync(partFolder))).toEqual([]);
  });

  it('says in one sentence what cannot be written', async () => {
    const folder = folders.make();
    writeFileSync(join(folder, 'file'), '');
    const target = { format, folder, partFolder: join(folder, 'file/part') };
    const error: unknown = await exportTrace(objects(1), facts, target).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TraceError);
    expect(error).toMatchObject({ code: 'io', file: join(folder, 'a.etl-1') });
    expect((error as Error).message).toMatch(
      /^\S+a\.etl-1: cannot be written \(.*\); choose another folder with --out\.$/,
    );
  });

  it('does not replace what is not of an export: a folder, a file', async () => {
    const folder = folders.make();
    const target = { format, folder, partFolder: join(folder, '.part/me') };
    mkdirSync(join(folder, 'a.etl-1'));
    writeFileSync(join(folder, 'a.etl-1/mine.txt'), 'mine');
    await expect(exportTrace(objects(1), facts, target)).rejects.toThrow('not of an export');
    expect(existsSync(join(folder, 'a.etl-1/mine.txt'))).toBe(true);
    writeFileSync(join(folder, 'b.etl-1'), 'mine');
    await expect(exportTrace(objects(1), { ...facts, traceId: 'b.etl-1' }, target)).rejects.toThrow('not of an export');
    expect(readFileSync(join(folder, 'b.etl-1'), 'utf8')).toBe('mine');
  });
});

describe('manifest', () => {
  it('tells the same export from another', async () => {
    const folder = folders.make();
    await exportTrace(objects(1), facts, { format: 'parquet', folder, partFolder: join(folder, '.part/me') });
    const manifest = await readManifest(join(folder, facts.traceId));
    expect(manifest?.schemaVersion).toBe(SCHEMA_VERSION);
    expect(isSameExport(manifest, facts.traceId, facts.settings)).toBe(true);
    expect(isSameExport(manifest, 'other', facts.settings)).toBe(false);
    expect(isSameExport(manifest, facts.traceId, '{"format":"arrow"}')).toBe(false);
    if (manifest !== null) {
      expect(isSameExport({ ...manifest, schemaVersion: 0 }, facts.traceId, facts.settings)).toBe(false);
    }
  });

  it('is none where there is none, or something else', async () => {
    const folder = folders.make();
    expect(await readManifest(folder)).toBeNull();
    for (const text of ['', '{', '{}', '[1]', '{"schemaVersion":"1"}']) {
      writeFileSync(join(folder, MANIFEST), text);
      expect(await readManifest(folder)).toBeNull();
    }
    expect(isSameExport(null, 'x', 'y')).toBe(false);
  });
});
