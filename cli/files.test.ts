import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expandFiles } from './files.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'leaklanes-files-'));
  for (const folder of ['', 'one', 'one/deep', 'two', 'none']) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['b.etl', 'a.ETL', 'x.txt', 'one/c.etl', 'one/deep/d.etl', 'two/c.etl']) {
    writeFileSync(join(root, file), '');
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each([
  [['b.etl', 'gone.etl'], false, ['b.etl', 'gone.etl']],
  [['.'], false, ['a.ETL', 'b.etl']],
  [['.'], true, ['a.ETL', 'b.etl', 'one/c.etl', 'one/deep/d.etl', 'two/c.etl']],
  [['two', 'b.etl'], false, ['two/c.etl', 'b.etl']],
  [['?.etl'], false, ['a.ETL', 'b.etl']],
  [['*/c.etl'], false, ['one/c.etl', 'two/c.etl']],
  [['**/*.etl'], false, ['a.ETL', 'b.etl', 'one/c.etl', 'one/deep/d.etl', 'two/c.etl']],
  [['one/**'], false, ['one/c.etl', 'one/deep/d.etl']],
  [['**/d*'], false, ['one/deep/d.etl']],
])('%o, recursive %s', async (args, recursive, expected) => {
  const { files, problems } = await expandFiles(
    args.map((arg) => join(root, arg)),
    { recursive },
  );
  expect(problems).toEqual([]);
  expect(files).toEqual(expected.map((file) => join(root, file)));
});

it('what gives no file is a problem, the others still come', async () => {
  const { files, problems } = await expandFiles([join(root, 'none'), join(root, 'b.etl'), join(root, 'q*.etl')]);
  expect(files).toEqual([join(root, 'b.etl')]);
  expect(problems).toEqual([
    expect.stringMatching(/no \.etl file in this folder/),
    expect.stringMatching(/no file matches/),
  ]);
});
