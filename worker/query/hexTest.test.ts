import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileHexFilter } from '../../shared/textFilter.ts';
import { hexTest } from './hexTest.ts';

const pattern = fc.string({
  unit: fc.constantFrom('0', '1', 'a', 'A', 'F', 'x', '*', '*', '?', ';', '!', 'g', '`', ' '),
  maxLength: 20,
});
const half = fc.oneof(
  fc.constantFrom(0, 1, 0xa, 0x10, 0x1a, 0xaa, 0xffff_ffff, 0xaaaa_0000, 0x8000_0000),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const numbers = fc.array(fc.tuple(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, half), half), { maxLength: 20 });

it('passes the numbers whose text passes the filter', () => {
  fc.assert(
    fc.property(pattern, numbers, (text, values) => {
      const [quick, slow] = [hexTest(text), compileHexFilter(text)];
      for (const [high, low] of values) expect(quick(high, low)).toBe(slow(high, low));
    }),
    { numRuns: 3000 },
  );
});

it('passes a number with some of its digits left out', () => {
  fc.assert(
    fc.property(
      half,
      half,
      fc.array(fc.constantFrom('', '?', '*', 'keep'), { minLength: 18, maxLength: 18 }),
      (...of) => {
        const [high, low, changes] = of;
        const digits = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');
        const text = Array.from(`0x${digits}`, (digit, at) => (changes[at] === 'keep' ? digit : changes[at])).join('');
        expect(hexTest(text)(high, low)).toBe(compileHexFilter(text)(high, low));
      },
    ),
    { numRuns: 1000 },
  );
});

it.each([
  ['*1040', 0xffffa000, 0x12341040, true],
  ['*1040', 0xffffa000, 0x12341041, false],
  ['0xFFFFA00010*', 0xffffa000, 0x10000000, true],
  ['*A0?01*', 0xffffa0f0, 0x10000000, true],
  ['*0040', 0, 0x40, false],
  ['*x40', 0, 0x40, true],
  ['!*4', 0, 0x14, false],
  ['*4;0x15', 0, 0x15, true],
])('%s on %i:%i is %s', (text, high, low, expected) => {
  expect(hexTest(text)(high, low)).toBe(expected);
});
