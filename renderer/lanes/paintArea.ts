import { ROW_HEIGHT } from './geometry.ts';
import type { DataTransform } from './hitTest.ts';
import type { LaneData } from './laneData.ts';
import type { PaintContext } from './paintContext.ts';
import type { Scene } from './scene.ts';

/** The outstanding handles of a group: a filled area of steps, two pixels of data each. */
export function paintArea(
  ctx: PaintContext,
  scene: Scene,
  data: LaneData,
  at: number,
  y: number,
  t: DataTransform,
): void {
  const { palette, screen } = scene;
  const area = data.response.areas[data.areaOf[at]];
  if (area.peak <= 0) return;
  const bottom = y + ROW_HEIGHT - 1;
  const unit = (ROW_HEIGHT - 4) / area.peak;
  const step = 2 * t.factor;
  const first = Math.max(0, Math.floor(-t.shift / step));
  const last = Math.min(area.samples.length, Math.ceil((screen.width - t.shift) / step));
  if (last <= first) return;
  const slot = data.groupSlots[at];
  const color = slot < 0 ? palette.area : palette.types[slot];
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
  ctx.globalAlpha = slot < 0 ? 0.45 : 0.35;
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
