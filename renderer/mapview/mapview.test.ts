import { describe, expect, it } from 'vitest';
import { BAR_LEAK, type MapView } from '../../shared/lanes.ts';
import { recordingContext } from '../testing/recordingContext.ts';
import { lanePalette, typeSlot } from '../theme/palette.ts';
import { keyboardOrder, viewAt } from './mapHit.ts';
import { paintMap, type MapScene } from './paintMap.ts';

const palette = lanePalette('dark');
const screen = { fromNs: 0, toNs: 1000, width: 100 };
const view: MapView = {
  process: 'a.exe(1)',
  processes: [{ label: 'a.exe(1)', views: 3 }],
  x0: Float32Array.of(10, 20, 60),
  x1: Float32Array.of(90, 40, 100),
  y0: Float32Array.of(0, 5, 40),
  y1: Float32Array.of(30, 15, 60),
  id: Int32Array.of(4, 7, 9),
  flags: Uint8Array.of(0, 0, BAR_LEAK),
  labels: [
    { y: 0, text: '0x1000', gap: false },
    { y: 40, text: '0x90000', gap: true },
  ],
  views: 3,
  omitted: 0,
};
const scene: MapScene = {
  screen,
  height: 100,
  view,
  scale: screen,
  palette,
  hatch: 'hatch',
  rundowns: [],
  lostStretches: [],
  gridNs: [],
  selectedId: 9,
  hover: -1,
  cursor: -1,
  cursorX: -1,
};

describe('the mappings', () => {
  it('are rectangles of address and time, leaks hatched, gaps dashed, the selection outlined', () => {
    const ctx = recordingContext();
    paintMap(ctx, scene);
    const rects = (style: string) => ctx.log.filter((entry) => entry.style === style && entry.call === 'fillRect');
    expect(rects(palette.types[typeSlot('mapping')]).map((entry) => entry.at)).toEqual([
      [10, 0, 80, 29.5],
      [20, 5, 20, 9.5],
      [60, 40, 40, 19.5],
    ]);
    expect(rects('hatch')).toHaveLength(1);
    expect(rects(palette.line).every((entry) => entry.at[1] === 38)).toBe(true);
    expect(rects(palette.line).length).toBeGreaterThan(5);
    expect(ctx.log.filter((entry) => entry.call === 'strokeRect').map((entry) => entry.style)).toEqual([
      palette.selection,
    ]);
  });

  it('are stretched while those of a new zoom are on their way', () => {
    const ctx = recordingContext();
    paintMap(ctx, { ...scene, screen: { fromNs: 600, toNs: 800, width: 100 } });
    const first = ctx.log
      .filter((entry) => entry.style === palette.types[typeSlot('mapping')])
      .map((entry) => entry.at);
    expect(first).toEqual([
      [-2, 0, 104, 29.5],
      [0, 40, 102, 19.5],
    ]);
  });

  it('are found under the mouse, the smallest of those on top of each other', () => {
    expect(viewAt(view, screen, screen, 30, 10)).toBe(1);
    expect(viewAt(view, screen, screen, 50, 10)).toBe(0);
    expect(viewAt(view, screen, screen, 5, 90)).toBe(-1);
  });

  it('follow each other by address for the keyboard', () => {
    expect([...keyboardOrder(view)]).toEqual([0, 1, 2]);
  });
});
