import { displayName } from '../displayName.ts';
import { formatCount } from '../format.ts';
import { shownLabel } from './describe.ts';
import { ROW_HEIGHT, xOfTime } from './geometry.ts';
import type { LegendEntry } from './legendEntries.ts';
import type { PaintContext } from './paintContext.ts';
import { paintLanes } from './paintLanes.ts';
import type { Scene } from './scene.ts';
import type { TimeTicks } from './timeTicks.ts';

/** The lanes as they are shown, with what belongs to them, for a file. */
export interface LanePicture {
  scene: Scene;
  gutterWidth: number;
  ticks: TimeTicks;
  marks: readonly { ns: number; name: string }[];
  /** The trace, then the stretch of time and what is filtered. */
  title: string;
  subtitle: string;
  legend: readonly LegendEntry[];
}

export interface PictureSize {
  width: number;
  height: number;
}

const MARGIN = 10;
const CAPTION_HEIGHT = 44;
const RULER_HEIGHT = 30;
/** Words above the ruler turn inwards this near to its end, px. */
const RULER_WORD = 70;
const LEGEND_LINE = 20;
const LEGEND_ENTRY = 190;
const INDENT = 14;
const COUNT_WIDTH = 38;
const COUNTS = ['objects', 'leaks', 'at exit', 'open'] as const;
/** Narrower gutters have labels only. */
const COUNTS_FROM = 260;
const FONT = 'system-ui, sans-serif';

export function pictureSize(picture: LanePicture): PictureSize {
  const width = picture.gutterWidth + picture.scene.screen.width + 2 * MARGIN;
  return {
    width,
    height:
      CAPTION_HEIGHT + RULER_HEIGHT + picture.scene.height + legendLines(picture, width) * LEGEND_LINE + 2 * MARGIN,
  };
}

/** Paints caption, ruler, labels, lanes and legend. Pure, as paintLanes is. */
export function paintPicture(ctx: PaintContext, picture: LanePicture): void {
  const { width, height } = pictureSize(picture);
  const { palette } = picture.scene;
  ctx.fillStyle = palette.background;
  ctx.fillRect(0, 0, width, height);
  ctx.save();
  ctx.translate(MARGIN, MARGIN);
  clipped(ctx, 0, 0, width - 2 * MARGIN, CAPTION_HEIGHT, () => paintCaption(ctx, picture));
  ctx.translate(0, CAPTION_HEIGHT);
  paintRuler(ctx, picture);
  ctx.translate(0, RULER_HEIGHT);
  clipped(ctx, 0, 0, picture.gutterWidth, picture.scene.height, () => paintGutter(ctx, picture));
  ctx.save();
  ctx.translate(picture.gutterWidth, 0);
  clipped(ctx, 0, 0, picture.scene.screen.width, picture.scene.height, () => paintLanes(ctx, picture.scene));
  ctx.restore();
  ctx.translate(0, picture.scene.height);
  paintLegend(ctx, picture, width);
  ctx.restore();
}

function clipped(ctx: PaintContext, x: number, y: number, width: number, height: number, paint: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  paint();
  ctx.restore();
}

function paintCaption(ctx: PaintContext, { title, subtitle, scene: { palette } }: LanePicture): void {
  text(ctx, palette.ink, `600 14px ${FONT}`, title, 0, 10);
  text(ctx, palette.faintInk, `11px ${FONT}`, subtitle, 0, 29);
}

function paintRuler(ctx: PaintContext, { scene, gutterWidth, ticks, marks }: LanePicture): void {
  const { palette, screen, rundowns, lostStretches } = scene;
  if (gutterWidth >= COUNTS_FROM) {
    COUNTS.forEach((word, index) =>
      text(
        ctx,
        palette.faintInk,
        `10px ${FONT}`,
        word,
        gutterWidth - 4 - (COUNTS.length - 1 - index) * COUNT_WIDTH,
        RULER_HEIGHT - 7,
        'right',
      ),
    );
  }
  clipped(ctx, gutterWidth, 0, screen.width, RULER_HEIGHT, () => {
    for (const ns of ticks.ns) {
      const x = gutterWidth + xOfTime(screen, ns);
      ctx.fillStyle = palette.line;
      ctx.fillRect(x, RULER_HEIGHT - 5, 1, 5);
      text(ctx, palette.faintInk, `11px ${FONT}`, ticks.format(ns), x + 3, RULER_HEIGHT - 10);
    }
    const beside = (color: string, font: string, words: string, ns: number) => {
      const x = xOfTime(screen, ns);
      const turned = x > screen.width - RULER_WORD;
      text(ctx, color, font, words, gutterWidth + x + (turned ? -3 : 3), 7, turned ? 'right' : 'left');
    };
    for (const { fromNs } of rundowns) beside(palette.rundownInk, `italic 10px ${FONT}`, 'rundown', fromNs);
    for (const { fromNs } of lostStretches) beside(palette.lostEdge, `italic 10px ${FONT}`, 'events lost', fromNs);
    for (const { ns, name } of marks) beside(palette.accent, `600 10px ${FONT}`, displayName(name), ns);
  });
  ctx.fillStyle = palette.line;
  ctx.fillRect(0, RULER_HEIGHT - 1, gutterWidth + screen.width, 1);
}

function paintGutter(ctx: PaintContext, { scene, gutterWidth }: LanePicture): void {
  const { data, palette, scrollTop, height } = scene;
  ctx.fillStyle = palette.background;
  ctx.fillRect(0, 0, gutterWidth, height);
  if (data === null) return;
  const { firstRow, rows } = data.response;
  const counts = gutterWidth >= COUNTS_FROM;
  const labelEnd = gutterWidth - (counts ? COUNTS.length * COUNT_WIDTH + 10 : 4);
  rows.forEach((row, at) => {
    const y = (firstRow + at) * ROW_HEIGHT - scrollTop;
    if (y <= -ROW_HEIGHT || y >= height || (row.kind === 'lane' && row.label === '')) return;
    const middle = y + ROW_HEIGHT / 2;
    const left = 6 + row.depth * INDENT;
    if (row.kind === 'group') {
      ctx.fillStyle = row.depth === 0 ? palette.processRow : palette.typeRow;
      ctx.fillRect(0, y, gutterWidth, ROW_HEIGHT);
    }
    const slot = data.groupSlots[at];
    if (slot >= 0) {
      ctx.fillStyle = palette.types[slot];
      ctx.fillRect(left, middle - 4, 8, 8);
    }
    const start = left + (slot >= 0 ? 13 : 0);
    const font = row.kind === 'group' && row.depth === 0 ? `600 12px ${FONT}` : `11px ${FONT}`;
    clipped(ctx, start, y, Math.max(0, labelEnd - start), ROW_HEIGHT, () =>
      text(ctx, row.kind === 'group' ? palette.ink : palette.faintInk, font, shownLabel(row), start, middle),
    );
    if (!counts || row.kind !== 'group') return;
    [row.objects, row.leaks, row.leaksAtExit, row.openHandles].forEach((count, index) => {
      const x = gutterWidth - 4 - (COUNTS.length - 1 - index) * COUNT_WIDTH;
      const leak = count > 0 && (index === 1 || index === 2);
      text(ctx, leak ? palette.leak : palette.faintInk, `11px ${FONT}`, formatCount(count), x, middle, 'right');
    });
  });
}

function legendLines({ legend }: LanePicture, width: number): number {
  const perLine = Math.max(1, Math.floor((width - 2 * MARGIN) / LEGEND_ENTRY));
  return Math.ceil(legend.length / perLine) + 1;
}

/** What shapes mean first, then the colours. */
function paintLegend(ctx: PaintContext, { scene, legend }: LanePicture, width: number): void {
  const { palette, hatch } = scene;
  const small = `11px ${FONT}`;
  const y = LEGEND_LINE / 2 + 4;
  ctx.fillStyle = palette.area;
  ctx.fillRect(0, y - 5, 26, 10);
  ctx.fillStyle = hatch;
  ctx.fillRect(0, y - 5, 26, 10);
  ctx.fillStyle = palette.leak;
  ctx.fillRect(0, y - 6, 26, 2);
  ctx.fillRect(0, y + 4, 26, 2);
  text(ctx, palette.ink, small, 'leak: never closed', 32, y);
  ctx.fillStyle = palette.area;
  ctx.fillRect(160, y - 5, 22, 10);
  ctx.fillStyle = palette.leak;
  ctx.beginPath();
  ctx.moveTo(178, y);
  ctx.lineTo(182, y - 6);
  ctx.lineTo(186, y);
  ctx.lineTo(182, y + 6);
  ctx.closePath();
  ctx.fill();
  text(ctx, palette.ink, small, 'leaked until exit', 192, y);
  const perLine = Math.max(1, Math.floor((width - 2 * MARGIN) / LEGEND_ENTRY));
  legend.forEach(({ slot, label }, index) => {
    const x = (index % perLine) * LEGEND_ENTRY;
    const middle = y + LEGEND_LINE * (1 + Math.floor(index / perLine));
    ctx.fillStyle = palette.types[slot];
    ctx.fillRect(x, middle - 5, 10, 10);
    clipped(ctx, x, middle - 10, LEGEND_ENTRY - 8, LEGEND_LINE, () =>
      text(ctx, palette.ink, small, displayName(label, 60), x + 15, middle),
    );
  });
}

function text(
  ctx: PaintContext,
  color: string,
  font: string,
  words: string,
  x: number,
  y: number,
  align: CanvasTextAlign = 'left',
): void {
  ctx.fillStyle = color;
  ctx.font = font;
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  ctx.fillText(words, x, y);
}
