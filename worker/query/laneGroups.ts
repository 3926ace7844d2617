/**
 * The tree of the lanes: the objects of one selection, grouped by up to three of their values. It is independent of zoom, scroll, packing
 * and of what is open. There may be as many groups as objects (names), so groups are rows of columns.
 */
import type { LaneGrouping } from '../../shared/lanes.ts';
import { fold } from '../../shared/textFilter.ts';
import { END_OPEN, OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, type ObjectIndex, type Trace } from '../lifetimes/model.ts';
import { shortened } from './labels.ts';
import type { PackedBars } from './laneBars.ts';
import { hasBit } from './bits.ts';
import { groupingColumn, levelChanges, membersOfNested, nestingOf, type Nesting } from './nesting.ts';
import { objectColumn } from './objectColumns.ts';
import { naturalKey, ranks, sortedOrder, type SortKey } from './radix.ts';
import { Recent } from './recent.ts';
import type { Selection } from './select.ts';
import { selectedBits } from './selectedBits.ts';
import { textsOf, UNKNOWN_PROCESS } from './texts.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import { keptUnits } from './units.ts';

export const DEFAULT_GROUPING: readonly LaneGrouping[] = ['process', 'type'];

/** Index of a group; 0 is the root, which has no row. Parents come before children, siblings stand beside each other in display order. */
export type GroupIndex = number;
export const ROOT: GroupIndex = 0;

export interface LaneTree {
  readonly selection: Selection;
  readonly grouping: readonly LaneGrouping[];
  /** number of groups, the root included */
  readonly length: number;
  /** 0 the root, 1 the outermost groups; groups of the last level have lanes, the others groups */
  readonly level: Uint8Array;
  /** what its objects have in common at its level: a process, a type, a stack, a name (index); -1 none */
  readonly value: Int32Array;
  readonly parent: Int32Array;
  /** children of group g: [firstChild[g], childEnd[g]) */
  readonly firstChild: Uint32Array;
  readonly childEnd: Uint32Array;
  readonly objects: Uint32Array;
  readonly leaks: Uint32Array;
  readonly leaksAtExit: Uint32Array;
  /** handles open at the end of the trace, views that are still mapped included */
  readonly openHandles: Uint32Array;
  readonly nesting: Nesting;
  /** group of the nesting by group; and back, -1 for those of which no object is selected */
  readonly nested: Uint32Array;
  readonly ofNested: Int32Array;
  /** what was drawn lately */
  readonly timelines: Recent<GroupIndex, Timeline>;
  readonly packed: Recent<string, PackedBars>;
  /** child by value + 1, of groups with many children */
  readonly childrenByValue: Recent<GroupIndex, Int32Array>;
}

/** Groupings of one selection that are kept; a tree costs some bytes a group and what of it was drawn. */
const TREES_KEPT = 2;
const TIMELINES_KEPT = 4096;
/** More than can be open. */
const PACKED_KEPT = 32_768;
const CHILD_LISTS_KEPT = 64;

const trees = new WeakMap<Selection, Recent<string, LaneTree>>();

/** The tree of a selection; the same one while it is remembered. Siblings come by leaks, leaks at exit, open handles, then {@link tieKey}. */
export function laneTree(selection: Selection, grouping: readonly LaneGrouping[] = DEFAULT_GROUPING): LaneTree {
  let kept = trees.get(selection);
  if (kept === undefined) trees.set(selection, (kept = new Recent(TREES_KEPT)));
  return kept.getOrMake(grouping.join(), () => makeTree(selection, grouping));
}

function makeTree(selection: Selection, grouping: readonly LaneGrouping[]): LaneTree {
  const nesting = nestingOf(selection.trace, grouping);
  const counts = countGroups(selection, nesting);
  return arrange(selection, nesting, counts, displayOrder(selection.trace, nesting, counts));
}

/** By group of the nesting. */
interface GroupCounts {
  objects: Uint32Array;
  leaks: Uint32Array;
  leaksAtExit: Uint32Array;
  openHandles: Uint32Array;
  /** the first selected object */
  first: Uint32Array;
}

/** Counts of the groups with lanes from their objects, those of the others from their children. */
function countGroups(selection: Selection, { length, parent, groupOf }: Nesting): GroupCounts {
  const { flags } = selection.trace.objects;
  const openOf = openCounter(selection);
  const counts: GroupCounts = {
    objects: new Uint32Array(length),
    leaks: new Uint32Array(length),
    leaksAtExit: new Uint32Array(length),
    openHandles: new Uint32Array(length),
    first: new Uint32Array(length).fill(0xffffffff),
  };
  const { objects, leaks, leaksAtExit, openHandles, first } = counts;
  for (const object of selection.objects) {
    const group = groupOf[object];
    if (objects[group]++ === 0) first[group] = object;
    openHandles[group] += openOf(object);
    const leakFlags = flags[object] & (OBJECT_LEAK | OBJECT_LEAK_AT_EXIT);
    if (leakFlags === 0) continue;
    if ((leakFlags & OBJECT_LEAK) !== 0) leaks[group]++;
    if ((leakFlags & OBJECT_LEAK_AT_EXIT) !== 0) leaksAtExit[group]++;
  }
  for (let group = length - 1; group > ROOT; group--) {
    const above = parent[group];
    objects[above] += objects[group];
    leaks[above] += leaks[group];
    leaksAtExit[above] += leaksAtExit[group];
    openHandles[above] += openHandles[group];
    first[above] = Math.min(first[above], first[group]);
  }
  return counts;
}

function openCounter(selection: Selection): (object: ObjectIndex) => number {
  const { trace } = selection;
  const { end } = trace.handles;
  if (selection.handleKept === null) {
    const counts = objectColumn(trace, 'openUnits');
    return (object) => counts[object];
  }
  const kept = keptUnits(selection);
  const { handleStart } = trace.objects;
  return (object) => {
    let open = 0;
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (end[handle] === END_OPEN && hasBit(kept, handle)) open++;
    }
    return open;
  };
}

/** The groups of which an object is selected, and the root, in display order: by level, parent, counts and {@link tieKey}, then the first object. */
function displayOrder(
  trace: Trace,
  { grouping, levelStart, parent, value }: Nesting,
  counts: GroupCounts,
): Uint32Array {
  const order = new Uint32Array(parent.length);
  /** by group of the nesting: its place in the order */
  const places = new Uint32Array(parent.length);
  let placed = 1;
  const met = new Uint32Array(parent.length);
  for (let level = 1; level <= grouping.length; level++) {
    let count = 0;
    for (let group = levelStart[level]; group < levelStart[level + 1]; group++) {
      if (counts.objects[group] > 0) met[count++] = group;
    }
    const key = (of: (group: number) => number): SortKey => {
      const low = new Uint32Array(count);
      for (let i = 0; i < count; i++) low[i] = of(met[i]);
      return { high: null, low };
    };
    const sorted = sortedOrder(count, [
      key((group) => places[parent[group]]),
      key((group) => ~counts.leaks[group]),
      key((group) => ~counts.leaksAtExit[group]),
      key((group) => ~counts.openHandles[group]),
      key(tieKey(trace, grouping[level - 1], value, counts)),
      key((group) => counts.first[group]),
    ]);
    for (let i = 0; i < count; i++) {
      const group = met[sorted[i]];
      places[group] = placed;
      order[placed++] = group;
    }
  }
  return order.subarray(0, placed);
}

/**
 * What decides between groups with equal counts: processes and types go by their label, stacks and names, of which there can be
 * hundreds of thousands, by their number of objects, then by their first.
 */
function tieKey(
  trace: Trace,
  grouping: LaneGrouping,
  value: Int32Array,
  { objects }: GroupCounts,
): (group: number) => number {
  if (grouping === 'createStack' || grouping === 'name') return (group) => ~objects[group];
  const rank = labelRanks(trace, grouping);
  return (group) => rank[value[group] + 1];
}

const madeRanks = new WeakMap<Trace['events'], Partial<Record<LaneGrouping, Uint32Array>>>();

/** By value + 1: place of its label among all. Processes and types have the same names in every form of a trace. */
function labelRanks(trace: Trace, grouping: LaneGrouping): Uint32Array {
  let known = madeRanks.get(trace.events);
  if (known === undefined) madeRanks.set(trace.events, (known = {}));
  const { values } = groupingColumn(trace, grouping);
  return (known[grouping] ??= ranks(
    Array.from({ length: values + 1 }, (_, entry) => naturalKey(fold(valueLabel(trace, grouping, entry - 1)))),
  ));
}

/** The ordered groups as the columns of a tree. */
function arrange(selection: Selection, nesting: Nesting, counts: GroupCounts, order: Uint32Array): LaneTree {
  const { length } = order;
  const ofNested = new Int32Array(nesting.length).fill(-1);
  for (let index = 0; index < length; index++) ofNested[order[index]] = index;
  const pick = <T extends Int32Array | Uint32Array>(into: T, column: ArrayLike<number>): T => {
    for (let index = 0; index < length; index++) into[index] = column[order[index]];
    return into;
  };
  const level = new Uint8Array(length);
  const parent = new Int32Array(length).fill(-1);
  const firstChild = new Uint32Array(length);
  const childEnd = new Uint32Array(length);
  for (let index = 1; index < length; index++) {
    const above = ofNested[nesting.parent[order[index]]];
    parent[index] = above;
    level[index] = level[above] + 1;
    if (childEnd[above] === 0) firstChild[above] = index;
    childEnd[above] = index + 1;
  }
  return {
    selection,
    grouping: nesting.grouping,
    length,
    level,
    value: pick(new Int32Array(length), nesting.value),
    parent,
    firstChild,
    childEnd,
    objects: pick(new Uint32Array(length), counts.objects),
    leaks: pick(new Uint32Array(length), counts.leaks),
    leaksAtExit: pick(new Uint32Array(length), counts.leaksAtExit),
    openHandles: pick(new Uint32Array(length), counts.openHandles),
    nesting,
    nested: order.slice(),
    ofNested,
    timelines: new Recent(TIMELINES_KEPT),
    packed: new Recent(PACKED_KEPT),
    childrenByValue: new Recent(CHILD_LISTS_KEPT),
  };
}

/** What a group is called; a stack by its first frame that is not the system's, and its number. */
export function groupLabel({ selection, grouping, level, value }: LaneTree, group: GroupIndex): string {
  return group === ROOT ? '' : valueLabel(selection.trace, grouping[level[group] - 1], value[group]);
}

export function valueLabel(trace: Trace, grouping: LaneGrouping, value: number): string {
  const texts = textsOf(trace);
  switch (grouping) {
    case 'process':
      return texts.process(value) ?? UNKNOWN_PROCESS;
    case 'type':
      return value < 0 ? '' : trace.typeNames[value];
    case 'createStack':
      return value < 0 ? '(no stack)' : `${shortened(texts.frameOfStack(value) ?? '(empty stack)')} (stack ${value})`;
    case 'name':
      return value < 0 ? '(no name)' : shortened(trace.strings[value]);
    case 'inheritedFrom':
      return texts.process(value) ?? '(not inherited)';
  }
}

/** Letters of group keys: "p:3/t:16" is type 16 in process 3. Saved views have them. */
const KEY_LETTERS: Record<LaneGrouping, string> = {
  process: 'p',
  type: 't',
  createStack: 's',
  name: 'n',
  inheritedFrom: 'i',
};

/** Key of a group; stable for one file, whatever the filter. */
export function groupKey(tree: LaneTree, group: GroupIndex): string {
  const parts: string[] = [];
  for (let at = group; at !== ROOT; at = tree.parent[at]) {
    parts.unshift(`${KEY_LETTERS[tree.grouping[tree.level[at] - 1]]}:${tree.value[at]}`);
  }
  return parts.join('/');
}

/** Group of a key, -1 where the tree has none (another grouping, or the filter has emptied it). */
export function groupOfKey(tree: LaneTree, key: string): GroupIndex {
  let group = ROOT;
  const parts = key.split('/');
  if (parts.length > tree.grouping.length) return -1;
  for (const [depth, part] of parts.entries()) {
    const match = /^([a-z]):(-?\d{1,10})$/.exec(part);
    if (match === null || match[1] !== KEY_LETTERS[tree.grouping[depth]]) return -1;
    group = childOf(tree, group, Number(match[2]));
    if (group < 0) return -1;
  }
  return group;
}

/** Children that are simply walked. */
const FEW_CHILDREN = 32;

/** Child of a group with a value, -1 for none. */
export function childOf(tree: LaneTree, group: GroupIndex, value: number): GroupIndex {
  const first = tree.firstChild[group];
  const end = tree.childEnd[group];
  if (end - first <= FEW_CHILDREN) {
    for (let child = first; child < end; child++) if (tree.value[child] === value) return child;
    return -1;
  }
  const byValue = tree.childrenByValue.getOrMake(group, () => {
    const { values } = groupingColumn(tree.selection.trace, tree.grouping[tree.level[group]]);
    const list = new Int32Array(values + 1).fill(-1);
    for (let child = first; child < end; child++) list[tree.value[child] + 1] = child;
    return list;
  });
  return value + 1 >= 0 && value + 1 < byValue.length ? byValue[value + 1] : -1;
}

/** Whether a group has lanes, not groups, in it. */
export function hasLanes(tree: LaneTree, group: GroupIndex): boolean {
  return tree.level[group] === tree.grouping.length;
}

/** Group with lanes that an object is in, -1 where it is not selected; of the object -1 too. */
export function groupOfObject({ selection, nesting, ofNested }: LaneTree, object: ObjectIndex): GroupIndex {
  if (object < 0 || object >= nesting.groupOf.length || !hasBit(selectedBits(selection), object)) return -1;
  return ofNested[nesting.groupOf[object]];
}

/** Selected objects of a group, in id order inside a group with lanes. Shared: not to be changed. */
export function membersOf(tree: LaneTree, group: GroupIndex): Uint32Array {
  const { selection, nesting, nested, objects, firstChild, childEnd } = tree;
  // All of them: of a flat tree, too.
  if (objects[group] === selection.objects.length) return selection.objects;
  const members = new Uint32Array(objects[group]);
  let count = 0;
  if (hasLanes(tree, group)) {
    const bits = selectedBits(selection);
    for (const object of membersOfNested(nesting, nested[group])) if (hasBit(bits, object)) members[count++] = object;
    return members;
  }
  for (let child = firstChild[group]; child < childEnd[group]; child++) {
    members.set(membersOf(tree, child), count);
    count += objects[child];
  }
  return members;
}

/** Outstanding handles of a group over time. What all groups of its level need is made with the first of them. */
export function groupTimeline(tree: LaneTree, group: GroupIndex): Timeline {
  return tree.timelines.getOrMake(group, () => {
    const { selection, nesting, level, nested } = tree;
    return timelineOf(keptUnits(selection), levelChanges(selection.trace, nesting, level[group]), nested[group]);
  });
}
