/**
 * Lists of 32-bit numbers, each distinct list kept once and numbered from 0 in order of first appearance. A list that is known already is
 * compared where it stands: nothing is written for it.
 */
import { grown } from './growing.ts';

export class SequenceTable {
  /** number of lists */
  length = 0;
  private words = new Uint32Array(1024);
  /** list i is words[starts[i] … starts[i + 1]) */
  private starts = new Uint32Array(1024);
  /** two words a slot: hash, number + 1 (0: free); a power of two of slots, half of them free at least */
  private slots = new Int32Array(2 * 4096);
  private pushed = new DataView(new ArrayBuffer(1024));
  private pushedBytes = 0;

  /** Words of all lists together. */
  get wordCount(): number {
    return this.starts[this.length];
  }

  count(index: number): number {
    return this.starts[index + 1] - this.starts[index];
  }

  word(index: number, position: number): number {
    return this.words[this.starts[index] + position];
  }

  /** Columns for readers: list i is words[starts[i] … starts[i + 1]). Valid until the next list. */
  columns(): { starts: Uint32Array; words: Uint32Array } {
    return {
      starts: this.starts.subarray(0, this.length + 1),
      words: this.words.subarray(0, this.starts[this.length]),
    };
  }

  /** The number of the list of `count` little-endian words that stands at `at`. */
  intern(view: DataView, at: number, count: number): number {
    const hash = hashOf(view, at, count);
    const { slots } = this;
    const last = slots.length - 1;
    let slot = (hash << 1) & last;
    for (; slots[slot + 1] !== 0; slot = (slot + 2) & last) {
      if (slots[slot] === hash && this.equals(slots[slot + 1] - 1, view, at, count)) return slots[slot + 1] - 1;
    }
    return this.add(view, at, count, hash, slot);
  }

  /** Appends a word to a list that {@link settle} ends. */
  push(word: number): void {
    this.makeRoom(1);
    this.pushed.setUint32(this.pushedBytes, word, true);
    this.pushedBytes += 4;
  }

  /** Appends `count` words from `from` on. */
  pushAll(words: Int32Array, from: number, count: number): void {
    this.makeRoom(count);
    const { pushed, pushedBytes } = this;
    for (let word = 0; word < count; word++) pushed.setInt32(pushedBytes + 4 * word, words[from + word], true);
    this.pushedBytes += 4 * count;
  }

  /** Ends the list that was pushed and returns its number. */
  settle(): number {
    const count = this.pushedBytes >> 2;
    this.pushedBytes = 0;
    return this.intern(this.pushed, 0, count);
  }

  private makeRoom(words: number): void {
    const needed = this.pushedBytes + 4 * words;
    if (needed <= this.pushed.byteLength) return;
    const larger = new Uint8Array(2 ** Math.ceil(Math.log2(needed)));
    larger.set(new Uint8Array(this.pushed.buffer));
    this.pushed = new DataView(larger.buffer);
  }

  private equals(index: number, view: DataView, at: number, count: number): boolean {
    const { words } = this;
    const start = this.starts[index];
    if (this.starts[index + 1] - start !== count) return false;
    for (let word = 0; word < count; word++) {
      // As whole numbers: a comparison of such large ones would be one of doubles.
      if ((words[start + word] ^ view.getInt32(at + 4 * word, true)) !== 0) return false;
    }
    return true;
  }

  private add(view: DataView, at: number, count: number, hash: number, slot: number): number {
    const index = this.length++;
    const start = this.starts[index];
    if (start + count > this.words.length) {
      this.words = grown(this.words, 2 ** Math.ceil(Math.log2(start + count)));
    }
    const { words } = this;
    for (let word = 0; word < count; word++) words[start + word] = view.getUint32(at + 4 * word, true);
    if (index + 2 > this.starts.length) this.starts = grown(this.starts, 2 * this.starts.length);
    this.starts[index + 1] = start + count;
    this.slots[slot] = hash;
    this.slots[slot + 1] = index + 1;
    if (this.length * 4 > this.slots.length) this.rehash();
    return index;
  }

  private rehash(): void {
    const old = this.slots;
    const slots = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let slot = (old[from] << 1) & (slots.length - 1);
      while (slots[slot + 1] !== 0) slot = (slot + 2) & (slots.length - 1);
      slots[slot] = old[from];
      slots[slot + 1] = old[from + 1];
    }
    this.slots = slots;
  }
}

/**
 * Two chains, of every other word each: the processor works at both at once. It depends on a secret, another one in every process: nobody can
 * make a file whose lists all collide.
 */
function hashOf(view: DataView, at: number, count: number): number {
  const first = SECRET[0];
  const second = SECRET[1];
  const end = at + 4 * count;
  let even = count;
  let odd = 0;
  for (; at + 8 <= end; at += 8) {
    even = Math.imul(even ^ scattered(view.getInt32(at, true), first, second), 0x01000193);
    even ^= even >>> 15;
    odd = Math.imul(odd ^ scattered(view.getInt32(at + 4, true), second, first), 0x01000193);
    odd ^= odd >>> 15;
  }
  if (at < end) even = Math.imul(even ^ scattered(view.getInt32(at, true), first, second), 0x01000193);
  let hash = Math.imul(even ^ (even >>> 13), 0xc2b2ae35) ^ Math.imul(odd ^ (odd >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
  return hash ^ (hash >>> 14);
}

function scattered(word: number, first: number, second: number): number {
  const mixed = Math.imul(word, first);
  return Math.imul(mixed ^ (mixed >>> 16), second);
}

/** Odd numbers. */
const SECRET = Int32Array.from({ length: 2 }, () => (Math.random() * 2 ** 32) | 1);
