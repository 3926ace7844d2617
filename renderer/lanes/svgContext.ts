import type { PaintContext } from './paintContext.ts';

/** Shapes of one picture. What is beyond is counted, not drawn: a file of hundreds of megabytes opens nowhere. */
export const MAX_SVG_SHAPES = 200_000;

export interface SvgContext extends PaintContext {
  /** The picture as a file. */
  finish(): string;
  /** Shapes that were left out. */
  leftOut(): number;
}

type Style = Pick<
  PaintContext,
  'fillStyle' | 'strokeStyle' | 'lineWidth' | 'globalAlpha' | 'font' | 'textAlign' | 'textBaseline'
>;

const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: 'middle', right: 'end', end: 'end' };
const BASELINES: Partial<Record<CanvasTextBaseline, string>> = { middle: 'central', top: 'hanging' };

/**
 * A paint context that writes SVG. Rectangles of one style that follow each other become one path: a lane of a thousand bars is one
 * element. A `fillStyle` may be "url(#id)" of a pattern in `defs`.
 */
export function createSvgContext(
  width: number,
  height: number,
  title: string,
  defs = '',
  most = MAX_SVG_SHAPES,
): SvgContext {
  const out: string[] = [];
  /** Rectangles that are not written yet, and how they are filled. */
  let run: string[] = [];
  let runStyle = '';
  let path: string[] = [];
  let shapes = 0;
  let missing = 0;
  let clips = 0;
  /** Groups opened since each save. */
  const saved: { style: Style; groups: number }[] = [];
  let groups = 0;

  function counts(): boolean {
    if (shapes < most) {
      shapes++;
      return true;
    }
    missing++;
    return false;
  }

  function flush(): void {
    if (run.length > 0) out.push(`<path d="${run.join('')}"${runStyle}/>`);
    run = [];
  }

  function fillOf(): string {
    return ` fill="${escapeXml(colorOf(context.fillStyle))}"${opacity()}`;
  }

  function strokeOf(): string {
    return ` fill="none" stroke="${escapeXml(colorOf(context.strokeStyle))}" stroke-width="${short(context.lineWidth)}"${opacity()}`;
  }

  function opacity(): string {
    return context.globalAlpha === 1 ? '' : ` opacity="${short(context.globalAlpha)}"`;
  }

  const context: SvgContext = {
    fillStyle: '#000000',
    strokeStyle: '#000000',
    lineWidth: 1,
    globalAlpha: 1,
    font: '10px sans-serif',
    textAlign: 'left',
    textBaseline: 'alphabetic',
    fillRect(x, y, w, h) {
      if (!(w > 0 && h > 0) || !counts()) return;
      const style = fillOf();
      if (style !== runStyle) flush();
      runStyle = style;
      run.push(rectPath(x, y, w, h));
    },
    strokeRect(x, y, w, h) {
      if (!counts()) return;
      flush();
      out.push(`<path d="${rectPath(x, y, w, h)}"${strokeOf()}/>`);
    },
    beginPath() {
      path = [];
    },
    moveTo(x, y) {
      path.push(`M${short(x)} ${short(y)}`);
    },
    lineTo(x, y) {
      path.push(`L${short(x)} ${short(y)}`);
    },
    closePath() {
      path.push('Z');
    },
    rect(x, y, w, h) {
      path.push(rectPath(x, y, w, h));
    },
    fill() {
      if (!counts()) return;
      flush();
      out.push(`<path d="${path.join('')}"${fillOf()}/>`);
    },
    stroke() {
      if (!counts()) return;
      flush();
      out.push(`<path d="${path.join('')}"${strokeOf()}/>`);
    },
    clip() {
      flush();
      const id = `clip-${clips++}`;
      out.push(`<clipPath id="${id}"><path d="${path.join('')}"/></clipPath><g clip-path="url(#${id})">`);
      groups++;
    },
    fillText(text, x, y) {
      if (!counts()) return;
      flush();
      const anchor = ANCHORS[context.textAlign];
      const baseline = BASELINES[context.textBaseline];
      out.push(
        `<text x="${short(x)}" y="${short(y)}" style="font:${escapeXml(context.font)}"` +
          (anchor === undefined ? '' : ` text-anchor="${anchor}"`) +
          (baseline === undefined ? '' : ` dominant-baseline="${baseline}"`) +
          `${fillOf()}>${escapeXml(text)}</text>`,
      );
    },
    save() {
      const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline } = context;
      saved.push({ style: { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline }, groups });
      groups = 0;
    },
    restore() {
      const before = saved.pop();
      if (before === undefined) return;
      flush();
      out.push('</g>'.repeat(groups));
      groups = before.groups;
      Object.assign(context, before.style);
    },
    translate(x, y) {
      flush();
      out.push(`<g transform="translate(${short(x)} ${short(y)})">`);
      groups++;
    },
    finish() {
      flush();
      while (saved.length > 0) context.restore();
      const end = '</g>'.repeat(groups);
      groups = 0;
      return (
        `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" ` +
        `viewBox="0 0 ${short(width)} ${short(height)}" role="img"><title>${escapeXml(title)}</title>` +
        `<defs>${defs}</defs>${out.join('')}${end}</svg>\n`
      );
    },
    leftOut: () => missing,
  };
  return context;
}

function rectPath(x: number, y: number, w: number, h: number): string {
  return `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}Z`;
}

/** Gradients and patterns of a canvas have no place in a file; the painters use neither for SVG. */
function colorOf(style: PaintContext['fillStyle']): string {
  return typeof style === 'string' ? style : 'none';
}

/** Two decimals are finer than a screen. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Characters that XML 1.0 has no way to write. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

export function escapeXml(text: string): string {
  return text
    .replace(NOT_XML, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
