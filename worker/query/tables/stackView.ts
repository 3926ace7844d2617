/** The tree of stacks of one selection: counts over the nodes of the forest, what a node is as a filter, and the order of siblings. */
import { filterKey, MAX_FILTER_TEXT, type Filter } from '../../../shared/filter.ts';
import type { StackTreeRequest } from '../../../shared/stackTree.ts';
import { NO_TEXT } from '../../../shared/textFilter.ts';
import {
  isRundownKind,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  type ObjectIndex,
  type StackIndex,
  type Trace,
} from '../../lifetimes/model.ts';
import { objectColumn } from '../objectColumns.ts';
import type { Selection } from '../select.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { sumUp } from '../stackTreeDraft.ts';
import { ANY_FRAMES, ofFrames } from './filters.ts';
import { shelfOf } from './shelf.ts';
import { forestOf, frameOf, NO_STACK, type StackForest } from './stackForest.ts';

export type StackOptions = Pick<StackTreeRequest, 'by' | 'inverted' | 'onlyLeaks' | 'foldSystem'>;

/** Counts by node of the forest, with those of its subtree; of `any` events, else objects and mappings. */
export interface StackViewCounts {
  created: Float64Array;
  /** of objects with an open handle, and views that are still mapped, at the end of the trace */
  openAtEnd: Float64Array;
  leaked: Float64Array;
  leakedAtExit: Float64Array;
  /** without the subtree */
  self: Float64Array;
}

export interface StackView {
  /** name on the shelf */
  name: string;
  trace: Trace;
  by: StackOptions['by'];
  inverted: boolean;
  forest: StackForest;
  counts: StackViewCounts;
}

/** A view; counts are kept on the shelf. */
export function stackView(cache: SelectionCache, filter: Filter, options: StackOptions): StackView {
  const { trace } = cache;
  const { by, inverted, onlyLeaks, foldSystem } = options;
  const forest = forestOf(trace, { inverted, foldSystem });
  const name = `stacks/${filterKey(filter)}/${by} ${inverted} ${onlyLeaks} ${foldSystem}`;
  const counts = shelfOf(trace).get(
    name,
    () => countNodes(cache.get(filter), forest, by, onlyLeaks),
    ({ created }) => 5 * created.byteLength,
  );
  return { name, trace, by, inverted, forest, counts };
}

function countNodes(
  selection: Selection,
  forest: StackForest,
  by: StackOptions['by'],
  onlyLeaks: boolean,
): StackViewCounts {
  const { trace } = selection;
  const { flags, mapping, deathNs } = trace.objects;
  const openHandles = objectColumn(trace, 'openHandles');
  const { length, parent, leaf } = forest;
  const none = leaf.length - 1;
  const counts: StackViewCounts = {
    created: new Float64Array(length),
    openAtEnd: new Float64Array(length),
    leaked: new Float64Array(length),
    leakedAtExit: new Float64Array(length),
    self: new Float64Array(length),
  };
  forEachStack(selection, by, (object, stack) => {
    const isLeak = flags[object] & OBJECT_LEAK;
    const isLeakAtExit = flags[object] & OBJECT_LEAK_AT_EXIT;
    if (onlyLeaks && isLeak === 0 && isLeakAtExit === 0) return;
    const node = leaf[stack < 0 ? none : stack];
    counts.created[node]++;
    if (openHandles[object] > 0 || (mapping[object] >= 0 && Number.isNaN(deathNs[object]))) counts.openAtEnd[node]++;
    if (isLeak !== 0) counts.leaked[node]++;
    if (isLeakAtExit !== 0) counts.leakedAtExit[node]++;
  });
  counts.self.set(counts.created);
  for (const column of [counts.created, counts.openAtEnd, counts.leaked, counts.leakedAtExit]) sumUp(parent, column);
  return counts;
}

/** Stacks of the selected objects, -1 none: the one that created or destroyed each, or of `any` that of each event that stays (but rundown). */
function forEachStack(
  { trace, objects, eventKept }: Selection,
  by: StackOptions['by'],
  visit: (object: ObjectIndex, stack: StackIndex) => void,
): void {
  if (by !== 'any') {
    const stacks = objectColumn(trace, by === 'create' ? 'createStack' : 'destroyStack');
    for (const object of objects) visit(object, stacks[object]);
    return;
  }
  const { kind, stack } = trace.events;
  const { eventStart, eventList } = trace.objects;
  for (const object of objects) {
    for (let i = eventStart[object]; i < eventStart[object + 1]; i++) {
      const event = eventList[i];
      if (!isRundownKind(kind[event]) && (eventKept === null || eventKept(event))) visit(object, stack[event]);
    }
  }
}

/** Children of a node that have something in the view: most first, ties by number. */
export function childrenOf({ forest, counts }: StackView, node: number): Uint32Array {
  const { childStart, children } = forest;
  const { created } = counts;
  return children
    .subarray(childStart[node], childStart[node + 1])
    .filter((child) => created[child] > 0)
    .sort((a, b) => created[b] - created[a] || a - b);
}

export function hasChildren({ forest, counts }: StackView, node: number): boolean {
  const { childStart, children } = forest;
  for (let at = childStart[node]; at < childStart[node + 1]; at++) if (counts.created[children[at]] > 0) return true;
  return false;
}

const FIELD = { create: 'createStack', destroy: 'destroyStack', any: 'stack' } as const;

/**
 * Keeps the objects of a node: by the numbers of their create stacks, or, where these are more than `maxStacks` (and of other stacks), by the
 * frames on the way to it, which a few more stacks can have. Null: the root, and folded frames that nothing tells apart.
 */
export function nodeFilter(view: StackView, node: number, maxStacks = 500): Filter | null {
  const { trace, forest, by } = view;
  if (node === 0) return null;
  if (forest.label[node] === NO_STACK) return by === 'create' ? { createStackId: NO_TEXT } : { [FIELD[by]]: NO_TEXT };
  if (by === 'create') {
    const stacks = stacksUnder(view, node, maxStacks);
    const text = stacks?.join(';') ?? '';
    if (text !== '' && text.length <= MAX_FILTER_TEXT) return { createStackId: text };
  }
  const frames: number[] = [];
  for (let at = node; at > 0; at = forest.parent[at]) {
    const frame = frameOf(trace, forest, at);
    frames.push(frame < 0 ? ANY_FRAMES : frame);
  }
  // From the node to the root: leaf first in a tree that starts at the root of the stacks.
  if (view.inverted) frames.reverse();
  const text = ofFrames(trace.stacks, frames, view.inverted ? 'leaf' : 'root');
  return text === null ? null : { [FIELD[by]]: text };
}

/** Stacks of the view that run through a node; null where they are more than `max`. */
function stacksUnder({ forest, counts }: StackView, node: number, max: number): number[] | null {
  const { stacks, leaf, enter, leave } = forest;
  const found: number[] = [];
  for (let at = firstFrom(forest, enter[node]); at < stacks.length && enter[leaf[stacks[at]]] < leave[node]; at++) {
    if (counts.self[leaf[stacks[at]]] === 0) continue;
    if (found.length === max) return null;
    found.push(stacks[at]);
  }
  return found;
}

/** First stack whose node stands at a place of the preorder or behind it. */
function firstFrom({ stacks, leaf, enter }: StackForest, place: number): number {
  let low = 0;
  let high = stacks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (enter[leaf[stacks[middle]]] < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
