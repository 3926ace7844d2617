/**
 * A hash table from two 32-bit numbers (the halves of a pointer, an owner and a handle) to a row number. Both numbers and the row stand
 * together: a large table costs one miss of the processor's cache a look-up.
 */
export class PairMap {
  /** four words a slot: first, second, row, unused */
  private slots: Int32Array;
  private mask: number;
  private used = 0;

  /** `capacity`: a power of two. */
  constructor(capacity = 1024) {
    this.slots = emptySlots(capacity);
    this.mask = capacity - 1;
  }

  /** Number of pairs that were ever set. */
  get size(): number {
    return this.used;
  }

  /** The row of a pair, -1 where it has none. */
  get(first: number, second: number): number {
    const value = this.slots[this.slot(first, second) + 2];
    return value === EMPTY ? -1 : value;
  }

  /** Whether the pair was ever set, be it to -1. */
  has(first: number, second: number): boolean {
    return this.slots[this.slot(first, second) + 2] !== EMPTY;
  }

  /** Sets the row of a pair; -1 takes it away (the pair keeps its place in the table). */
  set(first: number, second: number, value: number): void {
    const { slots } = this;
    const slot = this.slot(first, second);
    const isNew = slots[slot + 2] === EMPTY;
    slots[slot + 2] = value;
    if (!isNew) return;
    slots[slot] = first;
    slots[slot + 1] = second;
    this.used++;
    if (this.used * 2 > this.mask) this.grow();
  }

  /** Position of a pair in `slots`, or of the empty slot where it belongs. */
  private slot(first: number, second: number): number {
    const { slots, mask } = this;
    const a = first | 0;
    const b = second | 0;
    let at = (mix(a, b) & mask) << 2;
    while (slots[at + 2] !== EMPTY && (slots[at] !== a || slots[at + 1] !== b)) at = (at + 4) & ((mask << 2) | 3);
    return at;
  }

  private grow(): void {
    const old = this.slots;
    const capacity = (this.mask + 1) * 2;
    this.slots = emptySlots(capacity);
    this.mask = capacity - 1;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] === EMPTY) continue;
      const slot = this.slot(old[at], old[at + 1]);
      this.slots[slot] = old[at];
      this.slots[slot + 1] = old[at + 1];
      this.slots[slot + 2] = old[at + 2];
    }
  }
}

const EMPTY = -0x80000000;

function emptySlots(capacity: number): Int32Array {
  const slots = new Int32Array(capacity * 4);
  for (let at = 2; at < slots.length; at += 4) slots[at] = EMPTY;
  return slots;
}

function mix(first: number, second: number): number {
  let hash = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
