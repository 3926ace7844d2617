/**
 * The tree of the lanes: the objects of one selection, grouped by up to three of their values. It is independent of zoom, scroll, packing
 * and of what is open. There may be as many groups as objects (names), so groups are rows of columns.
 */
import type { LaneGrouping } from '../../shared/lanes.ts';
import { fold } from '../../shared/textFilter.ts';
import { END_OPEN, OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, type ObjectIndex, type Trace } from '../lifetimes/model.ts';
import { shortened } from './labels.ts';
import type { PackedBars } from './laneBars.ts';
import { objectColumn } from './objectColumns.ts';
import { placeNumbers } from './placeNumbers.ts';
import { naturalKey, ranks, sortedOrder, type SortKey } from './radix.ts';
import { Recent } from './recent.ts';
import type { Selection } from './select.ts';
import { textsOf, UNKNOWN_PROCESS } from './texts.ts';
import { forEachUnit, groupChanges, timelineOf, type GroupedChanges, type Timeline } from './timeline.ts';

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
  /** objects of group g: members[firstMember[g] … memberEnd[g]), in id order inside a group with lanes */
  readonly firstMember: Uint32Array;
  readonly memberEnd: Uint32Array;
  readonly members: Uint32Array;
  readonly leaks: Uint32Array;
  readonly leaksAtExit: Uint32Array;
  /** handles open at the end of the trace, views that are still mapped included */
  readonly openHandles: Uint32Array;
  /** by object of the trace: its group with lanes, -1 where it is not selected */
  readonly groupOf: Int32Array;
  /** by level: changes of its groups, made when one of them is drawn */
  readonly changes: (GroupedChanges | undefined)[];
  /** what was drawn lately */
  readonly timelines: Recent<GroupIndex, Timeline>;
  readonly packed: Recent<string, PackedBars>;
  /** child by value + 1, of groups with many children */
  readonly childrenByValue: Recent<GroupIndex, Int32Array>;
}

/** Groupings of one selection that are kept; a tree costs 12 bytes an object and what of it was drawn. */
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

/** The column of a grouping and how many values it can have. */
function groupingColumn(trace: Trace, grouping: LaneGrouping): { column: Int32Array; values: number } {
  switch (grouping) {
    case 'process':
      return { column: objectColumn(trace, 'home'), values: trace.processes.length };
    case 'type':
      return { column: trace.objects.type, values: trace.typeNames.length };
    case 'createStack':
      return { column: objectColumn(trace, 'createStack'), values: trace.stacks.length };
    case 'name':
      return { column: objectColumn(trace, 'name'), values: trace.strings.length };
    case 'inheritedFrom':
      return { column: objectColumn(trace, 'inheritedFrom'), values: trace.processes.length };
  }
}

/** Groups in the order in which they were met: parents before children, level by level. */
interface DraftGroups {
  value: number[];
  parent: number[];
  /** level l has the groups [levelStart[l], levelStart[l + 1]) */
  levelStart: number[];
}

/**
 * Objects are walked in id order, so that their columns are read as they lie in memory: with a million objects in random order every look
 * would be a cache miss. Each level gives the objects their group inside the one they had; members are sorted out once, at the end.
 */
function makeTree(selection: Selection, grouping: readonly LaneGrouping[]): LaneTree {
  const { trace, objects } = selection;
  const groupOf = new Int32Array(trace.objects.length).fill(-1);
  for (const object of objects) groupOf[object] = ROOT;
  const draft: DraftGroups = { value: [-1], parent: [-1], levelStart: [0, 1] };
  for (const name of grouping) {
    const { column, values } = groupingColumn(trace, name);
    splitLevel(draft, objects, groupOf, column, values);
  }
  const counts = countGroups(selection, draft, groupOf);
  const order = displayOrder(trace, grouping, draft, counts);
  return arrange(selection, grouping, draft, groupOf, counts, order);
}

/** Splits the groups of the last level by a column. */
function splitLevel(
  { value: values, parent, levelStart }: DraftGroups,
  objects: Uint32Array,
  groupOf: Int32Array,
  column: Int32Array,
  valueCount: number,
): void {
  const [from, to] = levelStart.slice(-2);
  const places = (to - from) * (valueCount + 1);
  const groups = placeNumbers(places, objects.length);
  for (const object of objects) {
    const above = groupOf[object];
    const place = (above - from) * (valueCount + 1) + column[object] + 1;
    let group = groups.get(place);
    if (group === 0) {
      groups.set(place, (group = values.length));
      values.push(column[object]);
      parent.push(above);
    }
    groupOf[object] = group;
  }
  levelStart.push(values.length);
}

/** By group as drafted. */
interface GroupCounts {
  objects: Uint32Array;
  leaks: Uint32Array;
  leaksAtExit: Uint32Array;
  openHandles: Uint32Array;
}

/** Counts of the groups with lanes from their objects, those of the others from their children. */
function countGroups(selection: Selection, draft: DraftGroups, groupOf: Int32Array): GroupCounts {
  const { flags } = selection.trace.objects;
  const openOf = openCounter(selection);
  const { length } = draft.value;
  const counts: GroupCounts = {
    objects: new Uint32Array(length),
    leaks: new Uint32Array(length),
    leaksAtExit: new Uint32Array(length),
    openHandles: new Uint32Array(length),
  };
  const { objects, leaks, leaksAtExit, openHandles } = counts;
  for (const object of selection.objects) {
    const group = groupOf[object];
    objects[group]++;
    if ((flags[object] & OBJECT_LEAK) !== 0) leaks[group]++;
    if ((flags[object] & OBJECT_LEAK_AT_EXIT) !== 0) leaksAtExit[group]++;
    openHandles[group] += openOf(object);
  }
  for (let group = length - 1; group > ROOT; group--) {
    const parent = draft.parent[group];
    objects[parent] += objects[group];
    leaks[parent] += leaks[group];
    leaksAtExit[parent] += leaksAtExit[group];
    openHandles[parent] += openHandles[group];
  }
  return counts;
}

function openCounter(selection: Selection): (object: ObjectIndex) => number {
  const { trace } = selection;
  const { objects, handles } = trace;
  if (selection.handleKept === null) {
    const counts = objectColumn(trace, 'openHandles');
    return (object) => (objects.mapping[object] < 0 ? counts[object] : Number.isNaN(objects.deathNs[object]) ? 1 : 0);
  }
  const one = new Uint32Array(1);
  return (object) => {
    let open = 0;
    one[0] = object;
    forEachUnit(selection, one, (unit) => {
      if (handles.end[unit] === END_OPEN) open++;
    });
    return open;
  };
}

/** Drafted groups in display order: by level, parent, counts and {@link tieKey}. */
function displayOrder(
  trace: Trace,
  grouping: readonly LaneGrouping[],
  draft: DraftGroups,
  counts: GroupCounts,
): Uint32Array {
  const { levelStart, parent, value } = draft;
  const order = new Uint32Array(value.length);
  /** by drafted group: its place in the order */
  const places = new Uint32Array(value.length);
  for (let level = 1; level <= grouping.length; level++) {
    const from = levelStart[level];
    const count = levelStart[level + 1] - from;
    const key = (of: (group: number) => number): SortKey => {
      const low = new Uint32Array(count);
      for (let i = 0; i < count; i++) low[i] = of(from + i);
      return { high: null, low };
    };
    const sorted = sortedOrder(count, [
      key((group) => places[parent[group]]),
      key((group) => ~counts.leaks[group]),
      key((group) => ~counts.leaksAtExit[group]),
      key((group) => ~counts.openHandles[group]),
      key(tieKey(trace, grouping[level - 1], draft, counts)),
    ]);
    for (let i = 0; i < count; i++) {
      order[from + i] = from + sorted[i];
      places[from + sorted[i]] = from + i;
    }
  }
  return order;
}

/**
 * What decides between groups with equal counts: processes and types go by their label, stacks and names, of which there can be
 * hundreds of thousands, by their number of objects, then by their first.
 */
function tieKey(
  trace: Trace,
  grouping: LaneGrouping,
  { value }: DraftGroups,
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

/** The drafted groups as the columns of a tree, and the objects with them. */
function arrange(
  selection: Selection,
  grouping: readonly LaneGrouping[],
  draft: DraftGroups,
  groupOf: Int32Array,
  counts: GroupCounts,
  order: Uint32Array,
): LaneTree {
  const { length } = order;
  /** by drafted group: its index in the tree */
  const indexes = new Uint32Array(length);
  for (let index = 0; index < length; index++) indexes[order[index]] = index;
  const pick = <T extends Int32Array | Uint32Array>(into: T, column: ArrayLike<number>): T => {
    for (let index = 0; index < length; index++) into[index] = column[order[index]];
    return into;
  };
  const level = new Uint8Array(length);
  const parent = new Int32Array(length).fill(-1);
  const firstChild = new Uint32Array(length);
  const childEnd = new Uint32Array(length);
  for (let index = 1; index < length; index++) {
    const above = indexes[draft.parent[order[index]]];
    parent[index] = above;
    level[index] = level[above] + 1;
    if (childEnd[above] === 0) firstChild[above] = index;
    childEnd[above] = index + 1;
  }

  const firstMember = new Uint32Array(length);
  const memberEnd = new Uint32Array(length);
  const objectCounts = pick(new Uint32Array(length), counts.objects);
  // Siblings share the members of their parent, in their order.
  memberEnd[ROOT] = objectCounts[ROOT];
  for (let index = 1; index < length; index++) {
    const isFirst = firstChild[parent[index]] === index;
    firstMember[index] = isFirst ? firstMember[parent[index]] : memberEnd[index - 1];
    memberEnd[index] = firstMember[index] + objectCounts[index];
  }
  const next = firstMember.slice();
  const members = new Uint32Array(selection.objects.length);
  for (const object of selection.objects) {
    const group = indexes[groupOf[object]];
    groupOf[object] = group;
    members[next[group]++] = object;
  }
  return {
    selection,
    grouping,
    length,
    level,
    value: pick(new Int32Array(length), draft.value),
    parent,
    firstChild,
    childEnd,
    firstMember,
    memberEnd,
    members,
    leaks: pick(new Uint32Array(length), counts.leaks),
    leaksAtExit: pick(new Uint32Array(length), counts.leaksAtExit),
    openHandles: pick(new Uint32Array(length), counts.openHandles),
    groupOf,
    changes: [],
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

export function membersOf(tree: LaneTree, group: GroupIndex): Uint32Array {
  return tree.members.subarray(tree.firstMember[group], tree.memberEnd[group]);
}

/** Outstanding handles of a group over time. What all groups of its level need is made with the first of them. */
export function groupTimeline(tree: LaneTree, group: GroupIndex): Timeline {
  return tree.timelines.getOrMake(group, () => {
    const level = tree.level[group];
    const changes = (tree.changes[level] ??= levelChanges(tree, level));
    return timelineOf(tree.selection.trace, changes, group);
  });
}

function levelChanges(tree: LaneTree, level: number): GroupedChanges {
  /** by group: the one of the level that it is in, itself included */
  const outer = new Uint32Array(tree.length);
  for (let group = 0; group < tree.length; group++) {
    outer[group] = tree.level[group] <= level ? group : outer[tree.parent[group]];
  }
  return groupChanges(tree.selection, tree.length, (object) => outer[tree.groupOf[object]]);
}
