/**
 * What the lists of the filter panel count, as columns: the entry of every object in each list, made once a trace. Entry 0 is for what has no
 * value, entry i + 1 for value i.
 */
import { HANDLE_ENDS } from '../../shared/records.ts';
import type { FacetName } from '../../shared/service.ts';
import { growingI32 } from '../columns/growing.ts';
import { OBJECT_LEAK, START_EXISTING, type Trace } from '../lifetimes/model.ts';
import type { Bits } from './bits.ts';
import { objectColumn, sameNames } from './objectColumns.ts';
import { inheritancesOf, relatedProcesses, sameProcesses } from './objectProcesses.ts';
import { endsOf } from './select.ts';
import { oncePerTrace } from './oncePerTrace.ts';

/** One list. Few objects have more than one entry. */
export interface ListColumn {
  /** entries that there can be */
  length: number;
  /** by object: its first entry; null: all entries are among the others, and what is not there has entry 0 */
  entry: Int32Array | Uint16Array | Uint8Array | null;
  /** further entries and their objects: each entry of an object once, those of an object beside each other */
  moreObjects: Int32Array;
  moreEntries: Int32Array;
}

export interface FacetColumns extends Record<Exclude<FacetName, 'end'>, ListColumn> {
  /** bounds of the bins in ns; entries are bin + 1, 0 for a lifetime that is not known */
  edgesNs: number[];
  lifetime: ListColumn;
  /** by object: its OBJECT_… bits, and from {@link TRAITS_OF_ENDS} on the ends of its handles, a bit an END_… */
  traits: Uint16Array;
  /** objects that leak */
  leaking: Bits;
}

/** Bits of OBJECT_… */
export const TRAITS_OF_ENDS = 7;
export const TRAIT_BITS = TRAITS_OF_ENDS + HANDLE_ENDS.length;
export const LEAK_TRAIT = OBJECT_LEAK;

export const facetColumnsOf = oncePerTrace(makeColumns, ({ objects }) => objects);

function makeColumns(trace: Trace): FacetColumns {
  const { stacks, typeNames, objects } = trace;
  const { edgesNs, entries } = binLifetimes(trace);
  return {
    process: creators(trace),
    type: oneEach(objects.type, typeNames.length),
    createStackId: oneEach(objectColumn(trace, 'createStack'), stacks.length),
    objectName: names(trace),
    inheritedPair: pairs(trace),
    relatedProcess: related(trace),
    edgesNs,
    lifetime: { length: edgesNs.length, entry: entries, moreObjects: NO_ENTRIES, moreEntries: NO_ENTRIES },
    traits: traitsOf(trace),
    leaking: leakingOf(trace),
  };
}

const NO_ENTRIES = new Int32Array(0);

/** Entries of a column of values, in as little memory as they need. */
function oneEach(column: Int32Array, values: number): ListColumn {
  const entry = values < 0xff ? new Uint8Array(column.length) : columnOf(column.length, values);
  for (let object = 0; object < column.length; object++) entry[object] = column[object] + 1;
  return { length: values + 1, entry, moreObjects: NO_ENTRIES, moreEntries: NO_ENTRIES };
}

function columnOf(length: number, values: number): Int32Array | Uint16Array {
  return values < 0xffff ? new Uint16Array(length) : new Int32Array(length);
}

/** Collects the entries of objects, one object after the other. */
class Entries {
  private readonly entry: Int32Array | Uint16Array;
  private readonly length: number;
  private readonly objects = growingI32();
  private readonly entries = growingI32();
  private object = -1;
  /** entries of the object so far */
  private readonly mine: number[] = [];

  constructor(objects: number, values: number) {
    this.entry = columnOf(objects, values);
    this.length = values + 1;
  }

  /** value -1: it has none */
  add(object: number, value: number): void {
    if (object !== this.object) {
      this.object = object;
      this.mine.length = 0;
    }
    if (this.mine.includes(value)) return;
    if (this.mine.push(value) === 1) {
      this.entry[object] = value + 1;
      return;
    }
    this.objects.push(object);
    this.entries.push(value + 1);
  }

  finish(): ListColumn {
    return {
      length: this.length,
      entry: this.entry,
      moreObjects: this.objects.trimmed(),
      moreEntries: this.entries.trimmed(),
    };
  }
}

/** As the creating-process filter sees them: the creator, else the owners of handles that existed before the trace. */
function creators(trace: Trace): ListColumn {
  const entries = new Entries(trace.objects.length, trace.processes.length);
  const column = objectColumn(trace, 'creator');
  const same = sameProcesses(trace);
  const { handleStart } = trace.objects;
  const { start, owner } = trace.handles;
  for (let object = 0; object < column.length; object++) {
    if (column[object] >= 0) {
      entries.add(object, same[column[object]]);
      continue;
    }
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (start[handle] === START_EXISTING && owner[handle] >= 0) entries.add(object, same[owner[handle]]);
    }
  }
  return entries.finish();
}

function related(trace: Trace): ListColumn {
  const entries = new Entries(trace.objects.length, trace.processes.length);
  const { first, moreStart, more } = relatedProcesses(trace);
  const same = sameProcesses(trace);
  for (let object = 0; object < first.length; object++) {
    if (first[object] < 0) continue;
    entries.add(object, same[first[object]]);
    for (let at = moreStart[object]; at < moreStart[object + 1]; at++) entries.add(object, same[more[at]]);
  }
  return entries.finish();
}

/** An object counts for each of its names. */
function names(trace: Trace): ListColumn {
  const column = objectColumn(trace, 'name');
  const list = oneEach(column, trace.strings.length);
  if (trace.otherNames.size === 0) return list;
  const same = sameNames(trace);
  const moreObjects: number[] = [];
  const moreEntries: number[] = [];
  for (const [object, others] of trace.otherNames) {
    for (const name of new Set(others.map((other) => same[other]))) {
      if (name === column[object]) continue;
      moreObjects.push(object);
      moreEntries.push(name + 1);
    }
  }
  return { ...list, moreObjects: Int32Array.from(moreObjects), moreEntries: Int32Array.from(moreEntries) };
}

/** Handles stand by object: what an object was handed down by stands beside each other. */
function pairs(trace: Trace): ListColumn {
  const { object, pair, pairs: all } = inheritancesOf(trace);
  const moreObjects: number[] = [];
  const moreEntries: number[] = [];
  const mine = new Set<number>();
  for (let at = 0; at < object.length; at++) {
    if (at > 0 && object[at] !== object[at - 1]) mine.clear();
    if (mine.has(pair[at])) continue;
    mine.add(pair[at]);
    moreObjects.push(object[at]);
    moreEntries.push(pair[at] + 1);
  }
  return {
    length: all.length + 1,
    entry: null,
    moreObjects: Int32Array.from(moreObjects),
    moreEntries: Int32Array.from(moreEntries),
  };
}

function traitsOf(trace: Trace): Uint16Array {
  const { flags } = trace.objects;
  const ends = endsOf(trace);
  return Uint16Array.from({ length: flags.length }, (_, object) => flags[object] | (ends[object] << TRAITS_OF_ENDS));
}

function leakingOf({ objects: { flags } }: Trace): Bits {
  const bits = new Int32Array((flags.length + 31) >>> 5);
  for (let object = 0; object < flags.length; object++) {
    if ((flags[object] & OBJECT_LEAK) !== 0) bits[object >>> 5] |= 1 << (object & 31);
  }
  return bits;
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

/** By object: its bin + 1, 0 where its lifetime is not known. */
function binLifetimes({ endNs, objects }: Trace): { edgesNs: number[]; entries: Uint8Array } {
  const edgesNs = lifetimeEdges(endNs);
  const { birthNs, deathNs } = objects;
  const entries = new Uint8Array(objects.length);
  for (let object = 0; object < entries.length; object++) {
    const lifetime = deathNs[object] - birthNs[object];
    if (Number.isNaN(lifetime)) continue;
    let low = 0;
    let high = edgesNs.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (edgesNs[middle] <= lifetime) low = middle;
      else high = middle - 1;
    }
    entries[object] = low + 1;
  }
  return { edgesNs, entries };
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
