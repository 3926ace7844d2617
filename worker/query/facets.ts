/** Counts behind the filter panel: for every value, how many objects choosing it would leave. */
import type { Filter } from '../../shared/filter.ts';
import { escapeForFilter } from '../../shared/textFilter.ts';
import type { FacetEntry, Facets } from '../../shared/service.ts';
import {
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  START_EXISTING,
  START_INHERITED,
} from '../lifetimes/model.ts';
import { objectColumn } from './objectColumns.ts';
import type { Selection } from './select.ts';
import type { SelectionCache } from './selectionCache.ts';
import { textsOf } from './texts.ts';

/**
 * Facets of a filter. Each facet is counted without its own filter, so that one value chosen does not hide the others; inheritedBy
 * stands for the related-process filter.
 */
export function facetsOf(cache: SelectionCache, filter: Filter): Facets {
  const without = (name: keyof Filter): Selection => cache.get({ ...filter, [name]: undefined });
  return {
    processes: countProcesses(without('process')),
    types: countTypes(without('type')),
    inheritedBy: countChildren(without('relatedProcess')),
    leak: countFlag(without('leak'), OBJECT_LEAK),
    leakAtExit: countFlag(without('leakAtExit'), OBJECT_LEAK_AT_EXIT),
    inherit: countFlag(without('inherit'), OBJECT_INHERITED),
    matched: cache.get(filter).objects.length,
    total: cache.trace.objects.length,
  };
}

function countFlag({ trace, objects }: Selection, flag: number): number {
  const { flags } = trace.objects;
  let count = 0;
  for (const object of objects) if ((flags[object] & flag) !== 0) count++;
  return count;
}

/** Counts by an index; an object counts once an index, however often it is added before the next one comes. */
class Counter {
  private readonly objects: Uint32Array;
  private readonly leaks: Uint32Array;
  /** object + 1 that was counted last, by index */
  private readonly last: Uint32Array;
  private readonly flags: Uint16Array;

  constructor(length: number, flags: Uint16Array) {
    this.objects = new Uint32Array(length);
    this.leaks = new Uint32Array(length);
    this.last = new Uint32Array(length);
    this.flags = flags;
  }

  add(index: number, object: number): void {
    if (index < 0 || this.last[index] === object + 1) return;
    this.last[index] = object + 1;
    this.objects[index]++;
    if ((this.flags[object] & OBJECT_LEAK) !== 0) this.leaks[index]++;
  }

  /** Entries of the indexes that were met, largest first; indexes with one label are one entry. */
  entries(label: (index: number) => string): FacetEntry[] {
    const byLabel = new Map<string, FacetEntry>();
    this.objects.forEach((objects, index) => {
      if (objects === 0) return;
      const text = label(index);
      const entry = byLabel.get(text);
      if (entry === undefined) {
        byLabel.set(text, { value: escapeForFilter(text), label: text, objects, leaks: this.leaks[index] });
      } else {
        entry.objects += objects;
        entry.leaks += this.leaks[index];
      }
    });
    return [...byLabel.values()].sort((a, b) => b.objects - a.objects || (a.label < b.label ? -1 : 1));
  }
}

/** As the creating-process filter sees them: the creator, else the owners of handles that existed before the trace. */
function countProcesses({ trace, objects }: Selection): FacetEntry[] {
  const counter = new Counter(trace.processes.length, trace.objects.flags);
  const { handleStart } = trace.objects;
  const { start, owner } = trace.handles;
  const creators = objectColumn(trace, 'creator');
  for (const object of objects) {
    const creator = creators[object];
    if (creator >= 0) {
      counter.add(creator, object);
      continue;
    }
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (start[handle] === START_EXISTING) counter.add(owner[handle], object);
    }
  }
  return counter.entries((process) => textsOf(trace).process(process) ?? '');
}

function countTypes({ trace, objects }: Selection): FacetEntry[] {
  const counter = new Counter(trace.typeNames.length, trace.objects.flags);
  for (const object of objects) counter.add(trace.objects.type[object], object);
  return counter.entries((type) => trace.typeNames[type]);
}

function countChildren({ trace, objects }: Selection): FacetEntry[] {
  const counter = new Counter(trace.processes.length, trace.objects.flags);
  const { handleStart, flags } = trace.objects;
  const { start, owner } = trace.handles;
  for (const object of objects) {
    if ((flags[object] & OBJECT_INHERITED) === 0) continue;
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (start[handle] === START_INHERITED) counter.add(owner[handle], object);
    }
  }
  return counter.entries((process) => textsOf(trace).process(process) ?? '');
}
