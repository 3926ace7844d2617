import { createStore } from 'zustand/vanilla';
import { filterKey, type Filter } from '../../shared/filter.ts';

export interface FilterState {
  /** The filter in force: sent with every request. Never holds a field that keeps everything. */
  filter: Filter;
  /** Filters before this one, oldest first: what undo goes back to. */
  past: readonly Filter[];
  /** Filters that were undone, the next one last: what redo goes to. */
  future: readonly Filter[];
  /** Field that the last change typed into, so that the letters of one word are one step of undo; '' none. */
  typing: string;
  /** Counts the calls of {@link clear}: boxes with text that is not in force empty themselves by it. */
  clears: number;
  /** Sets some fields; undefined, '' and false remove one. `typed`: one of several changes that are typed in a row. */
  patch(change: Partial<Filter>, how?: 'typed'): void;
  /** Puts a whole filter in the place of the one in force, as one step of undo. */
  replace(filter: Filter): void;
  clear(): void;
  undo(): void;
  redo(): void;
  /** Another trace: this filter, and nothing to undo. */
  reset(filter?: Filter): void;
}

/** Steps of undo that are kept. */
const MOST_STEPS = 200;

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
  return createStore<FilterState>()((set) => {
    const change = (s: FilterState, wanted: Filter, typing: string): Partial<FilterState> => {
      const filter = normalizeFilter(wanted);
      if (filterKey(filter) === filterKey(s.filter)) return {};
      // The first letter makes the step; the rest of the word goes on with it.
      const past = typing !== '' && typing === s.typing ? s.past : [...s.past, s.filter].slice(-MOST_STEPS);
      return { filter, past, future: [], typing };
    };
    return {
      filter: {},
      past: [],
      future: [],
      typing: '',
      clears: 0,
      patch: (fields, how) =>
        set((s) => change(s, { ...s.filter, ...fields }, how === 'typed' ? Object.keys(fields).sort().join() : '')),
      replace: (filter) => set((s) => change(s, filter, '')),
      clear: () => set((s) => ({ ...change(s, {}, ''), clears: s.clears + 1 })),
      undo: () =>
        set((s) => {
          const filter = s.past.at(-1);
          if (filter === undefined) return {};
          return {
            filter,
            past: s.past.slice(0, -1),
            future: [...s.future, s.filter],
            typing: '',
            clears: s.clears + 1,
          };
        }),
      redo: () =>
        set((s) => {
          const filter = s.future.at(-1);
          if (filter === undefined) return {};
          return {
            filter,
            past: [...s.past, s.filter],
            future: s.future.slice(0, -1),
            typing: '',
            clears: s.clears + 1,
          };
        }),
      reset: (filter = {}) =>
        set((s) => ({ filter: normalizeFilter(filter), past: [], future: [], typing: '', clears: s.clears + 1 })),
    };
  });
}
