/**
 * What stack keys mean. A key is defined after it is used, and reused for another stack afterwards: a reference means the first definition at
 * or after the time of the reference record.
 */
import type { PairTable } from '../columns/pairs.ts';
import type { RawStackKeys } from '../events/raw.ts';

export class KeyDefinitions {
  /** definitions of key k: order[starts[k] … starts[k + 1]), in order of time */
  private readonly starts: Uint32Array;
  private readonly order: Uint32Array;
  private readonly definitions: RawStackKeys;

  /** `keys` numbers the keys; those that are only defined are added. */
  constructor(definitions: RawStackKeys, keys: PairTable) {
    const { length } = definitions;
    const keyOf = new Uint32Array(length);
    for (let row = 0; row < length; row++) keyOf[row] = keys.intern(definitions.keyLow[row], definitions.keyHigh[row]);
    this.definitions = definitions;
    this.order = Uint32Array.from({ length }, (_, row) => row);
    const { ns } = definitions;
    this.order.sort((a, b) => keyOf[a] - keyOf[b] || ns[a] - ns[b] || a - b);
    this.starts = new Uint32Array(keys.length + 1);
    for (let row = 0; row < length; row++) this.starts[keyOf[row] + 1]++;
    for (let key = 0; key < keys.length; key++) this.starts[key + 1] += this.starts[key];
  }

  /** The part that a key means in a reference of this time; -1 where no definition follows. */
  partAt(key: number, ns: number): number {
    const { definitions, order, starts } = this;
    let low = starts[key];
    let high = starts[key + 1];
    const end = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (definitions.ns[order[middle]] < ns) low = middle + 1;
      else high = middle;
    }
    return low < end ? definitions.part[order[low]] : -1;
  }
}
