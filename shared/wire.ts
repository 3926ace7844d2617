/**
 * JSON with typed arrays, for the WebSocket of `leaklanes serve`. A typed array becomes `{"$ta": "Float32Array", "b64": "…"}`
 * (its bytes, little-endian as on every machine this runs on), so NaN and the infinities inside it survive; outside typed
 * arrays JSON's own rules hold. Works in browsers and in Node: no Buffer, and not btoa, which is slow in Node 20.
 */

const TYPED_ARRAYS = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type TypedArrayName = keyof typeof TYPED_ARRAYS;

/** The key that marks a typed array, and the name that marks an ordinary object which happens to have that key. */
const MARK = '$ta';
const ESCAPED = 'Object';

export function encodeWire(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return entry;
    const name = typedArrayName(entry);
    if (name !== null) return { [MARK]: name, b64: toBase64(bytesOf(entry as ArrayBufferView)) };
    return Object.hasOwn(entry, MARK) ? { [MARK]: ESCAPED, entries: Object.entries(entry) } : entry;
  });
}

/** @throws SyntaxError where the text is not what {@link encodeWire} makes. */
export function decodeWire(text: string): unknown {
  return JSON.parse(text, (_key, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !Object.hasOwn(entry, MARK)) return entry;
    const { [MARK]: name, b64, entries } = entry as { [MARK]: unknown; b64?: unknown; entries?: unknown };
    if (name === ESCAPED && Array.isArray(entries)) return Object.fromEntries(entries as [string, unknown][]);
    if (typeof name !== 'string' || !Object.hasOwn(TYPED_ARRAYS, name) || typeof b64 !== 'string') {
      throw new SyntaxError(`Not a typed array that the wire format knows: ${String(name)}`);
    }
    const TypedArray = TYPED_ARRAYS[name as TypedArrayName];
    const bytes = fromBase64(b64);
    if (bytes.byteLength % TypedArray.BYTES_PER_ELEMENT !== 0) {
      throw new SyntaxError(`${bytes.byteLength} bytes are no whole number of ${name} elements`);
    }
    return new TypedArray(bytes.buffer, 0, bytes.byteLength / TypedArray.BYTES_PER_ELEMENT);
  });
}

function typedArrayName(entry: object): TypedArrayName | null {
  if (!ArrayBuffer.isView(entry)) return null;
  // A Node Buffer is a Uint8Array whose toJSON has run before the replacer sees it, so it never gets here.
  const name = Object.prototype.toString.call(entry).slice(8, -1);
  if (!Object.hasOwn(TYPED_ARRAYS, name)) throw new TypeError(`The wire format has no ${name}`);
  return name as TypedArrayName;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODE_OF_DIGIT = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
const NOT_A_DIGIT = 255;
const DIGIT_OF_CODE = new Uint8Array(128).fill(NOT_A_DIGIT);
CODE_OF_DIGIT.forEach((code, digit) => (DIGIT_OF_CODE[code] = digit));
const PADDING = '='.charCodeAt(0);

function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    // Bytes past the end read as undefined, which the operators take as 0: the padding digits.
    const three = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    out[at++] = CODE_OF_DIGIT[three >> 18]!;
    out[at++] = CODE_OF_DIGIT[(three >> 12) & 63]!;
    out[at++] = i + 1 < bytes.length ? CODE_OF_DIGIT[(three >> 6) & 63] : PADDING;
    out[at++] = i + 2 < bytes.length ? CODE_OF_DIGIT[three & 63] : PADDING;
  }
  return new TextDecoder('latin1').decode(out);
}

/** What newer browsers have, Node 20 and TypeScript's types have not: with it an answer of 1.4 MB takes a third of the time. */
interface NativeBase64 {
  fromBase64?: (text: string, options: { lastChunkHandling: 'strict' }) => Uint8Array<ArrayBuffer>;
}

/** @throws SyntaxError */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw new SyntaxError('Base64 that was cut short');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const length = (text.length / 4) * 3 - padding;
  const { fromBase64: native } = Uint8Array as NativeBase64;
  if (native === undefined) return decodeDigits(text, text.length - padding, length);
  const bytes = native(text, { lastChunkHandling: 'strict' });
  // It passes over white space, which encodeWire does not write.
  if (bytes.length !== length) throw new SyntaxError('Base64 with something else in it');
  return bytes;
}

/** The way of every platform, digit by digit. */
function decodeDigits(text: string, digits: number, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < text.length; i += 4) {
    let four = 0;
    for (let j = i; j < i + 4; j++) four = (four << 6) | (j < digits ? digitAt(text, j) : 0);
    // Writes past the end of a typed array are dropped: the bytes that the padding stands for.
    out[at++] = four >> 16;
    out[at++] = four >> 8;
    out[at++] = four;
  }
  return out;
}

function digitAt(text: string, index: number): number {
  const digit = DIGIT_OF_CODE[text.charCodeAt(index)] ?? NOT_A_DIGIT;
  if (digit === NOT_A_DIGIT) throw new SyntaxError(`Not a Base64 digit at ${index}`);
  return digit;
}
