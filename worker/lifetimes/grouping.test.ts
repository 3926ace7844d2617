import fc from 'fast-check';
import { expect, it } from 'vitest';
import { finished } from '../columns/steps.ts';
import { groupBy } from './grouping.ts';

it('keeps the rows of a key together and in order, and leaves out negative keys', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 3000 }), (keys) => {
      const { starts, rows } = finished(groupBy(Int32Array.from(keys), keys.length, 10));
      expect(starts).toHaveLength(11);
      expect(starts[10]).toBe(rows.length);
      for (let key = 0; key < 10; key++) {
        const wanted = [...keys.keys()].filter((row) => keys[row] === key);
        expect([...rows.subarray(starts[key], starts[key + 1])]).toEqual(wanted);
      }
    }),
  );
});

it('gives way to others between its steps', () => {
  expect([...groupBy(new Int32Array(1_000_000), 1_000_000, 1)].length).toBeGreaterThan(8);
});
