import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteWriter } from '../testing/byteWriter.ts';
import { StringTable } from './strings.ts';

/** Texts without a NUL, surrogates without their other half among them; short ones are often the same. */
const unit = fc.oneof(fc.constantFrom(0x61, 0x62, 0xe4), fc.integer({ min: 1, max: 0xffff }));
const text = fc.array(unit, { maxLength: 7 }).map((units) => String.fromCharCode(...units));
const ansi = fc
  .array(fc.integer({ min: 1, max: 0xff }), { maxLength: 7 })
  .map((units) => String.fromCharCode(...units));
const event = fc.record({
  text,
  ansi,
  how: fc.constantFrom('utf16', 'ansi', 'text'),
  /** what is in front of it, so that it begins at any address */
  before: fc.nat(9),
  /** it ends with a NUL and something behind it; else with the payload, whose last byte can be half a unit */
  hasNul: fc.boolean(),
  isCutInUnit: fc.boolean(),
});

it('gives each text one index, in order of first appearance, however it is written', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const table = new StringTable();
      const expected: string[] = [];
      for (const { how, before, hasNul, isCutInUnit, ...written } of events) {
        const text = how === 'ansi' ? written.ansi : written.text;
        const size = how === 'ansi' ? 1 : 2;
        const bytes = new ByteWriter().zeros(before);
        for (let at = 0; at < text.length; at++) {
          if (size === 1) bytes.u8(text.charCodeAt(at));
          else bytes.u16(text.charCodeAt(at));
        }
        if (hasNul) bytes.zeros(size).u32(0x00620061);
        else if (isCutInUnit && size === 2) bytes.u8(0x61);
        const all = bytes.toBytes();
        const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
        const index = how === 'text' ? table.text(text) : table[how](view, before, all.length);
        if (text !== '' && !expected.includes(text)) expected.push(text);
        expect(index).toBe(expected.indexOf(text));
      }
      expect(table.texts).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
