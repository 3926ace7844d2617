/** PairTable and PairMap against maps of texts, with pairs as pointers have them and with pairs that somebody made up to make them slow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PairMap } from './pairMap.ts';
import { PairTable } from './pairs.ts';

type Pair = readonly [low: number, high: number];

const HIGHS = [0, 1, 64, 0xffffe00a, 0xffffe00b, 0xffffe04a, 0x7fffffff, 0x80000000, 0xffffffff];

const pair: fc.Arbitrary<Pair> = fc.tuple(
  fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffffffff })),
  fc.oneof(fc.constantFrom(...HIGHS), fc.integer({ min: 0, max: 0xffffffff })),
);

function expectNumbersOf(pairs: readonly Pair[]): void {
  const table = new PairTable();
  const known = new Map<string, number>();
  for (const [low, high] of pairs) {
    const key = `${low} ${high}`;
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    if (table.intern(low, high) !== number) expect.fail(`${key} is not number ${number}`);
  }
  expect(table.length).toBe(known.size);
  const kept = Array.from({ length: table.length }, (_, row) => `${table.low.data[row]} ${table.high.data[row]}`);
  expect(kept).toEqual([...known.keys()]);
}

/** Multiplicative inverse modulo 2^32. */
function inverse(odd: number): number {
  let found = odd;
  for (let round = 0; round < 5; round++) found = Math.imul(found, 2 - Math.imul(odd, found));
  return found;
}

/** Low halves whose hashes in a PairTable begin with the same bits. */
function collidingLows(count: number): number[] {
  const unmultiplied = inverse(0x85ebca6b);
  return Array.from({ length: count }, (_, index) => {
    const mixed = Math.imul(index, unmultiplied);
    // x ^ (x >>> 15), undone.
    return (mixed ^ (mixed >>> 15) ^ (mixed >>> 30)) >>> 0;
  });
}

/** Pairs that a PairMap without salt takes for the same. */
function collidingPairs(count: number): Pair[] {
  return Array.from({ length: count }, (_, second) => [Math.imul(second, 0x9e3779b1) >>> 0, second]);
}

describe('PairTable', () => {
  it('numbers pairs in order of first appearance', () => {
    fc.assert(fc.property(fc.array(pair, { maxLength: 400 }), expectNumbersOf));
  });

  it('has room for objects of a few pools and for the zero pointer', () => {
    const pairs: Pair[] = [[0, 0]];
    for (let object = 0; object < 20_000; object++) pairs.push([0x1000 + object * 0x40, 0xffffe00a + (object % 3)]);
    expectNumbersOf([...pairs, ...pairs]);
  });

  it('takes many high halves', () => {
    const pairs = Array.from({ length: 20_000 }, (_, index): Pair => [index % 7, Math.imul(index, 0x10001) >>> 0]);
    expectNumbersOf([...pairs, ...pairs]);
  });

  it('takes low halves that collide', () => {
    const lows = collidingLows(60_000);
    const pairs = lows.flatMap((low): Pair[] => [
      [low, 0xffffe00a],
      [low, 5],
    ]);
    expectNumbersOf([...pairs, ...pairs]);
  });
});

describe('PairMap', () => {
  it('gives what was set last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(pair, fc.integer({ min: -1, max: 1000 })), { maxLength: 3000 }), (sets) => {
        const map = new PairMap(16);
        const known = new Map<string, number>();
        for (const [[first, second], value] of sets) {
          const before = known.get(`${first} ${second}`) ?? -1;
          expect(map.exchange(first, second, value)).toBe(before);
          known.set(`${first} ${second}`, value);
        }
        expect(map.size).toBe(known.size);
        for (const [[first, second]] of sets) {
          expect(map.get(first, second)).toBe(known.get(`${first} ${second}`));
          expect(map.has(first, second)).toBe(true);
        }
        expect(map.has(0x12345, 0x54321)).toBe(known.has(`${0x12345} ${0x54321}`));
      }),
    );
  });

  it('takes pairs that collide', () => {
    const map = new PairMap();
    const pairs = collidingPairs(200_000);
    for (const [row, [first, second]] of pairs.entries()) map.set(first, second, row);
    expect(map.size).toBe(pairs.length);
    expect(pairs.findIndex(([first, second], row) => map.get(first, second) !== row)).toBe(-1);
  });
});
