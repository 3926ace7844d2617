import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeNumbers } from './placeNumbers.ts';

describe('placeNumbers', () => {
  it.each([
    ['a table of all places', 10_000, 1e9],
    ['a hash table', 10_000, 0],
    ['a hash table of more places than fit into 32 bits', 1e13, 0],
  ])('is a map: %s', (_, places, dense) => {
    const arbitraryPlace = fc.oneof(
      fc.integer({ min: 0, max: places - 1 }),
      fc.integer({ min: 0, max: 99 }).map((i) => i * Math.floor(places / 100)),
    );
    fc.assert(
      fc.property(fc.array(arbitraryPlace, { maxLength: 3000 }), (list) => {
        const numbers = placeNumbers(places, list.length, dense);
        const expected = new Map<number, number>();
        for (const place of list) {
          expect(numbers.get(place)).toBe(expected.get(place) ?? 0);
          if (expected.has(place)) continue;
          expected.set(place, expected.size + 1);
          numbers.set(place, expected.size);
        }
        for (const [place, number] of expected) expect(numbers.get(place)).toBe(number);
      }),
      { numRuns: 50 },
    );
  });
});
