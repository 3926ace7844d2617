/**
 * Outstanding handles over time. A unit is a handle or a view of a file (which counts as one); it is outstanding from its open to its
 * close, from 0 where it existed before the trace, and to the end where nothing closed it.
 */
import type { HandleIndex, ObjectIndex, Trace } from '../lifetimes/model.ts';
import { hasBit } from './bits.ts';
import type { Selection } from './select.ts';
import { selectedBits } from './selectedBits.ts';

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
  /** of the changes in `order`: object * 2 for an open, object * 2 + 1 for a close */
  steps: Uint32Array;
  /** object of a unit */
  object: Int32Array;
  openNs: Float64Array;
  closeNs: Float64Array;
}

/** By events: a trace with other function names shares them with the one that it was made of. */
const madeUnits = new WeakMap<Trace['events'], Units>();

/** Units of a trace and their order in time; made once, by walking the events, which are in order already. */
export function unitsOf(trace: Trace): Units {
  let units = madeUnits.get(trace.events);
  if (units === undefined) madeUnits.set(trace.events, (units = makeUnits(trace)));
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
  const steps = new Uint32Array(changes.length);
  const times = new Float64Array(changes.length);
  for (let place = 0; place < changes.length; place++) {
    const change = changes[place];
    steps[place] = object[change >>> 1] * 2 + (change & 1);
    times[place] = nsOf(change);
  }
  return { order: changes, steps, times, object, openNs, closeNs };
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

/** The changes of groups of objects, each group's in time order; of the whole trace. */
export interface GroupedChanges {
  /** changes of group g: those at order[places[start[g]]] … order[places[start[g + 1] - 1]] of {@link Units} */
  start: Uint32Array;
  places: Uint32Array;
  /** units of group g that are outstanding from the start: initial[initialStart[g] … initialStart[g + 1]) */
  initialStart: Uint32Array;
  initial: Uint32Array;
}

/** Sorts the changes of a trace by group in two walks. `groupOf`: by object, at least 0; `groups`: how many there are. */
export function changesByGroup(trace: Trace, groups: number, groupOf: (object: ObjectIndex) => number): GroupedChanges {
  const { steps, object, openNs } = unitsOf(trace);
  const start = new Uint32Array(groups + 1);
  const initialStart = new Uint32Array(groups + 1);
  for (let place = 0; place < steps.length; place++) start[groupOf(steps[place] >>> 1) + 1]++;
  for (let unit = 0; unit < object.length; unit++) {
    if (Number.isNaN(openNs[unit])) initialStart[groupOf(object[unit]) + 1]++;
  }
  for (let group = 0; group < groups; group++) {
    start[group + 1] += start[group];
    initialStart[group + 1] += initialStart[group];
  }
  const places = new Uint32Array(start[groups]);
  const initial = new Uint32Array(initialStart[groups]);
  const next = start.slice();
  const nextInitial = initialStart.slice();
  for (let place = 0; place < steps.length; place++) places[next[groupOf(steps[place] >>> 1)]++] = place;
  for (let unit = 0; unit < object.length; unit++) {
    if (Number.isNaN(openNs[unit])) initial[nextInitial[groupOf(object[unit])]++] = unit;
  }
  return { start, places, initialStart, initial };
}

/** Changes that are kept, until it is known how many there are. */
let keptTimes = new Float64Array(1024);
let keptNumbers = new Int32Array(1024);

/** Outstanding units of the selected objects of one group. */
export function timelineOf(selection: Selection, changes: GroupedChanges, group: number): Timeline {
  const { trace, handleKept } = selection;
  const { order, steps, times: timeOf, object } = unitsOf(trace);
  const handles = trace.handles.length;
  const bits = selectedBits(selection);
  const isKept = (unit: number): boolean => handleKept === null || unit >= handles || handleKept(unit);
  const { start, places, initialStart } = changes;
  let initial = 0;
  for (let at = initialStart[group]; at < initialStart[group + 1]; at++) {
    const unit = changes.initial[at];
    if (hasBit(bits, object[unit]) && isKept(unit)) initial++;
  }

  const most = start[group + 1] - start[group];
  if (most > keptTimes.length) {
    keptTimes = new Float64Array(most);
    keptNumbers = new Int32Array(most);
  }
  let length = 0;
  let outstanding = initial;
  for (let at = start[group]; at < start[group + 1]; at++) {
    const place = places[at];
    const change = steps[place];
    if (!hasBit(bits, change >>> 1)) continue;
    if (handleKept !== null && !isKept(order[place] >>> 1)) continue;
    outstanding += step(change);
    keptTimes[length] = timeOf[place];
    keptNumbers[length++] = outstanding;
  }

  const tree = new Int32Array(2 * length);
  tree.set(keptNumbers.subarray(0, length), length);
  for (let i = length - 1; i > 0; i--) {
    const left = tree[2 * i];
    const right = tree[2 * i + 1];
    tree[i] = left > right ? left : right;
  }
  return { initial, times: keptTimes.slice(0, length), tree, peak: maximum(tree, 0, length, initial) };
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

/** What a change adds to the number outstanding. */
export function step(change: number): 1 | -1 {
  return (change & 1) === 0 ? 1 : -1;
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
