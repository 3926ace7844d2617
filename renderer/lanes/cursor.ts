import { barAt, barBeside, dataTransform } from './hitTest.ts';
import { timeOfX, xOfTime, type TimeScale } from './geometry.ts';
import type { LaneData } from './laneData.ts';

/** Where the keyboard is: a row and, on lanes, the time that up and down keep to. */
export interface Cursor {
  row: number;
  ns: number;
}

/** The bar that the keyboard means: the one at its time, or the nearest in the row; -1 for none. */
export function cursorBar(data: LaneData, screen: TimeScale, at: Cursor): number {
  return barAt(data, screen, at.row, xOfTime(screen, at.ns), Infinity);
}

/** The middle of the visible part of a bar; of one that is off the screen, of all of it. ns. */
export function barMiddle(data: LaneData, screen: TimeScale, bar: number): number {
  const { factor, shift } = dataTransform(data.scale, screen);
  const left = data.response.bars.x0[bar] * factor + shift;
  const right = data.response.bars.x1[bar] * factor + shift;
  const from = Math.max(left, Math.min(0, right));
  const to = Math.min(right, Math.max(screen.width, left));
  return timeOfX(screen, (from + to) / 2);
}

/** The bar that left or right leads to: the cursor's own where it is not selected yet, else the one beside it; -1 for none. */
export function nextBar(data: LaneData, screen: TimeScale, at: Cursor, selectedId: number, direction: 1 | -1): number {
  const bar = cursorBar(data, screen, at);
  const isSelected = bar >= 0 && selectedId > 0 && data.response.bars.id[bar] === selectedId;
  return isSelected ? barBeside(data, bar, direction) : bar;
}
