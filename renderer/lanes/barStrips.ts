/**
 * Lines of colours, one pixel high, that are stretched over the bars of crowded rows: tens of thousands of rectangles would take
 * longer than a frame has.
 */
export interface BarStrips {
  /** Device pixels of a CSS pixel. */
  ratio: number;
  /** Clear lines of so many device pixels, one after the other; a pixel is {@link stripColor}'s number, 0 is clear. */
  start(width: number, lines: number): Uint32Array;
  /** Makes what was written drawable. */
  finish(): void;
  /** Draws a line from the left edge of the plot, `height` CSS pixels high, its upper edge at y. */
  draw(line: number, y: number, height: number): void;
}

/** Strips for a canvas; null where there are no pixels to be had. */
export function createBarStrips(target: CanvasRenderingContext2D, ratio: number): BarStrips | null {
  const canvas = document.createElement('canvas');
  const ctx = canvas.getContext('2d');
  if (ctx === null || typeof ImageData === 'undefined') return null;
  let image = new ImageData(1, 1);
  return {
    ratio,
    start(width, lines) {
      if (image.width !== width || image.height < lines) {
        image = new ImageData(width, lines);
        canvas.width = width;
        canvas.height = lines;
      }
      const pixels = new Uint32Array(image.data.buffer);
      pixels.fill(0);
      return pixels;
    },
    finish: () => ctx.putImageData(image, 0, 0),
    draw(line, y, height) {
      target.imageSmoothingEnabled = false;
      target.drawImage(canvas, 0, line, image.width, 1, 0, y, image.width / ratio, height);
    },
  };
}

/** A pixel of "#rrggbb", as a number of ImageData's bytes (red first) on the little-endian machines that there are. */
export function stripColor(color: string): number {
  const rgb = Number.parseInt(color.slice(1), 16);
  const red = rgb >> 16;
  const green = (rgb >> 8) & 0xff;
  const blue = rgb & 0xff;
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
