import { OTHER_SLOT } from '../theme/palette.ts';
import { stripColor } from './barStrips.ts';
import { BAR_HEIGHT, BAR_TOP, ROW_HEIGHT } from './geometry.ts';
import type { DataTransform } from './hitTest.ts';
import type { LaneData } from './laneData.ts';
import { barLeft, barWidth, isCrowded, isPlain, RAIL_HEIGHT } from './paintBars.ts';
import type { Scene } from './scene.ts';

/** Of a crowded row: bars of one object each, and those of several. */
const LINES = 2;

/** The plain bars of the rows [from, to) that are crowded, in the same places as {@link paintBars} has them; it paints the others. */
export function paintCrowdedRows(scene: Scene, data: LaneData, from: number, to: number, t: DataTransform): void {
  const { strips, screen, palette, scrollTop } = scene;
  if (strips === null) return;
  const { firstRow } = data.response;
  let crowded = 0;
  for (let row = from; row < to; row++) if (isCrowded(scene, data, row - firstRow)) crowded++;
  if (crowded === 0) return;

  const width = Math.round(screen.width * strips.ratio);
  const pixels = strips.start(width, crowded * LINES);
  const colors = palette.types.map(stripColor);
  let line = 0;
  for (let row = from; row < to; row++) {
    if (!isCrowded(scene, data, row - firstRow)) continue;
    writeRow(pixels, line * width, width, strips.ratio, colors, scene, data, row - firstRow, t);
    line += LINES;
  }
  strips.finish();
  line = 0;
  for (let row = from; row < to; row++) {
    if (!isCrowded(scene, data, row - firstRow)) continue;
    const top = row * ROW_HEIGHT - scrollTop + BAR_TOP;
    strips.draw(line, top, BAR_HEIGHT);
    strips.draw(line + 1, top, RAIL_HEIGHT);
    strips.draw(line + 1, top + BAR_HEIGHT - RAIL_HEIGHT, RAIL_HEIGHT);
    line += LINES;
  }
}

/** Writes the two lines of a row, which begin at `start`. */
function writeRow(
  pixels: Uint32Array,
  start: number,
  lineWidth: number,
  ratio: number,
  colors: readonly number[],
  { screen }: Scene,
  data: LaneData,
  at: number,
  t: DataTransform,
): void {
  const { x0, x1, flags, id, color } = data.response.bars;
  const end = data.barStart[at + 1];
  for (let i = data.barStart[at]; i < end; i++) {
    const exact = x0[i] * t.factor + t.shift;
    if (exact > screen.width) break;
    const exactEnd = x1[i] * t.factor + t.shift;
    if (exactEnd < 0 || !isPlain(flags[i], exact)) continue;
    const left = barLeft(exact);
    const right = left + barWidth(left, exactEnd, screen.width);
    const pixel = colors[data.slots[color[i]] ?? OTHER_SLOT];
    const line = start + (id[i] === 0 ? lineWidth : 0);
    const last = line + Math.min(lineWidth, Math.round(right * ratio));
    for (let to = line + Math.max(0, Math.round(left * ratio)); to < last; to++) pixels[to] = pixel;
  }
}
