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
import { hasBit } from '../bits.ts';
import { objectColumn } from '../objectColumns.ts';
import type { Selection } from '../select.ts';
import { keptUnits, unitsOf } from '../units.ts';
import { mappingBytes } from '../totals.ts';
import { groupingOf } from './groupKeys.ts';

export interface GroupCounts {
  /** objects and mappings */
  count: Int32Array;
  /** handles of them, and those that are open at the end; a handle filter leaves the handles with that value */
  handles: Int32Array;
  open: Int32Array;
  /** objects and mappings that leak; objects that leak at exit */
  leaked: Int32Array;
  leakedAtExit: Int32Array;
  /** most handles and views of them outstanding at one time */
  peak: Int32Array;
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
  /** of the groups that {@link countGroups} has counted, of others 0 */
  counts: GroupCounts;
  /** by group of the level above: 1 where the groups in it are counted */
  isCounted: Uint8Array;
  /** group by object of the trace, -1 for those that are not selected */
  groupOf: Int32Array;
}

/** Bytes that a level holds. */
export function levelBytes(level: GroupLevel): number {
  return level.groupOf.byteLength + level.childStart.length * 5 + level.length * (2 * 4 + 6 * 4 + 2 * 8);
}

/** Pairs of a group above and a value, of which a table finds the groups quickest; where they are more, every group is split by itself. */
const DENSE_PLACES = 2_000_000;

/** One level, nothing counted; `above` is the one before it, null for the first. */
export function groupLevel(
  selection: Selection,
  key: GroupKey,
  above: GroupLevel | null,
  dense = DENSE_PLACES,
): GroupLevel {
  const { trace } = selection;
  const places = (above?.length ?? 1) * (groupingOf(trace, key).words.length + 1);
  const groups = places <= dense ? tableGroups(selection, key, above) : splitGroups(selection, key, above);
  const { length } = groups;
  const parents = above?.length ?? 1;
  const childStart = new Uint32Array(parents + 1);
  for (let group = 0; group < length; group++) childStart[groups.parent[group] + 1] = group + 1;
  const counts: GroupCounts = {
    count: new Int32Array(length),
    handles: new Int32Array(length),
    open: new Int32Array(length),
    leaked: new Int32Array(length),
    leakedAtExit: new Int32Array(length),
    peak: new Int32Array(length),
    rate: new Float64Array(length),
    bytes: new Float64Array(length),
  };
  return { key, ...groups, childStart, counts, isCounted: new Uint8Array(parents) };
}

type Groups = Pick<GroupLevel, 'length' | 'value' | 'parent' | 'groupOf'>;

/** A table of all pairs that there could be: those that are met are numbered as they stand in it. */
function tableGroups({ trace, objects }: Selection, key: GroupKey, above: GroupLevel | null): Groups {
  const { column, words } = groupingOf(trace, key);
  const values = words.length + 1;
  /** by place: 1 where it is met; then its group */
  const table = new Uint32Array((above?.length ?? 1) * values);
  const placeOf = (object: number): number =>
    (above === null ? 0 : above.groupOf[object] * values) + column[object] + 1;
  for (const object of objects) table[placeOf(object)] = 1;
  let length = 0;
  for (const isMet of table) length += isMet;
  const value = new Uint32Array(length);
  const parent = new Uint32Array(length);
  for (let place = 0, group = 0; group < length; place++) {
    if (table[place] === 0) continue;
    value[group] = place % values;
    parent[group] = (place - value[group]) / values;
    table[place] = group++;
  }
  const groupOf = new Int32Array(trace.objects.length).fill(-1);
  for (const object of objects) groupOf[object] = table[placeOf(object)];
  return { length, value, parent, groupOf };
}

/** Splits each group above by value, in two walks over its objects. Most groups are small, so that this happens in memory that is near. */
function splitGroups({ trace, objects }: Selection, key: GroupKey, above: GroupLevel | null): Groups {
  const { column, words } = groupingOf(trace, key);
  const { start, members } =
    above === null ? { start: Uint32Array.of(0, objects.length), members: objects } : membersOf(above);
  const value = new Uint32Array(members.length);
  const parent = new Uint32Array(members.length);
  const groupOf = new Int32Array(trace.objects.length).fill(-1);
  /** by value: 1 where the run has it */
  const isMet = new Uint8Array(words.length + 1);
  const met = new Uint32Array(words.length + 1);
  /** by value of the run: its group */
  const numberOf = new Uint32Array(words.length + 1);
  let length = 0;
  for (let run = 0; run + 1 < start.length; run++) {
    let distinct = 0;
    for (let at = start[run]; at < start[run + 1]; at++) {
      const mine = column[members[at]] + 1;
      if (isMet[mine] === 1) continue;
      isMet[mine] = 1;
      met[distinct++] = mine;
    }
    sortMet(met, distinct, isMet);
    for (let i = 0; i < distinct; i++) {
      isMet[met[i]] = 0;
      numberOf[met[i]] = length;
      value[length] = met[i];
      parent[length++] = run;
    }
    for (let at = start[run]; at < start[run + 1]; at++) groupOf[members[at]] = numberOf[column[members[at]] + 1];
  }
  return { length, value: value.slice(0, length), parent: parent.slice(0, length), groupOf };
}

/** The selected objects of group g in id order: members[start[g] … start[g + 1]). */
function membersOf({ length, groupOf }: GroupLevel): { start: Uint32Array; members: Uint32Array } {
  const start = new Uint32Array(length + 1);
  for (const group of groupOf) if (group >= 0) start[group + 1]++;
  for (let group = 0; group < length; group++) start[group + 1] += start[group];
  const next = start.slice();
  const members = new Uint32Array(start[length]);
  for (let object = 0; object < groupOf.length; object++) {
    if (groupOf[object] >= 0) members[next[groupOf[object]]++] = object;
  }
  return { start, members };
}

/** Fewer numbers than these are put in order one by one. */
const FEW = 16;
/** One value in so many: it is quicker to look at all of them than to sort. */
const DENSE = 16;

/** Puts met[0 … distinct) into rising order. */
function sortMet(met: Uint32Array, distinct: number, isMet: Uint8Array): void {
  if (distinct < FEW) {
    for (let i = 1; i < distinct; i++) {
      const value = met[i];
      let at = i;
      for (; at > 0 && met[at - 1] > value; at--) met[at] = met[at - 1];
      met[at] = value;
    }
    return;
  }
  if (distinct * DENSE < isMet.length) {
    met.subarray(0, distinct).sort();
    return;
  }
  for (let value = 0, at = 0; at < distinct; value++) if (isMet[value] === 1) met[at++] = value;
}

/** What is counted of a group stands side by side, so that an object meets one cache miss and not one a count. */
const ROW = 6;
const [COUNT, HANDLES, OPEN, LEAKED, LEAKED_AT_EXIT, BORN] = [0, 1, 2, 3, 4, 5];

/**
 * Counts the groups in some groups of the level above (null: in all), as far as they are not counted: most levels have far more groups than
 * are ever looked at. `time` is the range in force in seconds, for rates; it and the selection are those of the level, always the same.
 */
export function countGroups(
  level: GroupLevel,
  selection: Selection,
  time: Range | undefined,
  parents: Iterable<number> | null,
): void {
  const { childStart, isCounted } = level;
  const missing = Array.from(parents ?? isCounted.keys()).filter((parent) => isCounted[parent] === 0);
  if (missing.length === 0) return;
  const isAsked = new Uint8Array(level.length);
  for (const parent of missing) {
    isAsked.fill(1, childStart[parent], childStart[parent + 1]);
    isCounted[parent] = 1;
  }
  count(level, selection, time, isAsked);
  peaks(level, selection, isAsked);
}

/** `isAsked`: by group, 1 where it is to be counted. */
function count(level: GroupLevel, selection: Selection, time: Range | undefined, isAsked: Uint8Array): void {
  const { trace, objects, handleKept } = selection;
  const { length, groupOf, counts } = level;
  const rows = new Int32Array(length * ROW);
  const { flags, handleStart, mapping, birthNs } = trace.objects;
  const openHandles = objectColumn(trace, 'openHandles');
  const [fromNs, toNs] = spanOf(trace, time);
  for (const object of objects) {
    const group = groupOf[object];
    if (isAsked[group] === 0) continue;
    const row = group * ROW;
    rows[row + COUNT]++;
    if (flags[object] & OBJECT_LEAK) rows[row + LEAKED]++;
    if (flags[object] & OBJECT_LEAK_AT_EXIT) rows[row + LEAKED_AT_EXIT]++;
    if (mapping[object] >= 0) counts.bytes[group] += mappingBytes(trace, mapping[object]);
    if (birthNs[object] >= fromNs && birthNs[object] <= toNs) rows[row + BORN]++;
    if (handleKept !== null) continue;
    rows[row + HANDLES] += handleStart[object + 1] - handleStart[object];
    rows[row + OPEN] += openHandles[object];
  }
  if (handleKept !== null) countKeptHandles(selection, groupOf, isAsked, rows);
  const seconds = (toNs - fromNs) / 1e9;
  for (let group = 0, row = 0; group < length; group++, row += ROW) {
    if (isAsked[group] === 0) continue;
    counts.count[group] = rows[row + COUNT];
    counts.handles[group] = rows[row + HANDLES];
    counts.open[group] = rows[row + OPEN];
    counts.leaked[group] = rows[row + LEAKED];
    counts.leakedAtExit[group] = rows[row + LEAKED_AT_EXIT];
    counts.rate[group] = seconds > 0 ? rows[row + BORN] / seconds : Number.NaN;
  }
}

function countKeptHandles(selection: Selection, groupOf: Int32Array, isAsked: Uint8Array, rows: Int32Array): void {
  const { handleStart } = selection.trace.objects;
  const { end } = selection.trace.handles;
  const kept = keptUnits(selection);
  for (const object of selection.objects) {
    if (isAsked[groupOf[object]] === 0) continue;
    const row = groupOf[object] * ROW;
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (!hasBit(kept, handle)) continue;
      rows[row + HANDLES]++;
      if (end[handle] === END_OPEN) rows[row + OPEN]++;
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
function peaks({ groupOf, length, counts }: GroupLevel, selection: Selection, isAsked: Uint8Array): void {
  const { order, steps, object, openNs } = unitsOf(selection.trace);
  const kept = selection.handleKept === null ? null : keptUnits(selection);
  const isCounted = (group: number, unit: number): boolean =>
    group >= 0 && isAsked[group] === 1 && (kept === null || hasBit(kept, unit));
  /** of each group what is outstanding, then the most so far */
  const rows = new Int32Array(length * 2);
  for (let unit = 0; unit < object.length; unit++) {
    const group = groupOf[object[unit]];
    if (!Number.isNaN(openNs[unit]) || !isCounted(group, unit)) continue;
    rows[group * 2 + 1] = ++rows[group * 2];
  }
  for (let place = 0; place < steps.length; place++) {
    const change = steps[place];
    const group = groupOf[change >>> 1];
    if (!isCounted(group, order[place] >>> 1)) continue;
    const row = group * 2;
    if ((change & 1) === 1) {
      rows[row]--;
      continue;
    }
    const outstanding = ++rows[row];
    if (outstanding > rows[row + 1]) rows[row + 1] = outstanding;
  }
  for (let group = 0; group < length; group++) if (isAsked[group] === 1) counts.peak[group] = rows[group * 2 + 1];
}
