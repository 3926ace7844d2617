import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as electron from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileOfCommandLine } from './argument.ts';
import { setupOpenRequests } from './openRequests.ts';
import type { electronStandIn } from './standIn.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const { app } = electron as unknown as ReturnType<typeof electronStandIn>;

let folder: string;
let trace: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-argument-'));
  trace = join(folder, 'a.etl');
  await writeFile(trace, '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the command line', () => {
  it('names a file, whatever flags and folders stand before it', () => {
    expect(fileOfCommandLine(['/electron', '--no-sandbox', folder, trace], '/')).toBe(trace);
    expect(fileOfCommandLine(['/Leaklanes.exe', trace], '/')).toBe(trace);
    expect(fileOfCommandLine(['/Leaklanes.exe', '--flag=a.etl', 'a.etl'], folder)).toBe(trace);
  });

  it('names none', () => {
    expect(fileOfCommandLine([trace], folder), 'the program itself').toBeNull();
    expect(fileOfCommandLine(['/electron', '.', 'missing.etl'], folder)).toBeNull();
  });
});

describe('a file from outside', () => {
  it('goes to who opens files from the moment on that there is one', () => {
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['/electron', '.', trace]);
    const requests = setupOpenRequests();
    const preventDefault = vi.fn();
    app.emit('open-file', { preventDefault }, '/early.etl');
    app.emit('second-instance', {}, ['/electron', '.'], folder);
    const open = vi.fn();
    expect(requests?.attach(open), 'macOS sends it before the window is there').toBe('/early.etl');
    expect(preventDefault).toHaveBeenCalled();

    app.emit('second-instance', {}, ['/electron', '.', 'a.etl'], folder);
    app.emit('second-instance', {}, ['/electron', '.'], folder);
    app.emit('open-file', { preventDefault }, '/late.etl');
    expect(open.mock.calls).toEqual([[trace], [null], ['/late.etl']]);
  });

  it('is that of the command line at first', () => {
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['/electron', '.', trace]);
    expect(setupOpenRequests()?.attach(vi.fn())).toBe(trace);
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['/electron', '.']);
    expect(setupOpenRequests()?.attach(vi.fn())).toBeNull();
  });

  it('goes to the program that runs already', () => {
    app.requestSingleInstanceLock.mockReturnValueOnce(false);
    expect(setupOpenRequests()).toBeNull();
  });
});
