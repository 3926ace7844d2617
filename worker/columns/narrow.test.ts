import { expect, it } from 'vitest';
import { intColumn, largestOf, narrowed, widened, type IntColumn } from './narrow.ts';

it.each([
  [0, Int8Array],
  [0x7f, Int8Array],
  [0x80, Int16Array],
  [0x7fff, Int16Array],
  [0x8000, Int32Array],
])('a column for numbers up to %i has the bytes that they need', (largest, Column) => {
  const column = intColumn(3, largest);
  expect(column).toBeInstanceOf(Column);
  expect(largestOf(column)).toBeGreaterThanOrEqual(largest);
  const numbers = [-1, 0, largest];
  column.set(numbers);
  for (const other of [intColumn(3, 0), intColumn(3, 0x7fff), intColumn(3, 0x8000)]) {
    const wider: IntColumn = widened(other, largest);
    wider.set(numbers);
    expect([...wider]).toEqual(numbers);
    expect(narrowed(wider, largest)).toBeInstanceOf(Column);
    expect([...narrowed(wider, largest)]).toEqual(numbers);
  }
  expect(widened(column, largest)).toBe(column);
  expect(narrowed(column, largest)).toBe(column);
});
