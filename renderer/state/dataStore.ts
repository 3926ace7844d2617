import { createStore } from 'zustand/vanilla';
import type { TraceErrorData } from '../../shared/errors.ts';
import type { Facets, Overview } from '../../shared/service.ts';

export interface DataState {
  /** Counts for the filter panel under the filter in force; null until the first answer. */
  facets: Facets | null;
  /** Why the counts under the filter in force could not be had, and another try; shown in the filter panel. */
  facetsFailed: { error: TraceErrorData; retry: () => void } | null;
  /** Open handles over the whole trace, for the strip above the lanes. */
  overview: Overview | null;
  /** Objects kept by the filter and objects of the trace, from whichever answer came last. */
  matched: number;
  total: number;
}

export function createDataStore() {
  return createStore<DataState>()(() => ({ facets: null, facetsFailed: null, overview: null, matched: 0, total: 0 }));
}
