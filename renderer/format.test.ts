import { describe, expect, it } from 'vitest';
import { formatDeath, formatDuration, formatLifetime, formatPlural, formatSize, formatTime } from './format.ts';

describe('formats', () => {
  it('writes times with six decimals', () => {
    expect(formatTime(3_364_629_012)).toBe('3.364629 s');
  });

  it('says what an unknown end is', () => {
    expect(formatDeath(null)).toBe('not closed');
    expect(formatLifetime(null, null)).toBe('not closed');
    expect(formatLifetime(null, 5)).toBe('unknown');
    expect(formatLifetime(16_939_300, 5)).toBe('0.016939 s');
  });

  it('never rounds a duration up to four digits of its unit', () => {
    expect([412, 999.6, 16_940, 999_499, 977e6, 12.418e9, 125e9, 3660e9].map(formatDuration)).toEqual([
      '412 ns',
      '1 µs',
      '16.9 µs',
      '999 µs',
      '977 ms',
      '12.4 s',
      '2 min 5 s',
      '1 h 1 min',
    ]);
  });

  it('counts and sizes', () => {
    expect(formatPlural(1, 'object')).toBe('1 object');
    expect(formatPlural(1234, 'row')).toBe('1,234 rows');
    expect(formatSize(1536)).toBe('1.5 KB');
    expect(formatSize(52_428_800)).toBe('50.0 MB');
  });
});
