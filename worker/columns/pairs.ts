/** Pairs of 32-bit numbers (the halves of pointers), each distinct pair once, numbered from 0 in order of first appearance. */
import { growingU32 } from './growing.ts';
import { PairMap } from './pairMap.ts';

export class PairTable {
  readonly low = growingU32();
  readonly high = growingU32();
  private readonly numbers = new PairMap(4096);

  get length(): number {
    return this.low.length;
  }

  intern(low: number, high: number): number {
    const known = this.numbers.get(low, high);
    if (known >= 0) return known;
    const number = this.low.length;
    this.low.push(low);
    this.high.push(high);
    this.numbers.set(low, high, number);
    return number;
  }
}
