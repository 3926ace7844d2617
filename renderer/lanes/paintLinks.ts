import type { LaneLink } from '../../shared/lanes.ts';
import { ROW_HEIGHT, xOfTime, type TimeScale } from './geometry.ts';
import type { LaneData } from './laneData.ts';
import type { PaintContext } from './paintContext.ts';
import type { Scene } from './scene.ts';

const HEAD = 5;
/** An arrow to a process that has no row now is this short, and points out of its row. */
const STUB = 26;
const DASH = 4;
/** How far beside an arrow the mouse still means it, px. */
const REACH = 4;

/**
 * Arrows of the selected object, from its row to the one of the process that got a handle. A duplicate has a solid line and a full
 * head, an inheritance a dashed line and an open head.
 */
export function paintLinks(ctx: PaintContext, scene: Scene, data: LaneData): void {
  const { links } = data.response;
  if (links.length === 0) return;
  ctx.fillStyle = scene.palette.selection;
  ctx.strokeStyle = scene.palette.selection;
  ctx.lineWidth = 1.5;
  for (const link of links) {
    const x = Math.round(xOfTime(scene.screen, link.ns));
    if (link.fromRow < 0 || x < 0 || x > scene.screen.width) continue;
    const from = middleOf(link.fromRow, scene.scrollTop);
    if (link.toRow < 0 || link.toRow === link.fromRow) paintStub(ctx, link, scene, x, from);
    else paintArrow(ctx, link, scene, x, from, middleOf(link.toRow, scene.scrollTop));
  }
}

/** Along a column of the plot: from one row's middle to the other's. */
function paintArrow(ctx: PaintContext, link: LaneLink, scene: Scene, x: number, from: number, to: number): void {
  const down = to > from ? 1 : -1;
  const tip = to - down * 2;
  // Only what is on the screen: a receiver may be a million rows away.
  const top = Math.max(-HEAD, Math.min(from, tip));
  const bottom = Math.min(scene.height + HEAD, Math.max(from, tip));
  if (bottom < top) return;
  if (link.kind === 'inherit') {
    for (let y = top; y < bottom; y += 2 * DASH) ctx.fillRect(x - 0.75, y, 1.5, Math.min(DASH, bottom - y));
  } else ctx.fillRect(x - 0.75, top, 1.5, bottom - top);
  ctx.fillRect(x - 2.5, from - 2.5, 5, 5);
  paintHead(ctx, link, x, tip, 0, down);
}

/** Where there is no other row: a short arrow to the right, or to the left where the edge is near. */
function paintStub(ctx: PaintContext, link: LaneLink, scene: Scene, x: number, y: number): void {
  if (y < 0 || y > scene.height) return;
  const aside = x + STUB + HEAD > scene.screen.width ? -1 : 1;
  const end = x + aside * STUB;
  if (link.kind === 'inherit') {
    for (let at = 0; at < STUB; at += 2 * DASH)
      ctx.fillRect(Math.min(x + aside * at, x + aside * (at + DASH)), y - 0.75, DASH, 1.5);
  } else ctx.fillRect(Math.min(x, end), y - 0.75, STUB, 1.5);
  ctx.fillRect(x - 2.5, y - 2.5, 5, 5);
  paintHead(ctx, link, end, y, aside, 0);
}

/** A triangle with its tip at (x, y), pointing along (dx, dy). */
function paintHead(ctx: PaintContext, link: LaneLink, x: number, y: number, dx: number, dy: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - dx * HEAD * 1.4 - dy * HEAD, y - dy * HEAD * 1.4 - dx * HEAD);
  ctx.lineTo(x - dx * HEAD * 1.4 + dy * HEAD, y - dy * HEAD * 1.4 + dx * HEAD);
  ctx.closePath();
  if (link.kind === 'inherit') ctx.stroke();
  else ctx.fill();
}

function middleOf(row: number, scrollTop: number): number {
  return row * ROW_HEIGHT + ROW_HEIGHT / 2 - scrollTop;
}

/** The arrow at a point of the plot, null for none. */
export function linkAt(data: LaneData, screen: TimeScale, scrollTop: number, x: number, y: number): LaneLink | null {
  for (const link of data.response.links) {
    if (link.fromRow < 0) continue;
    const at = xOfTime(screen, link.ns);
    const from = middleOf(link.fromRow, scrollTop);
    const hit =
      link.toRow < 0 || link.toRow === link.fromRow
        ? Math.abs(y - from) <= REACH && Math.abs(x - at) <= STUB
        : Math.abs(x - at) <= REACH &&
          y >= Math.min(from, middleOf(link.toRow, scrollTop)) - REACH &&
          y <= Math.max(from, middleOf(link.toRow, scrollTop)) + REACH;
    if (hit) return link;
  }
  return null;
}
