/** Selections by filter, so that lanes, table, facets and overview of one filter share one. */
import type { Filter } from '../../shared/filter.ts';
import type { Trace } from '../lifetimes/model.ts';
import { selectObjects, type Selection } from './select.ts';

/**
 * The last `limit` selections of one trace. A selection costs 4 bytes an object and whatever hangs on it (lanes, sort orders:
 * they are kept in WeakMaps by selection, so they go with it).
 */
export class SelectionCache {
  readonly trace: Trace;
  private readonly limit: number;
  /** oldest first */
  private readonly selections = new Map<string, Selection>();

  constructor(trace: Trace, limit = 12) {
    this.trace = trace;
    this.limit = limit;
  }

  /** The selection of a filter: the very same object while it is remembered. */
  get(filter: Filter): Selection {
    const key = filterKey(filter);
    const selection = this.selections.get(key) ?? selectObjects(this.trace, filter);
    this.selections.delete(key);
    this.selections.set(key, selection);
    if (this.selections.size > this.limit) {
      const oldest = this.selections.keys().next();
      if (!oldest.done) this.selections.delete(oldest.value);
    }
    return selection;
  }

  clear(): void {
    this.selections.clear();
  }
}

/** Canonical JSON of what a filter asks: fields in one order, those that ask nothing left out. */
export function filterKey(filter: Filter): string {
  const asked = Object.entries(filter)
    .filter(([name, value]) => asks(name, value))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(asked);
}

/** `map: false` means "no mappings"; of the other switches false is the same as absent. */
function asks(name: string, value: Filter[keyof Filter]): boolean {
  if (value === undefined || value === '') return false;
  if (value === false) return name === 'map';
  return typeof value !== 'object' || value.min !== null || value.max !== null;
}
