import { EVENT_KINDS, type EventKind } from '../../shared/records.ts';
import { BAR_HEIGHT, BAR_TOP, ROW_HEIGHT } from './geometry.ts';
import type { DataTransform } from './hitTest.ts';
import type { LaneData } from './laneData.ts';
import type { PaintContext } from './paintContext.ts';
import type { Scene } from './scene.ts';

type TickShape = 'up' | 'down' | 'full' | 'dot';

const TICK_SHAPES: Record<EventKind, TickShape> = {
  HandleCreate: 'up',
  HandleClose: 'down',
  HandleDuplicate: 'full',
  RefChange: 'dot',
  Map: 'up',
  Unmap: 'down',
  ObjectCreate: 'up',
  ObjectDelete: 'down',
  HandleDCStart: 'dot',
  HandleDCEnd: 'dot',
  MapDCStart: 'dot',
  MapDCEnd: 'dot',
};
const SHAPE_OF_KIND: readonly TickShape[] = EVENT_KINDS.map((kind) => TICK_SHAPES[kind]);

/** An event this close to an end of its bar is the end itself and needs no tick, px. */
const END_REACH = 1.5;

/**
 * Events inside of bars: a tick from above opens, one from below closes, a full one duplicates, a dot is anything else. The
 * first and the last event are the bar's ends; ticks there would only be noise.
 */
export function paintTicks(
  ctx: PaintContext,
  scene: Scene,
  data: LaneData,
  at: number,
  y: number,
  t: DataTransform,
): void {
  const { x, kind } = data.response.ticks;
  const start = data.tickStart[at];
  const end = data.tickStart[at + 1];
  if (start === end) return;
  const { x0, x1 } = data.response.bars;
  const lastBar = data.barStart[at + 1] - 1;
  let bar = data.barStart[at];
  ctx.fillStyle = scene.palette.ink;
  for (let i = start; i < end; i++) {
    const exact = x[i] * t.factor + t.shift;
    const px = Math.round(exact);
    if (px < 0) continue;
    if (px > scene.screen.width) break;
    // Both are sorted by x: the bar of a tick is the last one that starts before it.
    while (bar < lastBar && x0[bar + 1] * t.factor + t.shift <= exact + END_REACH) bar++;
    if (bar <= lastBar) {
      const left = x0[bar] * t.factor + t.shift;
      const right = x1[bar] * t.factor + t.shift;
      if (Math.abs(exact - left) < END_REACH || Math.abs(exact - right) < END_REACH) continue;
    }
    const shape = SHAPE_OF_KIND[kind[i]];
    if (shape === 'up') ctx.fillRect(px, y + BAR_TOP - 2, 1, BAR_HEIGHT / 2 + 2);
    else if (shape === 'down') ctx.fillRect(px, y + BAR_TOP + BAR_HEIGHT / 2, 1, BAR_HEIGHT / 2 + 2);
    else if (shape === 'full') ctx.fillRect(px, y + BAR_TOP - 2, 1, BAR_HEIGHT + 4);
    else ctx.fillRect(px, y + ROW_HEIGHT / 2 - 1, 1, 2);
  }
}
