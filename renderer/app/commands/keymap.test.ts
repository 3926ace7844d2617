// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { createKeysStore } from '../../state/keysStore.ts';
import { chordOf, chordText, isTypedChord } from './chords.ts';
import { assignKey, commandForChord, conflictsOf, isTyping, keysOf } from './keymap.ts';
import { MENU } from './menu.ts';
import { COMMANDS, commandById } from './registry.ts';

const press = (key: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...init });

beforeEach(() => localStorage.clear());

describe('chords', () => {
  it('name keys as they are written in the registry', () => {
    expect(chordOf(press('n'))).toBe('N');
    expect(chordOf(press('N', { shiftKey: true }))).toBe('Shift+N');
    expect(chordOf(press('P', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+P');
    expect(chordOf(press('p', { metaKey: true }))).toBe('Ctrl+P');
    expect(chordOf(press('ArrowLeft', { altKey: true }))).toBe('Alt+ArrowLeft');
    expect(chordOf(press(' '))).toBe('Space');
  });

  it('take characters as they come, whatever Shift did to make them', () => {
    expect(chordOf(press('?', { shiftKey: true }))).toBe('?');
    expect(chordOf(press('+'))).toBe('+');
    expect(chordOf(press(',', { ctrlKey: true }))).toBe('Ctrl+,');
  });

  it('are none for a modifier alone, and not Ctrl+Alt for AltGr', () => {
    expect(chordOf(press('Shift', { shiftKey: true }))).toBeNull();
    expect(chordOf(press('@', { ctrlKey: true, altKey: true, modifierAltGraph: true }))).toBe('@');
  });

  it('know what is text', () => {
    expect(['N', 'Shift+N', '.', 'Ctrl+N', 'Escape', 'F3'].map(isTypedChord)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('are written as people do', () => {
    expect(['Alt+ArrowLeft', 'Escape', 'Ctrl+Shift+P', '+'].map(chordText)).toEqual([
      'Alt+←',
      'Esc',
      'Ctrl+Shift+P',
      '+',
    ]);
  });
});

describe('the registry', () => {
  it('has every id once, and every default key once', () => {
    const ids = COMMANDS.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = COMMANDS.flatMap((command) => command.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('has the ids that the menus send', () => {
    for (const id of MENU.flatMap(({ ids }) => ids)) expect(commandById(id), id).toBeDefined();
  });
});

describe('keys', () => {
  it('are not commands while they are typed, but those with Ctrl and marked so are', () => {
    const find = (chord: string, typing: boolean) => commandForChord(COMMANDS, {}, chord, typing)?.id;
    expect(find('N', false)).toBe('nextLeak');
    expect(find('N', true)).toBeUndefined();
    expect(find('Ctrl+F', true)).toBe('search');
    expect(find('Ctrl+Z', true), 'undo in a text box is the box’s own').toBeUndefined();
  });

  it('can be changed; the one that had the key loses it, and both come back', () => {
    const store = createKeysStore();
    const [nextLeak, zoomIn] = [commandById('nextLeak')!, commandById('zoomIn')!];
    expect(conflictsOf(COMMANDS, store.getState().changed, nextLeak, 'W')).toEqual([zoomIn]);
    assignKey(COMMANDS, store.getState(), nextLeak, 'W');
    expect(keysOf(zoomIn, store.getState().changed)).toEqual(['+']);
    expect(commandForChord(COMMANDS, store.getState().changed, 'W', false)).toBe(nextLeak);
    expect(commandForChord(COMMANDS, store.getState().changed, 'N', false)).toBeUndefined();
    expect(createKeysStore().getState().changed, 'kept').toEqual(store.getState().changed);
    store.getState().reset();
    expect(commandForChord(COMMANDS, store.getState().changed, 'W', false)).toBe(zoomIn);
  });

  it('does not take kept nonsense for keys', () => {
    localStorage.setItem('leaklanes.keys', '{"nextLeak": "W", "zoomIn": [1], "fit": ["G"]}');
    expect(createKeysStore().getState().changed).toEqual({ fit: ['G'] });
  });
});

it('knows where text is typed', () => {
  document.body.innerHTML = '<input id=a><input id=b type=checkbox><textarea id=c></textarea><button id=d></button>';
  const typing = ['a', 'b', 'c', 'd'].map((id) => isTyping(document.getElementById(id)));
  expect(typing).toEqual([true, false, true, false]);
});
