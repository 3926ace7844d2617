import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JoinedTexts } from './joinedTexts.ts';

const letters = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ı'), maxLength });

it('finds the texts that contain a piece, wherever one long text ends', () => {
  fc.assert(
    fc.property(fc.array(letters(8)), letters(4), fc.nat(30), (texts, piece, blockLength) => {
      const found: number[] = [];
      new JoinedTexts(texts, blockLength).forEachContaining(piece, (index) => void found.push(index));
      expect(found).toEqual(Array.from(texts.keys()).filter((index) => texts[index].includes(piece)));
    }),
    { numRuns: 2000 },
  );
});
