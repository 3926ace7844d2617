import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeWire, encodeWire } from './wire.ts';

const typedArray = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.uint8Array({ maxLength: 40 }),
);

/** Trees as the services return them. JSON's own losses (undefined, -0, NaN outside arrays) are none of the wire format's business. */
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    typedArray,
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$ta', 'b64', 'entries', '__proto__')), tie('node'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).node;

/** Newer browsers decode Base64 themselves; this machine's Node may not. */
const fromBase64 = vi.fn((text: string) => {
  if (!/^[A-Za-z0-9+/\s]*={0,2}$/.test(text)) throw new SyntaxError('not Base64');
  return Uint8Array.from(Buffer.from(text, 'base64'));
});

describe.each([
  ['with the platform’s Base64', fromBase64],
  ['without', undefined],
])('the wire format, %s', (_which, native) => {
  let before: PropertyDescriptor | undefined;
  beforeEach(() => {
    before = Object.getOwnPropertyDescriptor(Uint8Array, 'fromBase64');
    Object.defineProperty(Uint8Array, 'fromBase64', { value: native, configurable: true });
    fromBase64.mockClear();
  });
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(Uint8Array, 'fromBase64');
    else Object.defineProperty(Uint8Array, 'fromBase64', before);
  });

  it('decodes by what there is', () => {
    expect(decodeWire(encodeWire(Int32Array.of(1, -2)))).toStrictEqual(Int32Array.of(1, -2));
    expect(fromBase64).toHaveBeenCalledTimes(native === undefined ? 0 : 1);
    if (native !== undefined) expect(fromBase64).toHaveBeenCalledWith('AQAAAP7///8=', { lastChunkHandling: 'strict' });
  });

  it('gives back every tree of JSON values and typed arrays', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(decodeWire(encodeWire(value))).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps NaN, the infinities and -0 inside typed arrays', () => {
    const value = { samples: Float32Array.of(Number.NaN, Infinity, -Infinity, -0, 1.5) };
    expect(decodeWire(encodeWire(value))).toStrictEqual(value);
  });

  it('sends only the part of the buffer that a view shows', () => {
    const columns = Int32Array.of(1, 2, 3, 4);
    expect(decodeWire(encodeWire(columns.subarray(1, 3)))).toStrictEqual(Int32Array.of(2, 3));
  });

  it('encodes as the protocol says', () => {
    expect(encodeWire({ x: Uint8Array.of(1, 2, 3, 4) })).toBe('{"x":{"$ta":"Uint8Array","b64":"AQIDBA=="}}');
  });

  it('agrees with the Base64 of Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(JSON.parse(encodeWire(bytes))).toEqual({
          $ta: 'Uint8Array',
          b64: Buffer.from(bytes).toString('base64'),
        });
      }),
    );
  });

  it.each([
    ['an array it does not know', '{"$ta":"BigInt64Array","b64":"AAAAAAAAAAA="}'],
    ['a name that every object has', '{"$ta":"constructor","b64":""}'],
    ['missing bytes', '{"$ta":"Int32Array"}'],
    ['half an element', '{"$ta":"Int32Array","b64":"AAAA"}'],
    ['Base64 that was cut short', '{"$ta":"Uint8Array","b64":"AAA"}'],
    ['white space in Base64', '{"$ta":"Uint8Array","b64":"AA\\nAAAA "}'],
    ['something that is not Base64', '{"$ta":"Uint8Array","b64":"A*AA"}'],
  ])('refuses %s', (_what, text) => {
    expect(() => decodeWire(text)).toThrow(SyntaxError);
  });

  it('refuses to send an array that the other side would not know', () => {
    expect(() => encodeWire({ x: new BigInt64Array(1) })).toThrow(TypeError);
  });
});
