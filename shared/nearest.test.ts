import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const WORDS = ['process', 'type', 'name', 'lifetime', 'leak', 'leakAtExit'];

describe('nearest', () => {
  it.each([
    ['typ', 'type'],
    ['tpye', 'type'],
    ['LIFETMIE', 'lifetime'],
    ['leek', 'leak'],
    ['leakatexti', 'leakAtExit'],
    ['type', 'type'],
  ])('%s is near %s', (typed, word) => {
    expect(nearest(typed, WORDS)).toBe(word);
  });

  it.each(['handlecount', 'x', '', 'C'])('%j is near none', (typed) => {
    expect(nearest(typed, WORDS)).toBeNull();
  });

  it('takes the first of equals', () => {
    expect(nearest('ab', ['abc', 'abd'])).toBe('abc');
  });
});
