import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecentFiles } from './recentFiles.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-recent-'));
  file = join(folder, 'config/recent.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('recent files', () => {
  it('lists the latest first, each once, and survives a restart', async () => {
    const recent = createRecentFiles(file);
    await Promise.all([recent.add('/traces/a.etl'), recent.add('/traces/b.etl'), recent.add('/traces/a.etl')]);
    const list = await createRecentFiles(file).list();
    expect(list.map(({ name, folder }) => `${folder}/${name}`)).toEqual(['/traces/a.etl', '/traces/b.etl']);
  });

  it('keeps ten', async () => {
    const recent = createRecentFiles(file);
    for (let i = 0; i < 13; i++) await recent.add(`/traces/${i}.etl`);
    expect((await recent.list()).map(({ name }) => name)).toEqual(
      [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((i) => `${i}.etl`),
    );
  });

  it('finds a path by the id of the list, and by nothing else', async () => {
    const recent = createRecentFiles(file);
    await recent.add('/traces/a.etl');
    const [{ id }] = await recent.list();
    expect(id).not.toContain('traces');
    expect(await recent.pathOf(id)).toBe('/traces/a.etl');
    expect(await recent.pathOf('/traces/a.etl')).toBeNull();
    await recent.remove('/traces/a.etl');
    expect(await recent.pathOf(id)).toBeNull();
  });

  it.each(['', 'not JSON', '{"files": "a.etl"}', '[]'])('takes %j for an empty list', async (text) => {
    file = join(folder, 'recent.json');
    await writeFile(file, text);
    const recent = createRecentFiles(file);
    expect(await recent.list()).toEqual([]);
    await recent.add('/traces/a.etl');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ files: ['/traces/a.etl'] });
  });

  it('goes on where nothing can be written, and leaves no half file', async () => {
    await writeFile(join(folder, 'config'), 'a file where the folder should be');
    const recent = createRecentFiles(file);
    await recent.add('/traces/a.etl');
    expect(await recent.list()).toEqual([]);
    expect(await readdir(folder)).toEqual(['config']);
  });
});
