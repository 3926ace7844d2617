import { useEffect, type RefObject } from 'react';
import { useViewer } from '../state/viewerContext.ts';
import { timeOfX } from './geometry.ts';

/** Wheel units to zoom: one notch (100) is a third closer. */
const WHEEL_ZOOM = 0.003;
/** What browsers send for a touchpad's pinch is Ctrl+wheel with a few units, a notch of a wheel 100 and more. */
const PINCH_ZOOM = 0.01;
const PINCH_UNITS = 50;
/** px of a wheel that counts in lines, and in pages */
const LINE = 33;
const PAGE = 400;

export function zoomOfWheel(units: number): number {
  const capped = Math.max(-300, Math.min(300, units));
  return Math.exp(capped * (Math.abs(capped) < PINCH_UNITS ? PINCH_ZOOM : WHEEL_ZOOM));
}

/**
 * Ctrl+wheel and a touchpad's pinch zoom at the mouse; Shift+wheel and a sideways wheel pan. A plain wheel is left to whatever
 * scrolls. `plot` is the element whose left edge is the start of the shown time, `width` its px.
 */
export function useTimeWheel(
  target: RefObject<HTMLElement | null>,
  plot: RefObject<Element | null>,
  width: number,
): void {
  const viewer = useViewer();
  // React's wheel listeners are passive; zooming has to keep the page from zooming too.
  useEffect(() => {
    const element = target.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      const view = viewer.view.getState();
      const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? PAGE : 1;
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const left = plot.current?.getBoundingClientRect().left ?? 0;
        const x = Math.min(width, Math.max(0, event.clientX - left));
        const at = timeOfX({ fromNs: view.fromNs, toNs: view.toNs, width }, x);
        view.zoomAt(at, zoomOfWheel(event.deltaY * unit));
      } else if (sideways !== 0 && Math.abs(sideways) >= Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        event.preventDefault();
        view.pan((sideways * unit) / Math.max(1, width));
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [viewer, target, plot, width]);
}
