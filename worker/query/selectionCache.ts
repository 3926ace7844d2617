/** Selections by filter, so that lanes, table, facets and overview of one filter share one. */
import { filterKey, type Filter } from '../../shared/filter.ts';
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
