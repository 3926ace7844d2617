import { selectObject } from '../state/select.ts';
import type { Viewer } from '../state/viewer.ts';

/** Closes the details. A focus that was in them goes back to the table or the lanes, whichever they were opened from. */
export function closeDetails(viewer: Viewer): void {
  const focused = document.activeElement;
  if (focused === null || focused === document.body || focused.closest('[data-testid="details"]') !== null) {
    const place = viewer.selection.getState().origin === 'lanes' ? '[data-testid="lanes"]' : '.page [data-grid]';
    document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
  }
  void selectObject(viewer, null, 'command');
}
