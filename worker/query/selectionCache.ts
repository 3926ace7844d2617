/** Selections by filter, so that lanes, table, facets and overview of one filter share one. */
import { filterKey, type Filter } from '../../shared/filter.ts';
import type { Trace } from '../lifetimes/model.ts';
import { bitsOfRange, keepCommon, listOfBits, type Bits } from './bits.ts';
import { Recent } from './recent.ts';
import { filterParts, partBits, selectKnown, type Selection } from './select.ts';
import { keepSelectedBits } from './selectedBits.ts';

/** Parts of filters that are kept: a bit an object each. */
const PARTS_KEPT = 64;

/**
 * The last `limit` selections of one trace. A selection costs 4 bytes an object and whatever hangs on it (lanes, sort orders:
 * they are kept in WeakMaps by selection, so they go with it).
 */
export class SelectionCache {
  readonly trace: Trace;
  private readonly selections: Recent<string, Selection>;
  private readonly parts = new Recent<string, Bits>(PARTS_KEPT);

  constructor(trace: Trace, limit = 12) {
    this.trace = trace;
    this.selections = new Recent(limit);
  }

  /** The selection of a filter: the very same object while it is remembered. */
  get(filter: Filter): Selection {
    return this.selections.getOrMake(filterKey(filter), () => {
      const bits = this.bits(filter);
      const selection = selectKnown(this.trace, filter, listOfBits(bits));
      keepSelectedBits(selection, bits);
      return selection;
    });
  }

  /** The objects that a filter keeps. A field that was asked before is not looked at again. Not to be changed. */
  bits(filter: Filter): Bits {
    const [first, ...others] = filterParts(filter).filter((part) => filterKey(part) !== NOTHING_ASKED);
    const { length } = this.trace.objects;
    if (first === undefined) return bitsOfRange(length, 0, length);
    if (others.length === 0) return this.part(first);
    const bits = this.part(first).slice();
    for (const other of others) keepCommon(bits, this.part(other));
    return bits;
  }

  private part(part: Filter): Bits {
    return this.parts.getOrMake(filterKey(part), () => partBits(this.trace, part));
  }
}

/** Key of a filter that keeps everything. */
const NOTHING_ASKED = filterKey({});
