import { createStore } from 'zustand/vanilla';
import type { ObjectColumn } from '../../shared/service.ts';

export interface SortKey {
  column: ObjectColumn;
  descending: boolean;
}

export interface TableState {
  /** The sort order of the table, first key first; empty is by id. Here and not in the table because N (next leak) and locate need it too. */
  sort: SortKey[];
  setSort(sort: SortKey[]): void;
}

export function createTableStore() {
  return createStore<TableState>()((set) => ({ sort: [], setSort: (sort) => set({ sort }) }));
}
