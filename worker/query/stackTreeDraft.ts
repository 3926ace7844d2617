/** Prefix trees over lists of numbers (frames), as columns: what the trees of stacks are made with. */
import { growingI32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';

/** A prefix tree while it grows; node 0 is its root, a parent stands before its children. */
export class PrefixTree {
  private readonly labels = growingI32();
  private readonly parents = growingI32();
  /** (parent, label) → child */
  private readonly children = new PairMap();

  constructor() {
    this.labels.push(-1);
    this.parents.push(-1);
  }

  /** The node at the end of a path, made where it is missing. Labels are from 0. */
  add(path: ArrayLike<number>, length = path.length): number {
    let node = 0;
    for (let i = 0; i < length; i++) {
      let child = this.children.get(node, path[i]);
      if (child < 0) {
        child = this.labels.length;
        this.labels.push(path[i]);
        this.parents.push(node);
        this.children.set(node, path[i], child);
      }
      node = child;
    }
    return node;
  }

  /** Columns with an entry a node: label (-1 of the root) and parent (-1 of the root). */
  columns(): { length: number; label: Int32Array; parent: Int32Array } {
    return { length: this.labels.length, label: this.labels.trimmed(), parent: this.parents.trimmed() };
  }
}

/** Turns what each node has itself into what its subtree has. */
export function sumUp(parent: Int32Array, column: Float64Array): void {
  for (let node = parent.length - 1; node > 0; node--) column[parent[node]] += column[node];
}

/** Children of node n: list[start[n] … start[n + 1]), in the order of their numbers. */
export function childLists(parent: Int32Array): { start: Uint32Array; list: Uint32Array } {
  const start = new Uint32Array(parent.length + 1);
  for (let node = 1; node < parent.length; node++) start[parent[node] + 1]++;
  for (let node = 0; node < parent.length; node++) start[node + 1] += start[node];
  const next = start.slice();
  const list = new Uint32Array(Math.max(0, parent.length - 1));
  for (let node = 1; node < parent.length; node++) list[next[parent[node]]++] = node;
  return { start, list };
}

/** Nodes in preorder, and the position after the subtree of each position; siblings by falling weight, ties by number. */
export function preorder(parent: Int32Array, weight: Float64Array): { nodes: Int32Array; end: Int32Array } {
  const { length } = parent;
  const { start, list } = childLists(parent);
  const nodes = new Int32Array(length);
  const end = new Int32Array(length);
  const place = new Int32Array(length);
  const pending = [0];
  for (let at = 0; at < length; at++) {
    const node = pending.pop() ?? 0;
    nodes[at] = node;
    place[node] = at;
    // The largest goes on top of the pile, to come next.
    const children = list.subarray(start[node], start[node + 1]);
    children.sort((a, b) => weight[a] - weight[b] || b - a);
    for (const child of children) pending.push(child);
  }
  for (let at = length - 1; at >= 0; at--) {
    end[at] = Math.max(end[at], at + 1);
    const above = at === 0 ? -1 : place[parent[nodes[at]]];
    if (above >= 0) end[above] = Math.max(end[above], end[at]);
  }
  return { nodes, end };
}
