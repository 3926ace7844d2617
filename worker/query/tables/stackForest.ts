/**
 * All stacks of a trace as one prefix tree. It depends on no filter: a view of it is counts over its nodes, and a node keeps its number
 * whatever is selected, so that what is open stays open.
 */
import type { StackIndex, StackTable, Trace } from '../../lifetimes/model.ts';
import { childLists, PrefixTree } from '../stackTreeDraft.ts';

/** Label of the node for what has no stack. */
export const NO_STACK = 0;

/** System frames in a row, as one node: what they are called is what they are told apart by. */
export interface Fold {
  /** at least 2 */
  frames: number;
  /** modules of the first and the last, in the order of the tree */
  first: string;
  last: string;
}

export interface StackForest {
  /** number of nodes; 0 is the root */
  length: number;
  parent: Int32Array;
  /** 0 of the root, 1 of what stands below it */
  depth: Int32Array;
  /** {@link NO_STACK}, a frame + 1, or frameCount + 1 + number of a fold */
  label: Int32Array;
  folds: Fold[];
  /** children of node n: children[childStart[n] … childStart[n + 1]) */
  childStart: Uint32Array;
  children: Uint32Array;
  /** node of each stack; entry `stacks.length` is that of no stack */
  leaf: Int32Array;
  /** nodes in preorder: place of a node, and the place after its subtree */
  enter: Int32Array;
  leave: Int32Array;
  /** stacks by the place of their node: those of a subtree are a range */
  stacks: Uint32Array;
}

export interface ForestOptions {
  inverted: boolean;
  foldSystem: boolean;
}

/** By frames: they are the same ones in a trace with other function names. */
const made = new WeakMap<Int32Array, Map<string, StackForest>>();

/** The forest of a trace; made when it is first asked for, and once. */
export function forestOf(trace: Trace, options: ForestOptions): StackForest {
  let known = made.get(trace.stacks.frames);
  if (known === undefined) made.set(trace.stacks.frames, (known = new Map<string, StackForest>()));
  const name = `${options.inverted} ${options.foldSystem}`;
  let forest = known.get(name);
  if (forest === undefined) known.set(name, (forest = makeForest(trace.stacks, options)));
  return forest;
}

function makeForest(table: StackTable, options: ForestOptions): StackForest {
  const draft = new PrefixTree();
  const paths = new PathMaker(table, options);
  const leaf = new Int32Array(table.length + 1);
  for (let stack = 0; stack < table.length; stack++) {
    const count = paths.make(stack);
    leaf[stack] = draft.add(paths.path, count);
  }
  leaf[table.length] = draft.add([NO_STACK]);

  const { length, label, parent } = draft.columns();
  const { start: childStart, list: children } = childLists(parent);
  const depth = new Int32Array(length);
  const size = new Int32Array(length).fill(1);
  for (let node = 1; node < length; node++) depth[node] = depth[parent[node]] + 1;
  for (let node = length - 1; node > 0; node--) size[parent[node]] += size[node];
  const enter = new Int32Array(length);
  const leave = new Int32Array(length);
  leave[0] = length;
  for (let node = 0; node < length; node++) {
    let place = enter[node] + 1;
    for (let at = childStart[node]; at < childStart[node + 1]; at++) {
      enter[children[at]] = place;
      place += size[children[at]];
      leave[children[at]] = place;
    }
  }
  const stacks = Uint32Array.from({ length: table.length }, (_, stack) => stack);
  stacks.sort((a, b) => enter[leaf[a]] - enter[leaf[b]] || a - b);
  return { length, parent, depth, label, folds: paths.folds, childStart, children, leaf, enter, leave, stacks };
}

/** Labels of one stack after the other, without a new list for each. */
class PathMaker {
  readonly folds: Fold[] = [];
  path = new Int32Array(256);
  private readonly table: StackTable;
  private readonly inverted: boolean;
  private readonly isSystem: Uint8Array | null;
  private readonly foldNumbers = new Map<string, number>();

  constructor(table: StackTable, { inverted, foldSystem }: ForestOptions) {
    this.table = table;
    this.inverted = inverted;
    this.isSystem = foldSystem
      ? Uint8Array.from({ length: table.frameCount }, (_, frame) => Number(isSystemFrame(table, frame)))
      : null;
  }

  /** Fills `path` with the labels of a stack; returns how many there are. */
  make(stack: StackIndex): number {
    const { start, frames } = this.table;
    const count = start[stack + 1] - start[stack];
    if (count > this.path.length) this.path = new Int32Array(count * 2);
    if (count === 0) this.path[0] = NO_STACK;
    if (count === 0) return 1;
    const frameAt = (at: number): number => frames[this.inverted ? start[stack] + at : start[stack + 1] - 1 - at];
    let length = 0;
    for (let at = 0; at < count;) {
      const run = this.systemRun(frameAt, at, count);
      this.path[length++] = run > 1 ? this.fold(run, frameAt(at), frameAt(at + run - 1)) : frameAt(at) + 1;
      at += Math.max(1, run);
    }
    return length;
  }

  /** System frames in a row from a place on; 0 where they are not folded. */
  private systemRun(frameAt: (at: number) => number, from: number, count: number): number {
    let at = from;
    while (this.isSystem !== null && at < count && this.isSystem[frameAt(at)] === 1) at++;
    return at - from;
  }

  private fold(frames: number, firstFrame: number, lastFrame: number): number {
    const { modules, frameCount } = this.table;
    const first = this.table.frameModule(firstFrame);
    const last = this.table.frameModule(lastFrame);
    const name = `${frames} ${first} ${last}`;
    let number = this.foldNumbers.get(name);
    if (number === undefined) {
      number = this.folds.push({ frames, first: modules[first], last: modules[last] }) - 1;
      this.foldNumbers.set(name, number);
    }
    return frameCount + 1 + number;
  }
}

/** Code without a module is nobody's, not the system's. */
function isSystemFrame(table: StackTable, frame: number): boolean {
  const module = table.frameModule(frame);
  return module >= 0 && table.moduleSystem[module] === 1;
}

/** "module!function+0x…", "(no stack)", "3 system frames: ntdll.dll … ntoskrnl.exe" */
export function nodeLabel(trace: Trace, forest: StackForest, node: number): string {
  const label = forest.label[node];
  if (node === 0) return 'all';
  if (label === NO_STACK) return '(no stack)';
  const frame = frameOf(trace, forest, node);
  if (frame >= 0) return trace.stacks.frameText(frame);
  const { frames, first, last } = forest.folds[label - 1 - trace.stacks.frameCount];
  return `${frames} system frames: ${first === last ? first : `${first} … ${last}`}`;
}

/** Frame of a node; -1 of the root, of no stack and of folded frames. */
export function frameOf(trace: Trace, { label }: StackForest, node: number): number {
  return node > 0 && label[node] <= trace.stacks.frameCount ? label[node] - 1 : -1;
}

export function isSystemNode(trace: Trace, forest: StackForest, node: number): boolean {
  if (node === 0 || forest.label[node] === NO_STACK) return false;
  const frame = frameOf(trace, forest, node);
  return frame < 0 || isSystemFrame(trace.stacks, frame);
}

/** "n12": the same for a node whatever the filter is */
export function nodeKey(node: number): string {
  return `n${node}`;
}

/** Node of a key, -1 where there is none; "" is the root. */
export function nodeOfKey(forest: StackForest, key: string): number {
  if (key === '') return 0;
  const number = /^n(\d{1,10})$/.exec(key)?.[1];
  const node = number === undefined ? -1 : Number(number);
  return node > 0 && node < forest.length ? node : -1;
}
