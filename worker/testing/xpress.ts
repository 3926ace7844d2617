import { ByteWriter } from './byteWriter.ts';

/** u16 m = (offset - 1) << 3 | length: 13 bits of offset. */
export const MAX_OFFSET = 8192;
const MIN_MATCH = 3;
const HASH_BITS = 14;
const NONE = -1;

export interface CompressOptions {
  /** longest match to look for, bytes (default: no limit). A small one makes many short matches. */
  maxMatch?: number;
  /** positions tried for one match (default 16). 0: literals only. */
  maxChain?: number;
}

/**
 * Compresses to MS-XCA plain LZ77 (`COMPRESSION_FORMAT_XPRESS` without Huffman; etl-format.md, section 1): a greedy hash-chain matcher, all
 * length forms (3 bits, shared nibble, byte, u16, u32), offsets 1 to {@link MAX_OFFSET}. The output ends with the last item; flag bits that
 * are left over are ones, as Windows writes them. A reader must stop at the known size of the output.
 */
export function compressXpress(input: Uint8Array, options: CompressOptions = {}): Uint8Array {
  const maxMatch = options.maxMatch ?? Infinity;
  const maxChain = options.maxChain ?? 16;
  const items = new XpressItems(input.length);
  const head = new Int32Array(1 << HASH_BITS).fill(NONE);
  const previous = new Int32Array(input.length);
  const insert = (at: number): void => {
    if (at + MIN_MATCH > input.length) return;
    const hash = hash3(input, at);
    previous[at] = head[hash]!;
    head[hash] = at;
  };

  let at = 0;
  while (at < input.length) {
    let bestLength = 0;
    let bestOffset = 0;
    const limit = Math.min(input.length - at, maxMatch);
    if (limit >= MIN_MATCH) {
      let candidate = head[hash3(input, at)];
      for (let tries = 0; tries < maxChain && candidate !== NONE && at - candidate <= MAX_OFFSET; tries++) {
        let length = 0;
        while (length < limit && input[candidate + length] === input[at + length]) length++;
        if (length > bestLength) {
          bestLength = length;
          bestOffset = at - candidate;
          if (length === limit) break;
        }
        candidate = previous[candidate]!;
      }
    }
    if (bestLength >= MIN_MATCH) {
      items.match(bestOffset, bestLength);
      const end = at + bestLength;
      // Inside a very long run the same three bytes repeat: a few positions are enough to find them again.
      const insertTo = Math.min(end, at + 4096);
      for (; at < insertTo; at++) insert(at);
      at = end;
    } else {
      items.literal(input[at]);
      insert(at++);
    }
  }
  return items.finish();
}

/** Writes single literals and matches: what a test uses that wants one very special stream. */
export class XpressItems {
  private readonly out: ByteWriter;
  /** Where the current 32 flag bits stand, and how many of them are used. */
  private flagsAt: number;
  private flags = 0;
  private used = 0;
  /** Where the byte with a free high nibble stands; none = -1. */
  private nibbleAt = NONE;

  constructor(expected = 256) {
    this.out = new ByteWriter(expected + 16);
    this.flagsAt = 0;
    this.out.u32(0);
  }

  literal(byte: number): this {
    this.flag(0);
    this.out.u8(byte);
    return this;
  }

  /** @param offset 1 to 8192 bytes back @param length at least 3 */
  match(offset: number, length: number): this {
    if (offset < 1 || offset > MAX_OFFSET) throw new RangeError(`offset ${offset} is outside 1..${MAX_OFFSET}`);
    if (length < MIN_MATCH) throw new RangeError(`length ${length} is below ${MIN_MATCH}`);
    this.flag(1);
    const rest = length - MIN_MATCH;
    this.out.u16(((offset - 1) << 3) | Math.min(rest, 7));
    if (rest < 7) return this;
    this.nibble(Math.min(rest - 7, 15));
    if (rest < 7 + 15) return this;
    this.out.u8(Math.min(rest - 22, 255));
    if (rest < 22 + 255) return this;
    // The long forms hold the whole of length - 3.
    if (rest <= 0xffff) this.out.u16(rest);
    else this.out.u16(0).u32(rest);
    return this;
  }

  finish(): Uint8Array {
    const unused = 32 - this.used;
    const ones = unused === 32 ? 0xffffffff : 2 ** unused - 1;
    this.out.patchU32(this.flagsAt, ((unused === 32 ? 0 : this.flags << unused) | ones) >>> 0);
    return this.out.toBytes();
  }

  private flag(bit: 0 | 1): void {
    if (this.used === 32) {
      this.out.patchU32(this.flagsAt, this.flags >>> 0);
      this.flagsAt = this.out.length;
      this.out.u32(0);
      this.flags = 0;
      this.used = 0;
    }
    this.flags = (this.flags << 1) | bit;
    this.used++;
  }

  private nibble(value: number): void {
    if (this.nibbleAt === NONE) {
      this.nibbleAt = this.out.length;
      this.out.u8(value);
    } else {
      const at = this.nibbleAt;
      const bytes = this.out.peek(at, at + 1);
      bytes[0] = bytes[0] | (value << 4);
      this.nibbleAt = NONE;
    }
  }
}

function hash3(input: Uint8Array, at: number): number {
  const value = input[at] | (input[at + 1] << 8) | (input[at + 2] << 16);
  return Math.imul(value, 0x9e3779b1) >>> (32 - HASH_BITS);
}
