/** Numbers 0 … n - 1 of which some are taken away one after the other; the next one that is left is found in a few steps, however many are gone. */

/** Bits of a word. */
const WORD = 32;

export class FreePlaces {
  /** one bit a number, 1: left. Level k + 1 has one bit for every word of level k, 1: the word is not 0 */
  private readonly levels: Uint32Array[] = [];

  /** All `length` numbers are there. */
  constructor(length: number) {
    for (let bits = length; ; bits = Math.ceil(bits / WORD)) {
      const level = new Uint32Array(Math.ceil(bits / WORD)).fill(0xffffffff);
      if (bits % WORD > 0) level[level.length - 1] = 2 ** (bits % WORD) - 1;
      this.levels.push(level);
      if (level.length <= 1) break;
    }
  }

  remove(place: number): void {
    let at = place;
    for (const level of this.levels) {
      const word = at >>> 5;
      level[word] &= ~(1 << (at & 31));
      if (level[word] !== 0) return;
      at = word;
    }
  }

  /** The first one from `place` on, -1 none. */
  from(place: number): number {
    let at = place;
    for (let depth = 0; depth < this.levels.length; depth++) {
      const level = this.levels[depth];
      const word = at >>> 5;
      if (word >= level.length) return -1;
      const rest = level[word] & (0xffffffff << (at & 31));
      if (rest !== 0) return this.down(depth, word * WORD + lowestBit(rest), lowestBit);
      at = word + 1;
    }
    return -1;
  }

  /** The last one before `place`, -1 none. */
  before(place: number): number {
    let at = place - 1;
    for (let depth = 0; depth < this.levels.length && at >= 0; depth++) {
      const word = at >>> 5;
      const rest = this.levels[depth][word] & (0xffffffff >>> (31 - (at & 31)));
      if (rest !== 0) return this.down(depth, word * WORD + highestBit(rest), highestBit);
      at = word - 1;
    }
    return -1;
  }

  /** From a bit of a level to the number that it leads to: in every word the bit that `pick` names. */
  private down(depth: number, bit: number, pick: (word: number) => number): number {
    let at = bit;
    for (let level = depth - 1; level >= 0; level--) at = at * WORD + pick(this.levels[level][at]);
    return at;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}
