/**
 * A hash table from two 32-bit numbers (the halves of a pointer, an owner and a handle) to a row number. Both numbers and the row stand
 * together: a large table costs one miss of the processor's cache a look-up.
 */
export class PairMap {
  /** four words a slot: first, second, row ^ FLIPPED (0: free), unused */
  private slots: Int32Array;
  private mask: number;
  private used = 0;
  /** hashes depend on a secret: somebody made up pairs that collide */
  private isSalted = false;

  /** `capacity`: a power of two. */
  constructor(capacity = 1024) {
    this.slots = new Int32Array(capacity * 4);
    this.mask = capacity - 1;
  }

  /** Number of pairs that were ever set. */
  get size(): number {
    return this.used;
  }

  /** The row of a pair, -1 where it has none. */
  get(first: number, second: number): number {
    const value = this.slots[this.slot(first, second) + 2];
    return value === 0 ? -1 : value ^ FLIPPED;
  }

  /** Whether the pair was ever set, be it to -1. */
  has(first: number, second: number): boolean {
    return this.slots[this.slot(first, second) + 2] !== 0;
  }

  /** Sets the row of a pair; -1 takes it away (the pair keeps its place in the table). */
  set(first: number, second: number, value: number): void {
    this.exchange(first, second, value);
  }

  /** As {@link set}; returns the row that the pair had, -1 none. */
  exchange(first: number, second: number, value: number): number {
    const { slots } = this;
    const slot = this.slot(first, second);
    const old = slots[slot + 2];
    slots[slot + 2] = value ^ FLIPPED;
    if (old !== 0) return old ^ FLIPPED;
    slots[slot] = first;
    slots[slot + 1] = second;
    this.noteNew(slot);
    return -1;
  }

  /** Room for the next pair, after one was put at `slot`. */
  private noteNew(slot: number): void {
    this.used++;
    if (this.used * 2 > this.mask) this.rebuild((this.mask + 1) * 2);
    else if (!this.isSalted && this.distance(slot) > MAX_DISTANCE) {
      this.isSalted = true;
      this.rebuild(this.mask + 1);
    }
  }

  /** Position of a pair in `slots`, or of the empty slot where it belongs. */
  private slot(first: number, second: number): number {
    const { slots, mask } = this;
    const a = first | 0;
    const b = second | 0;
    let at = ((this.isSalted ? salted(a, b) : mix(a, b)) & mask) << 2;
    while (slots[at + 2] !== 0 && (slots[at] !== a || slots[at + 1] !== b)) at = (at + 4) & ((mask << 2) | 3);
    return at;
  }

  /** How many places a pair stands behind its own, without salt. */
  private distance(slot: number): number {
    const { slots, mask } = this;
    return ((slot >>> 2) - mix(slots[slot], slots[slot + 1])) & mask;
  }

  private rebuild(capacity: number): void {
    const old = this.slots;
    this.slots = new Int32Array(capacity * 4);
    this.mask = capacity - 1;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] === 0) continue;
      const slot = this.slot(old[at], old[at + 1]);
      this.slots[slot] = old[at];
      this.slots[slot + 1] = old[at + 1];
      this.slots[slot + 2] = old[at + 2];
    }
  }
}

/** No row becomes 0 by it: fresh memory is an empty table, without a pass over it. */
const FLIPPED = -0x80000000;

/** Far more than chance does in a table that is half empty. */
const MAX_DISTANCE = 128;

function mix(first: number, second: number): number {
  let hash = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Another one in every process, so that no file can be made for it; slower. */
function salted(first: number, second: number): number {
  let hash = Math.imul(first ^ SALT[0], SALT[1] | 1);
  hash = Math.imul(hash ^ (hash >>> 16), SALT[2] | 1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ second, SALT[3] | 1);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

const SALT = Int32Array.from({ length: 4 }, () => Math.random() * 2 ** 32);
