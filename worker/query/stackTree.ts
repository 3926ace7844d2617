/**
 * Objects by the stack that created or destroyed them, as a prefix tree over frames. Top-down, a node is a call path from the outermost
 * frame; inverted, a path from the innermost:
 *
 *   stacks (leaf first)     top-down                     inverted
 *   A B C   2 objects       all 3 ── C 3 ── B 3 ─┬ A 2   all 3 ─┬ A 2 ── B 2 ── C 2
 *   D B C   1 object                             └ D 1          └ D 1 ── B 1 ── C 1
 *
 * Counts are inclusive: of all objects whose path runs through the node. An object counts once in a node, also where its stack has a
 * frame twice, because each call is a node of its own.
 */
import {
  END_OPEN,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  type HandleIndex,
  type ObjectIndex,
  type StackIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { objectColumn } from './objectColumns.ts';
import type { Selection } from './select.ts';
import { PrefixTree, preorder, sumUp } from './stackTreeDraft.ts';
import { mappingBytes } from './totals.ts';

export const STACKS_BY = ['create', 'destroy'] as const;
export type StacksBy = (typeof STACKS_BY)[number];

/** Frame of the first node, which has all objects. */
export const FRAME_ALL = -2;
/** Frame of the node for objects without a stack: born before the trace, not destroyed in it, or recorded without stacks. */
export const FRAME_NO_STACK = -1;

/** Counts of the objects of a node. */
export interface StackCounts {
  /** objects and mappings */
  objects: number;
  /** handles of them, whoever opened those */
  handles: number;
  /** handles that are not closed when the trace ends, existing ones included */
  open: number;
  /** objects and mappings that leak */
  leaked: number;
  /** objects with a handle that only the end of its process closed */
  leakedAtExit: number;
  /** size of the mappings */
  bytes: number;
}

const COUNTS = ['objects', 'handles', 'open', 'leaked', 'leakedAtExit', 'bytes'] as const;

/** A tree in preorder: a node's subtree is the rows from it up to, not including, `end`. Siblings: most objects first. */
export interface StackTree {
  length: number;
  /** frame of StackTable, FRAME_ALL or FRAME_NO_STACK */
  frame: Int32Array;
  /** -1 for the first */
  parent: Int32Array;
  depth: Int32Array;
  /** first row after the subtree */
  end: Int32Array;
  counts: Record<keyof StackCounts, Float64Array>;
}

export interface StackTreeRequest {
  by: StacksBy;
  /** from the innermost frame */
  inverted?: boolean;
}

/** The tree of a selection. Time and memory grow with the frames of its distinct stacks. */
export function stackTree(selection: Selection, { by, inverted = false }: StackTreeRequest): StackTree {
  const { trace } = selection;
  const perStack = countByStack(selection, objectColumn(trace, by === 'create' ? 'createStack' : 'destroyStack'));
  const draft = new PrefixTree();
  const leaves = new Map<StackIndex, number>();
  for (const stack of perStack.keys()) leaves.set(stack, draft.add(path(trace, stack, inverted)));
  const { length, label, parent } = draft.columns();
  const byNode = emptyCounts(length);
  perStack.forEach((counts, stack) => {
    const leaf = leaves.get(stack) ?? 0;
    for (const name of COUNTS) byNode[name][leaf] += counts[name];
  });
  for (const name of COUNTS) sumUp(parent, byNode[name]);
  return inPreorder(label, parent, byNode);
}

function countByStack(selection: Selection, stackOf: Int32Array): Map<StackIndex, StackCounts> {
  const perStack = new Map<StackIndex, StackCounts>();
  for (const object of selection.objects) {
    let counts = perStack.get(stackOf[object]);
    if (counts === undefined) perStack.set(stackOf[object], (counts = noCounts()));
    addObject(counts, selection, object);
  }
  return perStack;
}

function noCounts(): StackCounts {
  return { objects: 0, handles: 0, open: 0, leaked: 0, leakedAtExit: 0, bytes: 0 };
}

function addObject(counts: StackCounts, { trace, handleKept }: Selection, object: ObjectIndex): void {
  const { flags, handleStart, mapping } = trace.objects;
  const { end } = trace.handles;
  const isKept = (handle: HandleIndex): boolean => handleKept === null || handleKept(handle);
  counts.objects++;
  if (flags[object] & OBJECT_LEAK) counts.leaked++;
  if (flags[object] & OBJECT_LEAK_AT_EXIT) counts.leakedAtExit++;
  if (mapping[object] >= 0) counts.bytes += mappingBytes(trace, mapping[object]);
  for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
    if (!isKept(handle)) continue;
    counts.handles++;
    if (end[handle] === END_OPEN) counts.open++;
  }
}

/** Labels of the tree: a frame + 1; 0 for no stack. */
const NO_STACK_LABEL = 0;

/** Frames as labels in the order of the tree: outermost first, or innermost first where it is inverted. */
function path({ stacks }: Trace, stack: StackIndex, inverted: boolean): ArrayLike<number> {
  if (stack < 0 || stacks.start[stack] === stacks.start[stack + 1]) return [NO_STACK_LABEL];
  const frames = stacks.frames.subarray(stacks.start[stack], stacks.start[stack + 1]).map((frame) => frame + 1);
  return inverted ? frames : frames.reverse();
}

function emptyCounts(length: number): StackTree['counts'] {
  return {
    objects: new Float64Array(length),
    handles: new Float64Array(length),
    open: new Float64Array(length),
    leaked: new Float64Array(length),
    leakedAtExit: new Float64Array(length),
    bytes: new Float64Array(length),
  };
}

/** The columns in preorder, largest siblings first. */
function inPreorder(label: Int32Array, parent: Int32Array, byNode: StackTree['counts']): StackTree {
  const { nodes, end } = preorder(parent, byNode.objects);
  const { length } = nodes;
  const rowOf = new Int32Array(length);
  const tree: StackTree = {
    length,
    frame: new Int32Array(length),
    parent: new Int32Array(length).fill(-1),
    depth: new Int32Array(length),
    end,
    counts: emptyCounts(length),
  };
  for (let row = 0; row < length; row++) {
    const node = nodes[row];
    rowOf[node] = row;
    tree.frame[row] = row === 0 ? FRAME_ALL : label[node] === NO_STACK_LABEL ? FRAME_NO_STACK : label[node] - 1;
    for (const name of COUNTS) tree.counts[name][row] = byNode[name][node];
    if (row === 0) continue;
    tree.parent[row] = rowOf[parent[node]];
    tree.depth[row] = tree.depth[tree.parent[row]] + 1;
  }
  return tree;
}
