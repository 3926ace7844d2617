/** Lists of 32-bit numbers, each distinct list kept once and numbered from 0: `push` the numbers, then `settle`. */
import { growingU32 } from './growing.ts';

export class SequenceTable {
  private readonly words = growingU32();
  private readonly starts = growingU32();
  private readonly hashes = growingU32();
  private slots = new Int32Array(4096).fill(-1);
  private hash = FNV_START;
  private first = 0;

  constructor() {
    this.starts.push(0);
  }

  get length(): number {
    return this.starts.length - 1;
  }

  count(index: number): number {
    return this.starts.data[index + 1] - this.starts.data[index];
  }

  word(index: number, position: number): number {
    return this.words.data[this.starts.data[index] + position];
  }

  /** Columns for readers: list i is words[starts[i] … starts[i + 1]). Valid until the next push. */
  columns(): { starts: Uint32Array; words: Uint32Array } {
    return { starts: this.starts.trimmed(), words: this.words.trimmed() };
  }

  push(word: number): void {
    this.words.push(word);
    this.hash = Math.imul(this.hash ^ word, 0x01000193);
    this.hash ^= this.hash >>> 15;
  }

  /** Ends the list that was pushed and returns its number. */
  settle(): number {
    const hash = this.hash >>> 0;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (; this.slots[slot] >= 0; slot = (slot + 1) & mask) {
      const index = this.slots[slot];
      if (this.hashes.data[index] === hash && this.equalsPushed(index)) {
        this.words.length = this.first;
        this.hash = FNV_START;
        return index;
      }
    }
    const index = this.length;
    this.starts.push(this.words.length);
    this.hashes.push(hash);
    this.slots[slot] = index;
    this.first = this.words.length;
    this.hash = FNV_START;
    if (this.length * 2 > this.slots.length) this.rehash();
    return index;
  }

  private equalsPushed(index: number): boolean {
    const count = this.count(index);
    if (count !== this.words.length - this.first) return false;
    const start = this.starts.data[index];
    const words = this.words.data;
    for (let at = 0; at < count; at++) if (words[start + at] !== words[this.first + at]) return false;
    return true;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.length; index++) {
      let slot = this.hashes.data[index] & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = index;
    }
  }
}

const FNV_START = 0x811c9dc5 | 0;
