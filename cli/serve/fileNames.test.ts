import { describe, expect, it } from 'vitest';
import { attachmentHeader, displayNameOf, exportNameOf } from './fileNames.ts';

describe('the name that an upload is shown by', () => {
  it.each([
    ['trace.etl', 'trace.etl'],
    ['C:\\traces\\handle leak.etl', 'handle leak.etl'],
    ['../../etc/passwd', 'passwd'],
    ['a\u0000b\u202e.etl', 'ab.etl'],
    ['..', 'trace.etl'],
    ['', 'trace.etl'],
    ['/', 'trace.etl'],
    ['Spur größe 日本.etl', 'Spur größe 日本.etl'],
  ])('%j is %j', (name, shown) => expect(displayNameOf(name)).toBe(shown));
});

describe('the name that an export is saved by', () => {
  it.each([
    ['leak.csv', 'leak.csv'],
    ['leak', 'leak.csv'],
    ['../../.bashrc', '_.._.bashrc.csv'],
    ['a/b:c.CSV', 'a_b_c.csv'],
    ['', 'leaklanes.csv'],
    ['...', 'leaklanes.csv'],
    ['x'.repeat(300), `${'x'.repeat(120)}.csv`],
  ])('%j is %j', (name, saved) => expect(exportNameOf(name, 'csv')).toBe(saved));

  it.each([
    ['handles.tsv', 'tsv', 'handles.tsv'],
    ['a.csv', 'json', 'a.csv.json'],
    ['/', 'json', '_.json'],
  ] as const)('%j as %s is %j', (name, format, saved) => expect(exportNameOf(name, format)).toBe(saved));
});

describe('the header of an attachment', () => {
  it('has an ASCII name and the real one', () => {
    expect(attachmentHeader('größe "1".csv')).toBe(
      `attachment; filename="gr__e _1_.csv"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.csv`,
    );
  });

  it('cannot be broken out of', () => {
    expect(attachmentHeader('a"\r\nX: y')).not.toMatch(/[\r\n]/);
  });
});
