import { createStore } from 'zustand/vanilla';
import type { Filter } from '../../shared/filter.ts';

export interface FilterState {
  /** The filter in force: sent with every request. Never holds a field that keeps everything. */
  filter: Filter;
  /** Counts the calls of {@link clear}: boxes with text that is not in force empty themselves by it. */
  clears: number;
  /** Sets some fields; undefined, '' and false remove one. */
  patch(change: Partial<Filter>): void;
  clear(): void;
}

/** Drops the fields that keep everything, so that equal filters are equal objects and chips are one a field. */
export function normalizeFilter(filter: Filter): Filter {
  const kept = Object.entries(filter).filter(([key, value]) => {
    if (value === undefined || value === '') return false;
    if (value === false) return key === 'map';
    if (typeof value === 'object') return value.min !== null || value.max !== null;
    return true;
  });
  return Object.fromEntries(kept);
}

export function createFilterStore() {
  return createStore<FilterState>()((set) => ({
    filter: {},
    clears: 0,
    patch: (change) => set((s) => ({ filter: normalizeFilter({ ...s.filter, ...change }) })),
    clear: () => set((s) => ({ filter: {}, clears: s.clears + 1 })),
  }));
}
