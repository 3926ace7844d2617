/** A hash table from two unsigned 32-bit numbers (the halves of a pointer, an owner and a handle) to a row number. */
export class PairMap {
  private firsts: Uint32Array;
  private seconds: Uint32Array;
  private values: Int32Array;
  private used = 0;

  constructor(capacity = 1024) {
    this.firsts = new Uint32Array(capacity);
    this.seconds = new Uint32Array(capacity);
    this.values = new Int32Array(capacity).fill(EMPTY);
  }

  /** Number of pairs that were ever set. */
  get size(): number {
    return this.used;
  }

  /** The row of a pair, -1 where it has none. */
  get(first: number, second: number): number {
    const value = this.values[this.slot(first, second)];
    return value === EMPTY ? -1 : value;
  }

  /** Whether the pair was ever set, be it to -1. */
  has(first: number, second: number): boolean {
    return this.values[this.slot(first, second)] !== EMPTY;
  }

  /** Sets the row of a pair; -1 takes it away (the pair keeps its place in the table). */
  set(first: number, second: number, value: number): void {
    const slot = this.slot(first, second);
    if (this.values[slot] === EMPTY) {
      this.firsts[slot] = first;
      this.seconds[slot] = second;
      this.used++;
      this.values[slot] = value;
      if (this.used * 2 > this.values.length) this.grow();
    } else {
      this.values[slot] = value;
    }
  }

  private slot(first: number, second: number): number {
    const mask = this.values.length - 1;
    let slot = mix(first, second) & mask;
    const a = first >>> 0;
    const b = second >>> 0;
    while (this.values[slot] !== EMPTY && (this.firsts[slot] !== a || this.seconds[slot] !== b))
      slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { firsts, seconds, values } = this;
    const capacity = values.length * 2;
    this.firsts = new Uint32Array(capacity);
    this.seconds = new Uint32Array(capacity);
    this.values = new Int32Array(capacity).fill(EMPTY);
    for (let old = 0; old < values.length; old++) {
      if (values[old] === EMPTY) continue;
      const slot = this.slot(firsts[old], seconds[old]);
      this.firsts[slot] = firsts[old];
      this.seconds[slot] = seconds[old];
      this.values[slot] = values[old];
    }
  }
}

const EMPTY = -0x80000000;

function mix(first: number, second: number): number {
  let hash = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
