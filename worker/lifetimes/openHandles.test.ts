import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HandleRows } from './handleRows.ts';
import { END_CLOSED, START_CREATED } from './model.ts';
import { LatestHandles, OpenHandles } from './openHandles.ts';

interface Known {
  pointer: number;
  owner: number;
  value: number;
  isOpen: boolean;
}

/** Opens handles and closes some of them; small numbers, so that keys come again. */
const step = fc.record({
  pointer: fc.nat(5),
  owner: fc.nat(3),
  value: fc.constantFrom(4, 8, -4, 0x7ffffffc),
  closes: fc.option(fc.nat(1000), { nil: null }),
});

it('finds what an obvious list finds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const rows = new HandleRows(0);
      const latest = new LatestHandles(rows);
      const open = new OpenHandles(rows);
      const known: Known[] = [];
      for (const { pointer, owner, value, closes } of steps) {
        const handle = rows.add(pointer, owner, value, START_CREATED, known.length);
        open.add(handle);
        latest.set(latest.slot(owner, value), handle);
        known.push({ pointer, owner, value, isOpen: true });
        const closed = closes === null ? -1 : closes % known.length;
        if (closed >= 0 && known[closed].isOpen) {
          open.remove(closed);
          rows.finish(closed, END_CLOSED, 0);
          known[closed].isOpen = false;
        }
        expect(latest.at(latest.slot(owner, value))).toBe(
          known.findLastIndex((other) => other.owner === owner && other.value === value),
        );
        const found: number[] = [];
        for (let at = open.first(pointer, value); at >= 0; at = open.next(at)) found.push(at);
        const wanted = [...known.keys()].filter(
          (at) => known[at].isOpen && known[at].pointer === pointer && known[at].value === value,
        );
        expect(found).toEqual(wanted.reverse());
      }
    }),
  );
});

it('keeps the order, latest first, when the tables grow', () => {
  const rows = new HandleRows(0);
  const latest = new LatestHandles(rows);
  const open = new OpenHandles(rows);
  const count = 20_000;
  for (let handle = 0; handle < count; handle++) {
    rows.add(handle % 3000, handle, 4, START_CREATED, handle);
    open.add(handle);
    latest.set(latest.slot(handle, 4), handle);
  }
  for (let owner = 0; owner < count; owner++) expect(latest.at(latest.slot(owner, 4))).toBe(owner);
  expect(latest.at(latest.slot(count, 4))).toBe(-1);
  for (let pointer = 0; pointer < 3000; pointer++) {
    const found: number[] = [];
    for (let at = open.first(pointer, 4); at >= 0; at = open.next(at)) found.push(at);
    expect(found).toEqual(
      Array.from({ length: found.length }, (_, index) => pointer + 3000 * (found.length - 1 - index)),
    );
  }
});
