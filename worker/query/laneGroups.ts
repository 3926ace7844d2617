/** The tree of the lanes, process ▸ type ▸ packed lanes, of one selection: independent of zoom, scroll and of what is open. */
import {
  BAR_BORN_BEFORE,
  BAR_INHERITED,
  BAR_LEAK,
  BAR_LEAK_AT_EXIT,
  BAR_MAPPING,
  BAR_OPEN_END,
} from '../../shared/lanes.ts';
import { fold } from '../../shared/textFilter.ts';
import {
  END_OPEN,
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  type ObjectIndex,
  type ProcessIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { packLanes } from './packing.ts';
import { naturalKey } from './radix.ts';
import { objectColumn } from './objectColumns.ts';
import type { Selection } from './select.ts';
import { textsOf, UNKNOWN_PROCESS } from './texts.ts';
import { forEachUnit, makeTimelines, type Timeline } from './timeline.ts';

/** Bars of one type group, lane by lane; columns with an entry a bar. */
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

interface GroupBase {
  key: string;
  label: string;
  objects: number;
  leaks: number;
  leaksAtExit: number;
  /** handles open at the end of the trace, views that are still mapped included */
  openHandles: number;
  timeline: Timeline | null;
}

export interface TypeGroup extends GroupBase {
  /** number of the group in {@link LaneTree.groupOf} */
  index: number;
  process: ProcessGroup;
  type: number;
  /** in id order */
  members: Uint32Array;
  packed: PackedBars | null;
}

export interface ProcessGroup extends GroupBase {
  process: ProcessIndex;
  types: TypeGroup[];
}

export interface LaneTree {
  selection: Selection;
  processes: ProcessGroup[];
  /** type groups by index */
  groups: TypeGroup[];
  /** index of the type group of each object of the trace, -1 for those that are not selected */
  groupOf: Int32Array;
}

const trees = new WeakMap<Selection, LaneTree>();

/** The tree of a selection; the same one at every call. Groups come by leaks, then open handles, then name. */
export function laneTree(trace: Trace, selection: Selection): LaneTree {
  let tree = trees.get(selection);
  if (tree === undefined) trees.set(selection, (tree = makeTree(trace, selection)));
  return tree;
}

function makeTree(trace: Trace, selection: Selection): LaneTree {
  const { type } = trace.objects;
  const homes = objectColumn(trace, 'home');
  const types = trace.typeNames.length;
  const groupOf = new Int32Array(trace.objects.length).fill(-1);
  const groups: TypeGroup[] = [];
  const processes = new Map<ProcessIndex, ProcessGroup>();
  /** number of a group + 1 by process + 1 and type; 0: not met yet */
  const numbers = new Int32Array((trace.processes.length + 1) * types);
  for (const object of selection.objects) {
    const place = (homes[object] + 1) * types + type[object];
    if (numbers[place] === 0) {
      addGroup(trace, processes, groups, homes[object], type[object]);
      numbers[place] = groups.length;
    }
    groupOf[object] = numbers[place] - 1;
  }
  addMembers(trace, selection, groups, groupOf);
  for (const process of processes.values()) process.types.sort(byInterest);
  return { selection, processes: [...processes.values()].sort(byInterest), groups, groupOf };
}

function addGroup(
  trace: Trace,
  processes: Map<ProcessIndex, ProcessGroup>,
  groups: TypeGroup[],
  home: ProcessIndex,
  type: number,
): void {
  let process = processes.get(home);
  if (process === undefined) {
    const label = textsOf(trace).process(home) ?? UNKNOWN_PROCESS;
    process = { ...emptyGroup(`p:${home}`, label), process: home, types: [] };
    processes.set(home, process);
  }
  const group: TypeGroup = {
    ...emptyGroup(`${process.key}/t:${type}`, trace.typeNames[type]),
    index: groups.length,
    process,
    type,
    members: NO_MEMBERS,
    packed: null,
  };
  process.types.push(group);
  groups.push(group);
}

const NO_MEMBERS = new Uint32Array(0);

function emptyGroup(key: string, label: string): GroupBase {
  return { key, label, objects: 0, leaks: 0, leaksAtExit: 0, openHandles: 0, timeline: null };
}

function byInterest(a: GroupBase, b: GroupBase): number {
  return (
    b.leaks - a.leaks || b.leaksAtExit - a.leaksAtExit || b.openHandles - a.openHandles || byLabel(a.label, b.label)
  );
}

function byLabel(a: string, b: string): number {
  const keyA = naturalKey(fold(a));
  const keyB = naturalKey(fold(b));
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}

/** Fills members and counts of the groups, and of their processes. */
function addMembers(trace: Trace, selection: Selection, groups: TypeGroup[], groupOf: Int32Array): void {
  const { flags } = trace.objects;
  const { objects } = selection;
  const leaks = new Uint32Array(groups.length);
  const leaksAtExit = new Uint32Array(groups.length);
  const start = new Uint32Array(groups.length + 1);
  for (const object of objects) start[groupOf[object] + 1]++;
  for (let group = 0; group < groups.length; group++) start[group + 1] += start[group];
  const next = start.slice();
  const members = new Uint32Array(objects.length);
  for (const object of objects) {
    const group = groupOf[object];
    members[next[group]++] = object;
    if ((flags[object] & OBJECT_LEAK) !== 0) leaks[group]++;
    if ((flags[object] & OBJECT_LEAK_AT_EXIT) !== 0) leaksAtExit[group]++;
  }
  groups.forEach((group, index) => {
    group.members = members.subarray(start[index], start[index + 1]);
    group.objects = group.members.length;
    group.leaks = leaks[index];
    group.leaksAtExit = leaksAtExit[index];
    group.openHandles = countOpen(trace, selection, group.members);
    const { process } = group;
    process.objects += group.objects;
    process.leaks += group.leaks;
    process.leaksAtExit += group.leaksAtExit;
    process.openHandles += group.openHandles;
  });
}

function countOpen(trace: Trace, selection: Selection, members: Uint32Array): number {
  const { handles, objects } = trace;
  let open = 0;
  if (selection.handleKept !== null) {
    forEachUnit(selection, members, (unit) => {
      if (handles.end[unit] === END_OPEN) open++;
    });
    return open;
  }
  const counts = objectColumn(trace, 'openHandles');
  for (const object of members) {
    open += objects.mapping[object] < 0 ? counts[object] : Number.isNaN(objects.deathNs[object]) ? 1 : 0;
  }
  return open;
}

/** Lanes of a type group, packed when first asked for. Each leaked object has a lane of its own, above the others. */
export function packedBars(trace: Trace, group: TypeGroup): PackedBars {
  return (group.packed ??= pack(trace, group.members));
}

function pack(trace: Trace, members: Uint32Array): PackedBars {
  const { birthNs, deathNs, flags } = trace.objects;
  const sorted = sortedByStart(members, birthNs);
  const n = sorted.length;
  const starts = new Float64Array(n);
  const ends = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    starts[i] = startOf(birthNs, sorted[i]);
    ends[i] = Number.isNaN(deathNs[sorted[i]]) ? Infinity : deathNs[sorted[i]];
  }
  const { laneStart, item } = packLanes(starts, ends, (i) => (flags[sorted[i]] & OBJECT_LEAK) !== 0);
  const bars: PackedBars = {
    laneStart,
    object: item.map((i) => sorted[i]),
    startNs: new Float64Array(n),
    endNs: new Float64Array(n),
    flagTree: new Uint8Array(2 * n),
  };
  for (let at = 0; at < n; at++) {
    const i = item[at];
    bars.startNs[at] = starts[i];
    bars.endNs[at] = ends[i] === Infinity ? Math.max(trace.endNs, starts[i]) : Math.max(ends[i], starts[i]);
    bars.flagTree[n + at] = barFlags(flags[sorted[i]], ends[i] === Infinity);
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

function barFlags(flags: number, openEnd: boolean): number {
  return (
    ((flags & OBJECT_LEAK) !== 0 ? BAR_LEAK : 0) |
    ((flags & OBJECT_LEAK_AT_EXIT) !== 0 ? BAR_LEAK_AT_EXIT : 0) |
    ((flags & OBJECT_BORN_BEFORE) !== 0 ? BAR_BORN_BEFORE : 0) |
    ((flags & OBJECT_MAPPING) !== 0 ? BAR_MAPPING : 0) |
    ((flags & OBJECT_INHERITED) !== 0 ? BAR_INHERITED : 0) |
    (openEnd ? BAR_OPEN_END : 0)
  );
}

/** Makes the timelines that these groups still lack, all at once. */
export function ensureTimelines(tree: LaneTree, wanted: readonly (TypeGroup | ProcessGroup)[]): void {
  const missing = wanted.filter((group) => group.timeline === null);
  if (missing.length === 0) return;
  const groups = missing.map((group) =>
    'members' in group
      ? { members: group.members, parts: [group.index] }
      : { members: joined(group.types), parts: group.types.map((type) => type.index) },
  );
  const lines = makeTimelines(tree.selection, tree.groupOf, groups);
  missing.forEach((group, i) => (group.timeline = lines[i]));
}

function joined(types: TypeGroup[]): Uint32Array {
  const members = new Uint32Array(types.reduce((sum, type) => sum + type.members.length, 0));
  let at = 0;
  for (const type of types) {
    members.set(type.members, at);
    at += type.members.length;
  }
  return members;
}
