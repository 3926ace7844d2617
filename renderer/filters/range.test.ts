import { describe, expect, it } from 'vitest';
import { parseRange } from './range.ts';

describe('parseRange', () => {
  it('takes numbers as people write them; an empty box is unbounded', () => {
    expect(parseRange('0.5', '')).toEqual({ min: 0.5, max: null });
    expect(parseRange(' 1,000 ', '2 s')).toEqual({ min: 1000, max: 2 });
    expect(parseRange('', '')).toEqual({ min: null, max: null });
  });

  it('is null for what is no number', () => {
    expect(parseRange('abc', '')).toBeNull();
    expect(parseRange('1', '2x')).toBeNull();
  });
});
