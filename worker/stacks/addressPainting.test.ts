import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, AddressPainting } from './addressPainting.ts';

describe('AddressPainting', () => {
  it('says what a plain row of cells says', () => {
    const strokes = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 15 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(strokes, fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 15 }), (list, from, size) => {
        const painting = new AddressPainting([...list.flatMap(([at, length]) => [at, at + length]), from, from + size]);
        const cells = new Map<number, number>();
        list.forEach(([at, length], number) => {
          painting.paint(at, at + length, number);
          for (let cell = at; cell < at + length; cell++) cells.set(cell, number);
        });
        for (let cell = -25; cell < 40; cell++) expect(painting.at(cell)).toBe(cells.get(cell) ?? -1);
        const there = Array.from({ length: size }, (_, i) => cells.get(from + i)).filter((n) => n !== undefined);
        expect(painting.within(from, from + size)).toEqual(new Set(there));
        painting.clear();
        expect(painting.at(from)).toBe(-1);
      }),
    );
  });

  it('is empty without boundaries', () => {
    expect(new AddressPainting([]).at(0)).toBe(-1);
  });

  it('takes kernel addresses exactly', () => {
    const [from, to] = [addressOf(0x6a400000, 0xfffff805), addressOf(0x6a400001, 0xfffff805)];
    const painting = new AddressPainting([from, to]);
    painting.paint(from, to, 3);
    expect([from - 1, from, to].map((address) => painting.at(address))).toEqual([-1, 3, -1]);
  });
});
