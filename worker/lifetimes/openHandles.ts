/**
 * The handles that are open at the moment, by object and value. Few traces ask for them, and those seldom for an object that has any: the
 * table is made when it is first needed.
 */
import { grown } from '../columns/growing.ts';
import type { HandleRows } from './handleRows.ts';

export class OpenHandles {
  /** open handles by pointer */
  private readonly counts: Int32Array;
  private readonly rows: HandleRows;
  private table: OpenTable | null = null;

  constructor(rows: HandleRows, pointerCount: number) {
    this.rows = rows;
    this.counts = new Int32Array(pointerCount);
  }

  /** To be called for the last handle of the rows. */
  add(handle: number): void {
    this.counts[this.rows.pointer(handle)]++;
    this.table?.add(handle);
  }

  /** To be called while it is still open in the rows. */
  remove(handle: number): void {
    this.counts[this.rows.pointer(handle)]--;
    this.table?.remove(handle);
  }

  /** The latest one of a pointer and a value, -1 none. */
  first(pointer: number, value: number): number {
    if (this.counts[pointer] === 0) return -1;
    this.table ??= new OpenTable(this.rows);
    return this.table.first(pointer, value);
  }

  /** The one that was opened before `handle`, which {@link first} or this gave; -1 none. */
  next(handle: number): number {
    return this.table?.next(handle) ?? -1;
  }
}

/** (pointer, value) → its open handles, the latest first. The keys stand in the rows: the table is small. */
class OpenTable {
  /** handle + 1, 0 empty: the heads of lists that `links` makes */
  private heads = new Int32Array(4096);
  /** per handle: the next one of its list and the one before + 1, 0 none */
  private links: Int32Array;
  private backLinks: Int32Array;
  private count = 0;
  private readonly rows: HandleRows;

  constructor(rows: HandleRows) {
    this.rows = rows;
    this.links = new Int32Array(rows.length + 1024);
    this.backLinks = new Int32Array(rows.length + 1024);
    for (let handle = 0; handle < rows.length; handle++) if (rows.isOpen(handle)) this.add(handle);
  }

  first(pointer: number, value: number): number {
    return this.matching(this.heads[this.bucket(pointer, value)] - 1, pointer, value);
  }

  next(handle: number): number {
    const { rows } = this;
    return this.matching(this.links[handle] - 1, rows.pointer(handle), rows.value(handle));
  }

  add(handle: number): void {
    if (handle >= this.links.length) {
      this.links = grown(this.links, handle * 2);
      this.backLinks = grown(this.backLinks, handle * 2);
    }
    if (++this.count > this.heads.length) this.grow(handle);
    this.put(handle);
  }

  remove(handle: number): void {
    const { rows, links, backLinks } = this;
    this.count--;
    const [next, before] = [links[handle], backLinks[handle]];
    if (before > 0) links[before - 1] = next;
    else this.heads[this.bucket(rows.pointer(handle), rows.value(handle))] = next;
    if (next > 0) backLinks[next - 1] = before;
  }

  private matching(from: number, pointer: number, value: number): number {
    const { rows, links } = this;
    let handle = from;
    while (handle >= 0 && (rows.pointer(handle) !== pointer || rows.value(handle) !== value)) {
      handle = links[handle] - 1;
    }
    return handle;
  }

  private put(handle: number): void {
    const { rows, heads } = this;
    const bucket = this.bucket(rows.pointer(handle), rows.value(handle));
    const next = heads[bucket];
    this.links[handle] = next;
    this.backLinks[handle] = 0;
    if (next > 0) this.backLinks[next - 1] = handle + 1;
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

/** It depends on a secret, another one in every process: nobody can make a file whose handles all collide. */
function mixed(first: number, second: number): number {
  let hash = Math.imul(first, SECRET[0]) ^ Math.imul(second, SECRET[1]);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Odd numbers. */
const SECRET = Int32Array.from({ length: 2 }, () => (Math.random() * 2 ** 32) | 1);
