/** Where an export cannot begin, it says so; it never waits. */
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../output.ts';
import { openPartFolder } from './partFolder.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'leaklanes-parts-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What is said, without what the system says. */
async function refusal(out: string): Promise<string> {
  const error: unknown = await openPartFolder(out).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message.replace(/\(E.*\)/, '(…)');
}

const expected = (out: string): string => `${out}: cannot be written (…); choose another folder with --out.`;

describe('folder of unfinished exports', () => {
  it('is made with all above it, and leaves the folder of the traces behind', async () => {
    const out = join(root, 'a/b/c');
    const parts = await openPartFolder(out);
    expect(existsSync(parts.path)).toBe(true);
    await parts.remove();
    expect([existsSync(out), existsSync(join(out, '.part'))]).toEqual([true, false]);
  });

  it('a file in the way: a sentence', async () => {
    writeFileSync(join(root, 'file'), '');
    expect(await refusal(join(root, 'file'))).toBe(expected(join(root, 'file')));
    expect(await refusal(join(root, 'file/x/y'))).toBe(expected(join(root, 'file/x/y')));
  });

  const linux = process.platform === 'linux' ? it : it.skip;
  const because = process.platform === 'linux' ? '' : ' (skipped: only Linux has /proc)';
  linux(`a file system that makes no folders: a sentence, not for ever${because}`, async () => {
    expect(await refusal('/proc/leaklanes/x')).toBe(expected('/proc/leaklanes/x'));
  });

  linux(`a link to nowhere: a sentence${because}`, async () => {
    symlinkSync(join(root, 'nowhere'), join(root, 'link'));
    expect(await refusal(join(root, 'link'))).toBe(expected(join(root, 'link')));
  });
});
