import { rowAt, timeOfX, xOfTime, type TimeScale } from './geometry.ts';
import type { LaneData } from './laneData.ts';

/** How far beside a bar the mouse still means it, px. */
const REACH = 3;

/** Where data pixels are on the screen: `x * factor + shift`. Data of an older zoom is stretched until the new one is there. */
export interface DataTransform {
  factor: number;
  shift: number;
}

export function dataTransform(data: TimeScale, screen: TimeScale): DataTransform {
  const factor = (data.toNs - data.fromNs) / data.width / ((screen.toNs - screen.fromNs) / screen.width);
  return { factor, shift: xOfTime(screen, data.fromNs) };
}

/** What is under a point of the plot; `bar` is an index into the response's bars, -1 for none. */
export interface Hit {
  row: number;
  bar: number;
  ns: number;
}

export function hitTest(data: LaneData, screen: TimeScale, scrollTop: number, x: number, y: number): Hit | null {
  const row = rowAt(scrollTop, y);
  const at = row - data.response.firstRow;
  if (at < 0 || at >= data.response.rows.length) return null;
  return { row, bar: barAt(data, screen, row, x, REACH), ns: timeOfX(screen, x) };
}

/** The bar of a row at a screen x, or the nearest within `reach` px; -1 for none. */
export function barAt(data: LaneData, screen: TimeScale, row: number, x: number, reach: number): number {
  const at = row - data.response.firstRow;
  if (at < 0 || at >= data.response.rows.length) return -1;
  const { factor, shift } = dataTransform(data.scale, screen);
  const { x0, x1 } = data.response.bars;
  let best = -1;
  let bestDistance = reach;
  for (let i = data.barStart[at]; i < data.barStart[at + 1]; i++) {
    const left = x0[i] * factor + shift;
    if (left - x > reach) break;
    // A bar is painted at least a pixel wide.
    const right = Math.max(x1[i] * factor + shift, left + 1);
    const distance = x < left ? left - x : x > right ? x - right : 0;
    if (distance < bestDistance || (best === -1 && distance <= reach)) {
      best = i;
      bestDistance = distance;
    }
  }
  return best;
}

/** The bar left (-1) or right (1) of a bar in its row, -1 at the end. */
export function barBeside(data: LaneData, bar: number, direction: 1 | -1): number {
  const rows = data.response.bars.row;
  const next = bar + direction;
  return next >= 0 && next < rows.length && rows[next] === rows[bar] ? next : -1;
}

/** Outstanding handles of a group row at a screen x; null where the row has no area. */
export function areaValueAt(data: LaneData, screen: TimeScale, row: number, x: number): number | null {
  const area = data.response.areas[data.areaOf[row - data.response.firstRow] ?? -1];
  if (area === undefined) return null;
  const { factor, shift } = dataTransform(data.scale, screen);
  const sample = Math.floor((x - shift) / factor / 2);
  return area.samples[Math.min(Math.max(sample, 0), area.samples.length - 1)] ?? null;
}
