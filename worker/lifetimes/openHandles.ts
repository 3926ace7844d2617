/** The handles that are open at the moment, to be found by owner or by object. The keys stand in the rows: the tables are small. */
import type { HandleRows } from './handleRows.ts';

/** (owner, value) → the latest handle that had both; it may have ended. */
export class LatestHandles {
  /** handle + 1, 0 empty */
  private slots = new Int32Array(4096);
  private used = 0;
  private readonly rows: HandleRows;

  constructor(rows: HandleRows) {
    this.rows = rows;
  }

  /** The slot of a pair; good until the next `set`. */
  slot(owner: number, value: number): number {
    const { slots, rows } = this;
    const mask = slots.length - 1;
    let slot = mixed(owner, value) & mask;
    for (;;) {
      const handle = slots[slot] - 1;
      if (handle < 0 || (rows.value(handle) === value && rows.owner(handle) === owner)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** The latest handle, open or not; -1: the pair was never in use. */
  at(slot: number): number {
    return this.slots[slot] - 1;
  }

  set(slot: number, handle: number): void {
    const isNew = this.slots[slot] === 0;
    this.slots[slot] = handle + 1;
    if (isNew && ++this.used * 2 > this.slots.length) this.grow();
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    for (const entry of old) {
      if (entry > 0) this.slots[this.slot(this.rows.owner(entry - 1), this.rows.value(entry - 1))] = entry;
    }
  }
}

/** (pointer, value) → its open handles, the latest first. */
export class OpenHandles {
  /** handle + 1, 0 empty: the heads of lists that the rows' links make */
  private heads = new Int32Array(4096);
  private count = 0;
  private readonly rows: HandleRows;

  constructor(rows: HandleRows) {
    this.rows = rows;
  }

  /** The latest one, -1 none. */
  first(pointer: number, value: number): number {
    return this.matching(this.heads[this.bucket(pointer, value)] - 1, pointer, value);
  }

  /** The one that was opened before `handle`. */
  next(handle: number): number {
    const { rows } = this;
    return this.matching(rows.next(handle) - 1, rows.pointer(handle), rows.value(handle));
  }

  add(handle: number): void {
    if (++this.count > this.heads.length) this.grow(handle);
    this.put(handle);
  }

  remove(handle: number): void {
    const { rows, heads } = this;
    this.count--;
    const bucket = this.bucket(rows.pointer(handle), rows.value(handle));
    let at = heads[bucket] - 1;
    if (at === handle) {
      heads[bucket] = rows.next(handle);
      return;
    }
    while (rows.next(at) - 1 !== handle) at = rows.next(at) - 1;
    rows.setNext(at, rows.next(handle));
  }

  private matching(from: number, pointer: number, value: number): number {
    const { rows } = this;
    let handle = from;
    while (handle >= 0 && (rows.pointer(handle) !== pointer || rows.value(handle) !== value)) {
      handle = rows.next(handle) - 1;
    }
    return handle;
  }

  private put(handle: number): void {
    const { rows, heads } = this;
    const bucket = this.bucket(rows.pointer(handle), rows.value(handle));
    rows.setNext(handle, heads[bucket]);
    heads[bucket] = handle + 1;
  }

  /** `before`: the open handles up to this one, in their order, so that the latest stays first. */
  private grow(before: number): void {
    this.heads = new Int32Array(this.heads.length * 4);
    for (let handle = 0; handle < before; handle++) if (this.rows.isOpen(handle)) this.put(handle);
  }

  private bucket(pointer: number, value: number): number {
    return mixed(pointer, value) & (this.heads.length - 1);
  }
}

function mixed(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
