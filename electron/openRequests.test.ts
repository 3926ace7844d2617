import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as electron from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileOfCommandLine } from './argument.ts';
import { CHANNELS } from './channels.ts';
import { menuTemplate, type MenuActions } from './menu.ts';
import { setupOpenRequests } from './openRequests.ts';
import { windowStandIn, type electronStandIn } from './standIn.ts';

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
  it('is opened in the window that there is', () => {
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['/electron', '.']);
    const requests = setupOpenRequests();
    const window = windowStandIn();
    expect(requests?.current()).toBeNull();
    app.emit('open-file', { preventDefault: vi.fn() }, '/early.etl');
    expect(requests?.current(), 'macOS sends it before the window is there').toBe('/early.etl');
    requests?.attach(window as never);

    app.emit('second-instance', {}, ['/electron', '.', 'a.etl'], folder);
    expect(requests?.current()).toBe(trace);
    expect(window.sent).toEqual([[CHANNELS.event, { kind: 'open', source: { kind: 'argument' } }]]);
    expect(window.restore).toHaveBeenCalled();
    expect(window.focus).toHaveBeenCalled();

    app.emit('second-instance', {}, ['/electron', '.'], folder);
    expect(window.sent, 'without a file it only comes to the front').toHaveLength(1);
    window.isDestroyed.mockReturnValue(true);
    app.emit('open-file', { preventDefault: vi.fn() }, '/late.etl');
    expect(window.sent).toHaveLength(1);
  });

  it('goes to the program that runs already', () => {
    app.requestSingleInstanceLock.mockReturnValueOnce(false);
    expect(setupOpenRequests()).toBeNull();
  });
});

describe('the menu', () => {
  const actions = { send: vi.fn(), clearRecent: vi.fn(), showDocumentation: vi.fn() } satisfies MenuActions;
  type Item = { id?: string; role?: string; label?: string; enabled?: boolean; submenu?: Item[]; click?: () => void };
  const flatten = (items: Item[]): Item[] => items.flatMap((item) => [item, ...flatten(item.submenu ?? [])]);
  const items = (
    recent: { id: string; name: string; folder: string }[],
    platform: NodeJS.Platform = 'win32',
    devTools = false,
  ) => flatten(menuTemplate(actions, recent, platform, devTools) as Item[]);

  it('sends what the renderer has to do', () => {
    const all = items([{ id: 'r1', name: 'R&D.etl', folder: '/t' }]);
    all.find(({ id }) => id === 'open')?.click?.();
    all.find(({ label }) => label === 'R&&D.etl')?.click?.();
    all.find(({ id }) => id === 'export-csv')?.click?.();
    expect(actions.send.mock.calls).toEqual([
      [{ kind: 'open', source: { kind: 'dialog' } }],
      [{ kind: 'open', source: { kind: 'recent', id: 'r1' } }],
      [{ kind: 'command', id: 'exportCsv' }],
    ]);
  });

  it('has the developer tools only where the program is developed', () => {
    expect(items([]).some(({ role }) => role === 'toggleDevTools')).toBe(false);
    expect(items([], 'linux', true).some(({ role }) => role === 'toggleDevTools')).toBe(true);
  });

  it('offers no recent files where there are none', () => {
    expect(items([]).find(({ id }) => id === 'recent')?.enabled).toBe(false);
  });

  it('begins with the menu of the app on macOS', () => {
    expect(items([], 'darwin')[0].role).toBe('appMenu');
  });
});
