// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { COMMANDS, commandById } from '../renderer/app/commands/registry.ts';
import { acceleratorOf } from './accelerators.ts';
import { menuTemplate, type MenuActions } from './menu.ts';
import * as lists from './menuCommands.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());

const actions = {
  run: vi.fn(),
  openRecent: vi.fn(),
  clearRecent: vi.fn(),
  showDocumentation: vi.fn(),
} satisfies MenuActions;

interface Item {
  id?: string;
  role?: string;
  label?: string;
  enabled?: boolean;
  accelerator?: string;
  registerAccelerator?: boolean;
  submenu?: Item[];
  click?: () => void;
}

const flatten = (items: Item[]): Item[] => items.flatMap((item) => [item, ...flatten(item.submenu ?? [])]);
const items = (
  recent: { id: string; name: string; folder: string }[] = [],
  platform: NodeJS.Platform = 'win32',
  devTools = false,
) => flatten(menuTemplate(actions, recent, platform, devTools) as Item[]);
const NO_COMMANDS = ['recent', 'clear-recent', 'documentation'];
const commandItems = (platform: NodeJS.Platform) =>
  items([], platform).filter(({ id }) => id !== undefined && !NO_COMMANDS.includes(id));

/** Every command of menuCommands.ts, however its lists are nested. */
const listed = (Object.values(lists) as unknown[]).flat(2) as lists.MenuCommand[];

describe('commands in the menu', () => {
  it('are those of the renderer’s registry, with its first key', () => {
    for (const { id, key } of listed) {
      const command = commandById(id);
      expect(command, id).toBeDefined();
      expect(key, id).toBe(command?.keys[0]);
    }
  });

  it.each(['win32', 'linux', 'darwin'] as const)('are all of the list, each once, on %s', (platform) => {
    const ids = commandItems(platform).map(({ id }) => id);
    expect([...ids].sort()).toEqual(listed.map(({ id }) => id).sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have every choice that the registry has', () => {
    const choices = COMMANDS.map(({ id }) => id).filter((id) => /^(page|group|color)\.|^theme|^export/.test(id));
    expect(choices.length).toBeGreaterThan(20);
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(choices));
  });

  it('are run by the page', () => {
    for (const { id, click } of commandItems('win32')) {
      actions.run.mockClear();
      click?.();
      expect(actions.run, id).toHaveBeenCalledExactlyOnceWith(id);
    }
  });

  it('show keys as Electron reads them, and leave them to the page', () => {
    const shown = commandItems('win32').filter(({ accelerator }) => accelerator !== undefined);
    expect(shown).toHaveLength(listed.filter(({ key }) => key !== undefined).length);
    for (const { id, accelerator, registerAccelerator } of shown) {
      expect(accelerator, id).toMatch(/^((CmdOrCtrl|Alt|Shift)\+)*([A-Z0-9.,?/]|F\d+|Left|Right|Up|Down|Esc)$/);
      expect(registerAccelerator, id).toBe(false);
    }
  });
});

describe('keys in the menu', () => {
  it('are written as Electron does', () => {
    const written = ['Ctrl+Shift+P', 'Alt+ArrowLeft', 'N', 'F3', 'Escape', 'Ctrl+,'].map((key) =>
      acceleratorOf(key, 'linux'),
    );
    expect(written).toEqual(['CmdOrCtrl+Shift+P', 'Alt+Left', 'N', 'F3', 'Esc', 'CmdOrCtrl+,']);
    expect(acceleratorOf(undefined, 'linux')).toBeUndefined();
  });

  it('are none on a Mac where text boxes need them', () => {
    const written = ['N', 'Shift+N', '.', '?', 'F3', 'Ctrl+Z', 'Ctrl+Shift+Z', 'Alt+ArrowLeft', 'Ctrl+O', 'Alt+1'].map(
      (key) => acceleratorOf(key, 'darwin'),
    );
    const none = undefined;
    expect(written).toEqual([none, none, none, none, none, none, none, none, 'CmdOrCtrl+O', 'Alt+1']);
  });
});

describe('the menu', () => {
  it('opens recent files, whose names may have an &', () => {
    items([{ id: 'r1', name: 'R&D.etl', folder: '/t' }])
      .find(({ label }) => label === 'R&&D.etl')
      ?.click?.();
    expect(actions.openRecent).toHaveBeenCalledExactlyOnceWith('r1');
  });

  it('offers no recent files where there are none', () => {
    expect(items().find(({ id }) => id === 'recent')?.enabled).toBe(false);
  });

  it('has the developer tools only where the program is developed', () => {
    expect(items().some(({ role }) => role === 'toggleDevTools')).toBe(false);
    expect(items([], 'linux', true).some(({ role }) => role === 'toggleDevTools')).toBe(true);
  });

  it('begins with the menu of the app on macOS, where text boxes have undo from the menu', () => {
    const mac = items([], 'darwin');
    expect(mac[0].role).toBe('appMenu');
    expect(mac.map(({ role }) => role)).toEqual(expect.arrayContaining(['undo', 'redo', 'copy', 'paste']));
  });
});
