/**
 * Ranges of addresses, each with the number painted on it last: a segment tree over all boundaries that will be used. Painting and asking
 * take logarithmic time whatever a made-up file does.
 *
 * Addresses are signed doubles ({@link addressOf}): exact for the 48 bits that processors have.
 */
const NONE = -1;
/** the two halves of a node differ */
const MIXED = -2;

export class AddressPainting {
  private readonly boundaries: Float64Array;
  private readonly leaves: number;
  private readonly nodes: Int32Array;
  /** stretch between two boundaries that {@link at} found last, and its number: addresses of a stack often follow one another in a module */
  private lastFrom = Infinity;
  private lastTo = Infinity;
  private lastNumber = NONE;

  /** `boundaries`: every `from` and `to` that {@link paint} will be given, in any order. */
  constructor(boundaries: Iterable<number>) {
    this.boundaries = Float64Array.from(new Set(boundaries)).sort();
    this.leaves = 2 ** Math.ceil(Math.log2(Math.max(this.boundaries.length, 2)));
    this.nodes = new Int32Array(2 * this.leaves).fill(NONE);
  }

  /** Takes all paint off. */
  clear(): void {
    this.nodes.fill(NONE);
    this.lastFrom = Infinity;
  }

  /** Paints [from, to) with a number that is not negative. */
  paint(from: number, to: number, number: number): void {
    this.lastFrom = Infinity;
    this.paintNode(1, 0, this.leaves, this.indexOf(from), this.indexOf(to), number);
  }

  /** The number at an address, -1 none. */
  at(address: number): number {
    if (address >= this.lastFrom && address < this.lastTo) return this.lastNumber;
    const { boundaries, nodes } = this;
    // Nothing is painted below the first boundary or from the last one on.
    if (!(address >= boundaries[0] && address < boundaries[boundaries.length - 1])) return NONE;
    const leaf = this.indexOf(address);
    let node = 1;
    for (let half = this.leaves >>> 1; nodes[node] === MIXED; half >>>= 1) node = 2 * node + (leaf & half ? 1 : 0);
    this.lastFrom = boundaries[leaf];
    this.lastTo = boundaries[leaf + 1];
    this.lastNumber = nodes[node];
    return nodes[node];
  }

  /** The numbers in [from, to). */
  within(from: number, to: number): Set<number> {
    const found = new Set<number>();
    this.collect(1, 0, this.leaves, this.indexOf(from), this.indexOf(to), found);
    return found;
  }

  /** Index of the last boundary that is not above an address, -1 none. */
  private indexOf(address: number): number {
    let low = 0;
    let high = this.boundaries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.boundaries[middle] <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private paintNode(node: number, low: number, high: number, from: number, to: number, number: number): void {
    const { nodes } = this;
    if (to <= from || to <= low || high <= from) return;
    if (from <= low && high <= to) {
      nodes[node] = number;
      return;
    }
    if (nodes[node] !== MIXED) nodes[2 * node] = nodes[2 * node + 1] = nodes[node];
    nodes[node] = MIXED;
    const middle = (low + high) >>> 1;
    this.paintNode(2 * node, low, middle, from, to, number);
    this.paintNode(2 * node + 1, middle, high, from, to, number);
  }

  private collect(node: number, low: number, high: number, from: number, to: number, found: Set<number>): void {
    if (to <= from || to <= low || high <= from) return;
    if (this.nodes[node] !== MIXED) {
      if (this.nodes[node] !== NONE) found.add(this.nodes[node]);
      return;
    }
    const middle = (low + high) >>> 1;
    this.collect(2 * node, low, middle, from, to, found);
    this.collect(2 * node + 1, middle, high, from, to, found);
  }
}

/** Two halves of a 64-bit address as one number; kernel addresses become negative ones. */
export function addressOf(low: number, high: number): number {
  return (high | 0) * 4294967296 + low;
}
