import { createStore } from 'zustand/vanilla';
import { clampRange, panRange, zoomRange } from './timeRange.ts';

export interface ViewState {
  /** End of the trace, ns: the limit of every pan and zoom. */
  endNs: number;
  /** The visible stretch of time, shared by lanes, axis and overview. */
  fromNs: number;
  toNs: number;
  /** Keys of the group rows that are open; sent with every lane request. */
  openGroups: ReadonlySet<string>;
  setRange(fromNs: number, toNs: number): void;
  zoomAt(atNs: number, factor: number): void;
  pan(share: number): void;
  fit(): void;
  toggleGroup(key: string): void;
  openAlso(keys: readonly string[]): void;
  setOpenGroups(keys: Iterable<string>): void;
}

export function createViewStore(endNs = 1e9) {
  return createStore<ViewState>()((set) => ({
    endNs,
    fromNs: 0,
    toNs: endNs,
    openGroups: new Set<string>(),
    setRange: (fromNs, toNs) => set((s) => clampRange({ fromNs, toNs }, s.endNs)),
    zoomAt: (atNs, factor) => set((s) => zoomRange(s, s.endNs, atNs, factor)),
    pan: (share) => set((s) => panRange(s, s.endNs, share)),
    fit: () => set((s) => clampRange({ fromNs: 0, toNs: s.endNs }, s.endNs)),
    toggleGroup: (key) =>
      set((s) => {
        const openGroups = new Set(s.openGroups);
        if (!openGroups.delete(key)) openGroups.add(key);
        return { openGroups };
      }),
    openAlso: (keys) =>
      set((s) =>
        keys.every((key) => s.openGroups.has(key)) ? s : { openGroups: new Set([...s.openGroups, ...keys]) },
      ),
    setOpenGroups: (keys) => set({ openGroups: new Set(keys) }),
  }));
}
