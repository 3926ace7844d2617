/**
 * Pairs of 32-bit numbers (the halves of pointers), each distinct pair once, numbered from 0 in order of first appearance.
 *
 * Pointers of one trace share few high halves: those have a table each, of low halves alone, so that a look-up touches eight bytes. Whatever
 * does not fit in with that (a made-up file) is kept in one table of pairs.
 */
import { growingU32 } from './growing.ts';
import { PairMap } from './pairMap.ts';

/** High halves that differ in their lowest bits can have tables of their own: the pools of a kernel lie beside each other. */
const TABLES = 64;
/** Places that a pair may stand behind its own; a table where one would stand further is given up. */
const MAX_DISTANCE = 128;

/** Numbers of the pairs of one high half. */
class LowHalves {
  readonly high: number;
  used = 0;
  isGivenUp = false;
  /** two words a slot: low half, number + 1 (0: free); a power of two of slots */
  slots: Int32Array;

  constructor(high: number, capacity: number) {
    this.high = high;
    this.slots = new Int32Array(2 * capacity);
  }
}

/** Stands for high halves without a table: whatever is looked up is not there. */
const NO_TABLE = new LowHalves(0, 2);

export class PairTable {
  readonly low = growingU32();
  readonly high = growingU32();
  private readonly tables: (LowHalves | undefined)[] = new Array<LowHalves | undefined>(TABLES).fill(undefined);
  private others = new PairMap();
  /** the high half that was looked up last, its table, and how far the hash of a low half is shifted there */
  private lastHigh = 0;
  private table = NO_TABLE;
  private slots = NO_TABLE.slots;
  private shift = 31;

  constructor() {
    this.select(0);
  }

  get length(): number {
    return this.low.length;
  }

  intern(low: number, high: number): number {
    if ((high | 0) !== this.lastHigh) this.select(high | 0);
    const { slots } = this;
    const key = low | 0;
    const last = slots.length - 1;
    let at = (mix(key) >>> this.shift) << 1;
    for (;;) {
      const number = slots[at + 1];
      if (number === 0) return this.add(low, high, at);
      if (slots[at] === key) return number - 1;
      at = (at + 2) & last;
    }
  }

  /** Gives back what look-ups need: only the columns are left. To be called after the last {@link intern}. */
  release(): void {
    this.tables.fill(undefined);
    this.others = new PairMap();
    this.use(NO_TABLE);
  }

  private select(high: number): void {
    const place = high & (TABLES - 1);
    let table = this.tables[place];
    if (table === undefined || table.used === 0) this.tables[place] = table = new LowHalves(high, 1024);
    this.lastHigh = high;
    this.use(table.high === high && !table.isGivenUp ? table : NO_TABLE);
  }

  private use(table: LowHalves): void {
    this.table = table;
    this.slots = table.slots;
    this.shift = Math.clz32(table.slots.length >>> 1) + 1;
  }

  /** A pair that its table does not have; `at`: the free slot for it. */
  private add(low: number, high: number, at: number): number {
    const { table, slots } = this;
    if (table === NO_TABLE) {
      const known = this.others.get(low, high);
      if (known >= 0) return known;
    }
    const number = this.low.length;
    this.low.push(low);
    this.high.push(high);
    if (table === NO_TABLE) {
      this.others.set(low, high, number);
      return number;
    }
    slots[at] = low;
    slots[at + 1] = number + 1;
    table.used++;
    const distance = (at - ((mix(low | 0) >>> this.shift) << 1)) & (slots.length - 1);
    if (distance > 2 * MAX_DISTANCE) this.giveUp(table);
    else if (table.used * 4 > slots.length) this.grow(table);
    return number;
  }

  private grow(table: LowHalves): void {
    const { slots: old } = table;
    table.slots = new Int32Array(old.length * 2);
    this.use(table);
    const { slots, shift } = this;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let at = (mix(old[from]) >>> shift) << 1;
      while (slots[at + 1] !== 0) at = (at + 2) & (slots.length - 1);
      slots[at] = old[from];
      slots[at + 1] = old[from + 1];
    }
  }

  private giveUp(table: LowHalves): void {
    const { slots } = table;
    for (let at = 0; at < slots.length; at += 2) {
      if (slots[at + 1] !== 0) this.others.set(slots[at], table.high, slots[at + 1] - 1);
    }
    table.isGivenUp = true;
    table.slots = NO_TABLE.slots;
    this.use(NO_TABLE);
  }
}

/** Its highest bits are the good ones. Objects lie at multiples of powers of two: those spread evenly. */
function mix(low: number): number {
  return Math.imul(low ^ (low >>> 15), 0x85ebca6b);
}
