import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTextFilter } from '../../shared/textFilter.ts';
import { classifyNames, longestPiece } from './classifyNames.ts';
import { traceFixture } from './testing/traceFixture.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '_', 'İ', '1'), minLength: 1, maxLength: 12 });
const filter = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'B', '_', 'i', '1', '*', '*', '?', ';', '!'), maxLength: 12 }),
  fc.constantFrom('(none)', '!(none);*a*', '*', '!'),
);

it('finds in every name what the filter finds', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), filter, (names, text) => {
      const trace = traceFixture({ objects: names.map((each) => ({ name: each, handles: [{ value: 4, open: 1 }] })) });
      const found = classifyNames(trace, text);
      const slow = parseTextFilter(text);
      trace.strings.forEach((each, index) => {
        if (each !== '') expect(found[index]).toBe(slow.classify(each));
      });
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ['*aB*', 'ab', true],
  ['ab', 'ab', false],
  ['*ab?c*', 'ab', false],
  ['a*bcd?ef', 'bcd', false],
  ['*', '', false],
  [`*${'x'.repeat(40)}*`, 'x'.repeat(32), false],
])('the longest piece of %s is %s', (pattern, piece, isAll) => {
  expect(longestPiece(pattern)).toEqual({ piece, isAll });
});
