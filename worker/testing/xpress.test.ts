import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressXpress, MAX_OFFSET, XpressItems } from './xpress.ts';

/** The algorithm of etl-format.md section 1, line by line; also counts which length forms it met. */
function obviousDecompress(input: Uint8Array, size: number): { bytes: Uint8Array; forms: Set<string> } {
  const out: number[] = [];
  const forms = new Set<string>();
  let at = 0;
  const u8 = (): number => {
    if (at >= input.length) throw new Error('input ends early');
    return input[at++]!;
  };
  const u16 = (): number => u8() + u8() * 256;
  const u32 = (): number => u16() + u16() * 65536;
  let flags = 0;
  let left = 0;
  let nibbleAt = -1;
  while (out.length < size) {
    if (left === 0) {
      flags = u32();
      left = 32;
    }
    left--;
    if (Math.floor(flags / 2 ** left) % 2 === 0) {
      out.push(u8());
      continue;
    }
    const m = u16();
    const offset = (m >> 3) + 1;
    let length = m & 7;
    let form = 'bits';
    if (length === 7) {
      form = 'nibble';
      let nibble: number;
      if (nibbleAt < 0) {
        nibbleAt = at;
        nibble = u8() & 15;
      } else {
        nibble = input[nibbleAt]! >> 4;
        nibbleAt = -1;
      }
      length = nibble;
      if (length === 15) {
        form = 'byte';
        length = u8();
        if (length === 255) {
          form = 'u16';
          length = u16();
          if (length === 0) {
            form = 'u32';
            length = u32();
          }
          length -= 22;
        }
        length += 15;
      }
      length += 7;
    }
    length += 3;
    forms.add(form);
    if (offset > out.length) throw new Error(`offset ${offset} before the start`);
    for (let i = 0; i < length; i++) out.push(out[out.length - offset]!);
  }
  if (size > 0) expect(at).toBe(input.length);
  expect(out.length).toBe(size);
  return { bytes: Uint8Array.from(out), forms };
}

function roundTrip(input: Uint8Array, maxMatch?: number): Set<string> {
  const { bytes, forms } = obviousDecompress(compressXpress(input, { maxMatch }), input.length);
  expect(Buffer.compare(bytes, input)).toBe(0);
  return forms;
}

describe('compressXpress', () => {
  it('round-trips any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (input) => void roundTrip(input)));
  });

  it('round-trips repetitive bytes, with match lengths around every form boundary', () => {
    const piece = fc.record({ seed: fc.uint8Array({ minLength: 1, maxLength: 40 }), times: fc.integer({ min: 1, max: 60 }) });
    const input = fc
      .array(piece, { maxLength: 12 })
      .map((pieces) => Uint8Array.from(pieces.flatMap((p) => Array.from({ length: p.times }, () => [...p.seed]).flat())));
    fc.assert(
      fc.property(input, fc.constantFrom(undefined, 3, 9, 10, 24, 25, 26, 279, 280, 281), (bytes, max) => void roundTrip(bytes, max)),
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
    const { bytes } = obviousDecompress(stream, length + 2);
    expect(bytes).toEqual(Uint8Array.from({ length: length + 2 }, (_, i) => (i === length + 1 ? 9 : 7)));
  });

  it('finds a match at the greatest offset', () => {
    const input = new Uint8Array(MAX_OFFSET + 16);
    for (let i = 0; i < input.length; i++) input[i] = (Math.imul(i + 1, 2654435761) >>> 13) & 0xff;
    input.copyWithin(MAX_OFFSET, 0, 16);
    const packed = compressXpress(input);
    expect(Buffer.compare(obviousDecompress(packed, input.length).bytes, input)).toBe(0);
    expect(packed.length).toBeLessThan(compressXpress(input, { maxChain: 0 }).length);
  });

  it('compresses nothing to four flag bytes of ones', () => {
    expect([...compressXpress(new Uint8Array(0))]).toEqual([255, 255, 255, 255]);
  });
});
