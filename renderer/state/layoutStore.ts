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
  /** True where the window is too narrow for panes beside the lanes: filters and details then lie over them. Not kept. */
  narrow: boolean;
  /** Whether the filters lie over the lanes of a narrow window. Not kept: a narrow window starts with its lanes. */
  filtersOver: boolean;
  /** Shows or hides the filters, whichever way the window has them. */
  toggleFilters(): void;
  set(change: Partial<Omit<LayoutState, 'set' | 'toggleFilters' | 'narrow'>>): void;
}

const DEFAULTS = { filtersWidth: 248, detailsWidth: 344, gutterWidth: 320, tableShare: 0.36, filtersOpen: true };

/** The same width stands in app.css. */
const NARROW = '(max-width: 760px)';

export function filtersShown(layout: Pick<LayoutState, 'narrow' | 'filtersOpen' | 'filtersOver'>): boolean {
  return layout.narrow ? layout.filtersOver : layout.filtersOpen;
}

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
  const narrow = typeof matchMedia === 'function' ? matchMedia(NARROW) : null;
  const store = createStore<LayoutState>()((set) => ({
    ...start,
    narrow: narrow?.matches ?? false,
    filtersOver: false,
    toggleFilters: () => set((s) => (s.narrow ? { filtersOver: !s.filtersOver } : { filtersOpen: !s.filtersOpen })),
    set: (change) => set(change),
  }));
  narrow?.addEventListener('change', (event) => store.setState({ narrow: event.matches, filtersOver: false }));
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
