import type { TimeRange } from '../state/timeRange.ts';
import { timeOfX, type TimeScale } from './geometry.ts';

/** A finger on the plot, px from its left edge. */
export interface Touch {
  x: number;
  y: number;
}

/** Fingers closer than this give no scale that can be trusted, px. */
const CLOSEST = 24;

/**
 * The range that keeps the times under two fingers under them: what was at `before` on `screen` is at `now`. Fingers above each
 * other only pan.
 */
export function pinchedRange(
  screen: TimeScale,
  before: readonly [Touch, Touch],
  now: readonly [Touch, Touch],
): TimeRange {
  const spread = (touches: readonly [Touch, Touch]) =>
    Math.hypot(touches[0].x - touches[1].x, touches[0].y - touches[1].y);
  const middle = (touches: readonly [Touch, Touch]) => (touches[0].x + touches[1].x) / 2;
  const factor = Math.max(CLOSEST, spread(before)) / Math.max(CLOSEST, spread(now));
  const span = (screen.toNs - screen.fromNs) * factor;
  const heldNs = timeOfX(screen, middle(before));
  const fromNs = heldNs - (middle(now) / screen.width) * span;
  return { fromNs, toNs: fromNs + span };
}
