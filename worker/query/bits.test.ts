import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitsOfList,
  bitsOfRange,
  countBits,
  countByColumn,
  hasBit,
  keepCommon,
  keepWhere,
  listOfBits,
  without,
} from './bits.ts';

const length = fc.integer({ min: 0, max: 200 });
/** A length and two sets below it. */
const twoSets = length.chain((n) =>
  fc.tuple(
    fc.constant(n),
    fc.uniqueArray(fc.nat(Math.max(0, n - 1)), { maxLength: n }),
    fc.uniqueArray(fc.nat(Math.max(0, n - 1)), { maxLength: n }),
  ),
);
const rising = (objects: Iterable<number>): number[] => Array.from(objects).sort((a, b) => a - b);

describe('sets of objects', () => {
  it('hold what was put in, in order', () => {
    fc.assert(
      fc.property(twoSets, ([n, a]) => {
        const bits = bitsOfList(n, Uint32Array.from(a));
        expect([...listOfBits(bits)]).toEqual(rising(a));
        expect(countBits(bits)).toBe(a.length);
        for (let object = 0; object < n; object++) expect(hasBit(bits, object)).toBe(a.includes(object));
      }),
    );
  });

  it('are ranges, empty ones too', () => {
    fc.assert(
      fc.property(length, fc.nat(200), fc.nat(200), (n, a, b) => {
        const [from, to] = [Math.min(a, n), Math.min(b, n)];
        const expected = Array.from({ length: n }, (_, object) => object).filter((at) => at >= from && at < to);
        expect([...listOfBits(bitsOfRange(n, from, to))]).toEqual(expected);
      }),
    );
  });

  it('are cut, subtracted and tested as lists would be', () => {
    fc.assert(
      fc.property(twoSets, ([n, a, b]) => {
        const [left, right] = [bitsOfList(n, Uint32Array.from(a)), bitsOfList(n, Uint32Array.from(b))];
        expect([...listOfBits(without(left, right))]).toEqual(rising(a.filter((object) => !b.includes(object))));
        const common = left.slice();
        keepCommon(common, right);
        expect([...listOfBits(common)]).toEqual(rising(a.filter((object) => b.includes(object))));
        const even = left.slice();
        keepWhere(even, (object) => object % 2 === 0);
        expect([...listOfBits(even)]).toEqual(rising(a.filter((object) => object % 2 === 0)));
      }),
    );
  });

  it('are counted by a column', () => {
    fc.assert(
      fc.property(twoSets, ([n, a]) => {
        const column = Uint8Array.from({ length: n }, (_, object) => object % 7);
        const counts = new Uint32Array(7);
        countByColumn(bitsOfList(n, Uint32Array.from(a)), column, counts);
        expect([...counts]).toEqual(Array.from({ length: 7 }, (_, value) => a.filter((at) => at % 7 === value).length));
      }),
    );
  });
});
