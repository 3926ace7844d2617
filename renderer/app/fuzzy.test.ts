import { expect, it } from 'vitest';
import { fuzzyScore } from './fuzzy.ts';

const best = (typed: string, texts: string[]) =>
  texts
    .map((text) => ({ text, score: fuzzyScore(text, typed) }))
    .filter((found) => found.score !== null)
    .sort((a, b) => b.score! - a.score!)
    .map((found) => found.text);

it('puts the start of the text first, then starts of words, then the inside, then starts of several words', () => {
  expect(best('le', ['Title', 'Next leak', 'Leaks', 'Look everywhere', 'Zoom'])).toEqual([
    'Leaks',
    'Next leak',
    'Title',
    'Look everywhere',
  ]);
});

it('wants all words, in any order and case', () => {
  expect(best('LEAK next', ['Next leak', 'Previous leak', 'Next event'])).toEqual(['Next leak']);
});

it('takes everything where nothing is typed', () => {
  expect(fuzzyScore('Zoom in', '  ')).not.toBeNull();
});
