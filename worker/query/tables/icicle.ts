/** The tree of stacks as rectangles (shared/stackTree.ts). */
import type { Icicle, IcicleBox, IcicleRequest } from '../../../shared/stackTree.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { nodeOfKey } from './stackForest.ts';
import { stackNode } from './stackTreePage.ts';
import { childrenOf, stackView, type StackView } from './stackView.ts';

/** Forged stacks are thousands of frames deep and each may be as wide as the window: the deepest are left out then. */
const MAX_BOXES = 50_000;

/** Numbers of stacks in the filter of a box; there are many boxes, so fewer than of a row. */
const MAX_STACKS = 50;

/**
 * Boxes level by level, those of a level from the left, siblings by count of objects as in the tree. A box is as wide as its weight among that
 * of `root`; what its children do not fill is its own. A root that is not there any more is that of the tree.
 */
export function icicleOf(cache: SelectionCache, request: IcicleRequest): Icicle {
  const view = stackView(cache, request.filter, request);
  const weight = weightsOf(view, request.weight);
  const root = Math.max(0, nodeOfKey(view.forest, request.root));
  const boxes: IcicleBox[] = [];
  let omitted = 0;
  let depth = 0;
  const scale = request.width / weight[root];
  let level = weight[root] > 0 ? [{ node: root, x0: 0 }] : [];
  while (level.length > 0) {
    depth++;
    const below: typeof level = [];
    for (const { node, x0 } of level) {
      if (boxes.length === MAX_BOXES) {
        omitted++;
        continue;
      }
      boxes.push({ ...stackNode(view, node, MAX_STACKS), depth: depth - 1, x0, x1: x0 + weight[node] * scale });
      let x = x0;
      for (const child of childrenOf(view, node)) {
        if (weight[child] * scale >= 1) below.push({ node: child, x0: x });
        else if (weight[child] > 0) omitted++;
        x += weight[child] * scale;
      }
    }
    level = below;
  }
  return { boxes, depth, omitted };
}

function weightsOf({ counts }: StackView, weight: IcicleRequest['weight']): Float64Array {
  if (weight === 'created') return counts.created;
  return weight === 'open' ? counts.openAtEnd : counts.leaked;
}
