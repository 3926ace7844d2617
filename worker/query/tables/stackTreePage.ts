/** The tree of stacks, row by row (shared/stackTree.ts). */
import type { StackNode, StackTreePage, StackTreeRequest } from '../../../shared/stackTree.ts';
import { fold } from '../../../shared/textFilter.ts';
import { shortened } from '../labels.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { sumUp } from '../stackTreeDraft.ts';
import { MAX_HIT_ROWS } from './flatTable.ts';
import { shelfOf } from './shelf.ts';
import { isSystemNode, nodeKey, nodeLabel, nodeOfKey } from './stackForest.ts';
import { childrenOf, hasChildren, nodeFilter, stackView, type StackView } from './stackView.ts';

/**
 * Rows [firstRow, firstRow + rowCount) of the visible nodes. `hits` counts the nodes of the whole tree whose label contains `find`;
 * `hitRows` are the visible rows that do or, while they are closed, hide one that does.
 */
export function stackTreePage(cache: SelectionCache, request: StackTreeRequest): StackTreePage {
  const view = stackView(cache, request.filter, request);
  const { forest, counts } = view;
  const shelf = shelfOf(cache.trace);
  const name = `${view.name}/rows/${request.openNodes.join(' ')}`;
  const visible = shelf.get(
    name,
    () => visibleNodes(view, request.openNodes),
    ({ nodes }) => nodes.byteLength,
  );
  const find = request.find ?? '';
  const found = find === '' ? null : shelf.get(`${view.name}/find/${find}`, () => findNodes(view, find), foundBytes);
  const { hitRows } = shelf.get(
    `${name}/find/${find}`,
    () => ({ hitRows: found === null ? [] : rowsWithHits(visible, found) }),
    ({ hitRows: rows }) => rows.length * 8,
  );
  const none = forest.leaf[forest.leaf.length - 1];
  return {
    rows: Array.from(visible.nodes.subarray(request.firstRow, request.firstRow + request.rowCount), (node) => ({
      ...stackNode(view, node),
      children: hasChildren(view, node),
      open: visible.open.has(node),
      hit: found !== null && found.isHit[node] === 1,
    })),
    firstRow: request.firstRow,
    total: visible.nodes.length,
    hits: found?.hits ?? 0,
    hitRows,
    created: counts.created[0],
    leaked: counts.leaked[0],
    withoutStack: counts.created[none],
  };
}

/** What a node says of itself, in the tree and in the icicle. Rows of depth 0 stand below the root, which is no row. */
export function stackNode(
  view: StackView,
  node: number,
  maxStacks?: number,
): Omit<StackNode, 'children' | 'open' | 'hit'> {
  const { trace, forest, counts } = view;
  return {
    key: node === 0 ? '' : nodeKey(node),
    depth: Math.max(0, forest.depth[node] - 1),
    label: shortened(nodeLabel(trace, forest, node)),
    system: isSystemNode(trace, forest, node),
    created: counts.created[node],
    openAtEnd: counts.openAtEnd[node],
    leaked: counts.leaked[node],
    leakedAtExit: counts.leakedAtExit[node],
    self: counts.self[node],
    filter: nodeFilter(view, node, maxStacks),
  };
}

interface VisibleNodes {
  nodes: Uint32Array;
  open: Set<number>;
}

function visibleNodes(view: StackView, openNodes: readonly string[]): VisibleNodes {
  const open = new Set(openNodes.map((key) => nodeOfKey(view.forest, key)).filter((node) => node > 0));
  return { nodes: Uint32Array.from(walkNodes(view, (node) => open.has(node))), open };
}

/** Nodes below the root in preorder, most first; of those that are not open no children. Paths can be thousands of frames deep: no recursion. */
export function* walkNodes(view: StackView, isOpen: (node: number) => boolean): Generator<number> {
  const pending = [...childrenOf(view, 0)].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    if (!isOpen(node)) continue;
    const children = childrenOf(view, node);
    for (let at = children.length - 1; at >= 0; at--) pending.push(children[at]);
  }
}

interface FoundNodes {
  hits: number;
  /** 1: the label of a node contains the text */
  isHit: Uint8Array;
  /** nodes that do, with their subtree */
  below: Float64Array;
}

const foundBytes = ({ isHit, below }: FoundNodes): number => isHit.byteLength + below.byteLength;

function findNodes(view: StackView, find: string): FoundNodes {
  const { trace, forest, counts } = view;
  const needle = fold(find);
  /** by label: 1 contains it, 2 does not; nodes share labels */
  const known = new Uint8Array(trace.stacks.frameCount + 1 + forest.folds.length);
  const isHit = new Uint8Array(forest.length);
  const below = new Float64Array(forest.length);
  for (let node = 1; node < forest.length; node++) {
    if (counts.created[node] === 0) continue;
    const label = forest.label[node];
    if (known[label] === 0) known[label] = fold(nodeLabel(trace, forest, node)).includes(needle) ? 1 : 2;
    if (known[label] === 1) isHit[node] = below[node] = 1;
  }
  sumUp(forest.parent, below);
  return { hits: below[0], isHit, below };
}

function rowsWithHits({ nodes, open }: VisibleNodes, { isHit, below }: FoundNodes): number[] {
  const rows: number[] = [];
  for (let row = 0; row < nodes.length && rows.length < MAX_HIT_ROWS; row++) {
    const node = nodes[row];
    if (isHit[node] === 1 || (!open.has(node) && below[node] > 0)) rows.push(row);
  }
  return rows;
}
