import type { LanePalette } from '../theme/palette.ts';
import type { TimeRange } from '../state/timeRange.ts';
import type { BarStrips } from './barStrips.ts';
import type { TimeScale } from './geometry.ts';
import type { LaneData } from './laneData.ts';

/** One frame of the lanes. Coordinates are CSS pixels; the caller has set the context's scale to the screen's. */
export interface Scene {
  screen: TimeScale;
  height: number;
  scrollTop: number;
  data: LaneData | null;
  palette: LanePalette;
  /** Diagonal strokes for leaks; a plain colour where patterns cannot be made. */
  hatch: CanvasPattern | string;
  /** Paints crowded rows on the screen; null where every bar is to be a rectangle, as in a saved picture. */
  strips: BarStrips | null;
  rundowns: readonly TimeRange[];
  /** Where events were lost. */
  lostStretches: readonly TimeRange[];
  /** Times of the axis' ticks, for the lines that lead down from them. */
  gridNs: readonly number[];
  /** The stretch selected on the ruler. */
  range: TimeRange | null;
  /** Times of the user's marks. */
  markNs: readonly number[];
  selectedId: number;
  /** Time of the selected event of the selected object, -1 none. */
  eventNs: number;
  hoverBar: number;
  /** Row and bar the keyboard is on; -1 while the lanes have no focus. */
  cursorRow: number;
  cursorBar: number;
  /** Row of the search hit that was gone to last, -1 none. */
  hitRow: number;
  /** Vertical line under the mouse, px; -1 for none. */
  cursorX: number;
}
