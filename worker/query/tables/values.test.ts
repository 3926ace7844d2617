import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPointer } from '../../../shared/format.ts';
import { sortedOrder } from '../radix.ts';
import { Shelf } from './shelf.ts';
import { finder, sortKey, type NumberValues } from './values.ts';

const uint32 = fc.oneof(fc.nat(0xffffffff), fc.nat(20), fc.constant(0xffffffff), fc.constant(0));

describe('hex digits', () => {
  it('are found as in the text', () => {
    const find = fc.oneof(
      fc.nat(0xffff).map((value) => value.toString(16)),
      uint32.map((value) => value.toString(16)),
      fc.constantFrom('0', '00', '0x', 'x', '0xf', 'x1', 'F0', '000000001', 'ffffffffff', '0x0'),
    );
    fc.assert(
      fc.property(uint32, uint32, find, fc.nat(8), (high, low, text, cut) => {
        const own = formatPointer(high, low).toLowerCase();
        for (const wanted of [text, own.slice(cut, cut + 6) || '1']) {
          const found = finder({ is: 'hex', high: () => high, low: () => low | 0 }, wanted)?.(0) ?? false;
          expect([own, wanted, found]).toEqual([own, wanted, own.includes(wanted.toLowerCase())]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('numbers', () => {
  const sorted = (numbers: number[], unknown: NumberValues['unknown'], descending: boolean): number[] => {
    const rows = Uint32Array.from(numbers.keys());
    const key = sortKey({ is: 'number', value: (row) => numbers[row], unknown }, rows, descending);
    return Array.from(sortedOrder(rows.length, [key]), (row) => numbers[row]);
  };

  it('are sorted by value, fractions and negative ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (numbers) => {
        const plain = numbers.map((number) => number + 0);
        expect(sorted(plain, 'missing', false)).toEqual([...plain].sort((a, b) => a - b));
        expect(sorted(plain, 'missing', true)).toEqual([...plain].sort((a, b) => b - a));
      }),
    );
  });

  it('that are unknown stand where the column says', () => {
    const numbers = [1, NaN, -1];
    expect(sorted(numbers, 'first', false)).toEqual([NaN, -1, 1]);
    expect(sorted(numbers, 'first', true)).toEqual([1, -1, NaN]);
    expect(sorted(numbers, 'last', false)).toEqual([-1, 1, NaN]);
    expect(sorted(numbers, 'last', true)).toEqual([NaN, 1, -1]);
    expect(sorted(numbers, 'missing', false)).toEqual([-1, 1, NaN]);
    expect(sorted(numbers, 'missing', true)).toEqual([1, -1, NaN]);
  });
});

describe('the shelf', () => {
  it('keeps what was used last, up to its limit, and the newest always', () => {
    const shelf = new Shelf(100);
    const made: string[] = [];
    const get = (name: string, bytes = 40): string =>
      shelf.get(
        name,
        () => (made.push(name), name),
        () => bytes - 2 * name.length,
      );
    get('a');
    get('b');
    get('a');
    get('c');
    get('a');
    get('b');
    expect(made).toEqual(['a', 'b', 'c', 'b']);
    get('huge', 1000);
    get('huge', 1000);
    expect(made.filter((name) => name === 'huge').length).toBe(1);
  });
});
