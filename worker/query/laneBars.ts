/** The lifetimes of a group's objects, lane by lane. */
import {
  BAR_BORN_BEFORE,
  BAR_INHERITED,
  BAR_LEAK,
  BAR_LEAK_AT_EXIT,
  BAR_MAPPING,
  BAR_OPEN_END,
  type LaneRequest,
} from '../../shared/lanes.ts';
import {
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { membersOf, type GroupIndex, type LaneTree } from './laneGroups.ts';
import { packLanes, singleLanes, type Lanes } from './packing.ts';

export type Packing = NonNullable<LaneRequest['packing']>;

/** Bars of one group, lane by lane; columns with an entry a bar. */
export interface PackedBars {
  /** bars of lane k: [laneStart[k], laneStart[k + 1]) */
  laneStart: Uint32Array;
  object: Uint32Array;
  /** 0 for what was born before the trace */
  startNs: Float64Array;
  /** end of the trace for what has no end */
  endNs: Float64Array;
  /** segment tree over BAR_… bits: entries [n, 2n) are the bars', entry i below n ORs entries 2i and 2i + 1 */
  flagTree: Uint8Array;
}

/** Lanes of a group, packed when first asked for. Each leaked object has a lane of its own, above the others. */
export function packedBars(tree: LaneTree, group: GroupIndex, packing: Packing): PackedBars {
  return tree.packed.getOrMake(`${packing} ${group}`, () =>
    pack(tree.selection.trace, membersOf(tree, group), packing === 'packed' ? packLanes : singleLanes),
  );
}

export function laneCount(tree: LaneTree, group: GroupIndex, packing: Packing): number {
  return packing === 'single' ? tree.objects[group] : packedBars(tree, group, packing).laneStart.length - 1;
}

/** Lane of an object in its group. */
export function laneOf(packed: PackedBars, object: ObjectIndex): number {
  const at = packed.object.indexOf(object);
  let low = 0;
  let high = packed.laneStart.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (packed.laneStart[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

type Packer = (starts: Float64Array, ends: Float64Array, alone: (item: number) => boolean) => Lanes;

function pack(trace: Trace, members: Uint32Array, packer: Packer): PackedBars {
  const { birthNs, deathNs, flags } = trace.objects;
  const sorted = sortedByStart(members, birthNs);
  const n = sorted.length;
  const starts = new Float64Array(n);
  const ends = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    starts[i] = startOf(birthNs, sorted[i]);
    ends[i] = Number.isNaN(deathNs[sorted[i]]) ? Infinity : deathNs[sorted[i]];
  }
  const { laneStart, item } = packer(starts, ends, (i) => (flags[sorted[i]] & OBJECT_LEAK) !== 0);
  const bars: PackedBars = {
    laneStart,
    object: new Uint32Array(n),
    startNs: new Float64Array(n),
    endNs: new Float64Array(n),
    flagTree: new Uint8Array(2 * n),
  };
  for (let at = 0; at < n; at++) {
    const i = item[at];
    const isOpen = ends[i] === Infinity;
    bars.object[at] = sorted[i];
    bars.startNs[at] = starts[i];
    bars.endNs[at] = Math.max(isOpen ? trace.endNs : ends[i], starts[i]);
    bars.flagTree[n + at] = BAR_FLAGS[flags[sorted[i]]] | (isOpen ? BAR_OPEN_END : 0);
  }
  for (let at = n - 1; at > 0; at--) bars.flagTree[at] = bars.flagTree[2 * at] | bars.flagTree[2 * at + 1];
  return bars;
}

function startOf(birthNs: Float64Array, object: ObjectIndex): number {
  return Number.isNaN(birthNs[object]) ? 0 : birthNs[object];
}

/** Ids rise with the first event, so what was born in the trace is in order already, and what was born before goes first. */
function sortedByStart(members: Uint32Array, birthNs: Float64Array): Uint32Array {
  const sorted = new Uint32Array(members.length);
  let count = 0;
  for (const object of members) if (Number.isNaN(birthNs[object])) sorted[count++] = object;
  for (const object of members) if (!Number.isNaN(birthNs[object])) sorted[count++] = object;
  for (let i = 1; i < count; i++) {
    if (startOf(birthNs, sorted[i - 1]) > startOf(birthNs, sorted[i])) {
      return sorted.sort((a, b) => startOf(birthNs, a) - startOf(birthNs, b) || a - b);
    }
  }
  return sorted;
}

/** By OBJECT_… bits: the BAR_… bits that follow from them. */
const BAR_FLAGS = Uint8Array.from(
  { length: 256 },
  (_, flags) =>
    ((flags & OBJECT_LEAK) !== 0 ? BAR_LEAK : 0) |
    ((flags & OBJECT_LEAK_AT_EXIT) !== 0 ? BAR_LEAK_AT_EXIT : 0) |
    ((flags & OBJECT_BORN_BEFORE) !== 0 ? BAR_BORN_BEFORE : 0) |
    ((flags & OBJECT_MAPPING) !== 0 ? BAR_MAPPING : 0) |
    ((flags & OBJECT_INHERITED) !== 0 ? BAR_INHERITED : 0),
);

/** BAR_… bits of one object. */
export function barFlags({ objects }: Trace, object: ObjectIndex): number {
  return BAR_FLAGS[objects.flags[object]] | (Number.isNaN(objects.deathNs[object]) ? BAR_OPEN_END : 0);
}

/** BAR_… bits of the bars [from, to), ORed. */
export function flagsOf({ flagTree }: PackedBars, from: number, to: number): number {
  const n = flagTree.length >>> 1;
  let flags = 0;
  for (let low = from + n, high = to + n; low < high; low >>>= 1, high >>>= 1) {
    if ((low & 1) === 1) flags |= flagTree[low++];
    if ((high & 1) === 1) flags |= flagTree[--high];
  }
  return flags;
}
