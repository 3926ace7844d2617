import { createStore } from 'zustand/vanilla';
import type { ObjectRow } from '../../shared/records.ts';

export interface HoverState {
  /**
   * Where the mouse is on the plot, px in the window: what is under it is looked up again when the lanes change. null while it pans,
   * and from a key until it moves.
   */
  mouse: { clientX: number; clientY: number } | null;
  /** What the mouse is on; null where `mouse` is. */
  target: HoverTarget | null;
  /** The hovered object's row, fetched a moment later; of another object until then. */
  row: ObjectRow | null;
}

export interface HoverTarget {
  /** Mouse, px in the plot. */
  x: number;
  y: number;
  ns: number;
  bar: number;
  /** 0 where no object, or several, are under the mouse. */
  id: number;
  /** First line of the tooltip, and what stands under it; empty for a bare time. */
  title: string;
  lines: string[];
}

export function createHoverStore() {
  return createStore<HoverState>()(() => ({ mouse: null, target: null, row: null }));
}

export type HoverStore = ReturnType<typeof createHoverStore>;
