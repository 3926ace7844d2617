/**
 * How many objects have each value, for the filter panel. Every list is counted under the filters of all other fields. Not one selection
 * a list is made for that, but one mark an object and field: an object counts for a list where it fails no field, or that list's alone.
 */
import { filterKey, type Filter } from '../../shared/filter.ts';
import { HANDLE_ENDS } from '../../shared/records.ts';
import type { FacetName } from '../../shared/service.ts';
import {
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  START_EXISTING,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { objectColumn, sameNames } from './objectColumns.ts';
import { inheritancesOf, relatedProcesses, sameProcesses } from './objectProcesses.ts';
import { Recent } from './recent.ts';
import { endsOf } from './select.ts';
import type { SelectionCache } from './selectionCache.ts';

/** Counts by value; entry 0 is for objects that have none, entry i + 1 for value i. */
export interface Tally {
  objects: Uint32Array;
  leaks: Uint32Array;
}

/** Bins over known lifetimes: bin i is [edgesNs[i], edgesNs[i + 1]); the first and the last take what is beyond them. */
export interface LifetimeBins {
  edgesNs: number[];
  /** by bin + 1; entry 0: lifetimes that are not known */
  tally: Tally;
}

export interface FacetCounts {
  lists: Record<FacetName, Tally>;
  lifetimes: LifetimeBins;
  leak: number;
  leakAtExit: number;
  inherit: number;
  multiProcess: number;
  overlapped: number;
  mappings: number;
  objects: number;
  matched: number;
}

/** Fields that are counted without themselves; all other fields count as one. */
const OWN_FIELDS = [
  'process',
  'type',
  'createStackId',
  'objectName',
  'inheritedPair',
  'relatedProcess',
  'end',
  'lifetime',
  'leak',
  'leakAtExit',
  'inherit',
  'multiProcess',
  'overlapped',
  'map',
] as const satisfies readonly (keyof Filter)[];
type OwnField = (typeof OWN_FIELDS)[number];

const OTHER_FIELDS = 1 << OWN_FIELDS.length;

const remembered = new WeakMap<SelectionCache, Recent<string, FacetCounts>>();

/** Counts under a filter; those of the last one are kept, for a search in the lists asks for them letter by letter. */
export function facetCounts(cache: SelectionCache, filter: Filter): FacetCounts {
  let recent = remembered.get(cache);
  if (recent === undefined) remembered.set(cache, (recent = new Recent(1)));
  return recent.getOrMake(filterKey(filter), () => count(cache, filter));
}

function count(cache: SelectionCache, filter: Filter): FacetCounts {
  const { trace } = cache;
  const { stacks, typeNames } = trace;
  const near = new NearObjects(cache, filter);
  const counted = (field: OwnField, flag: number): number => countFlag(trace, near.under(field), flag);
  const mappings = counted('map', OBJECT_MAPPING);
  return {
    lists: {
      process: tallyCreators(trace, near.under('process')),
      type: tallyColumn(trace, near.under('type'), trace.objects.type, typeNames.length),
      createStackId: tallyColumn(trace, near.under('createStackId'), objectColumn(trace, 'createStack'), stacks.length),
      objectName: tallyNames(trace, near),
      inheritedPair: tallyPairs(trace, near),
      relatedProcess: tallyRelated(trace, near.under('relatedProcess')),
      end: tallyEnds(trace, near.under('end')),
    },
    lifetimes: tallyLifetimes(trace, near.under('lifetime')),
    leak: counted('leak', OBJECT_LEAK),
    leakAtExit: counted('leakAtExit', OBJECT_LEAK_AT_EXIT),
    inherit: counted('inherit', OBJECT_INHERITED),
    multiProcess: counted('multiProcess', OBJECT_MULTI_PROCESS),
    overlapped: counted('overlapped', OBJECT_OVERLAPPED),
    mappings,
    objects: near.under('map').length - mappings,
    matched: near.matched.length,
  };
}

/** Objects that fail no field, and those that fail only one. */
class NearObjects {
  readonly matched: Uint32Array;
  /** fields that an object fails, one bit each */
  private readonly failed: Uint16Array;
  private readonly lists = new Map<OwnField, Uint32Array>();

  constructor(cache: SelectionCache, filter: Filter) {
    this.failed = new Uint16Array(cache.trace.objects.length);
    const others: Filter = { ...filter };
    for (const field of OWN_FIELDS) {
      this.mark(cache, { [field]: filter[field] }, bitOf(field));
      delete others[field];
    }
    this.mark(cache, others, OTHER_FIELDS);
    this.matched = this.withFailure(0, NO_OBJECTS);
  }

  /** The objects that pass all other fields. */
  under(field: OwnField): Uint32Array {
    let list = this.lists.get(field);
    if (list === undefined) this.lists.set(field, (list = this.withFailure(bitOf(field), this.matched)));
    return list;
  }

  has(field: OwnField, object: ObjectIndex): boolean {
    const failed = this.failed[object];
    return failed === 0 || failed === bitOf(field);
  }

  private mark(cache: SelectionCache, filter: Filter, bit: number): void {
    if (filterKey(filter) === '[]') return;
    const marks = cache.marks(filter);
    const { failed } = this;
    for (let object = 0; object < failed.length; object++) if (marks[object] === 0) failed[object] |= bit;
  }

  /** `first`, and the objects that fail just these fields. */
  private withFailure(bits: number, first: Uint32Array): Uint32Array {
    const { failed } = this;
    let count = first.length;
    for (let object = 0; object < failed.length; object++) if (failed[object] === bits) count++;
    if (count === first.length) return first;
    const objects = new Uint32Array(count);
    objects.set(first);
    count = first.length;
    for (let object = 0; object < failed.length; object++) if (failed[object] === bits) objects[count++] = object;
    return objects;
  }
}

const NO_OBJECTS = new Uint32Array(0);

function bitOf(field: OwnField): number {
  return 1 << OWN_FIELDS.indexOf(field);
}

function countFlag({ objects: { flags } }: Trace, objects: Uint32Array, flag: number): number {
  let count = 0;
  for (const object of objects) if ((flags[object] & flag) !== 0) count++;
  return count;
}

/** Counts objects by value; an object counts once a value, however often it is added before the next one comes. */
class Counter {
  readonly tally: Tally;
  /** object + 1 that was counted last, by entry */
  private readonly last: Uint32Array;
  private readonly flags: Uint16Array;

  constructor({ objects }: Trace, values: number) {
    this.tally = { objects: new Uint32Array(values + 1), leaks: new Uint32Array(values + 1) };
    this.last = new Uint32Array(values + 1);
    this.flags = objects.flags;
  }

  /** -1: it has no value */
  add(value: number, object: ObjectIndex): void {
    if (this.last[value + 1] === object + 1) return;
    this.last[value + 1] = object + 1;
    this.tally.objects[value + 1]++;
    if ((this.flags[object] & OBJECT_LEAK) !== 0) this.tally.leaks[value + 1]++;
  }
}

/** For values of which an object has one. */
function tallyColumn(trace: Trace, objects: Uint32Array, column: Int32Array | Uint8Array, values: number): Tally {
  const tally = { objects: new Uint32Array(values + 1), leaks: new Uint32Array(values + 1) };
  const { flags } = trace.objects;
  for (const object of objects) {
    const entry = column[object] + 1;
    tally.objects[entry]++;
    if ((flags[object] & OBJECT_LEAK) !== 0) tally.leaks[entry]++;
  }
  return tally;
}

/** As the creating-process filter sees them: the creator, else the owners of handles that existed before the trace. */
function tallyCreators(trace: Trace, objects: Uint32Array): Tally {
  const counter = new Counter(trace, trace.processes.length);
  const creators = objectColumn(trace, 'creator');
  const same = sameProcesses(trace);
  const { handleStart } = trace.objects;
  const { start, owner } = trace.handles;
  for (const object of objects) {
    if (creators[object] >= 0) {
      counter.add(same[creators[object]], object);
      continue;
    }
    let known = false;
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (start[handle] !== START_EXISTING || owner[handle] < 0) continue;
      counter.add(same[owner[handle]], object);
      known = true;
    }
    if (!known) counter.add(-1, object);
  }
  return counter.tally;
}

/** An object counts for each of its names. */
function tallyNames(trace: Trace, near: NearObjects): Tally {
  const names = objectColumn(trace, 'name');
  const tally = tallyColumn(trace, near.under('objectName'), names, trace.strings.length);
  const same = sameNames(trace);
  const { flags } = trace.objects;
  for (const [object, others] of trace.otherNames) {
    if (!near.has('objectName', object)) continue;
    const counted = new Set([names[object]]);
    for (const other of others) {
      const name = same[other];
      if (counted.has(name)) continue;
      counted.add(name);
      tally.objects[name + 1]++;
      if ((flags[object] & OBJECT_LEAK) !== 0) tally.leaks[name + 1]++;
    }
  }
  return tally;
}

function tallyPairs(trace: Trace, near: NearObjects): Tally {
  const { object, pair, pairs } = inheritancesOf(trace);
  const counter = new Counter(trace, pairs.length);
  const inherited = new Uint8Array(trace.objects.length);
  for (let at = 0; at < object.length; at++) {
    inherited[object[at]] = 1;
    if (near.has('inheritedPair', object[at])) counter.add(pair[at], object[at]);
  }
  for (const other of near.under('inheritedPair')) if (inherited[other] === 0) counter.add(-1, other);
  return counter.tally;
}

function tallyRelated(trace: Trace, objects: Uint32Array): Tally {
  const counter = new Counter(trace, trace.processes.length);
  const { first, moreStart, more } = relatedProcesses(trace);
  const same = sameProcesses(trace);
  for (const object of objects) {
    counter.add(first[object] < 0 ? -1 : same[first[object]], object);
    for (let at = moreStart[object]; at < moreStart[object + 1]; at++) counter.add(same[more[at]], object);
  }
  return counter.tally;
}

function tallyEnds(trace: Trace, objects: Uint32Array): Tally {
  const counter = new Counter(trace, HANDLE_ENDS.length);
  const ends = endsOf(trace);
  for (const object of objects) {
    const bits = ends[object];
    if (bits === 0) counter.add(-1, object);
    for (let end = 0; end < HANDLE_ENDS.length; end++) if (((bits >>> end) & 1) === 1) counter.add(end, object);
  }
  return counter.tally;
}

/** Bounds of the bins: from 1 µs on, these numbers of every decade, the most that leave no more than MOST_BINS. */
const FIRST_EDGE_NS = 1000;
const MOST_BINS = 36;
const DECADE_EDGES: readonly (readonly number[])[] = [
  [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8],
  [1, 1.5, 2, 3, 5, 7],
  [1, 2, 5],
  [1],
];

interface BinnedLifetimes {
  edgesNs: number[];
  /** by object: its bin, -1 where its lifetime is not known */
  bins: Int32Array;
}

const binned = new WeakMap<Trace['events'], BinnedLifetimes>();

function tallyLifetimes(trace: Trace, objects: Uint32Array): LifetimeBins {
  let lifetimes = binned.get(trace.events);
  if (lifetimes === undefined) binned.set(trace.events, (lifetimes = binLifetimes(trace)));
  const { edgesNs, bins } = lifetimes;
  return { edgesNs, tally: tallyColumn(trace, objects, bins, edgesNs.length - 1) };
}

function binLifetimes({ endNs, objects }: Trace): BinnedLifetimes {
  const edgesNs = lifetimeEdges(endNs);
  const { birthNs, deathNs } = objects;
  const bins = new Int32Array(objects.length).fill(-1);
  for (let object = 0; object < bins.length; object++) {
    const lifetime = deathNs[object] - birthNs[object];
    if (Number.isNaN(lifetime)) continue;
    let low = 0;
    let high = edgesNs.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (edgesNs[middle] <= lifetime) low = middle;
      else high = middle - 1;
    }
    bins[object] = low;
  }
  return { edgesNs, bins };
}

/** Round numbers about evenly apart on a logarithmic scale, in whole nanoseconds: from 1 µs to the first at or after the end of the trace. */
export function lifetimeEdges(endNs: number): number[] {
  let edges: number[] = [];
  for (const decade of DECADE_EDGES) {
    edges = [FIRST_EDGE_NS];
    for (let at = 1; edges[edges.length - 1] < Math.max(endNs, 10 * FIRST_EDGE_NS); at++) {
      const power = FIRST_EDGE_NS * 10 ** Math.floor(at / decade.length);
      edges.push(Math.round(decade[at % decade.length] * power));
    }
    if (edges.length - 1 <= MOST_BINS) break;
  }
  return edges;
}
