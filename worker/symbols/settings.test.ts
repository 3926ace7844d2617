import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SYMBOL_SETTINGS, symbolSettingsFile } from './settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the symbol settings', () => {
  it('come back as they were written, in a new folder, with no half file beside them', async () => {
    const file = join(folder, 'new', 'symbols.json');
    const settings = { symbolPath: 'srv*C:\\s*https://x', download: true, names: 'full' as const };
    await symbolSettingsFile(file).write(settings);
    expect(await symbolSettingsFile(file).read()).toEqual(settings);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 1, ...settings });
    expect(await readdir(join(folder, 'new'))).toEqual(['symbols.json']);
  });

  it.each([
    ['no file', null],
    ['an empty file', ''],
    ['no JSON', '{"version": 1, '],
    ['another version', '{"version":2,"symbolPath":"x","download":true,"names":"full"}'],
    ['values that make no sense', '{"version":1,"symbolPath":7,"download":"yes","names":"full"}'],
  ])('are the defaults where there is %s', async (_what, text) => {
    const file = join(folder, 'symbols.json');
    if (text !== null) await writeFile(file, text);
    expect(await symbolSettingsFile(file).read()).toEqual(DEFAULT_SYMBOL_SETTINGS);
  });

  it('reject where they cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(
      symbolSettingsFile(join(folder, 'file', 'symbols.json')).write(DEFAULT_SYMBOL_SETTINGS),
    ).rejects.toThrow();
  });
});
