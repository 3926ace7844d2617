import { createStore } from 'zustand/vanilla';
import { nextIndex } from './nextIndex.ts';

/** Where Ctrl+F looks. */
export type SearchPane = 'lanes' | 'table';

/** Hits in one pane: how many rows, and the numbers of the first of them in order. */
export interface SearchHits {
  hits: number;
  hitRows: readonly number[];
}

export interface SearchState {
  /** Whether the search box is shown. */
  open: boolean;
  /** Counts the calls of {@link show}: the box takes the focus by it. */
  shown: number;
  /** What is searched: sent as `find` with the requests of lanes, tables and stacks; '' nothing. */
  text: string;
  /** What the panes found; null where a pane has not answered yet or is not shown. The pane itself says it with {@link found}. */
  lanes: SearchHits | null;
  table: SearchHits | null;
  /** The hit that was gone to last: its pane scrolls to `row` whenever `serial` rises. */
  current: { pane: SearchPane; index: number; row: number; serial: number } | null;
  show(): void;
  close(): void;
  setText(text: string): void;
  found(pane: SearchPane, hits: SearchHits | null): void;
  /** Goes to the next or previous hit: through the pane of the current one, then through the other. */
  step(direction: 1 | -1): void;
}

export function createSearchStore() {
  return createStore<SearchState>()((set) => ({
    open: false,
    shown: 0,
    text: '',
    lanes: null,
    table: null,
    current: null,
    show: () => set((s) => ({ open: true, shown: s.shown + 1 })),
    close: () => set({ open: false, text: '', lanes: null, table: null, current: null }),
    setText: (text) => set({ text, lanes: null, table: null, current: null }),
    // Rows of a pane that is gone are no rows of the one in its place.
    found: (pane, hits) =>
      set((s) => ({ [pane]: hits, ...(hits === null && s.current?.pane === pane && { current: null }) })),
    step: (direction) =>
      set((s) => {
        const rows = (pane: SearchPane) => s[pane]?.hitRows ?? [];
        const order: SearchPane[] = ['table', 'lanes'];
        const hits = order.flatMap((pane) => rows(pane).map((row, index) => ({ pane, index, row })));
        if (hits.length === 0) return {};
        const at = hits.findIndex((hit) => hit.pane === s.current?.pane && hit.index === s.current.index);
        const next = hits[nextIndex(at, hits.length, direction)];
        return { current: { ...next, serial: (s.current?.serial ?? 0) + 1 } };
      }),
  }));
}
