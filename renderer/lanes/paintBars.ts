import { BAR_BORN_BEFORE, BAR_INHERITED, BAR_LEAK, BAR_LEAK_AT_EXIT, BAR_MAPPING } from '../../shared/lanes.ts';
import { OTHER_SLOT } from '../theme/palette.ts';
import { BAR_HEIGHT, BAR_TOP, MAPPING_HEIGHT, MAPPING_TOP, ROW_HEIGHT } from './geometry.ts';
import type { DataTransform } from './hitTest.ts';
import type { LaneData } from './laneData.ts';
import type { PaintContext } from './paintContext.ts';
import type { Scene } from './scene.ts';

const FADE_WIDTH = 18;
const FADE_STEPS = 6;
const MARKER = 4;
/** Markers of one row stand at least this far apart, or they would be a smear. */
const MARKER_PITCH = 5;

/** A row with more bars than this is crowded: its plain ones are painted as pixels, not as rectangles. */
const CROWDED = 200;
/** Height of each of the two rails that stand for several objects. */
export const RAIL_HEIGHT = 4;

/** Whether the plain bars of row `firstRow + at` are {@link paintCrowdedRows}'s. */
export function isCrowded(scene: Scene, data: LaneData, at: number): boolean {
  return scene.strips !== null && data.barStart[at + 1] - data.barStart[at] > CROWDED;
}

/** Whether a bar is nothing but its colour, in the height of objects. `left`: its exact left edge. */
export function isPlain(flags: number, left: number): boolean {
  return (flags & (BAR_LEAK | BAR_INHERITED | BAR_MAPPING)) === 0 && !fades(flags, left);
}

/** Whether the beginning of an object that existed before is on the screen. */
function fades(flags: number, left: number): boolean {
  return (flags & BAR_BORN_BEFORE) !== 0 && left > -FADE_WIDTH;
}

/** Far outside coordinates lose their fraction on some canvases; what is off the screen needs no exact place. */
export function barLeft(exact: number): number {
  return Math.round(Math.max(exact, -FADE_WIDTH));
}

/** From the rounded left edge to the exact right one: with a gap to the neighbour where there is room for it, and never nothing. */
export function barWidth(left: number, exactRight: number, screenWidth: number): number {
  const width = Math.round(Math.min(exactRight, screenWidth + 2)) - left;
  return width > 3 ? width - 1 : Math.max(1, width);
}

/** The bars of row `firstRow + at`, whose top edge is at y; without the plain ones where it is crowded. */
export function paintBars(
  ctx: PaintContext,
  scene: Scene,
  data: LaneData,
  at: number,
  y: number,
  t: DataTransform,
): void {
  const { palette, screen } = scene;
  const { x0, x1, flags, id, color: colorOf } = data.response.bars;
  const end = data.barStart[at + 1];
  const crowded = isCrowded(scene, data, at);
  let color = '';
  for (let i = data.barStart[at]; i < end; i++) {
    const exact = x0[i] * t.factor + t.shift;
    if (exact > screen.width) break;
    const exactRight = x1[i] * t.factor + t.shift;
    if (exactRight < 0) continue;
    const bits = flags[i];
    if (crowded && isPlain(bits, exact)) continue;
    const left = barLeft(exact);
    const width = barWidth(left, exactRight, screen.width);
    const mapping = (bits & BAR_MAPPING) !== 0;
    const top = y + (mapping ? MAPPING_TOP : BAR_TOP);
    const height = mapping ? MAPPING_HEIGHT : BAR_HEIGHT;
    const wanted = palette.types[data.slots[colorOf[i]] ?? OTHER_SLOT];
    if (wanted !== color) {
      color = wanted;
      ctx.fillStyle = color;
    }
    if (id[i] === 0) {
      // Several objects in one pixel: two rails instead of a bar.
      ctx.fillRect(left, top, width, RAIL_HEIGHT);
      ctx.fillRect(left, top + height - RAIL_HEIGHT, width, RAIL_HEIGHT);
    } else if (fades(bits, exact) && width > FADE_STEPS) {
      const fade = Math.min(FADE_WIDTH, width);
      const slice = fade / FADE_STEPS;
      for (let s = 0; s < FADE_STEPS; s++) {
        ctx.globalAlpha = (s + 0.5) / FADE_STEPS;
        ctx.fillRect(left + s * slice, top, slice, height);
      }
      ctx.globalAlpha = 1;
      if (width > fade) ctx.fillRect(left + fade, top, width - fade, height);
    } else {
      ctx.fillRect(left, top, width, height);
    }
    if ((bits & BAR_INHERITED) !== 0 && width > 4) {
      ctx.fillStyle = palette.ink;
      ctx.fillRect(left, top, 2, 5);
      ctx.fillRect(left, top, 5, 2);
      color = '';
    }
    if ((bits & BAR_LEAK) !== 0) {
      if (width > 3) {
        ctx.fillStyle = scene.hatch;
        ctx.fillRect(left, top, width, height);
      }
      ctx.fillStyle = palette.leak;
      ctx.fillRect(left, top - 1, width, 2);
      ctx.fillRect(left, top + height - 1, width, 2);
      color = '';
    }
  }
}

/** Leaks until exit end in a diamond, drawn after the bars so that no neighbour covers it. One path for all. */
export function paintMarkers(
  ctx: PaintContext,
  scene: Scene,
  data: LaneData,
  from: number,
  to: number,
  t: DataTransform,
): void {
  const { palette, screen, scrollTop } = scene;
  const { x1, flags } = data.response.bars;
  const { firstRow } = data.response;
  let any = false;
  for (let row = from; row < to; row++) {
    const at = row - firstRow;
    const y = row * ROW_HEIGHT - scrollTop + ROW_HEIGHT / 2;
    let before = -Infinity;
    for (let i = data.barStart[at]; i < data.barStart[at + 1]; i++) {
      if ((flags[i] & BAR_LEAK_AT_EXIT) === 0) continue;
      const x = Math.round(x1[i] * t.factor + t.shift);
      if (x < -MARKER || x > screen.width + MARKER || x - before < MARKER_PITCH) continue;
      before = x;
      if (!any) {
        ctx.beginPath();
        any = true;
      }
      ctx.moveTo(x - MARKER, y);
      ctx.lineTo(x, y - MARKER - 2);
      ctx.lineTo(x + MARKER, y);
      ctx.lineTo(x, y + MARKER + 2);
      ctx.closePath();
    }
  }
  if (any) {
    ctx.fillStyle = palette.leak;
    ctx.fill();
  }
}
