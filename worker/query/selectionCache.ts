/** Selections by filter, so that lanes, table, facets and overview of one filter share one. */
import { filterKey, type Filter } from '../../shared/filter.ts';
import type { Trace } from '../lifetimes/model.ts';
import { Recent } from './recent.ts';
import { selectObjects, type Selection } from './select.ts';

/** Marks that are kept: one byte an object each. */
const MARKS_KEPT = 16;

/**
 * The last `limit` selections of one trace. A selection costs 4 bytes an object and whatever hangs on it (lanes, sort orders:
 * they are kept in WeakMaps by selection, so they go with it).
 */
export class SelectionCache {
  readonly trace: Trace;
  private readonly selections: Recent<string, Selection>;
  private readonly marked = new Recent<string, Uint8Array>(MARKS_KEPT);

  constructor(trace: Trace, limit = 12) {
    this.trace = trace;
    this.selections = new Recent(limit);
  }

  /** The selection of a filter: the very same object while it is remembered. */
  get(filter: Filter): Selection {
    return this.selections.getOrMake(filterKey(filter), () => selectObjects(this.trace, filter));
  }

  /** By object: 1 where a filter keeps it. For filters of one field, of which many filters are made. */
  marks(filter: Filter): Uint8Array {
    return this.marked.getOrMake(filterKey(filter), () => {
      const marks = new Uint8Array(this.trace.objects.length);
      for (const object of selectObjects(this.trace, filter).objects) marks[object] = 1;
      return marks;
    });
  }
}
