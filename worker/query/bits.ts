/** Sets of objects, a bit each: a million of them fit into 125 KB, and sets are laid over each other 32 objects at a time. */

/** Bit b of word w stands for object 32 w + b; bits behind the last object are 0. */
export type Bits = Int32Array;

/** The objects [from, to) of `length`. */
export function bitsOfRange(length: number, from: number, to: number): Bits {
  const bits = new Int32Array((length + 31) >>> 5);
  addRange(bits, from, to);
  return bits;
}

/** Adds [from, to). */
export function addRange(bits: Bits, from: number, to: number): void {
  if (from >= to) return;
  const first = from >>> 5;
  const last = (to - 1) >>> 5;
  const low = -1 << (from & 31);
  const high = -1 >>> (31 - ((to - 1) & 31));
  if (first === last) {
    bits[first] |= low & high;
    return;
  }
  bits[first] |= low;
  for (let word = first + 1; word < last; word++) bits[word] = -1;
  bits[last] |= high;
}

export function bitsOfList(length: number, objects: Uint32Array): Bits {
  const bits = new Int32Array((length + 31) >>> 5);
  for (const object of objects) addBit(bits, object);
  return bits;
}

export function hasBit(bits: Bits, object: number): boolean {
  return ((bits[object >>> 5] >>> (object & 31)) & 1) === 1;
}

export function addBit(bits: Bits, object: number): void {
  bits[object >>> 5] |= 1 << (object & 31);
}

/** Drops the objects that fail a test; only those that are in are asked. */
export function keepWhere(bits: Bits, test: (object: number) => boolean): void {
  for (let word = 0; word < bits.length; word++) {
    let left = bits[word];
    if (left === 0) continue;
    const base = word << 5;
    let kept = left;
    while (left !== 0) {
      const bit = left & -left;
      left ^= bit;
      if (!test(base + 31 - Math.clz32(bit))) kept ^= bit;
    }
    bits[word] = kept;
  }
}

/** Drops what is not in the other set. */
export function keepCommon(bits: Bits, other: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] &= other[word];
}

/** What is in the one and not in the other. */
export function without(bits: Bits, other: Bits): Bits {
  const rest = new Int32Array(bits.length);
  for (let word = 0; word < bits.length; word++) rest[word] = bits[word] & ~other[word];
  return rest;
}

export function countBits(bits: Bits): number {
  let count = 0;
  for (let word = 0; word < bits.length; word++) {
    let pairs = bits[word];
    pairs -= (pairs >>> 1) & 0x55555555;
    pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
    count += Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The objects of a set, rising. */
export function listOfBits(bits: Bits): Uint32Array {
  const list = new Uint32Array(countBits(bits));
  let count = 0;
  for (let word = 0; word < bits.length; word++) {
    const base = word << 5;
    for (let left = bits[word]; left !== 0;) {
      const bit = left & -left;
      left ^= bit;
      list[count++] = base + 31 - Math.clz32(bit);
    }
  }
  return list;
}

export function forEachBit(bits: Bits, visit: (object: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    const base = word << 5;
    for (let left = bits[word]; left !== 0;) {
      const bit = left & -left;
      left ^= bit;
      visit(base + 31 - Math.clz32(bit));
    }
  }
}

/** Adds the objects of a set to counts by what a column says of them. */
export function countByColumn(bits: Bits, column: Int32Array | Uint16Array | Uint8Array, counts: Uint32Array): void {
  for (let word = 0; word < bits.length; word++) {
    const base = word << 5;
    for (let left = bits[word]; left !== 0;) {
      const bit = left & -left;
      left ^= bit;
      counts[column[base + 31 - Math.clz32(bit)]]++;
    }
  }
}
