import type { Viewer } from '../state/viewer.ts';

/** Shows the stretch that is selected on the ruler, and nothing else. */
export function zoomToRange(viewer: Viewer): void {
  const { rulerRange, goTo, set } = viewer.view.getState();
  if (rulerRange === null) return;
  goTo(rulerRange.fromNs, rulerRange.toNs);
  set({ rulerRange: null });
}

/** Keeps only events of the stretch that is selected on the ruler. The filter's times are seconds. */
export function filterToRange(viewer: Viewer): void {
  const { rulerRange } = viewer.view.getState();
  if (rulerRange === null) return;
  viewer.filter.getState().patch({ time: { min: rulerRange.fromNs / 1e9, max: rulerRange.toNs / 1e9 } });
}

/** Selects the middle half of what is shown, for the keyboard: the edges can be moved from there. */
export function selectShownRange(viewer: Viewer): void {
  const { fromNs, toNs, set } = viewer.view.getState();
  const quarter = (toNs - fromNs) / 4;
  set({ rulerRange: { fromNs: Math.round(fromNs + quarter), toNs: Math.round(toNs - quarter) } });
}
