import { describe, expect, it } from 'vitest';
import { parseNumber, parseSeconds } from './units.ts';

describe('parseNumber', () => {
  it.each([
    ['0.5', 0.5],
    ['0,5', 0.5],
    [',5', 0.5],
    ['0,500', 0.5],
    ['1,5', 1.5],
    ['1,000', 1000],
    ['12,345,678.5', 12345678.5],
    ['1000,5', 1000.5],
    ['1e3', 1000],
    [' 7 ', 7],
  ])('takes %j as %d', (text, value) => expect(parseNumber(text)).toBe(value));

  it.each(['', 'abc', '1,2,3', '1,000,5', '1.000,5', '-1', '1 000', 'Infinity', '0x10'])('refuses %j', (text) =>
    expect(parseNumber(text)).toBeNull(),
  );
});

describe('parseSeconds', () => {
  it.each([
    ['2', 2],
    ['1.5s', 1.5],
    ['3 sec', 3],
    ['10ms', 0.01],
    ['5us', 0.000005],
    ['5 µs', 0.000005],
    ['100ns', 1e-7],
    ['2min', 120],
    ['1,5H', 5400],
    ['1e3', 1000],
  ])('takes %j as %d', (text, value) => expect(parseSeconds(text)).toBe(value));

  it.each(['ms', '5 days', '5e', '1x', 'constructor', '5constructor'])('refuses %j', (text) =>
    expect(parseSeconds(text)).toBeNull(),
  );
});
