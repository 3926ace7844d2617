import { describe, expect, it } from 'vitest';
import type { TableColumn } from '../../shared/tables.ts';
import { movedTo, shownColumns, withFixed } from './columnOrder.ts';

const column = (id: string, hidden?: true): TableColumn => ({
  id,
  header: id,
  title: id,
  kind: 'text',
  width: 100,
  ...(hidden && { hidden }),
});
const COLUMNS = [column('a'), column('b'), column('c', true)];
const ids = (columns: TableColumn[]) => columns.map(({ id }) => id).join('');

describe('columns', () => {
  it('are the table’s own until the user chooses', () => {
    expect(ids(shownColumns(COLUMNS, null, new Set()))).toBe('ab');
  });

  it('are those that were chosen, in that order, without what the table does not have', () => {
    expect(ids(shownColumns(COLUMNS, ['c', 'x', 'a'], new Set()))).toBe('ca');
  });

  it('always have the fixed ones first', () => {
    expect(ids(shownColumns(COLUMNS, ['c', 'b'], new Set(['b'])))).toBe('bc');
  });

  it('are kept with the levels of the groups before them, in their order', () => {
    const groups = new Set(['process', 'type', 'name']);
    expect(withFixed(['type', 'process'], ['process', 'name', 'count'], groups)).toEqual(['type', 'process', 'count']);
  });

  it('move to a place and not beyond the ends', () => {
    expect(movedTo(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(movedTo(['a', 'b', 'c'], 'c', -1)).toEqual(['c', 'a', 'b']);
    expect(movedTo(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a']);
  });
});
