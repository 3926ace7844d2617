/** A growing little-endian byte buffer: what every writer of this folder puts its fields into. */
export class ByteWriter {
  /** Bytes written so far. */
  length = 0;
  private data: Uint8Array;
  private view: DataView;

  constructor(capacity = 256) {
    this.data = new Uint8Array(capacity);
    this.view = new DataView(this.data.buffer);
  }

  u8(value: number): this {
    const at = this.claim(1);
    this.view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.claim(2);
    this.view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.claim(4);
    this.view.setUint32(at, value, true);
    return this;
  }

  i32(value: number): this {
    const at = this.claim(4);
    this.view.setInt32(at, value, true);
    return this;
  }

  /** Signed and unsigned alike: the low 64 bits. */
  u64(value: bigint): this {
    const at = this.claim(8);
    this.view.setBigUint64(at, BigInt.asUintN(64, value), true);
    return this;
  }

  /** A pointer of 4 or 8 bytes; with 4 the low 32 bits. */
  pointer(value: bigint, pointerSize: 4 | 8): this {
    return pointerSize === 8 ? this.u64(value) : this.u32(Number(BigInt.asUintN(32, value)));
  }

  zeros(count: number): this {
    return this.fill(0, count);
  }

  fill(byte: number, count: number): this {
    const at = this.claim(count);
    this.data.fill(byte, at, at + count);
    return this;
  }

  bytes(value: Uint8Array): this {
    const at = this.claim(value.length);
    this.data.set(value, at);
    return this;
  }

  /** UTF-16, NUL-terminated ("W" in etl-format.md). Lone surrogates pass through. */
  utf16z(text: string): this {
    for (let i = 0; i < text.length; i++) this.u16(text.charCodeAt(i));
    return this.u16(0);
  }

  /** 8-bit characters, NUL-terminated ("A" in etl-format.md); throws on a character over 0xFF. */
  latin1z(text: string): this {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0xff) throw new RangeError(`'${text}' has a character that 8 bits cannot hold`);
      this.u8(code);
    }
    return this.u8(0);
  }

  /** A GUID in text form, as Windows stores it: u32, u16, u16 little-endian, then 8 bytes in order. */
  guid(text: string): this {
    const hex = text.replace(/[{}-]/g, '');
    if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new RangeError(`'${text}' is no GUID`);
    this.u32(parseInt(hex.slice(0, 8), 16))
      .u16(parseInt(hex.slice(8, 12), 16))
      .u16(parseInt(hex.slice(12, 16), 16));
    for (let i = 16; i < 32; i += 2) this.u8(parseInt(hex.slice(i, i + 2), 16));
    return this;
  }

  /** Pads with `byte` until the length is a multiple of `boundary`. */
  align(boundary: number, byte = 0): this {
    const rest = this.length % boundary;
    return rest === 0 ? this : this.fill(byte, boundary - rest);
  }

  /** Overwrites a u32 already written. */
  patchU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  /** Overwrites a u16 already written. */
  patchU16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }

  /** The bytes [from, to), not copied: valid until the next write. */
  peek(from = 0, to = this.length): Uint8Array {
    return this.data.subarray(from, to);
  }

  /** A copy of all bytes. */
  toBytes(): Uint8Array {
    return this.data.slice(0, this.length);
  }

  clear(): this {
    this.length = 0;
    return this;
  }

  private claim(count: number): number {
    const at = this.length;
    const need = at + count;
    if (need > this.data.length) {
      const grown = new Uint8Array(Math.max(need, this.data.length * 2));
      grown.set(this.data.subarray(0, at));
      this.data = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = need;
    return at;
  }
}
