/**
 * All objects of a trace in groups inside groups, as the lanes are grouped. It depends on no filter: the tree of a selection is counts over
 * these groups, and what a group shows is its part of what stands here, so that a change of the filter sorts nothing again.
 */
import type { LaneGrouping } from '../../shared/lanes.ts';
import type { ObjectIndex, Trace } from '../lifetimes/model.ts';
import { objectColumn } from './objectColumns.ts';
import { placeNumbers } from './placeNumbers.ts';
import { Recent } from './recent.ts';
import { changesByGroup, type GroupedChanges } from './timeline.ts';

export interface Nesting {
  readonly grouping: readonly LaneGrouping[];
  /** number of groups; 0 is the root. Level after level, each in the order in which its groups are met in the trace */
  readonly length: number;
  /** level l has the groups [levelStart[l], levelStart[l + 1]) */
  readonly levelStart: readonly number[];
  /** what the objects of a group have in common at its level, -1 none */
  readonly value: Int32Array;
  /** -1 of the root */
  readonly parent: Int32Array;
  /** by object: its group of the last level */
  readonly groupOf: Int32Array;
  /** by level: what changes its groups; made when one of them is drawn */
  readonly changes: (GroupedChanges | undefined)[];
  members: { start: Uint32Array; objects: Uint32Array } | null;
}

/** Groupings that are kept: 8 bytes an object each, and 4 bytes a level for every open and close. */
const KEPT = 3;

/** By events: a trace with other function names has the same groups. */
const made = new WeakMap<Trace['events'], Recent<string, Nesting>>();

export function nestingOf(trace: Trace, grouping: readonly LaneGrouping[]): Nesting {
  let kept = made.get(trace.events);
  if (kept === undefined) made.set(trace.events, (kept = new Recent(KEPT)));
  return kept.getOrMake(grouping.join(), () => makeNesting(trace, grouping));
}

/** The column of a grouping and how many values it can have. */
export function groupingColumn(trace: Trace, grouping: LaneGrouping): { column: Int32Array; values: number } {
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

/**
 * Objects are walked in id order, so that their columns are read as they lie in memory: with a million objects in random order every look
 * would be a cache miss. Each level gives the objects their group inside the one they had.
 */
function makeNesting(trace: Trace, grouping: readonly LaneGrouping[]): Nesting {
  const groupOf = new Int32Array(trace.objects.length);
  const values = [-1];
  const parents = [-1];
  const levelStart = [0, 1];
  for (const name of grouping) {
    const { column, values: valueCount } = groupingColumn(trace, name);
    const [from, to] = levelStart.slice(-2);
    const groups = placeNumbers((to - from) * (valueCount + 1), groupOf.length);
    for (let object = 0; object < groupOf.length; object++) {
      const place = (groupOf[object] - from) * (valueCount + 1) + column[object] + 1;
      let group = groups.get(place);
      if (group === 0) {
        groups.set(place, (group = values.length));
        values.push(column[object]);
        parents.push(groupOf[object]);
      }
      groupOf[object] = group;
    }
    levelStart.push(values.length);
  }
  return {
    grouping,
    length: values.length,
    levelStart,
    value: Int32Array.from(values),
    parent: Int32Array.from(parents),
    groupOf,
    changes: [],
    members: null,
  };
}

/** Opens and closes of the groups of a level. */
export function levelChanges(trace: Trace, nesting: Nesting, level: number): GroupedChanges {
  return (nesting.changes[level] ??= makeChanges(trace, nesting, level));
}

function makeChanges(trace: Trace, { length, levelStart, parent, groupOf }: Nesting, level: number): GroupedChanges {
  /** by group: the one of the level that it is in, itself included */
  const outer = new Uint32Array(length);
  for (let group = 0; group < length; group++) {
    outer[group] = group < levelStart[level + 1] ? group : outer[parent[group]];
  }
  return changesByGroup(trace, length, (object) => outer[groupOf[object]]);
}

/** All objects of a group of the last level, in id order. Shared: not to be changed. */
export function membersOfNested(nesting: Nesting, group: number): Uint32Array {
  const { start, objects } = (nesting.members ??= sortedMembers(nesting));
  return objects.subarray(start[group], start[group + 1]);
}

function sortedMembers({ length, groupOf }: Nesting): { start: Uint32Array; objects: Uint32Array } {
  const start = new Uint32Array(length + 1);
  for (const group of groupOf) start[group + 1]++;
  for (let group = 0; group < length; group++) start[group + 1] += start[group];
  const next = start.slice();
  const objects = new Uint32Array(groupOf.length);
  for (let object: ObjectIndex = 0; object < groupOf.length; object++) objects[next[groupOf[object]]++] = object;
  return { start, objects };
}
