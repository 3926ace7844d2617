import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fold, parseTextFilter } from '../../shared/textFilter.ts';
import { possibleMatch } from './possibleMatch.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '_', 'İ', '1'), minLength: 1, maxLength: 12 });
const filter = fc.string({ unit: fc.constantFrom('a', 'B', '_', 'i', '1', '*', '?', ';', '!'), maxLength: 12 });

it('passes over no text in which the filter finds something', () => {
  fc.assert(
    fc.property(filter, text, (pattern, value) => {
      if (parseTextFilter(pattern).classify(value) !== 0) expect(possibleMatch(pattern)(fold(value))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['*ab*', 'xaby', true],
  ['*ab*', 'xa_b', false],
  ['ab', 'abc', false],
  ['a?c', 'abc', true],
  ['a?c*', 'ab', false],
  ['!*ab*', 'xx', false],
  ['*ab*;*xx*', 'xx', true],
])('%s and %s: %s', (pattern, value, expected) => {
  expect(possibleMatch(pattern)(value)).toBe(expected);
});
