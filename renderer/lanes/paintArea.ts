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
  for (let i = first; i < last;) {
    const end = endOfRun(area.samples, i, last, unit);
    const top = bottom - stepHeight(area.samples[i], unit);
    ctx.lineTo(t.shift + i * step, top);
    ctx.lineTo(t.shift + end * step, top);
    i = end;
  }
  ctx.lineTo(t.shift + last * step, bottom);
  ctx.closePath();
  ctx.fillStyle = color;
  ctx.globalAlpha = slot < 0 ? 0.45 : 0.35;
  ctx.fill();
  // The upper edge in full strength, so that the height reads on every background.
  ctx.globalAlpha = 0.9;
  let before = bottom - stepHeight(area.samples[first], unit);
  for (let i = first; i < last;) {
    const end = endOfRun(area.samples, i, last, unit);
    const x = t.shift + i * step;
    const top = bottom - stepHeight(area.samples[i], unit);
    if (top < bottom) ctx.fillRect(x, top, (end - i) * step, 1);
    if (top !== before) ctx.fillRect(x, Math.min(top, before), 1, Math.abs(top - before));
    before = top;
    i = end;
  }
  ctx.globalAlpha = 1;
}

/** In quarters of a pixel: finer ones are not seen, and neighbours of one height are one step. Something is never nothing. */
function stepHeight(value: number, unit: number): number {
  return value > 0 ? Math.max(1, Math.round(value * unit * 4)) / 4 : 0;
}

/** The first sample after `from` whose step has another height, `last` where there is none. */
function endOfRun(samples: Float32Array, from: number, last: number, unit: number): number {
  const height = stepHeight(samples[from], unit);
  let end = from + 1;
  while (end < last && stepHeight(samples[end], unit) === height) end++;
  return end;
}
