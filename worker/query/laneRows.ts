/** The rows of the lanes canvas: the tree flattened, with some groups open. */
import type { LaneRequest } from '../../shared/lanes.ts';
import type { ObjectIndex } from '../lifetimes/model.ts';
import { laneCount, laneOf, packedBars, type Packing } from './laneBars.ts';
import {
  groupKey,
  groupOfKey,
  groupOfObject,
  hasLanes,
  laneTree,
  ROOT,
  type GroupIndex,
  type LaneTree,
} from './laneGroups.ts';
import type { Selection } from './select.ts';

/** What of a request decides about its rows. */
export type RowsOf = Pick<LaneRequest, 'grouping' | 'packing' | 'pinned' | 'openGroups'>;

/** Only groups that are open get packed. */
export interface LaneRows {
  readonly tree: LaneTree;
  readonly packing: Packing;
  /** by group: 1 where it is open */
  readonly open: Uint8Array;
  /** groups with a row, from top to bottom; without grouping the root alone, above the first row */
  readonly groups: Int32Array;
  /** row of each of them; lanes of an open group follow it */
  readonly rows: Int32Array;
  readonly total: number;
}

const made = new WeakMap<LaneTree, { request: RowsOf; rows: LaneRows }>();

/** The rows of a request; while what they depend on stays the same, as when someone pans and zooms, they are not made again. */
export function laneRows(selection: Selection, request: RowsOf): LaneRows {
  const tree = laneTree(selection, request.grouping);
  const known = made.get(tree);
  if (known !== undefined && sameRows(known.request, request)) return known.rows;
  const rows = makeRows(tree, request);
  const { packing, pinned, openGroups } = request;
  made.set(tree, { request: { packing, pinned: pinned && [...pinned], openGroups: [...openGroups] }, rows });
  return rows;
}

function sameRows(a: RowsOf, b: RowsOf): boolean {
  return (
    (a.packing ?? 'packed') === (b.packing ?? 'packed') &&
    sameKeys(a.pinned ?? [], b.pinned ?? []) &&
    sameKeys(a.openGroups, b.openGroups)
  );
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

function makeRows(tree: LaneTree, request: RowsOf): LaneRows {
  const packing = request.packing ?? 'packed';
  const open = openFlags(tree, request.openGroups);
  const groups = new Int32Array(tree.length);
  const rows = new Int32Array(tree.length);
  let count = 0;
  let total = 0;
  const add = (group: GroupIndex): void => {
    groups[count] = group;
    rows[count++] = total++;
    if (open[group] === 0) return;
    if (hasLanes(tree, group)) total += laneCount(tree, group, packing);
    else for (let child = tree.firstChild[group]; child < tree.childEnd[group]; child++) add(child);
  };
  if (tree.grouping.length === 0) {
    // The root has lanes and no row of its own.
    total = -1;
    add(ROOT);
  } else {
    const pinned = pinnedGroups(tree, request.pinned ?? []);
    for (const group of pinned) add(group);
    for (let group = tree.firstChild[ROOT]; group < tree.childEnd[ROOT]; group++) if (!pinned.has(group)) add(group);
  }
  return { tree, packing, open, groups: groups.slice(0, count), rows: rows.slice(0, count), total };
}

function openFlags(tree: LaneTree, keys: readonly string[]): Uint8Array {
  const open = new Uint8Array(tree.length);
  open[ROOT] = 1;
  for (const key of keys) {
    const group = groupOfKey(tree, key);
    if (group >= 0) open[group] = 1;
  }
  return open;
}

function pinnedGroups(tree: LaneTree, keys: readonly string[]): Set<GroupIndex> {
  return new Set(keys.map((key) => groupOfKey(tree, key)).filter((group) => group >= 0 && tree.level[group] === 1));
}

export interface WindowRow {
  row: number;
  group: GroupIndex;
  /** number of the lane in its group; null: the group's own row */
  lane: number | null;
}

/** The rows [first, first + count). */
export function windowRows({ groups, rows, total }: LaneRows, first: number, count: number): WindowRow[] {
  const found: WindowRow[] = [];
  const end = Math.min(total, first + count);
  for (let at = Math.max(0, lastAtOrBefore(rows, first)); at < rows.length && rows[at] < end; at++) {
    const row = rows[at];
    const group = groups[at];
    if (row >= first) found.push({ row, group, lane: null });
    const next = Math.min(end, at + 1 < rows.length ? rows[at + 1] : total);
    for (let lane = Math.max(row + 1, first); lane < next; lane++) {
      found.push({ row: lane, group, lane: lane - row - 1 });
    }
  }
  return found;
}

/** Last position in a rising list whose value is not after `wanted`, -1 for none. */
function lastAtOrBefore(list: Int32Array, wanted: number): number {
  let low = -1;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (list[middle] <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Groups that an object is in, outermost first; none where it is not selected. */
function groupPath(tree: LaneTree, object: ObjectIndex): GroupIndex[] {
  const path: GroupIndex[] = [];
  for (let group = groupOfObject(tree, object); group > ROOT; group = tree.parent[group]) path.unshift(group);
  return path;
}

/** Row of a group, -1 where one that it is in is closed. */
export function rowOfGroup({ groups, rows }: LaneRows, group: GroupIndex): number {
  const at = groups.indexOf(group);
  return at < 0 ? -1 : rows[at];
}

/** Row of an object's lane, or of the closed group that hides it; -1 where it is not selected. */
export function rowShowing(lanes: LaneRows, object: ObjectIndex): { row: number; isLane: boolean } {
  const { tree, open, packing } = lanes;
  const group = groupOfObject(tree, object);
  if (group < 0) return { row: -1, isLane: false };
  const hiding = groupPath(tree, object).find((each) => open[each] === 0);
  if (hiding !== undefined) return { row: rowOfGroup(lanes, hiding), isLane: false };
  return { row: rowOfGroup(lanes, group) + 1 + laneOf(packedBars(tree, group, packing), object), isLane: true };
}

/** Row of an object among the lanes, -1 where the filter hides it or one of its groups is closed; and the keys of those groups. */
export function laneRowOf(
  selection: Selection,
  request: RowsOf,
  object: ObjectIndex,
): { row: number; groups: string[] } {
  const lanes = laneRows(selection, request);
  const groups = groupPath(lanes.tree, object).map((group) => groupKey(lanes.tree, group));
  const { row, isLane } = rowShowing(lanes, object);
  return { row: isLane ? row : -1, groups };
}
