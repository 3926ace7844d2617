import { describe, expect, it } from 'vitest';
import { nextSort } from './nextSort.ts';

const up = (column: string) => ({ column, descending: false });
const down = (column: string) => ({ column, descending: true });
const TYPE = { id: 'type', kind: 'text' } as const;
const NAME = { id: 'name', kind: 'text' } as const;
const OPEN = { id: 'open', kind: 'count' } as const;
const LEAK = { id: 'leak', kind: 'flag' } as const;

describe('nextSort', () => {
  it('goes up, down, and back to none', () => {
    expect(nextSort([], TYPE, false)).toEqual([up('type')]);
    expect(nextSort([up('type')], TYPE, false)).toEqual([down('type')]);
    expect(nextSort([down('type')], TYPE, false)).toEqual([]);
  });

  it('puts leaks and the greatest counts first on the first click, but the first id', () => {
    expect(nextSort([], LEAK, false)).toEqual([down('leak')]);
    expect(nextSort([down('open')], OPEN, false)).toEqual([up('open')]);
    expect(nextSort([up('open')], OPEN, false)).toEqual([]);
    expect(nextSort([], { id: 'id', kind: 'count' }, false)).toEqual([up('id')]);
  });

  it('replaces several columns by a plain click, also on one of them', () => {
    expect(nextSort([up('type'), up('name')], OPEN, false)).toEqual([down('open')]);
    expect(nextSort([up('type'), up('name')], NAME, false)).toEqual([up('name')]);
  });

  it('adds, turns and takes out a column with Shift', () => {
    expect(nextSort([up('type')], NAME, true)).toEqual([up('type'), up('name')]);
    expect(nextSort([up('type'), up('name')], TYPE, true)).toEqual([down('type'), up('name')]);
    expect(nextSort([down('type'), up('name')], TYPE, true)).toEqual([up('name')]);
  });
});
