import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceTable } from './sequences.ts';

const word = fc.oneof(
  fc.constantFrom(0, 1, 0x80000000, 0xfffff800, 0xffffffff),
  fc.integer({ min: 0, max: 0xffffffff }),
);
const list = fc.array(word, { maxLength: 6 });

function viewOf(words: readonly number[], offset: number): DataView {
  const view = new DataView(new ArrayBuffer(offset + 4 * words.length + 4));
  words.forEach((each, index) => view.setUint32(offset + 4 * index, each, true));
  return view;
}

describe('SequenceTable', () => {
  it('keeps every distinct list once, pushed or where it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(list, fc.nat(3), fc.nat(2)), { maxLength: 200 }), (lists) => {
        const table = new SequenceTable();
        const known = new Map<string, number>();
        for (const [words, offset, way] of lists) {
          const key = words.join();
          const number = known.get(key) ?? known.size;
          known.set(key, number);
          if (way === 1) words.forEach((each) => table.push(each));
          else if (way === 2) table.pushAll(Int32Array.of(7, ...words, 7), 1, words.length);
          expect(way > 0 ? table.settle() : table.intern(viewOf(words, offset), offset, words.length)).toBe(number);
          expect(table.count(number)).toBe(words.length);
          expect(words.map((_, position) => table.word(number, position))).toEqual(words);
        }
        expect(table.length).toBe(known.size);
        expect(table.wordCount).toBe(
          [...known.keys()].reduce((sum, key) => sum + (key === '' ? 0 : key.split(',').length), 0),
        );
        const { starts, words } = table.columns();
        const kept = Array.from({ length: table.length }, (_, row) => words.slice(starts[row], starts[row + 1]).join());
        expect(kept).toEqual([...known.keys()]);
      }),
    );
  });

  it('grows with many lists and with long ones', () => {
    const table = new SequenceTable();
    const long = Array.from({ length: 50_000 }, (_, index) => index);
    long.forEach((each) => table.push(each));
    expect(table.settle()).toBe(0);
    for (let round = 0; round < 2; round++) {
      for (let row = 1; row < 20_000; row++) {
        table.push(row);
        table.push(row % 100);
        table.push(7);
        if (table.settle() !== row) expect.fail(`list ${row} has another number`);
      }
    }
    expect(table.intern(viewOf(long, 0), 0, long.length)).toBe(0);
    expect(table.intern(viewOf(long, 0), 0, long.length - 1)).toBe(20_000);
  });
});
