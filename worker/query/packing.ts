/** Lifetimes packed into lanes: in one lane they follow each other and never overlap. */

/**
 * Lanes of n bars. Bars stand lane by lane, by start inside a lane: those of lane k are [laneStart[k], laneStart[k + 1]) of the
 * columns. Inside a lane starts and ends both rise.
 */
export interface Lanes {
  /** lanes + 1 entries */
  laneStart: Uint32Array;
  /** index of the thing into the list that was packed */
  item: Uint32Array;
}

/**
 * Packs intervals [start, end] (end Infinity: to the end of the trace), which must come sorted by start. Each `alone` interval gets a
 * lane of its own, before the others; the others go each into the topmost lane that is free. Touching ends share a lane.
 * O(n log n).
 */
export function packLanes(starts: Float64Array, ends: Float64Array, alone: (item: number) => boolean): Lanes {
  const n = starts.length;
  const laneOf = new Uint32Array(n);
  let lanes = 0;
  for (let item = 0; item < n; item++) if (alone(item)) laneOf[item] = lanes++;
  const busy = new MinHeap();
  const free = new MinHeap();
  for (let item = 0; item < n; item++) {
    if (alone(item)) continue;
    while (busy.size > 0 && busy.leastKey() <= starts[item]) {
      const lane = busy.pop();
      free.push(lane, lane);
    }
    const lane = free.size > 0 ? free.pop() : lanes++;
    laneOf[item] = lane;
    if (ends[item] !== Infinity) busy.push(ends[item], lane);
  }
  return bucket(laneOf, lanes);
}

/** A lane for each interval; the order is that of {@link packLanes}: `alone` ones first, then by start. */
export function singleLanes(starts: Float64Array, _ends: Float64Array, alone: (item: number) => boolean): Lanes {
  const n = starts.length;
  const item = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (alone(i)) item[count++] = i;
  for (let i = 0; i < n; i++) if (!alone(i)) item[count++] = i;
  return { laneStart: Uint32Array.from({ length: n + 1 }, (_, lane) => lane), item };
}

/** Items by lane, in their order inside each. */
function bucket(laneOf: Uint32Array, lanes: number): Lanes {
  const laneStart = new Uint32Array(lanes + 1);
  for (const lane of laneOf) laneStart[lane + 1]++;
  for (let lane = 0; lane < lanes; lane++) laneStart[lane + 1] += laneStart[lane];
  const next = laneStart.slice();
  const item = new Uint32Array(laneOf.length);
  for (let i = 0; i < laneOf.length; i++) item[next[laneOf[i]]++] = i;
  return { laneStart, item };
}

/** Binary heap of (key, value) pairs, least key first, in two columns. */
export class MinHeap {
  size = 0;
  private keys = new Float64Array(64);
  private values = new Uint32Array(64);

  leastKey(): number {
    return this.keys[0];
  }

  push(key: number, value: number): void {
    if (this.size === this.keys.length) this.grow();
    const { keys, values } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      values[at] = values[parent];
      at = parent;
    }
    keys[at] = key;
    values[at] = value;
  }

  /** Takes the value of the least key. The heap must not be empty. */
  pop(): number {
    const { keys, values } = this;
    const least = values[0];
    const last = --this.size;
    const key = keys[last];
    const value = values[last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && keys[child + 1] < keys[child]) child++;
      if (keys[child] >= key) break;
      keys[at] = keys[child];
      values[at] = values[child];
      at = child;
    }
    keys[at] = key;
    values[at] = value;
    return least;
  }

  private grow(): void {
    const keys = new Float64Array(this.keys.length * 2);
    const values = new Uint32Array(this.keys.length * 2);
    keys.set(this.keys);
    values.set(this.values);
    this.keys = keys;
    this.values = values;
  }
}
