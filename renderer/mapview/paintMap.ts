import { BAR_BORN_BEFORE, BAR_LEAK, BAR_LEAK_AT_EXIT, type MapView } from '../../shared/lanes.ts';
import { xOfTime, type TimeScale } from '../lanes/geometry.ts';
import { dataTransform } from '../lanes/hitTest.ts';
import type { PaintContext } from '../lanes/paintContext.ts';
import type { TimeRange } from '../state/timeRange.ts';
import { typeSlot, type LanePalette } from '../theme/palette.ts';

/** One frame of the mappings. Coordinates are CSS pixels. */
export interface MapScene {
  screen: TimeScale;
  height: number;
  view: MapView | null;
  /** The stretch of time and pixels that the view's x are relative to. */
  scale: TimeScale;
  palette: LanePalette;
  hatch: CanvasPattern | string;
  rundowns: readonly TimeRange[];
  lostStretches: readonly TimeRange[];
  gridNs: readonly number[];
  selectedId: number;
  /** Index of the hovered view and of the one the keyboard is on, -1 none. */
  hover: number;
  cursor: number;
  /** Vertical line under the mouse, px; -1 for none. */
  cursorX: number;
}

const SLOT = typeSlot('mapping');
const DASH = 6;
/** Higher views have room for a hatch, px. */
const HATCHED = 3;

/** Paints a frame. Pure; allocates nothing for a view. */
export function paintMap(ctx: PaintContext, scene: MapScene): void {
  const { palette, screen, height, view } = scene;
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.background;
  ctx.fillRect(0, 0, screen.width, height);
  ctx.fillStyle = palette.grid;
  for (const ns of scene.gridNs) ctx.fillRect(Math.round(xOfTime(screen, ns)), 0, 1, height);
  for (const stretch of scene.rundowns) paintStretch(ctx, scene, stretch, palette.rundown);
  for (const stretch of scene.lostStretches) paintStretch(ctx, scene, stretch, palette.lost);
  if (view === null) return;
  paintGaps(ctx, scene, view);
  paintViews(ctx, scene, view);
  paintOutlines(ctx, scene, view);
  if (scene.cursorX >= 0) {
    ctx.fillStyle = palette.faintInk;
    ctx.globalAlpha = 0.5;
    ctx.fillRect(Math.round(scene.cursorX), 0, 1, height);
    ctx.globalAlpha = 1;
  }
}

function paintStretch(ctx: PaintContext, { screen, height }: MapScene, stretch: TimeRange, fill: string): void {
  const left = Math.max(0, xOfTime(screen, stretch.fromNs));
  const right = Math.min(screen.width, xOfTime(screen, stretch.toNs));
  if (right < 0 || left > screen.width) return;
  ctx.fillStyle = fill;
  ctx.fillRect(left, 0, Math.max(2, right - left), height);
}

/** A dashed line where address space without views is cut out. */
function paintGaps(ctx: PaintContext, { palette, screen }: MapScene, view: MapView): void {
  ctx.fillStyle = palette.line;
  for (const label of view.labels) {
    if (!label.gap) continue;
    const y = Math.round(label.y) - 2;
    for (let x = 0; x < screen.width; x += 2 * DASH) ctx.fillRect(x, y, DASH, 1);
  }
}

function paintViews(ctx: PaintContext, scene: MapScene, view: MapView): void {
  const { palette, screen } = scene;
  const t = dataTransform(scene.scale, screen);
  const { x0, x1, y0, y1, flags } = view;
  const color = palette.types[SLOT];
  for (let i = 0; i < x0.length; i++) {
    const left = Math.max(-2, x0[i] * t.factor + t.shift);
    const right = Math.min(screen.width + 2, x1[i] * t.factor + t.shift);
    if (right < 0 || left > screen.width) continue;
    const width = Math.max(1, right - left);
    const height = Math.max(1, y1[i] - y0[i] - 0.5);
    ctx.fillStyle = color;
    ctx.globalAlpha = (flags[i] & BAR_BORN_BEFORE) !== 0 ? 0.55 : 0.85;
    ctx.fillRect(left, y0[i], width, height);
    ctx.globalAlpha = 1;
    if ((flags[i] & BAR_LEAK) !== 0) {
      if (height > HATCHED) {
        ctx.fillStyle = scene.hatch;
        ctx.fillRect(left, y0[i], width, height);
      }
      ctx.fillStyle = palette.leak;
      ctx.fillRect(left, y0[i], width, 1);
      ctx.fillRect(left, y0[i] + height - 1, width, 1);
    } else if ((flags[i] & BAR_LEAK_AT_EXIT) !== 0) {
      ctx.fillStyle = palette.leak;
      ctx.fillRect(right - 2, y0[i], 2, height);
    }
  }
}

function paintOutlines(ctx: PaintContext, scene: MapScene, view: MapView): void {
  const { palette } = scene;
  if (scene.hover >= 0) outline(ctx, scene, view, scene.hover, palette.hover, 1);
  if (scene.cursor >= 0) outline(ctx, scene, view, scene.cursor, palette.accent, 2);
  const selected = scene.selectedId > 0 ? view.id.indexOf(scene.selectedId) : -1;
  if (selected >= 0) outline(ctx, scene, view, selected, palette.selection, 2);
}

function outline(ctx: PaintContext, scene: MapScene, view: MapView, at: number, color: string, line: number): void {
  if (at >= view.id.length) return;
  const t = dataTransform(scene.scale, scene.screen);
  const left = Math.max(-4, view.x0[at] * t.factor + t.shift);
  const right = Math.min(scene.screen.width + 4, view.x1[at] * t.factor + t.shift);
  ctx.strokeStyle = color;
  ctx.lineWidth = line;
  ctx.strokeRect(left - 1, view.y0[at] - 1, Math.max(1, right - left) + 2, Math.max(1, view.y1[at] - view.y0[at]) + 2);
}
