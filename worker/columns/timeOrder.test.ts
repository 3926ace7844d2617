import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomNumbers } from '../testing/random.ts';
import { finished } from './steps.ts';
import { inTimeOrder, type StreamPart } from './timeOrder.ts';

interface Part {
  processor: number;
  steps: number[];
}

/** Times of rows whose streams mostly rise: each part goes on where its stream stood, by steps that can be 0 or fall. */
function tableOf(parts: readonly Part[]): { ns: Float64Array; streamParts: StreamPart[] } {
  const now = new Map<number, number>();
  const ns: number[] = [];
  const streamParts = parts.map(({ processor, steps }): StreamPart => {
    const firstRow = ns.length;
    for (const step of steps) {
      now.set(processor, (now.get(processor) ?? 0) + step);
      ns.push(now.get(processor)!);
    }
    return { processor, firstRow, endRow: ns.length };
  });
  return { ns: Float64Array.from(ns), streamParts };
}

function order(ns: Float64Array, parts: readonly StreamPart[]): number[] {
  const rows: number[] = [];
  finished(
    inTimeOrder(ns, parts, (block, count) => {
      expect(count).toBeGreaterThan(0);
      for (const row of block.subarray(0, count)) rows.push(row);
    }),
  );
  return rows;
}

it('gives every row once, by time and then by place', () => {
  const step = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.integer({ min: -9, max: -1 }));
  const part = fc.record({ processor: fc.integer({ min: 0, max: 5 }), steps: fc.array(step, { maxLength: 12 }) });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const { ns, streamParts } = tableOf(parts);
      const expected = [...ns.keys()].sort((a, b) => ns[a] - ns[b] || a - b);
      expect(order(ns, streamParts)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

/** Rows that make windows of all sorts: spread evenly, many at one time, a time now and then, more than fit. */
const uneven = fc.record({
  processors: fc.constantFrom(1, 3, 40),
  parts: fc.integer({ min: 1, max: 60 }),
  rows: fc.constantFrom(5, 200, 1000),
  step: fc.constantFrom(0, 1, 100),
  isBursty: fc.boolean(),
  falls: fc.constantFrom(0, 0, 1, 30),
  seed: fc.nat(),
});

it('does so in long tables, however uneven the times are', () => {
  fc.assert(
    fc.property(uneven, ({ processors, parts, rows, step, isBursty, falls, seed }) => {
      const next = randomNumbers(seed);
      const { ns, streamParts } = tableOf(
        Array.from({ length: parts }, () => ({
          processor: next(processors),
          steps: Array.from({ length: next(rows) }, () => {
            if (next(1000) < falls) return -next(3 * rows);
            return isBursty && next(100) > 0 ? 0 : next(step * (isBursty ? 100 : 1) + 1);
          }),
        })),
      );
      const expected = Uint32Array.from(ns.keys()).sort((a, b) => ns[a] - ns[b] || a - b);
      expect(Uint32Array.from(order(ns, streamParts))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

it('merges more runs than a window can have', () => {
  const ns = Float64Array.from({ length: 20_000 }, (_, row) => (row % 20) * 50 - (row >> 3));
  const expected = Uint32Array.from(ns.keys()).sort((a, b) => ns[a] - ns[b] || a - b);
  expect(Uint32Array.from(order(ns, [{ processor: 0, firstRow: 0, endRow: ns.length }]))).toEqual(expected);
});

it('stops for the event loop where all rows have one time', () => {
  const ns = new Float64Array(1_000_000);
  const half = ns.length / 2;
  const parts = [0, 1].map((processor) => ({ processor, firstRow: processor * half, endRow: (processor + 1) * half }));
  let rows = 0;
  let steps = 0;
  for (const _ of inTimeOrder(ns, parts, (_, count) => (rows += count))) steps++;
  expect(rows).toBe(ns.length);
  expect(steps).toBeGreaterThan(4);
});

it('stops for the event loop in long tables, also where one stream has all rows', () => {
  const ns = Float64Array.from({ length: 1_000_000 }, (_, row) => row);
  let rows = 0;
  let steps = 0;
  for (const _ of inTimeOrder(ns, [{ processor: 0, firstRow: 0, endRow: ns.length }], (_, count) => (rows += count))) {
    steps++;
  }
  expect(rows).toBe(ns.length);
  expect(steps).toBeGreaterThan(4);
});
