import fc from 'fast-check';
import { expect, it } from 'vitest';
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
    inTimeOrder(ns, parts, (from, to) => {
      expect(to).toBeGreaterThan(from);
      for (let row = from; row < to; row++) rows.push(row);
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

it('stops for the event loop in long tables, also where one stream has all rows', () => {
  const ns = Float64Array.from({ length: 1_000_000 }, (_, row) => row);
  let rows = 0;
  let steps = 0;
  for (const _ of inTimeOrder(
    ns,
    [{ processor: 0, firstRow: 0, endRow: ns.length }],
    (from, to) => (rows += to - from),
  )) {
    steps++;
  }
  expect(rows).toBe(ns.length);
  expect(steps).toBeGreaterThan(4);
});
