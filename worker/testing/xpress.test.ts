import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainDecompress } from './plainWalker.ts';
import { compressXpress, MAX_OFFSET, XpressItems } from './xpress.ts';

function roundTrip(input: Uint8Array, maxMatch?: number): Set<string> {
  const packed = compressXpress(input, { maxMatch });
  const { bytes, forms, used } = plainDecompress(packed, input.length);
  if (input.length > 0) expect(used).toBe(packed.length);
  expect(Buffer.compare(bytes, input)).toBe(0);
  return forms;
}

describe('compressXpress', () => {
  it('round-trips any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (input) => void roundTrip(input)));
  });

  it('round-trips repetitive bytes, with match lengths around every form boundary', () => {
    const piece = fc.record({
      seed: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      times: fc.integer({ min: 1, max: 60 }),
    });
    const input = fc
      .array(piece, { maxLength: 12 })
      .map((pieces) =>
        Uint8Array.from(pieces.flatMap((p) => Array.from({ length: p.times }, () => [...p.seed]).flat())),
      );
    fc.assert(
      fc.property(
        input,
        fc.constantFrom(undefined, 3, 9, 10, 24, 25, 26, 279, 280, 281),
        (bytes, max) => void roundTrip(bytes, max),
      ),
    );
  });

  it('writes every length form', () => {
    const input = new Uint8Array(200_000);
    const piece = Uint8Array.from({ length: 700 }, (_, i) => (i * 73 + (i >> 3) * 31) & 0xff);
    let at = 0;
    for (const length of [700, 5, 12, 40, 500]) {
      input.set(piece.subarray(0, length), at);
      at += length;
      input[at++] = 250 - length;
    }
    expect([...roundTrip(input)].sort()).toEqual(['bits', 'byte', 'nibble', 'u16', 'u32']);
  });

  it.each([9, 10, 24, 25, 279, 280, 65_537, 65_538, 65_539])('writes a match of exactly %i bytes', (length) => {
    const stream = new XpressItems().literal(7).match(1, length).literal(9).finish();
    const { bytes } = plainDecompress(stream, length + 2);
    expect(bytes).toEqual(Uint8Array.from({ length: length + 2 }, (_, i) => (i === length + 1 ? 9 : 7)));
  });

  it('finds a match at the greatest offset', () => {
    const input = new Uint8Array(MAX_OFFSET + 16);
    for (let i = 0; i < input.length; i++) input[i] = (Math.imul(i + 1, 2654435761) >>> 13) & 0xff;
    input.copyWithin(MAX_OFFSET, 0, 16);
    const packed = compressXpress(input);
    expect(Buffer.compare(plainDecompress(packed, input.length).bytes, input)).toBe(0);
    expect(packed.length).toBeLessThan(compressXpress(input, { maxChain: 0 }).length);
  });

  it('compresses nothing to four flag bytes of ones', () => {
    expect([...compressXpress(new Uint8Array(0))]).toEqual([255, 255, 255, 255]);
  });
});
