/**
 * Outstanding handles over time. A unit is a handle or a view of a file (which counts as one); it is outstanding from its open to its
 * close, from 0 where it existed before the trace, and to the end where nothing closed it.
 */
import type { HandleIndex, Trace } from '../lifetimes/model.ts';
import type { Selection } from './select.ts';

/** Outstanding units after each change of a group: 16 bytes a change. */
export interface Timeline {
  /** outstanding before the first change */
  initial: number;
  /** greatest number ever outstanding */
  peak: number;
  /** times of the changes, rising */
  times: Float64Array;
  /**
   * Segment tree of maxima: entries [n, 2n) are the numbers outstanding after change 0 … n - 1,
   * entry i below n is the greater one of entries 2i and 2i + 1.
   */
  tree: Int32Array;
}

/** Handles first, then mappings: unit h is handle h, unit handles.length + row is a row of MappingTable. */
export interface Units {
  /** changes of all units in time order, ties in event order: unit * 2 for an open, unit * 2 + 1 for a close */
  order: Uint32Array;
  /** their times */
  times: Float64Array;
  /** place of a change in `order` */
  rank: Uint32Array;
  /** object of a unit */
  object: Int32Array;
  openNs: Float64Array;
  closeNs: Float64Array;
}

const madeUnits = new WeakMap<Trace, Units>();

/** Units of a trace and their order in time; made once, by walking the events, which are in order already. */
export function unitsOf(trace: Trace): Units {
  let units = madeUnits.get(trace);
  if (units === undefined) madeUnits.set(trace, (units = makeUnits(trace)));
  return units;
}

function makeUnits(trace: Trace): Units {
  const { handles, mappings, objects, events } = trace;
  const length = handles.length + mappings.length;
  const object = new Int32Array(length);
  const openNs = new Float64Array(length);
  const closeNs = new Float64Array(length);
  object.set(handles.object);
  openNs.set(handles.openNs);
  closeNs.set(handles.closeNs);
  for (let index = 0; mappings.length > 0 && index < objects.length; index++) {
    if (objects.mapping[index] < 0) continue;
    const unit = handles.length + objects.mapping[index];
    object[unit] = index;
    openNs[unit] = objects.birthNs[index];
    closeNs[unit] = objects.deathNs[index];
  }

  const order = new Uint32Array(2 * length);
  const placed = new Uint8Array(2 * length);
  let count = 0;
  const place = (change: number, ns: number): void => {
    if (placed[change] === 1 || Number.isNaN(ns)) return;
    placed[change] = 1;
    order[count++] = change;
  };
  for (let event = 0; event < events.length; event++) {
    const handle = events.handle[event];
    if (handle >= 0) {
      if (handles.openEvent[handle] === event) place(2 * handle, openNs[handle]);
      if (handles.closeEvent[handle] === event) place(2 * handle + 1, closeNs[handle]);
      continue;
    }
    const owner = events.object[event];
    if (owner < 0 || objects.mapping[owner] < 0) continue;
    const unit = handles.length + objects.mapping[owner];
    if (objects.createEvent[owner] === event) place(2 * unit, openNs[unit]);
    if (objects.destroyEvent[owner] === event) place(2 * unit + 1, closeNs[unit]);
  }

  // What no event of its own opened or closed (a handle closed unseen): few, sorted in at the end.
  const nsOf = (change: number): number => ((change & 1) === 0 ? openNs : closeNs)[change >>> 1];
  const rest: number[] = [];
  for (let change = 0; change < 2 * length; change++) {
    if (placed[change] === 0 && !Number.isNaN(nsOf(change))) rest.push(change);
  }
  rest.sort((a, b) => nsOf(a) - nsOf(b));
  const changes = mergeByTime(order.subarray(0, count), Uint32Array.from(rest), nsOf);
  const rank = new Uint32Array(2 * length);
  const times = new Float64Array(changes.length);
  for (let place = 0; place < changes.length; place++) {
    rank[changes[place]] = place;
    times[place] = nsOf(changes[place]);
  }
  return { order: changes, times, rank, object, openNs, closeNs };
}

function mergeByTime(a: Uint32Array, b: Uint32Array, nsOf: (change: number) => number): Uint32Array {
  const merged = new Uint32Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < merged.length; at++) {
    const takeA = j === b.length || (i < a.length && nsOf(a[i]) <= nsOf(b[j]));
    merged[at] = takeA ? a[i++] : b[j++];
  }
  return merged;
}

/** A group to make a timeline of. */
export interface TimelineGroup {
  members: Uint32Array;
  /** numbers of the parts that it is made of; a part may belong to two groups */
  parts: readonly number[];
}

/**
 * Timelines of groups. `partOf` says to which part an object belongs, -1 for none. Few objects are gathered and sorted; where that would
 * cost more than one walk over all changes of the trace, all groups are filled in one such walk. Both give the same.
 */
export function makeTimelines(selection: Selection, partOf: Int32Array, groups: readonly TimelineGroup[]): Timeline[] {
  const units = unitsOf(selection.trace);
  const counts = groups.map((group) => countUnits(selection, group.members));
  const wanted = counts.reduce((sum, count) => sum + count.changes, 0);
  return wanted * 8 < units.order.length
    ? groups.map((group, i) => gatherTimeline(selection, group.members, counts[i]))
    : sweepTimelines(selection, partOf, groups, counts);
}

export interface UnitCount {
  /** units outstanding from the start */
  initial: number;
  changes: number;
}

export function countUnits(selection: Selection, members: Uint32Array): UnitCount {
  const { openNs, closeNs } = unitsOf(selection.trace);
  let initial = 0;
  let changes = 0;
  forEachUnit(selection, members, (unit) => {
    if (Number.isNaN(openNs[unit])) initial++;
    else changes++;
    if (!Number.isNaN(closeNs[unit])) changes++;
  });
  return { initial, changes };
}

/** Every unit of some objects that the selection keeps. */
export function forEachUnit(selection: Selection, members: Uint32Array, visit: (unit: number) => void): void {
  const { objects, handles } = selection.trace;
  const { handleStart, mapping } = objects;
  const { handleKept } = selection;
  for (const object of members) {
    for (let handle: HandleIndex = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (handleKept === null || handleKept(handle)) visit(handle);
    }
    if (mapping[object] >= 0) visit(handles.length + mapping[object]);
  }
}

export function gatherTimeline(selection: Selection, members: Uint32Array, count: UnitCount): Timeline {
  const { order, times, rank, openNs, closeNs } = unitsOf(selection.trace);
  const places = new Uint32Array(count.changes);
  let n = 0;
  forEachUnit(selection, members, (unit) => {
    if (!Number.isNaN(openNs[unit])) places[n++] = rank[2 * unit];
    if (!Number.isNaN(closeNs[unit])) places[n++] = rank[2 * unit + 1];
  });
  places.sort();
  const builder = new TimelineBuilder(count);
  for (const place of places) builder.add(times[place], step(order[place]));
  return builder.finish();
}

export function sweepTimelines(
  selection: Selection,
  partOf: Int32Array,
  groups: readonly TimelineGroup[],
  counts: readonly UnitCount[],
): Timeline[] {
  const { handleKept, trace } = selection;
  const { order, times, object } = unitsOf(trace);
  const builders = counts.map((count) => new TimelineBuilder(count));
  const ofPart: (TimelineBuilder[] | undefined)[] = [];
  groups.forEach((group, i) => {
    for (const part of group.parts) (ofPart[part] ??= []).push(builders[i]);
  });
  for (let place = 0; place < order.length; place++) {
    const unit = order[place] >>> 1;
    const part = partOf[object[unit]];
    const wanting = part < 0 ? undefined : ofPart[part];
    if (wanting === undefined) continue;
    if (handleKept !== null && unit < trace.handles.length && !handleKept(unit)) continue;
    for (const builder of wanting) builder.add(times[place], step(order[place]));
  }
  return builders.map((builder) => builder.finish());
}

/** What a change adds to the number outstanding. */
export function step(change: number): 1 | -1 {
  return (change & 1) === 0 ? 1 : -1;
}

class TimelineBuilder {
  private readonly initial: number;
  private readonly times: Float64Array;
  private readonly after: Int32Array;
  private outstanding: number;
  private length = 0;

  constructor({ initial, changes }: UnitCount) {
    this.initial = initial;
    this.outstanding = initial;
    this.times = new Float64Array(changes);
    this.after = new Int32Array(changes);
  }

  add(ns: number, change: number): void {
    this.outstanding += change;
    this.times[this.length] = ns;
    this.after[this.length++] = this.outstanding;
  }

  finish(): Timeline {
    return timeline(this.initial, this.times, this.after);
  }
}

function timeline(initial: number, times: Float64Array, after: Int32Array): Timeline {
  const n = after.length;
  const tree = new Int32Array(2 * n);
  tree.set(after, n);
  for (let i = n - 1; i > 0; i--) tree[i] = Math.max(tree[2 * i], tree[2 * i + 1]);
  return { initial, times, tree, peak: maximum(tree, 0, n, initial) };
}

/** Greatest value of leaves [from, to) of a tree, at least `floor`. */
function maximum(tree: Int32Array, from: number, to: number, floor: number): number {
  const n = tree.length >>> 1;
  let greatest = floor;
  for (let low = from + n, high = to + n; low < high; low >>>= 1, high >>>= 1) {
    if ((low & 1) === 1) greatest = Math.max(greatest, tree[low++]);
    if ((high & 1) === 1) greatest = Math.max(greatest, tree[--high]);
  }
  return greatest;
}

/**
 * `count` samples over [fromNs, toNs]: each the greatest number outstanding in its part of the time (start included, end not, but for the
 * last one), so that a short burst shows at any zoom.
 */
export function sampleTimeline(line: Timeline, fromNs: number, toNs: number, count: number): Float32Array {
  const samples = new Float32Array(count);
  const { times, tree, initial } = line;
  const n = times.length;
  const part = (toNs - fromNs) / count;
  let at = firstFrom(times, 0, fromNs);
  for (let i = 0; i < count; i++) {
    const start = fromNs + part * i;
    const next = i === count - 1 ? firstFrom(times, at, toNs + 1) : firstFrom(times, at, fromNs + part * (i + 1));
    // What was outstanding before counts where the part does not begin with a change.
    const begin = at < n && times[at] === start ? tree[n + at] : at === 0 ? initial : tree[n + at - 1];
    samples[i] = next === at ? begin : maximum(tree, at, next, begin);
    at = next;
  }
  return samples;
}

/** First index from `from` on whose time is not before `ns`; looks near `from` first. */
function firstFrom(times: Float64Array, from: number, ns: number): number {
  const end = times.length;
  let stride = 1;
  let low = from;
  while (low + stride <= end && times[low + stride - 1] < ns) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(end, low + stride - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
