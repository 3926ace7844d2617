/**
 * The groups of a selection, level by level. A group of level k is the objects with equal values of the first k + 1 groupings. Groups of a
 * level are numbered by parent, then value, so that the children of a group are a range:
 *
 *   level 0   0: a.exe        1: b.exe
 *   level 1   0: a.exe Event  1: a.exe File  2: b.exe Event        childStart of level 0: 0 2 3
 */
import type { GroupKey } from '../../../shared/tables.ts';
import type { Range } from '../../../shared/filter.ts';
import { END_OPEN, OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, type Trace } from '../../lifetimes/model.ts';
import { objectColumn } from '../objectColumns.ts';
import { sortedOrder } from '../radix.ts';
import type { Selection } from '../select.ts';
import { unitsOf } from '../timeline.ts';
import { mappingBytes } from '../totals.ts';
import { groupingOf } from './groupKeys.ts';

export interface GroupCounts {
  /** objects and mappings */
  count: Float64Array;
  /** handles of them, and those that are open at the end; a handle filter leaves the handles with that value */
  handles: Float64Array;
  open: Float64Array;
  /** objects and mappings that leak; objects that leak at exit */
  leaked: Float64Array;
  leakedAtExit: Float64Array;
  /** most handles and views of them outstanding at one time */
  peak: Float64Array;
  /** objects created per second; NaN where the span has no length */
  rate: Float64Array;
  /** size of the mappings */
  bytes: Float64Array;
}

export interface GroupLevel {
  /** number of groups */
  length: number;
  key: GroupKey;
  /** value (groupKeys.ts) by group; rises within a parent */
  value: Uint32Array;
  /** group of the level above, by group; 0 on the first */
  parent: Uint32Array;
  /** groups of this level in group p of the level above: [childStart[p], childStart[p + 1]) */
  childStart: Uint32Array;
  counts: GroupCounts;
  /** group by object of the trace, -1 for those that are not selected */
  groupOf: Int32Array;
}

/** Bytes that a level holds. */
export function levelBytes(level: GroupLevel): number {
  return level.groupOf.byteLength + level.length * (2 * 4 + 8 * 8);
}

/** Pairs of a group above and a value, of which a table finds the groups quickest; where they are more, the objects are sorted. */
const DENSE_PLACES = 8_000_000;

/** One level; `above` is the one before it, null for the first. `time` is the range in force in seconds, for rates. */
export function groupLevel(
  selection: Selection,
  key: GroupKey,
  above: GroupLevel | null,
  time: Range | undefined,
  dense = DENSE_PLACES,
): GroupLevel {
  const { trace } = selection;
  const places = (above?.length ?? 1) * (groupingOf(trace, key).words.length + 1);
  const met = places <= dense ? meetGroups(selection, key, above) : sortGroups(selection, key, above);
  const length = met.value.length;
  const order = sortedOrder(length, [
    { high: null, low: met.parent },
    { high: null, low: met.value },
  ]);
  /** by group as it was met: its number */
  const numbers = new Uint32Array(length);
  const value = new Uint32Array(length);
  const parent = new Uint32Array(length);
  const childStart = new Uint32Array((above?.length ?? 1) + 1);
  for (let group = 0; group < length; group++) {
    numbers[order[group]] = group;
    value[group] = met.value[order[group]];
    parent[group] = met.parent[order[group]];
    childStart[parent[group] + 1] = group + 1;
  }
  const groupOf = new Int32Array(trace.objects.length).fill(-1);
  for (const object of selection.objects) groupOf[object] = numbers[met.groupOf[object]];
  return { length, key, value, parent, childStart, counts: count(selection, groupOf, length, time), groupOf };
}

/** Groups before they are numbered; `groupOf` is of selected objects only. */
interface DraftGroups {
  value: Uint32Array;
  parent: Uint32Array;
  groupOf: Uint32Array;
}

/** The groups in the order in which they are met: there are far fewer of them than objects, so that only they have to be sorted. */
function meetGroups({ trace, objects }: Selection, key: GroupKey, above: GroupLevel | null): DraftGroups {
  const { valueOf, words } = groupingOf(trace, key);
  const values = words.length + 1;
  /** by place: group + 1 */
  const groups = new Int32Array((above?.length ?? 1) * values);
  const met: { value: number[]; parent: number[] } = { value: [], parent: [] };
  const groupOf = new Uint32Array(trace.objects.length);
  for (const object of objects) {
    const parent = above === null ? 0 : above.groupOf[object];
    const value = valueOf(object);
    const place = parent * values + value;
    if (groups[place] === 0) {
      met.parent.push(parent);
      groups[place] = met.value.push(value);
    }
    groupOf[object] = groups[place] - 1;
  }
  return { value: Uint32Array.from(met.value), parent: Uint32Array.from(met.parent), groupOf };
}

/** The groups from the objects in their order by parent and value. */
function sortGroups({ trace, objects }: Selection, key: GroupKey, above: GroupLevel | null): DraftGroups {
  const { valueOf } = groupingOf(trace, key);
  const n = objects.length;
  const values = new Uint32Array(n);
  const parents = new Uint32Array(n);
  for (let at = 0; at < n; at++) {
    values[at] = valueOf(objects[at]);
    if (above !== null) parents[at] = above.groupOf[objects[at]];
  }
  const order = sortedOrder(n, [
    { high: null, low: parents },
    { high: null, low: values },
  ]);
  const groupOf = new Uint32Array(trace.objects.length);
  const value = new Uint32Array(n);
  const parent = new Uint32Array(n);
  let length = 0;
  for (let i = 0; i < n; i++) {
    const at = order[i];
    if (length === 0 || value[length - 1] !== values[at] || parent[length - 1] !== parents[at]) {
      value[length] = values[at];
      parent[length++] = parents[at];
    }
    groupOf[objects[at]] = length - 1;
  }
  return { value: value.slice(0, length), parent: parent.slice(0, length), groupOf };
}

function count(selection: Selection, groupOf: Int32Array, length: number, time: Range | undefined): GroupCounts {
  const { trace, objects, handleKept } = selection;
  const counts: GroupCounts = {
    count: new Float64Array(length),
    handles: new Float64Array(length),
    open: new Float64Array(length),
    leaked: new Float64Array(length),
    leakedAtExit: new Float64Array(length),
    peak: peaks(selection, groupOf, length),
    rate: new Float64Array(length),
    bytes: new Float64Array(length),
  };
  const { flags, handleStart, mapping, birthNs } = trace.objects;
  const openHandles = objectColumn(trace, 'openHandles');
  const [fromNs, toNs] = spanOf(trace, time);
  for (const object of objects) {
    const group = groupOf[object];
    counts.count[group]++;
    if (flags[object] & OBJECT_LEAK) counts.leaked[group]++;
    if (flags[object] & OBJECT_LEAK_AT_EXIT) counts.leakedAtExit[group]++;
    if (mapping[object] >= 0) counts.bytes[group] += mappingBytes(trace, mapping[object]);
    if (birthNs[object] >= fromNs && birthNs[object] <= toNs) counts.rate[group]++;
    if (handleKept !== null) continue;
    counts.handles[group] += handleStart[object + 1] - handleStart[object];
    counts.open[group] += openHandles[object];
  }
  if (handleKept !== null) countKeptHandles(selection, handleKept, groupOf, counts);
  const seconds = (toNs - fromNs) / 1e9;
  for (let group = 0; group < length; group++) {
    counts.rate[group] = seconds > 0 ? counts.rate[group] / seconds : Number.NaN;
  }
  return counts;
}

function countKeptHandles(
  { trace, objects }: Selection,
  isKept: NonNullable<Selection['handleKept']>,
  groupOf: Int32Array,
  counts: GroupCounts,
): void {
  const { handleStart } = trace.objects;
  const { end } = trace.handles;
  for (const object of objects) {
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (!isKept(handle)) continue;
      counts.handles[groupOf[object]]++;
      if (end[handle] === END_OPEN) counts.open[groupOf[object]]++;
    }
  }
}

/** The time range in force, cut to the trace, in ns. */
function spanOf(trace: Trace, time: Range | undefined): [number, number] {
  return [
    Math.max(0, Math.round((time?.min ?? 0) * 1e9)),
    time?.max === undefined || time.max === null ? trace.endNs : Math.min(trace.endNs, Math.round(time.max * 1e9)),
  ];
}

/** Most units (handles, views) of each group that are outstanding at one time: one walk over all opens and closes in time order. */
function peaks({ trace, handleKept }: Selection, groupOf: Int32Array, length: number): Float64Array {
  const { order, steps, object, openNs } = unitsOf(trace);
  const handles = trace.handles.length;
  const isKept = (unit: number): boolean => handleKept === null || unit >= handles || handleKept(unit);
  const outstanding = new Int32Array(length);
  const peak = new Int32Array(length);
  for (let unit = 0; unit < object.length; unit++) {
    if (!Number.isNaN(openNs[unit])) continue;
    const group = groupOf[object[unit]];
    if (group >= 0 && isKept(unit)) outstanding[group]++;
  }
  peak.set(outstanding);
  for (let i = 0; i < steps.length; i++) {
    const change = steps[i];
    const group = groupOf[change >>> 1];
    if (group < 0 || (handleKept !== null && !isKept(order[i] >>> 1))) continue;
    if ((change & 1) === 1) outstanding[group]--;
    else if (++outstanding[group] > peak[group]) peak[group] = outstanding[group];
  }
  return Float64Array.from(peak);
}
