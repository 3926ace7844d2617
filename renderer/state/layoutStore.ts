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
  /** False hides the strip of the whole trace. */
  overviewOpen: boolean;
  /** Which half of the middle has all of it; 'none': both share it. */
  maximised: 'none' | 'lanes' | 'tables';
  /** True where the window is too narrow for panes beside the lanes: filters and details then lie over them. Not kept. */
  narrow: boolean;
  /** Whether the filters lie over the lanes of a narrow window. Not kept: a narrow window starts with its lanes. */
  filtersOver: boolean;
  /** Shows or hides the filters, whichever way the window has them. */
  toggleFilters(): void;
  /** Gives a half all of the middle, or both their shares again. */
  toggleMaximised(half: 'lanes' | 'tables'): void;
  set(change: Partial<Omit<LayoutState, 'set' | 'toggleFilters' | 'toggleMaximised' | 'narrow'>>): void;
}

const DEFAULTS = {
  filtersWidth: 248,
  detailsWidth: 344,
  gutterWidth: 320,
  tableShare: 0.36,
  filtersOpen: true,
  overviewOpen: true,
  maximised: 'none' as LayoutState['maximised'],
};
type SavedLayout = typeof DEFAULTS;

/** The same width stands in app.css. */
const NARROW = '(max-width: 760px)';

export function filtersShown(layout: Pick<LayoutState, 'narrow' | 'filtersOpen' | 'filtersOver'>): boolean {
  return layout.narrow ? layout.filtersOver : layout.filtersOpen;
}

/** Pane sizes, kept between sessions. */
export function createLayoutStore() {
  const narrow = typeof matchMedia === 'function' ? matchMedia(NARROW) : null;
  const store = createStore<LayoutState>()((set) => ({
    ...savedLayout(readSetting('layout')),
    narrow: narrow?.matches ?? false,
    filtersOver: false,
    toggleFilters: () => set((s) => (s.narrow ? { filtersOver: !s.filtersOver } : { filtersOpen: !s.filtersOpen })),
    toggleMaximised: (half) => set((s) => ({ maximised: s.maximised === half ? 'none' : half })),
    set: (change) => set(change),
  }));
  narrow?.addEventListener('change', (event) => store.setState({ narrow: event.matches, filtersOver: false }));
  store.subscribe((s) => {
    const kept = Object.keys(DEFAULTS).map((key) => [key, s[key as keyof SavedLayout]]);
    writeSetting('layout', Object.fromEntries(kept));
  });
  return store;
}

/** The defaults, and what of the saved ones makes sense. */
function savedLayout(saved: unknown): SavedLayout {
  const layout = { ...DEFAULTS };
  if (saved === null || typeof saved !== 'object') return layout;
  for (const [key, value] of Object.entries(saved) as [string, unknown][]) {
    if (!(key in layout) || typeof value !== typeof layout[key as keyof SavedLayout]) continue;
    if (typeof value === 'number' && !Number.isFinite(value)) continue;
    if (key === 'maximised' && value !== 'lanes' && value !== 'tables') continue;
    Object.assign(layout, { [key]: value });
  }
  return layout;
}
