import { displayName } from '../displayName.ts';
import { saveBlob } from '../state/download.ts';
import { exportName } from '../state/exports.ts';
import { announce, traceName, type Viewer } from '../state/viewer.ts';
import { formatCount } from '../format.ts';
import { makeHatch } from './hatch.ts';
import { paintPicture, pictureSize, type LanePicture } from './paintPicture.ts';
import { createSvgContext } from './svgContext.ts';

/** Browsers make no larger canvas, px a side. */
const MAX_CANVAS = 16_384;

/** What makes the picture of a window's lanes while they are shown. */
const shown = new WeakMap<Viewer, () => LanePicture | null>();

/** The lanes of a window are there, and this makes their picture; undefined: they are gone. */
export function provideLanePicture(viewer: Viewer, make: (() => LanePicture | null) | undefined): void {
  if (make === undefined) shown.delete(viewer);
  else shown.set(viewer, make);
}

export function hasLanePicture(viewer: Viewer): boolean {
  return shown.has(viewer);
}

/** Gives the lanes as they are shown as a PNG, at the screen's pixel ratio. */
export async function saveLanesPng(viewer: Viewer): Promise<void> {
  const blob = await lanesPng(viewer);
  if (blob !== null) saveBlob(blob, lanesName(viewer, 'png'));
}

export async function copyLanesPng(viewer: Viewer): Promise<void> {
  if (typeof ClipboardItem === 'undefined' || navigator.clipboard === undefined) {
    announce(viewer, 'The clipboard takes no pictures here: save the lanes as a PNG.');
    return;
  }
  const blob = await lanesPng(viewer);
  if (blob === null) return;
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
    announce(viewer, 'The lanes are on the clipboard as a picture.');
  } catch {
    announce(viewer, 'The clipboard does not take the picture: save the lanes as a PNG.');
  }
}

/** Gives the lanes as they are shown as an SVG. */
export function saveLanesSvg(viewer: Viewer): void {
  const picture = shown.get(viewer)?.() ?? null;
  if (picture === null) return;
  const { text, leftOut } = lanesSvg(picture);
  saveBlob(new Blob([text], { type: 'image/svg+xml' }), lanesName(viewer, 'svg'));
  if (leftOut > 0) {
    announce(
      viewer,
      `${formatCount(leftOut)} shapes are not in the SVG, it would be too large: zoom in, or save a PNG.`,
    );
  }
}

/** The same painter as the screen's, into SVG. */
export function lanesSvg(picture: LanePicture): { text: string; leftOut: number } {
  const { width, height } = pictureSize(picture);
  const stroke = picture.scene.palette.hatch;
  const hatch =
    '<pattern id="leak-hatch" width="6" height="6" patternUnits="userSpaceOnUse">' +
    `<path d="M-7 7L1 -1M-1 7L7 -1M5 7L13 -1" stroke="${stroke}" stroke-width="1.7"/></pattern>`;
  const ctx = createSvgContext(width, height, displayName(picture.title), hatch);
  paintPicture(ctx, { ...picture, scene: { ...picture.scene, hatch: 'url(#leak-hatch)' } });
  return { text: ctx.finish(), leftOut: ctx.leftOut() };
}

async function lanesPng(viewer: Viewer): Promise<Blob | null> {
  const picture = shown.get(viewer)?.() ?? null;
  if (picture === null) return null;
  const { width, height } = pictureSize(picture);
  const ratio = Math.min(window.devicePixelRatio || 1, MAX_CANVAS / width, MAX_CANVAS / height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext('2d');
  if (ctx !== null) {
    ctx.scale(ratio, ratio);
    const hatch = makeHatch(ctx, picture.scene.palette.hatch, ratio);
    paintPicture(ctx, { ...picture, scene: { ...picture.scene, hatch } });
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (blob !== null) return blob;
  }
  announce(viewer, 'The browser could not make the picture: make the window smaller, or save an SVG.');
  return null;
}

function lanesName(viewer: Viewer, extension: string): string {
  const { summary } = viewer.session.getState();
  return exportName(summary === null ? 'trace' : traceName(summary), 'lanes', extension);
}
