import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HandleRows } from './handleRows.ts';
import { END_CLOSED, START_CREATED } from './model.ts';
import { OpenHandles } from './openHandles.ts';

interface Known {
  pointer: number;
  value: number;
  isOpen: boolean;
}

/** Opens handles and closes some of them; small numbers, so that keys come again. */
const step = fc.record({
  pointer: fc.nat(5),
  value: fc.constantFrom(4, 8, -4, 0x7ffffffc),
  closes: fc.option(fc.nat(1000), { nil: null }),
  /** the table is made when it is first asked */
  asks: fc.nat(9).map((dice) => dice === 0),
});

function found(open: OpenHandles, pointer: number, value: number): number[] {
  const handles: number[] = [];
  for (let at = open.first(pointer, value); at >= 0; at = open.next(at)) handles.push(at);
  return handles;
}

it('finds what an obvious list finds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const rows = new HandleRows(0);
      const open = new OpenHandles(rows, 6);
      const known: Known[] = [];
      for (const { pointer, value, closes, asks } of steps) {
        open.add(rows.add(pointer, 0, value, START_CREATED, known.length));
        known.push({ pointer, value, isOpen: true });
        const closed = closes === null ? -1 : closes % known.length;
        if (closed >= 0 && known[closed].isOpen) {
          open.remove(closed);
          rows.finish(closed, END_CLOSED, 0);
          known[closed].isOpen = false;
        }
        if (!asks) continue;
        const wanted = [...known.keys()].filter(
          (at) => known[at].isOpen && known[at].pointer === pointer && known[at].value === value,
        );
        expect(found(open, pointer, value)).toEqual(wanted.reverse());
      }
    }),
  );
});

it('keeps the order, latest first, when the table grows', () => {
  const rows = new HandleRows(0);
  const open = new OpenHandles(rows, 3000);
  const count = 20_000;
  for (let handle = 0; handle < count; handle++) {
    open.add(rows.add(handle % 3000, handle, 4, START_CREATED, handle));
    if (handle === 100) expect(found(open, 100, 4)).toEqual([100]);
  }
  for (let pointer = 0; pointer < 3000; pointer++) {
    const handles = found(open, pointer, 4);
    const wanted = Array.from({ length: handles.length }, (_, index) => pointer + 3000 * (handles.length - 1 - index));
    expect(handles).toEqual(wanted);
  }
});
