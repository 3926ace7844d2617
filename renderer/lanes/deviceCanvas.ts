/**
 * Makes a canvas as fine as the screen and ready to be painted in CSS pixels.
 * @param width,height of the canvas in CSS pixels
 * @returns null where there is nothing to paint on yet; `ratio`: pixels of the screen in a CSS pixel
 */
export function deviceCanvas(
  element: HTMLCanvasElement | null,
  width: number,
  height: number,
): { ctx: CanvasRenderingContext2D; ratio: number } | null {
  const ctx = element?.getContext('2d') ?? null;
  if (element === null || ctx === null || width < 1 || height < 1) return null;
  const ratio = window.devicePixelRatio || 1;
  const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (element.width !== pixels.width || element.height !== pixels.height) Object.assign(element, pixels);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { ctx, ratio };
}
