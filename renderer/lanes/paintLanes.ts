import type { TimeRange } from '../state/timeRange.ts';
import { BAR_HEIGHT, BAR_TOP, ROW_HEIGHT, xOfTime } from './geometry.ts';
import { dataTransform, type DataTransform } from './hitTest.ts';
import type { LaneData } from './laneData.ts';
import { paintArea } from './paintArea.ts';
import { paintBars, paintMarkers } from './paintBars.ts';
import type { PaintContext } from './paintContext.ts';
import { paintCrowdedRows } from './paintCrowdedRows.ts';
import { paintLinks } from './paintLinks.ts';
import { paintTicks } from './paintTicks.ts';
import type { Scene } from './scene.ts';

/** Paints a frame. Pure: the same scene makes the same calls. Allocates nothing for a bar. */
export function paintLanes(ctx: PaintContext, scene: Scene): void {
  const { data, palette, screen, height, scrollTop } = scene;
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.background;
  ctx.fillRect(0, 0, screen.width, height);
  if (data === null) {
    paintGrid(ctx, scene);
    return;
  }
  const { firstRow, rows } = data.response;
  const from = Math.max(Math.floor(scrollTop / ROW_HEIGHT), firstRow);
  const to = Math.min(Math.ceil((scrollTop + height) / ROW_HEIGHT), firstRow + rows.length);
  const transform = dataTransform(data.scale, screen);

  paintRowBackgrounds(ctx, scene, data, from, to);
  paintGrid(ctx, scene);
  paintStretches(ctx, scene);
  paintCrowdedRows(scene, data, from, to, transform);
  for (let row = from; row < to; row++) {
    const at = row - firstRow;
    const y = row * ROW_HEIGHT - scrollTop;
    if (data.areaOf[at] >= 0) paintArea(ctx, scene, data, at, y, transform);
    paintBars(ctx, scene, data, at, y, transform);
    paintTicks(ctx, scene, data, at, y, transform);
  }
  paintMarkers(ctx, scene, data, from, to, transform);
  paintOutlines(ctx, scene, data, transform);
  paintLinks(ctx, scene, data);
  paintMoments(ctx, scene);
}

function paintRowBackgrounds(ctx: PaintContext, scene: Scene, data: LaneData, from: number, to: number): void {
  const { palette, screen, scrollTop, cursorRow, hitRow } = scene;
  for (let row = from; row < to; row++) {
    const entry = data.response.rows[row - data.response.firstRow];
    const y = row * ROW_HEIGHT - scrollTop;
    if (entry.kind === 'group') {
      ctx.fillStyle = entry.depth === 0 ? palette.processRow : palette.typeRow;
      ctx.fillRect(0, y, screen.width, ROW_HEIGHT);
      ctx.fillStyle = palette.line;
      ctx.fillRect(0, y + ROW_HEIGHT - 1, screen.width, 1);
    }
    if (entry.hit === true) {
      ctx.fillStyle = palette.hitRow;
      ctx.fillRect(0, y, screen.width, ROW_HEIGHT);
      // The current hit has the wider edge: it is told from the others without colour.
      ctx.fillStyle = palette.hitEdge;
      ctx.fillRect(0, y, row === hitRow ? 6 : 2, ROW_HEIGHT);
    }
    if (row === cursorRow) {
      ctx.fillStyle = palette.selectedRow;
      ctx.fillRect(0, y, screen.width, ROW_HEIGHT);
      ctx.fillStyle = palette.selection;
      ctx.fillRect(0, y, screen.width, 1);
      ctx.fillRect(0, y + ROW_HEIGHT - 1, screen.width, 1);
    }
  }
}

function paintGrid(ctx: PaintContext, scene: Scene): void {
  ctx.fillStyle = scene.palette.grid;
  for (const ns of scene.gridNs) ctx.fillRect(Math.round(xOfTime(scene.screen, ns)), 0, 1, scene.height);
}

/**
 * Rundowns are where the trace lists what is open: its events there are not the programs' doing. Where events were lost the lanes
 * may be wrong: those stretches have edges, so that the two are told apart without colour.
 */
function paintStretches(ctx: PaintContext, scene: Scene): void {
  const { palette, range } = scene;
  for (const rundown of scene.rundowns) paintStretch(ctx, scene, rundown, palette.rundown, null);
  for (const lost of scene.lostStretches) paintStretch(ctx, scene, lost, palette.lost, palette.lostEdge);
  if (range !== null) paintStretch(ctx, scene, range, palette.range, palette.accent);
}

function paintStretch(ctx: PaintContext, scene: Scene, stretch: TimeRange, fill: string, edge: string | null): void {
  const { screen, height } = scene;
  const left = Math.max(-2, xOfTime(screen, stretch.fromNs));
  const right = Math.min(screen.width + 2, xOfTime(screen, stretch.toNs));
  if (right < 0 || left > screen.width) return;
  ctx.fillStyle = fill;
  ctx.fillRect(left, 0, Math.max(right - left, 2), height);
  if (edge === null) return;
  ctx.fillStyle = edge;
  ctx.fillRect(left, 0, 1, height);
  ctx.fillRect(Math.max(left + 1, right - 1), 0, 1, height);
}

/** Marks, the selected event and the line under the mouse, from top to bottom. */
function paintMoments(ctx: PaintContext, scene: Scene): void {
  const { palette, screen, height, eventNs, cursorX } = scene;
  ctx.fillStyle = palette.accent;
  for (const ns of scene.markNs) paintLine(ctx, scene, xOfTime(screen, ns));
  if (eventNs >= 0) {
    ctx.fillStyle = palette.selection;
    paintLine(ctx, scene, xOfTime(screen, eventNs));
  }
  if (cursorX >= 0) {
    ctx.fillStyle = palette.faintInk;
    ctx.globalAlpha = 0.5;
    ctx.fillRect(Math.round(cursorX), 0, 1, height);
    ctx.globalAlpha = 1;
  }
}

function paintLine(ctx: PaintContext, { screen, height }: Scene, x: number): void {
  if (x >= 0 && x <= screen.width) ctx.fillRect(Math.round(x), 0, 1, height);
}

/** The hovered bar, the one the keyboard is on, and the selected object, outlined on top of everything. */
function paintOutlines(ctx: PaintContext, scene: Scene, data: LaneData, t: DataTransform): void {
  const { id } = data.response.bars;
  const { palette } = scene;
  if (scene.hoverBar >= 0 && scene.hoverBar < id.length) outline(ctx, scene, data, scene.hoverBar, t, palette.hover, 1);
  if (scene.cursorBar >= 0 && scene.cursorBar < id.length) {
    outline(ctx, scene, data, scene.cursorBar, t, palette.accent, 2);
  }
  if (scene.selectedId > 0) {
    for (let i = id.indexOf(scene.selectedId); i >= 0; i = id.indexOf(scene.selectedId, i + 1)) {
      outline(ctx, scene, data, i, t, palette.selection, 2);
    }
  }
}

function outline(
  ctx: PaintContext,
  scene: Scene,
  data: LaneData,
  bar: number,
  t: DataTransform,
  color: string,
  line: number,
): void {
  const { row, x0, x1 } = data.response.bars;
  const y = row[bar] * ROW_HEIGHT - scene.scrollTop;
  if (y < -ROW_HEIGHT || y > scene.height) return;
  const left = Math.max(-10, Math.round(x0[bar] * t.factor + t.shift));
  const right = Math.min(scene.screen.width + 10, Math.round(x1[bar] * t.factor + t.shift));
  if (right < 0 || left > scene.screen.width) return;
  ctx.strokeStyle = color;
  ctx.lineWidth = line;
  ctx.strokeRect(left - 1.5, y + BAR_TOP - 2.5, Math.max(right - left, 1) + 2, BAR_HEIGHT + 5);
}
