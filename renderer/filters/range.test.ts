import { describe, expect, it } from 'vitest';
import { parseRange } from './range.ts';

describe('parseRange', () => {
  it('takes numbers as people write them; an empty box is unbounded', () => {
    expect(parseRange('0.5', '', 'seconds').range).toEqual({ min: 0.5, max: null });
    expect(parseRange(' 1,000 ', '2,500 s', 'seconds').range).toEqual({ min: 1000, max: 2500 });
    expect(parseRange('', '', '').range).toEqual({ min: null, max: null });
  });

  it('takes a decimal comma, and the units of the command line', () => {
    expect(parseRange('0,5', '', 'seconds').range).toEqual({ min: 0.5, max: null });
    expect(parseRange('5us', '2min', 'seconds').range).toEqual({ min: 0.000005, max: 120 });
    expect(parseRange('5', '7ms', '').wrongMax).toBe(true);
  });

  it('takes sizes in powers of 1024', () => {
    expect(parseRange('64KB', '1.5 mb', 'bytes').range).toEqual({ min: 65536, max: 1572864 });
    expect(parseRange('4,096', '', 'bytes').range).toEqual({ min: 4096, max: null });
    expect(parseRange('5s', '', 'bytes')).toMatchObject({ range: null, wrongMin: true });
  });

  it('marks the box that is wrong, and says what to write', () => {
    expect(parseRange('abc', '1', 'seconds')).toMatchObject({ range: null, wrongMin: true, wrongMax: false });
    expect(parseRange('1', '2x', 'seconds')).toMatchObject({ range: null, wrongMin: false, wrongMax: true });
    expect(parseRange('1', '2x', '').hint).not.toBe('');
  });

  it('refuses a range that is upside down', () => {
    const typed = parseRange('2s', '10ms', 'seconds');
    expect(typed).toMatchObject({ range: null, wrongMin: true, wrongMax: true });
    expect(typed.hint).toBe('Upside down: 2s is more than 10ms.');
  });
});
