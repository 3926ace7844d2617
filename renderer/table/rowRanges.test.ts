import { describe, expect, it } from 'vitest';
import { between, countRows, hasRow, toggleRow } from './rowRanges.ts';

describe('row ranges', () => {
  it('holds what lies between two rows, both included', () => {
    expect(between(9, 4)).toEqual([[4, 9]]);
    expect(countRows(between(0, 999_999))).toBe(1_000_000);
    expect(hasRow([[4, 9]], 9)).toBe(true);
    expect(hasRow([[4, 9]], 10)).toBe(false);
  });

  it('adds a row and joins neighbours', () => {
    expect(toggleRow([[4, 5]], 9)).toEqual([
      [4, 5],
      [9, 9],
    ]);
    expect(
      toggleRow(
        [
          [4, 5],
          [7, 9],
        ],
        6,
      ),
    ).toEqual([[4, 9]]);
  });

  it('takes a row out, and splits what is around it', () => {
    expect(toggleRow([[4, 9]], 6)).toEqual([
      [4, 5],
      [7, 9],
    ]);
    expect(toggleRow([[4, 9]], 4)).toEqual([[5, 9]]);
    expect(toggleRow([[4, 4]], 4)).toEqual([]);
  });
});
