import { describe, expect, it } from 'vitest';
import type { CellKind, TableColumn } from '../../shared/tables.ts';
import { createTimeFormat } from '../timeFormat.ts';
import { alignOf, cellText, cellTone, headerText } from './cellTexts.ts';

const column = (kind: CellKind, more: Partial<TableColumn> = {}): TableColumn => ({
  id: 'x',
  header: 'Leak',
  title: '',
  kind,
  width: 80,
  ...more,
});
const seconds = createTimeFormat('seconds', 6, null);
const utc = createTimeFormat('utc', 3, { startTimeFiletime: '133600000000000000', timeZoneBiasMinutes: 0 });

describe('cells', () => {
  it('write counts with separators, but not numbers that are names', () => {
    expect(cellText(12345, column('count'), seconds)).toBe('12,345');
    expect(cellText(12345, column('count', { id: 'pid' }), seconds)).toBe('12345');
    expect(cellText(12345, column('count', { id: 'createStack' }), seconds)).toBe('12345');
  });

  it('write times as the user prefers, and lengths always in seconds', () => {
    expect(cellText(3_364_629_012, column('time'), seconds)).toBe('3.364629');
    expect(headerText(column('time', { header: 'Created' }), seconds)).toBe('Created (s)');
    expect(headerText(column('time', { header: 'Created' }), utc)).toBe('Created (UTC)');
    expect(cellText(16_939_000, column('duration'), utc)).toBe('0.017');
    expect(headerText(column('duration', { header: 'Lifetime' }), utc)).toBe('Lifetime (s)');
  });

  it('say what null means, and flags by their word', () => {
    expect(cellText(null, column('time', { empty: 'not closed' }), seconds)).toBe('not closed');
    expect(cellText(true, column('flag'), seconds)).toBe('leak');
    expect(cellText(false, column('flag'), seconds)).toBe('');
  });

  it('write rates with three digits', () => {
    expect(cellText(0.30000000000000004, column('rate'), seconds)).toBe('0.3');
    expect(cellText(1234.5, column('rate'), seconds)).toBe('1,235');
  });

  it('stand out for leaks and back for nothing', () => {
    expect(cellTone(3, column('count', { leak: true }))).toBe('is-leak');
    expect(cellTone(0, column('count', { leak: true }))).toBe('is-faint');
    expect(cellTone(null, column('text'))).toBe('is-faint');
    expect(alignOf(column('count'))).toBe('right');
    expect(alignOf(column('count', { id: 'tid' }))).toBe('left');
  });
});
