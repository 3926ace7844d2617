import { describe, expect, it } from 'vitest';
import type { SortKey } from '../state/tableStore.ts';
import { nextSort } from './nextSort.ts';

const up = (column: SortKey['column']): SortKey => ({ column, descending: false });
const down = (column: SortKey['column']): SortKey => ({ column, descending: true });

describe('nextSort', () => {
  it('goes up, down, and back to none', () => {
    expect(nextSort([], 'type', false)).toEqual([up('type')]);
    expect(nextSort([up('type')], 'type', false)).toEqual([down('type')]);
    expect(nextSort([down('type')], 'type', false)).toEqual([]);
  });

  it('puts leaks first on the first click', () => {
    expect(nextSort([], 'leak', false)).toEqual([down('leak')]);
    expect(nextSort([down('leakAtExit')], 'leakAtExit', false)).toEqual([up('leakAtExit')]);
    expect(nextSort([up('leakAtExit')], 'leakAtExit', false)).toEqual([]);
  });

  it('replaces several columns by a plain click, also on one of them', () => {
    expect(nextSort([up('type'), up('name')], 'id', false)).toEqual([up('id')]);
    expect(nextSort([up('type'), up('name')], 'name', false)).toEqual([up('name')]);
  });

  it('adds, turns and takes out a column with Shift', () => {
    expect(nextSort([up('type')], 'name', true)).toEqual([up('type'), up('name')]);
    expect(nextSort([up('type'), up('name')], 'type', true)).toEqual([down('type'), up('name')]);
    expect(nextSort([down('type'), up('name')], 'type', true)).toEqual([up('name')]);
  });
});
