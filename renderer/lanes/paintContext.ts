/**
 * What the painters use of a 2D context. A canvas is one, the SVG writer (svgContext.ts) another, and tests record it: one painter
 * makes the screen, the PNG and the SVG.
 */
export type PaintContext = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'globalAlpha'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'fillRect'
  | 'strokeRect'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'rect'
  | 'fill'
  | 'stroke'
  | 'clip'
  | 'fillText'
  | 'save'
  | 'restore'
  | 'translate'
>;
