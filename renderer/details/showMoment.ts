import { revealRange } from '../state/timeRange.ts';
import type { Viewer } from '../state/viewer.ts';

/** Puts the lanes' cursor on a moment, and moves the visible time there where it lies outside. */
export function showMoment(viewer: Viewer, ns: number): void {
  const view = viewer.view.getState();
  const range = revealRange(view, view.endNs, ns, ns);
  if (range !== view) view.goTo(range.fromNs, range.toNs);
  view.set({ cursorNs: ns });
}
