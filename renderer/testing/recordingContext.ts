import type { PaintContext } from '../lanes/paintLanes.ts';

export interface DrawCall {
  call: 'fillRect' | 'strokeRect' | 'path';
  style: unknown;
  alpha: number;
  /** fillRect and strokeRect: [x, y, width, height]; path: its points flattened */
  at: number[];
}

/** A context that writes down what was drawn, with the style it was drawn in. */
export function recordingContext(): PaintContext & { log: DrawCall[] } {
  let path: number[] = [];
  const context: PaintContext & { log: DrawCall[] } = {
    log: [],
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    globalAlpha: 1,
    fillRect(x, y, width, height) {
      context.log.push({
        call: 'fillRect',
        style: context.fillStyle,
        alpha: context.globalAlpha,
        at: [x, y, width, height],
      });
    },
    strokeRect(x, y, width, height) {
      context.log.push({
        call: 'strokeRect',
        style: context.strokeStyle,
        alpha: context.globalAlpha,
        at: [x, y, width, height],
      });
    },
    beginPath() {
      path = [];
    },
    moveTo(x, y) {
      path.push(x, y);
    },
    lineTo(x, y) {
      path.push(x, y);
    },
    closePath() {},
    fill() {
      context.log.push({ call: 'path', style: context.fillStyle, alpha: context.globalAlpha, at: [...path] });
    },
  };
  return context;
}
