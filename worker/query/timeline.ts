/** Outstanding units of groups of objects over time. */
import type { ObjectIndex, Trace } from '../lifetimes/model.ts';
import { hasBit, type Bits } from './bits.ts';
import type { TimeParts } from './timeParts.ts';
import { step, unitsOf } from './units.ts';

/** The changes of groups of objects, each group's in time order; of the whole trace. */
export interface GroupedChanges {
  /** changes of group g: [start[g], start[g + 1]) */
  start: Uint32Array;
  /** where they stand in Units.order; rises within a group */
  places: Uint32Array;
  /** Units.order[place]: beside each other, so that a walk over a group reads them as they lie in memory */
  changes: Uint32Array;
  /** units of group g that are outstanding from the start: initial[initialStart[g] … initialStart[g + 1]) */
  initialStart: Uint32Array;
  initial: Uint32Array;
}

/** Sorts the changes of a trace by group in two walks. `groupOf`: by object, at least 0; `groups`: how many there are. */
export function changesByGroup(trace: Trace, groups: number, groupOf: (object: ObjectIndex) => number): GroupedChanges {
  const { order, steps, object, openNs } = unitsOf(trace);
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
  const changes = new Uint32Array(start[groups]);
  const initial = new Uint32Array(initialStart[groups]);
  const next = start.slice();
  const nextInitial = initialStart.slice();
  for (let place = 0; place < steps.length; place++) {
    const at = next[groupOf(steps[place] >>> 1)]++;
    places[at] = place;
    changes[at] = order[place];
  }
  for (let unit = 0; unit < object.length; unit++) {
    if (Number.isNaN(openNs[unit])) initial[nextInitial[groupOf(object[unit])]++] = unit;
  }
  return { start, places, changes, initialStart, initial };
}

/** Changes that are summed up together: 1 << BLOCK_BITS of them. */
const BLOCK_BITS = 4;
const BLOCK = 1 << BLOCK_BITS;

/**
 * Outstanding units of one group as far as a filter keeps them. Not every number is kept, as few are drawn: those between two blocks of
 * changes, so that a walk can begin anywhere and pass over whole blocks.
 */
export interface Timeline {
  /** greatest number ever outstanding */
  peak: number;
  /** before the first change of each block, and after the last one of all */
  before: Int32Array;
  /** greatest number before or after a change of a block */
  greatest: Int32Array;
  kept: Bits;
  grouped: GroupedChanges;
  group: number;
}

/** One walk over the changes of the group. `kept`: see keptUnits(). */
export function timelineOf(kept: Bits, grouped: GroupedChanges, group: number): Timeline {
  const { start, changes, initialStart, initial } = grouped;
  let outstanding = 0;
  for (let at = initialStart[group]; at < initialStart[group + 1]; at++) {
    if (hasBit(kept, initial[at])) outstanding++;
  }
  const from = start[group];
  const end = start[group + 1];
  const blocks = (end - from + BLOCK - 1) >>> BLOCK_BITS;
  const before = new Int32Array(blocks + 1);
  const greatest = new Int32Array(blocks);
  let peak = outstanding;
  for (let block = 0, at = from; block < blocks; block++) {
    before[block] = outstanding;
    let most = outstanding;
    for (const next = Math.min(end, at + BLOCK); at < next; at++) {
      const change = changes[at];
      // No branch on the bit: of a mixed selection nobody could guess it.
      const isKept = (kept[change >>> 6] >>> ((change >>> 1) & 31)) & 1;
      outstanding += isKept - ((isKept & change) << 1);
      if (outstanding > most) most = outstanding;
    }
    greatest[block] = most;
    if (most > peak) peak = most;
  }
  before[blocks] = outstanding;
  return { peak, before, greatest, kept, grouped, group };
}

/**
 * A sample for each part of a time range: the greatest number outstanding in it, so that a short burst shows at any zoom.
 */
export function sampleTimeline(line: Timeline, { length, start: partStart, atStart }: TimeParts): Float32Array {
  const { before, greatest, kept, grouped, group } = line;
  const { places, changes } = grouped;
  const from = grouped.start[group];
  const end = grouped.start[group + 1];
  const samples = new Float32Array(length);
  const first = firstFrom(places, from, end, partStart[0]);
  let at = from + (((first - from) >>> BLOCK_BITS) << BLOCK_BITS);
  let outstanding = before[(at - from) >>> BLOCK_BITS];
  for (; at < first; at++) if (hasBit(kept, changes[at] >>> 1)) outstanding += step(changes[at]);

  for (let part = 0; part < length; part++) {
    let most = outstanding;
    // What was outstanding before does not count where the part begins with a change.
    for (; at < end && places[at] < atStart[part]; at++) {
      if (!hasBit(kept, changes[at] >>> 1)) continue;
      most = outstanding += step(changes[at++]);
      break;
    }
    const next = partStart[part + 1];
    while (at < end && places[at] < next) {
      const block = (at - from) >>> BLOCK_BITS;
      if (((at - from) & (BLOCK - 1)) === 0 && at + BLOCK <= end && places[at + BLOCK - 1] < next) {
        if (greatest[block] > most) most = greatest[block];
        outstanding = before[block + 1];
        at += BLOCK;
        continue;
      }
      const change = changes[at++];
      if (!hasBit(kept, change >>> 1)) continue;
      outstanding += step(change);
      if (outstanding > most) most = outstanding;
    }
    samples[part] = most;
  }
  return samples;
}

/** First position in [from, end) of a rising list whose value is not below `least`. */
function firstFrom(list: Uint32Array, from: number, end: number, least: number): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
