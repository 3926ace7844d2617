/**
 * How many objects have each value, for the filter panel. Every list is counted under the filters of all other fields: over the objects that
 * all fields keep, and those that its own field alone drops. The first are counted once for all lists; where they are more than half of the
 * trace, what the filter drops is counted instead and taken from the counts of the whole trace.
 */
import { filterKey, type Filter } from '../../shared/filter.ts';
import { HANDLE_ENDS } from '../../shared/records.ts';
import { FACETS, type FacetName } from '../../shared/service.ts';
import {
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  type Trace,
} from '../lifetimes/model.ts';
import { countBits, countByColumn, hasBit, keepCommon, without, type Bits } from './bits.ts';
import {
  facetColumnsOf,
  LEAK_TRAIT,
  TRAIT_BITS,
  TRAITS_OF_ENDS,
  type FacetColumns,
  type ListColumn,
} from './facetColumns.ts';
import { Recent } from './recent.ts';
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
  ...FACETS,
  'lifetime',
  'leak',
  'leakAtExit',
  'inherit',
  'multiProcess',
  'overlapped',
  'map',
] as const satisfies readonly (keyof Filter)[];
type OwnField = (typeof OWN_FIELDS)[number];

const remembered = new WeakMap<SelectionCache, Recent<string, FacetCounts>>();

/** Counts under a filter; those of the last one are kept, for a search in the lists asks for them letter by letter. */
export function facetCounts(cache: SelectionCache, filter: Filter): FacetCounts {
  let recent = remembered.get(cache);
  if (recent === undefined) remembered.set(cache, (recent = new Recent(1)));
  return recent.getOrMake(filterKey(filter), () => count(cache, filter));
}

function count(cache: SelectionCache, filter: Filter): FacetCounts {
  const { trace } = cache;
  const columns = facetColumnsOf(trace);
  const matched = cache.bits(filter);
  const all = countMatched(cache, columns, matched);
  const dropped = droppedAlone(cache, filter, matched);
  const listOf = (name: FacetName): Tally => {
    const alone = dropped.get(name);
    const tally = name === 'end' ? tallyEnds(all.traits) : all.lists[name];
    if (alone === undefined) return tally;
    return sum(
      tally,
      name === 'end' ? tallyEnds(countTraits(columns, alone)) : tallyList(columns, columns[name], alone),
    );
  };
  const counted = (field: OwnField, flag: number): number => {
    const alone = dropped.get(field);
    return withTrait(all.traits, flag) + (alone === undefined ? 0 : withTrait(countTraits(columns, alone), flag));
  };
  const lifetimes = dropped.get('lifetime');
  const mappings = counted('map', OBJECT_MAPPING);
  return {
    lists: Object.fromEntries(FACETS.map((name) => [name, listOf(name)])) as FacetCounts['lists'],
    lifetimes: {
      edgesNs: columns.edgesNs,
      tally:
        lifetimes === undefined ? all.lifetimes : sum(all.lifetimes, tallyList(columns, columns.lifetime, lifetimes)),
    },
    leak: counted('leak', OBJECT_LEAK),
    leakAtExit: counted('leakAtExit', OBJECT_LEAK_AT_EXIT),
    inherit: counted('inherit', OBJECT_INHERITED),
    multiProcess: counted('multiProcess', OBJECT_MULTI_PROCESS),
    overlapped: counted('overlapped', OBJECT_OVERLAPPED),
    mappings,
    objects: all.objects + (dropped.has('map') ? countBits(dropped.get('map')!) : 0) - mappings,
    matched: all.objects,
  };
}

/** By field that is set: the objects that it alone drops. */
function droppedAlone(cache: SelectionCache, filter: Filter, matched: Bits): Map<OwnField, Bits> {
  const dropped = new Map<OwnField, Bits>();
  for (const field of OWN_FIELDS) {
    if (filterKey({ [field]: filter[field] }) === filterKey({})) continue;
    dropped.set(field, without(cache.bits({ ...filter, [field]: undefined }), matched));
  }
  return dropped;
}

/** All that can be counted of a set. */
interface Counts {
  objects: number;
  lists: Record<ListName, Tally>;
  lifetimes: Tally;
  /** objects by {@link FacetColumns.traits} */
  traits: Uint32Array;
}

/** `end` follows from the traits. */
type ListName = Exclude<FacetName, 'end'>;
const LISTS = FACETS.filter((name): name is ListName => name !== 'end');

/** By objects, as the columns. */
const wholeCounts = new WeakMap<Trace['objects'], Counts>();

function countMatched(cache: SelectionCache, columns: FacetColumns, matched: Bits): Counts {
  const { objects } = cache.trace;
  if (countBits(matched) * 2 < objects.length) return countAll(columns, matched);
  const everything = cache.bits({});
  let whole = wholeCounts.get(objects);
  if (whole === undefined) wholeCounts.set(objects, (whole = countAll(columns, everything)));
  const rest = countAll(columns, without(everything, matched));
  return {
    objects: whole.objects - rest.objects,
    lists: eachList((name) => difference(whole.lists[name], rest.lists[name])),
    lifetimes: difference(whole.lifetimes, rest.lifetimes),
    traits: added(whole.traits, rest.traits, -1),
  };
}

function countAll(columns: FacetColumns, bits: Bits): Counts {
  return {
    objects: countBits(bits),
    lists: eachList((name) => tallyList(columns, columns[name], bits)),
    lifetimes: tallyList(columns, columns.lifetime, bits),
    traits: countTraits(columns, bits),
  };
}

function eachList<T>(make: (name: ListName) => T): Record<ListName, T> {
  return Object.fromEntries(LISTS.map((name) => [name, make(name)])) as Record<ListName, T>;
}

function sum(a: Tally, b: Tally): Tally {
  return { objects: added(a.objects, b.objects, 1), leaks: added(a.leaks, b.leaks, 1) };
}

function difference(a: Tally, b: Tally): Tally {
  return { objects: added(a.objects, b.objects, -1), leaks: added(a.leaks, b.leaks, -1) };
}

function added(a: Uint32Array, b: Uint32Array, sign: 1 | -1): Uint32Array {
  const result = new Uint32Array(a.length);
  for (let at = 0; at < result.length; at++) result[at] = a[at] + sign * b[at];
  return result;
}

/** Leaks are few: they are counted in a walk of their own, so that the other objects need not be asked. */
function tallyList(columns: FacetColumns, list: ListColumn, bits: Bits): Tally {
  const leaking = bits.slice();
  keepCommon(leaking, columns.leaking);
  return { objects: tallyEntries(list, bits), leaks: tallyEntries(list, leaking) };
}

function tallyEntries({ length, entry, moreObjects, moreEntries }: ListColumn, bits: Bits): Uint32Array {
  const counts = new Uint32Array(length);
  if (entry === null) counts[0] = countBits(bits);
  else countByColumn(bits, entry, counts);
  for (let at = 0; at < moreObjects.length; at++) {
    const object = moreObjects[at];
    if (!hasBit(bits, object)) continue;
    counts[moreEntries[at]]++;
    // Without a column all have nothing until here.
    if (entry === null && (at === 0 || moreObjects[at - 1] !== object)) counts[0]--;
  }
  return counts;
}

function countTraits({ traits }: FacetColumns, bits: Bits): Uint32Array {
  const counts = new Uint32Array(1 << TRAIT_BITS);
  countByColumn(bits, traits, counts);
  return counts;
}

function withTrait(counts: Uint32Array, trait: number): number {
  let count = 0;
  for (let traits = 0; traits < counts.length; traits++) if ((traits & trait) !== 0) count += counts[traits];
  return count;
}

function tallyEnds(counts: Uint32Array): Tally {
  const tally = {
    objects: new Uint32Array(HANDLE_ENDS.length + 1),
    leaks: new Uint32Array(HANDLE_ENDS.length + 1),
  };
  for (let traits = 0; traits < counts.length; traits++) {
    if (counts[traits] === 0) continue;
    const ends = traits >>> TRAITS_OF_ENDS;
    for (let entry = 0; entry <= HANDLE_ENDS.length; entry++) {
      if (entry === 0 ? ends !== 0 : ((ends >>> (entry - 1)) & 1) === 0) continue;
      tally.objects[entry] += counts[traits];
      if ((traits & LEAK_TRAIT) !== 0) tally.leaks[entry] += counts[traits];
    }
  }
  return tally;
}
