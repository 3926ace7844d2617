import { BAR_BORN_BEFORE, BAR_INHERITED, BAR_LEAK, BAR_LEAK_AT_EXIT, BAR_MAPPING } from '../../shared/lanes.ts';
import { EVENT_KINDS, type EventKind } from '../../shared/records.ts';
import { typeSlot, type LanePalette } from '../theme/palette.ts';
import { BAR_HEIGHT, BAR_TOP, MAPPING_HEIGHT, MAPPING_TOP, ROW_HEIGHT, xOfTime, type TimeScale } from './geometry.ts';
import { dataTransform, type DataTransform } from './hitTest.ts';
import type { LaneData } from './laneData.ts';

/** What the painter uses of a 2D context; tests record it. */
export type PaintContext = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'globalAlpha'
  | 'fillRect'
  | 'strokeRect'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'fill'
>;

/** One frame of the lanes. Coordinates are CSS pixels; the caller has set the context's scale to the screen's. */
export interface Scene {
  screen: TimeScale;
  height: number;
  scrollTop: number;
  data: LaneData | null;
  palette: LanePalette;
  /** Diagonal strokes for leaks; a plain colour where patterns cannot be made. */
  hatch: CanvasPattern | string;
  rundowns: readonly { fromNs: number; toNs: number }[];
  /** Times of the axis' ticks, for the lines that lead down from them. */
  gridNs: readonly number[];
  selectedId: number;
  hoverBar: number;
  /** Row the keyboard is on; -1 while the lanes have no focus. */
  cursorRow: number;
  /** Vertical line under the mouse, px; -1 for none. */
  cursorX: number;
}

const FADE_WIDTH = 18;
const FADE_STEPS = 6;
const MARKER = 4;
/** Markers of one row stand at least this far apart, or they would be a smear. */
const MARKER_PITCH = 5;

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
  paintRundowns(ctx, scene);
  for (let row = from; row < to; row++) {
    const at = row - firstRow;
    const y = row * ROW_HEIGHT - scrollTop;
    if (data.areaOf[at] >= 0) paintArea(ctx, scene, data, at, y, transform);
    paintBars(ctx, scene, data, at, y, transform);
    paintTicks(ctx, scene, data, at, y, transform);
  }
  paintMarkers(ctx, scene, data, from, to, transform);
  paintOutlines(ctx, scene, data, transform);
  if (scene.cursorX >= 0) {
    ctx.fillStyle = palette.faintInk;
    ctx.globalAlpha = 0.5;
    ctx.fillRect(Math.round(scene.cursorX), 0, 1, height);
    ctx.globalAlpha = 1;
  }
}

function paintRowBackgrounds(ctx: PaintContext, scene: Scene, data: LaneData, from: number, to: number): void {
  const { palette, screen, scrollTop, cursorRow } = scene;
  for (let row = from; row < to; row++) {
    const entry = data.response.rows[row - data.response.firstRow];
    const y = row * ROW_HEIGHT - scrollTop;
    if (entry.kind === 'group') {
      ctx.fillStyle = entry.depth === 0 ? palette.processRow : palette.typeRow;
      ctx.fillRect(0, y, screen.width, ROW_HEIGHT);
      ctx.fillStyle = palette.line;
      ctx.fillRect(0, y + ROW_HEIGHT - 1, screen.width, 1);
    }
    if (row === cursorRow) {
      ctx.fillStyle = palette.selectedRow;
      ctx.fillRect(0, y, screen.width, ROW_HEIGHT);
    }
  }
}

function paintGrid(ctx: PaintContext, scene: Scene): void {
  ctx.fillStyle = scene.palette.grid;
  for (const ns of scene.gridNs) ctx.fillRect(Math.round(xOfTime(scene.screen, ns)), 0, 1, scene.height);
}

/** Rundowns are where the trace lists what is open: its events there are not the programs' doing. */
function paintRundowns(ctx: PaintContext, scene: Scene): void {
  const { palette, screen, height } = scene;
  for (const rundown of scene.rundowns) {
    const left = Math.max(0, xOfTime(screen, rundown.fromNs));
    const right = Math.min(screen.width, xOfTime(screen, rundown.toNs));
    if (right < 0 || left > screen.width) continue;
    ctx.fillStyle = palette.rundown;
    ctx.fillRect(left, 0, Math.max(right - left, 2), height);
  }
}

/** The outstanding handles of a group: a filled area of steps, two pixels of data each. */
function paintArea(ctx: PaintContext, scene: Scene, data: LaneData, at: number, y: number, t: DataTransform): void {
  const { palette, screen } = scene;
  const row = data.response.rows[at];
  const area = data.response.areas[data.areaOf[at]];
  if (area.peak <= 0) return;
  const bottom = y + ROW_HEIGHT - 1;
  const unit = (ROW_HEIGHT - 4) / area.peak;
  const step = 2 * t.factor;
  const first = Math.max(0, Math.floor(-t.shift / step));
  const last = Math.min(area.samples.length, Math.ceil((screen.width - t.shift) / step));
  if (last <= first) return;
  const color = row.depth === 0 ? palette.area : palette.types[typeSlot(row.label)];
  ctx.beginPath();
  ctx.moveTo(t.shift + first * step, bottom);
  for (let i = first; i < last; i++) {
    const top = bottom - area.samples[i] * unit;
    ctx.lineTo(t.shift + i * step, top);
    ctx.lineTo(t.shift + (i + 1) * step, top);
  }
  ctx.lineTo(t.shift + last * step, bottom);
  ctx.closePath();
  ctx.fillStyle = color;
  ctx.globalAlpha = row.depth === 0 ? 0.45 : 0.35;
  ctx.fill();
  // The upper edge in full strength, so that the height reads on every background.
  ctx.globalAlpha = 0.9;
  let before = area.samples[first];
  for (let i = first; i < last; i++) {
    const value = area.samples[i];
    const x = t.shift + i * step;
    const top = bottom - value * unit;
    if (value > 0) ctx.fillRect(x, top, step, 1);
    if (value !== before) {
      const other = bottom - before * unit;
      ctx.fillRect(x, Math.min(top, other), 1, Math.abs(top - other));
    }
    before = value;
  }
  ctx.globalAlpha = 1;
}

function paintBars(ctx: PaintContext, scene: Scene, data: LaneData, at: number, y: number, t: DataTransform): void {
  const { palette, screen } = scene;
  const { x0, x1, flags, id, type } = data.response.bars;
  const end = data.barStart[at + 1];
  let color = '';
  for (let i = data.barStart[at]; i < end; i++) {
    let left = x0[i] * t.factor + t.shift;
    if (left > screen.width) break;
    let right = x1[i] * t.factor + t.shift;
    if (right < 0) continue;
    const bits = flags[i];
    const fades = (bits & BAR_BORN_BEFORE) !== 0 && left > -FADE_WIDTH;
    // Far outside coordinates lose their fraction on some canvases; what is off the screen needs no exact place.
    if (left < -FADE_WIDTH) left = -FADE_WIDTH;
    if (right > screen.width + 2) right = screen.width + 2;
    left = Math.round(left);
    right = Math.round(right);
    let width = right - left;
    // A gap between neighbours, where there is room for it.
    if (width > 3) width -= 1;
    if (width < 1) width = 1;
    const mapping = (bits & BAR_MAPPING) !== 0;
    const top = y + (mapping ? MAPPING_TOP : BAR_TOP);
    const height = mapping ? MAPPING_HEIGHT : BAR_HEIGHT;
    const wanted = palette.types[data.slots[type[i]] ?? 0];
    if (wanted !== color) {
      color = wanted;
      ctx.fillStyle = color;
    }
    if (id[i] === 0) {
      // Several objects in one pixel: two rails instead of a bar.
      ctx.fillRect(left, top, width, 4);
      ctx.fillRect(left, top + height - 4, width, 4);
    } else if (fades && width > FADE_STEPS) {
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
function paintMarkers(
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
function paintTicks(ctx: PaintContext, scene: Scene, data: LaneData, at: number, y: number, t: DataTransform): void {
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

/** The selected and the hovered object, outlined on top of everything. */
function paintOutlines(ctx: PaintContext, scene: Scene, data: LaneData, t: DataTransform): void {
  const { id } = data.response.bars;
  const { palette } = scene;
  if (scene.hoverBar >= 0 && scene.hoverBar < id.length) outline(ctx, scene, data, scene.hoverBar, t, palette.hover, 1);
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
