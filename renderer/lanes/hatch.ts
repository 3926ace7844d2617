/** The hatch of leaks: diagonal strokes on a clear ground, as a pattern of 6 × 6 CSS pixels. Made once a theme and screen. */
export function makeHatch(ctx: CanvasRenderingContext2D, color: string, pixelRatio: number): CanvasPattern | string {
  const size = 6;
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(size * pixelRatio);
  const paint = tile.getContext('2d');
  if (paint === null) return color;
  const scale = tile.width / size;
  paint.scale(scale, scale);
  paint.strokeStyle = color;
  paint.lineWidth = 1.7;
  paint.beginPath();
  for (let offset = -size; offset <= size; offset += size) {
    paint.moveTo(offset - 1, size + 1);
    paint.lineTo(offset + size + 1, -1);
  }
  paint.stroke();
  const pattern = ctx.createPattern(tile, 'repeat');
  // A pattern is laid out in device pixels of its tile; the context's own scale would enlarge it once more.
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern ?? color;
}
