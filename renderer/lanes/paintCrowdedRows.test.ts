import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAR_BORN_BEFORE, BAR_LEAK, BAR_MAPPING } from '../../shared/lanes.ts';
import { laneResponse, laneRow, laneScene, type FixtureBar } from '../testing/laneFixture.ts';
import { recordingContext } from '../testing/recordingContext.ts';
import { lanePalette } from '../theme/palette.ts';
import { stripColor, type BarStrips } from './barStrips.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { laneData, type LaneData } from './laneData.ts';
import { paintLanes } from './paintLanes.ts';
import type { Scene } from './scene.ts';

const palette = lanePalette('light');
const WIDTH = 1200;
const TYPES = ['Event', 'File', 'Key'];

/** A picture as text of its pixels' colours, and what was drawn as rectangles. */
interface Painted {
  pixels: string[];
  rectangles: number;
  drawn: number;
}

/** Paints one row of bars, in strips or all in rectangles. */
function paint(bars: Omit<FixtureBar, 'row'>[], inStrips: boolean, ratio = 1): Painted {
  const pixels = new Array<string>(WIDTH * ratio * ROW_HEIGHT * ratio).fill('');
  const fill = (color: string, x: number, y: number, width: number, height: number): void => {
    for (let row = y * ratio; row < (y + height) * ratio; row++)
      for (let at = Math.max(0, x * ratio); at < Math.min(WIDTH, x + width) * ratio; at++)
        pixels[row * WIDTH * ratio + at] = color;
  };
  let drawn = 0;
  const strips = fakeStrips(ratio, (color, x, y, width, height) => {
    drawn++;
    fill(color, x, y, width, height);
  });
  const ctx = recordingContext();
  paintLanes(ctx, scene(oneRow(bars), inStrips ? strips : null));
  const rectangles = ctx.log.filter(({ call, style }) => call === 'fillRect' && palette.types.includes(String(style)));
  for (const { style, at } of rectangles) fill(String(style), at[0], at[1], at[2], at[3]);
  return { pixels, rectangles: rectangles.length, drawn };
}

function fakeStrips(
  ratio: number,
  fill: (color: string, x: number, y: number, width: number, height: number) => void,
): BarStrips {
  let pixels = new Uint32Array();
  let lineWidth = 0;
  return {
    ratio,
    start(width, lines) {
      lineWidth = width;
      pixels = new Uint32Array(width * lines);
      return pixels;
    },
    finish() {},
    draw(line, y, height) {
      for (let at = 0; at < lineWidth; at++) {
        const pixel = pixels[line * lineWidth + at];
        if (pixel === 0) continue;
        const color = palette.types.find((type) => stripColor(type) === pixel);
        fill(color ?? 'none of the palette', at / ratio, y, 1 / ratio, height);
      }
    },
  };
}

function oneRow(bars: Omit<FixtureBar, 'row'>[]): LaneData {
  const rows = bars.map((bar) => ({ row: 0, ...bar }));
  return laneData(laneResponse([laneRow('p:1')], rows, { types: TYPES, colors: TYPES }), {
    fromNs: 0,
    toNs: WIDTH,
    width: WIDTH,
  });
}

function scene(data: LaneData, strips: BarStrips | null): Scene {
  return laneScene({ screen: { fromNs: 0, toNs: WIDTH, width: WIDTH }, height: ROW_HEIGHT, data, palette, strips });
}

/** Bars side by side, some of several objects, of all types, some reaching out of the screen. */
const crowd = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 3 }),
      width: fc.integer({ min: 1, max: 6 }),
      color: fc.nat(2),
      several: fc.boolean(),
      mapping: fc.boolean(),
    }),
    {
      minLength: 201,
      maxLength: 400,
    },
  )
  .map((bars) => {
    let x = -20;
    return bars.map(({ gap, width, color, several, mapping }, index) => {
      const x0 = x + gap;
      x = x0 + width;
      return { x0, x1: x, color, type: color, id: several ? 0 : index + 1, flags: mapping ? BAR_MAPPING : 0 };
    });
  });

describe('a crowded row', () => {
  it('looks as if every bar were a rectangle', () => {
    fc.assert(
      fc.property(crowd, fc.constantFrom(1, 2), (bars, ratio) => {
        const quick = paint(bars, true, ratio);
        expect(quick.pixels).toEqual(paint(bars, false, ratio).pixels);
        expect(quick.drawn).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps rectangles for leaks, mappings and what fades in', () => {
    const plain = Array.from({ length: 300 }, (_, index) => ({
      x0: 100 + index * 2,
      x1: 101 + index * 2,
      id: index + 1,
    }));
    const marked = [
      { x0: 0, x1: 20, id: 1001, flags: BAR_BORN_BEFORE },
      { x0: 30, x1: 50, id: 1002, flags: BAR_LEAK },
      { x0: 60, x1: 80, id: 1003, flags: BAR_MAPPING },
    ];
    const alone = paint(marked, true);
    expect(alone.drawn).toBe(0);
    expect(paint([...marked, ...plain], true).rectangles).toBe(alone.rectangles);
  });
});

describe('a row with few bars', () => {
  it('needs no strips', () => {
    const bars = Array.from({ length: 200 }, (_, index) => ({ x0: index * 3, x1: index * 3 + 2, id: index + 1 }));
    expect(paint(bars, true)).toMatchObject({ drawn: 0, rectangles: 200 });
  });
});

it('a colour of a strip has the bytes red, green, blue and full strength, in this order', () => {
  const bytes = new Uint8Array(Uint32Array.of(stripColor('#0f6fb0')).buffer);
  expect([...bytes]).toEqual([0x0f, 0x6f, 0xb0, 0xff]);
});
