import type { PaintContext } from '../lanes/paintContext.ts';

export interface DrawCall {
  /** path: filled; line: stroked */
  call: 'fillRect' | 'strokeRect' | 'path' | 'line' | 'text' | 'clip';
  style: unknown;
  alpha: number;
  /** fillRect and strokeRect: [x, y, width, height]; path, line and clip: points flattened; text: [x, y]. Translations are in it. */
  at: number[];
  text?: string;
}

/** A context that writes down what was drawn, with the style it was drawn in. */
export function recordingContext(): PaintContext & { log: DrawCall[] } {
  let path: number[] = [];
  let dx = 0;
  let dy = 0;
  const saved: [number, number][] = [];
  const draw = (call: DrawCall['call'], style: unknown, at: number[], text?: string) =>
    context.log.push({ call, style, alpha: context.globalAlpha, at, ...(text === undefined ? {} : { text }) });
  const context: PaintContext & { log: DrawCall[] } = {
    log: [],
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    globalAlpha: 1,
    font: '',
    textAlign: 'left',
    textBaseline: 'alphabetic',
    fillRect: (x, y, width, height) => draw('fillRect', context.fillStyle, [x + dx, y + dy, width, height]),
    strokeRect: (x, y, width, height) => draw('strokeRect', context.strokeStyle, [x + dx, y + dy, width, height]),
    beginPath: () => (path = []),
    moveTo: (x, y) => path.push(x + dx, y + dy),
    lineTo: (x, y) => path.push(x + dx, y + dy),
    closePath: () => {},
    rect: (x, y, width, height) => path.push(x + dx, y + dy, x + dx + width, y + dy + height),
    fill: () => draw('path', context.fillStyle, [...path]),
    stroke: () => draw('line', context.strokeStyle, [...path]),
    clip: () => draw('clip', null, [...path]),
    fillText: (text, x, y) => draw('text', context.fillStyle, [x + dx, y + dy], text),
    save: () => saved.push([dx, dy]),
    restore: () => ([dx, dy] = saved.pop() ?? [0, 0]),
    translate: (x, y) => {
      dx += x;
      dy += y;
    },
  };
  return context;
}
