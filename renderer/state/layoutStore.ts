import { createStore } from 'zustand/vanilla';
import { readSetting, writeSetting } from './settings.ts';

export interface LayoutState {
  /** Width of the filter panel, px. */
  filtersWidth: number;
  /** Width of the details pane, px. */
  detailsWidth: number;
  /** Width of the lane labels left of the plot, px; the overview's plot starts at the same x. */
  gutterWidth: number;
  /** Height of the objects table as a share of the space it splits with the lanes. */
  tableShare: number;
  /** False hides the filter panel, for small windows. */
  filtersOpen: boolean;
  set(change: Partial<Omit<LayoutState, 'set'>>): void;
}

const DEFAULTS = { filtersWidth: 248, detailsWidth: 344, gutterWidth: 320, tableShare: 0.36, filtersOpen: true };

/** Pane sizes, kept between sessions. */
export function createLayoutStore() {
  const saved = readSetting('layout');
  const start = { ...DEFAULTS };
  if (saved !== null && typeof saved === 'object') {
    for (const [key, value] of Object.entries(saved) as [string, unknown][]) {
      if (key in start && typeof value === typeof start[key as keyof typeof start])
        Object.assign(start, { [key]: value });
    }
  }
  const store = createStore<LayoutState>()((set) => ({ ...start, set: (change) => set(change) }));
  store.subscribe((s) =>
    writeSetting('layout', {
      filtersWidth: s.filtersWidth,
      detailsWidth: s.detailsWidth,
      gutterWidth: s.gutterWidth,
      tableShare: s.tableShare,
      filtersOpen: s.filtersOpen,
    }),
  );
  return store;
}
