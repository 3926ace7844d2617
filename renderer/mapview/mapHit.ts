import type { MapView } from '../../shared/lanes.ts';
import { dataTransform } from '../lanes/hitTest.ts';
import type { TimeScale } from '../lanes/geometry.ts';

/** How far beside a view the mouse still means it, px. */
const REACH = 2;

/** The view at a point of the plot, of several the smallest; -1 for none. */
export function viewAt(view: MapView, scale: TimeScale, screen: TimeScale, x: number, y: number): number {
  const { factor, shift } = dataTransform(scale, screen);
  const { x0, x1, y0, y1 } = view;
  let best = -1;
  let bestSize = Infinity;
  for (let i = 0; i < x0.length; i++) {
    if (y < y0[i] - REACH || y > y1[i] + REACH) continue;
    if (x < x0[i] * factor + shift - REACH || x > x1[i] * factor + shift + REACH) continue;
    const size = (x1[i] - x0[i]) * (y1[i] - y0[i]);
    if (size < bestSize) {
      best = i;
      bestSize = size;
    }
  }
  return best;
}

/** The order that the keyboard goes through: by address, then by time. */
export function keyboardOrder(view: MapView): Int32Array {
  const order = Int32Array.from(view.id, (_, index) => index);
  return order.sort((a, b) => view.y0[a] - view.y0[b] || view.x0[a] - view.x0[b]);
}
