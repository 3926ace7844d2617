import { describe, expect, it } from 'vitest';
import { BAR_BORN_BEFORE, BAR_LEAK, BAR_LEAK_AT_EXIT, BAR_MAPPING, type LaneLink } from '../../shared/lanes.ts';
import { EVENT_KINDS } from '../../shared/records.ts';
import { groupRow, laneResponse, laneRow, laneScene, type FixtureBar } from '../testing/laneFixture.ts';
import { recordingContext } from '../testing/recordingContext.ts';
import { lanePalette } from '../theme/palette.ts';
import { BAR_HEIGHT, BAR_TOP, MAPPING_HEIGHT, ROW_HEIGHT } from './geometry.ts';
import { laneData, type LaneData } from './laneData.ts';
import { paintLanes } from './paintLanes.ts';
import { linkAt } from './paintLinks.ts';
import type { Scene } from './scene.ts';

const palette = lanePalette('light');
const HATCH = 'hatch';
const EVENT = palette.types[0];
const SCREEN = { fromNs: 0, toNs: 1000, width: 100 };

function scene(data: LaneData | null, change: Partial<Scene> = {}): Scene {
  return laneScene({ screen: SCREEN, height: 100, data, palette, hatch: HATCH, ...change });
}

/** One lane under its two headers: the bars are in row 2. */
function oneLane(bars: Omit<FixtureBar, 'row'>[], change = {}): LaneData {
  const rows = [groupRow(0, 'p:1', 'a.exe(1)'), groupRow(1, 'p:1/t:1', 'Event'), laneRow('p:1/t:1')];
  return laneData(
    laneResponse(
      rows,
      bars.map((bar) => ({ row: 2, ...bar })),
      change,
    ),
    SCREEN,
  );
}

function paint(data: LaneData | null, change: Partial<Scene> = {}) {
  const ctx = recordingContext();
  paintLanes(ctx, scene(data, change));
  return ctx.log;
}

const barsOf = (log: ReturnType<typeof paint>, color: string) =>
  log.filter((entry) => entry.call === 'fillRect' && entry.style === color).map((entry) => entry.at);

describe('paintLanes', () => {
  it('paints a closed object as a plain bar in its type colour, with a gap to its neighbour', () => {
    const log = paint(oneLane([{ x0: 10, x1: 30 }]));
    expect(barsOf(log, EVENT)).toEqual([[10, 2 * ROW_HEIGHT + BAR_TOP, 19, BAR_HEIGHT]]);
    expect(log.some((entry) => entry.style === HATCH || entry.style === palette.leak)).toBe(false);
  });

  it('hatches a leak to the right edge and lines it above and below', () => {
    const log = paint(oneLane([{ x0: 40, x1: 100, flags: BAR_LEAK }]));
    expect(barsOf(log, HATCH)).toEqual([[40, 44, 59, BAR_HEIGHT]]);
    expect(barsOf(log, palette.leak)).toHaveLength(2);
  });

  it('ends a leak at exit in a diamond and not in a hatch', () => {
    const log = paint(oneLane([{ x0: 10, x1: 60, flags: BAR_LEAK_AT_EXIT }]));
    const markers = log.filter((entry) => entry.call === 'path');
    expect(markers).toEqual([{ call: 'path', style: palette.leak, alpha: 1, at: [56, 50, 60, 44, 64, 50, 60, 56] }]);
    expect(barsOf(log, HATCH)).toEqual([]);
  });

  it('keeps markers of one row apart', () => {
    const bars = [50, 51, 52, 70].map((x) => ({ x0: x - 1, x1: x, flags: BAR_LEAK_AT_EXIT }));
    const [marker] = paint(oneLane(bars)).filter((entry) => entry.call === 'path');
    expect(marker?.at).toHaveLength(2 * 8);
  });

  it('fades in what was born before the trace', () => {
    const log = paint(oneLane([{ x0: 0, x1: 60, flags: BAR_BORN_BEFORE }]));
    const alphas = log.filter((entry) => entry.style === EVENT).map((entry) => entry.alpha);
    expect(alphas.at(0)).toBeLessThan(0.2);
    expect(alphas).toEqual([...alphas].sort((a, b) => a - b));
    expect(alphas.at(-1)).toBe(1);
  });

  it('paints several objects of one pixel as two rails', () => {
    const log = paint(oneLane([{ x0: 10, x1: 11, id: 0 }]));
    expect(barsOf(log, EVENT)).toEqual([
      [10, 44, 1, 4],
      [10, 52, 1, 4],
    ]);
  });

  it('paints mappings thinner than objects', () => {
    const [bar] = barsOf(paint(oneLane([{ x0: 10, x1: 30, flags: BAR_MAPPING }])), EVENT);
    expect(bar?.[3]).toBe(MAPPING_HEIGHT);
  });

  it('paints at least a pixel of the shortest life', () => {
    expect(barsOf(paint(oneLane([{ x0: 10.2, x1: 10.21 }])), EVENT)).toEqual([[10, 44, 1, BAR_HEIGHT]]);
  });

  it('stretches data of an older zoom to the new one', () => {
    const log = paint(oneLane([{ x0: 50, x1: 60 }]), { screen: { fromNs: 500, toNs: 600, width: 100 } });
    expect(barsOf(log, EVENT)).toEqual([[0, 44, 99, BAR_HEIGHT]]);
  });

  it('leaves out what is off the screen, and rows that are scrolled away', () => {
    const data = oneLane([{ x0: 50, x1: 60 }]);
    expect(barsOf(paint(data, { screen: { fromNs: 0, toNs: 100, width: 100 } }), EVENT)).toEqual([]);
    expect(barsOf(paint(data, { scrollTop: 3 * ROW_HEIGHT }), EVENT)).toEqual([]);
  });

  it('never paints a bar outside of [-fade, width]', () => {
    const log = paint(oneLane([{ x0: -1e7, x1: 1e7 }]));
    const [x = NaN, , width = NaN] = barsOf(log, EVENT)[0] ?? [];
    expect(x).toBeGreaterThan(-50);
    expect(x + width).toBeLessThan(150);
    expect(x).toBeLessThanOrEqual(0);
    expect(x + width).toBeGreaterThanOrEqual(100);
  });

  it('ticks events inside a bar but not at its ends', () => {
    const ticks = {
      row: Int32Array.of(2, 2, 2),
      x: Float32Array.of(10, 30, 60),
      kind: Uint8Array.of(
        EVENT_KINDS.indexOf('HandleCreate'),
        EVENT_KINDS.indexOf('HandleDuplicate'),
        EVENT_KINDS.indexOf('HandleClose'),
      ),
    };
    const inked = barsOf(paint(oneLane([{ x0: 10, x1: 60 }], { ticks })), palette.ink);
    expect(inked.map(([x]) => x)).toEqual([30]);
  });

  it('fills the area of a group to its peak', () => {
    const data = oneLane([], { areas: [{ row: 0, peak: 4, samples: Float32Array.of(0, 4, 2) }] });
    const [area] = paint(data).filter((entry) => entry.call === 'path');
    const tops = area?.at.filter((_, index) => index % 2 === 1) ?? [];
    expect(Math.min(...tops)).toBe(3);
    expect(area?.style).toBe(palette.area);
  });

  it('makes one step of neighbours whose heights look the same, and shows one handle of thousands', () => {
    const samples = Float32Array.of(5000, 5001, 4999, 0, 0, 1);
    const log = paint(oneLane([], { areas: [{ row: 0, peak: 5001, samples }] }));
    const bottom = ROW_HEIGHT - 1;
    expect(barsOf(log, palette.area)).toEqual([
      [0, 3, 6, 1],
      [6, 3, 1, 16],
      [10, bottom - 0.25, 2, 1],
      [10, bottom - 0.25, 1, 0.25],
    ]);
  });

  it('shades rundowns, at least two pixels wide', () => {
    const shaded = barsOf(paint(oneLane([]), { rundowns: [{ fromNs: 900, toNs: 901 }] }), palette.rundown);
    expect(shaded[0]?.[0]).toBeCloseTo(90);
    expect(shaded[0]?.[2]).toBe(2);
  });

  it('gives stretches with lost events edges, so that they are told from rundowns without colour', () => {
    const log = paint(oneLane([]), { lostStretches: [{ fromNs: 200, toNs: 300 }] });
    expect(barsOf(log, palette.lost)).toEqual([[20, 0, 10, 100]]);
    expect(barsOf(log, palette.lostEdge)).toEqual([
      [20, 0, 1, 100],
      [29, 0, 1, 100],
    ]);
  });

  it('shades the range of the ruler and draws marks and the selected event from top to bottom', () => {
    const log = paint(oneLane([]), { range: { fromNs: 400, toNs: 600 }, markNs: [100, 5000], eventNs: 250 });
    expect(barsOf(log, palette.range)).toEqual([[40, 0, 20, 100]]);
    expect(barsOf(log, palette.accent)).toContainEqual([10, 0, 1, 100]);
    expect(barsOf(log, palette.selection)).toEqual([[25, 0, 1, 100]]);
  });

  it('marks rows with the searched text at their edge, the current one wider', () => {
    const data = oneLane([]);
    data.response.rows[1].hit = true;
    data.response.rows[2].hit = true;
    const edges = barsOf(paint(data, { hitRow: 2 }), palette.hitEdge);
    expect(edges).toEqual([
      [0, ROW_HEIGHT, 2, ROW_HEIGHT],
      [0, 2 * ROW_HEIGHT, 6, ROW_HEIGHT],
    ]);
  });

  it('colours bars by what is asked for, and a group by its own value where that is what colours say', () => {
    const rows = [groupRow(0, 'p:1', 'a.exe(1)'), groupRow(1, 'p:1/t:1', 'Event'), laneRow('p:1/t:1')];
    const response = laneResponse(rows, [{ row: 2, x0: 10, x1: 30, color: 1 }], { colors: ['closed', 'open'] });
    const byEnd = laneData(response, { ...SCREEN, colorBy: 'end' });
    expect(barsOf(paint(byEnd), palette.types[byEnd.slots[1]])).toHaveLength(1);
    expect([...byEnd.groupSlots]).toEqual([-1, -1, -1]);
    const byType = laneData(laneResponse(rows, []), { ...SCREEN, colorBy: 'type' });
    expect([...byType.groupSlots]).toEqual([-1, 0, -1]);
  });

  it('outlines every bar of the selected object and the hovered one', () => {
    const data = oneLane([
      { x0: 10, x1: 20, id: 7 },
      { x0: 40, x1: 50, id: 8 },
    ]);
    const outlines = paint(data, { selectedId: 8, hoverBar: 0 }).filter((entry) => entry.call === 'strokeRect');
    expect(outlines.map((entry) => [entry.style, Math.round(entry.at[0])])).toEqual([
      [palette.hover, 9],
      [palette.selection, 39],
    ]);
  });

  it('outlines the bar that the keyboard is on, in a row with lines above and below', () => {
    const log = paint(oneLane([{ x0: 10, x1: 20 }]), { cursorRow: 2, cursorBar: 0 });
    expect(log.filter((entry) => entry.call === 'strokeRect').map((entry) => entry.style)).toEqual([palette.accent]);
    expect(barsOf(log, palette.selection).map(([, y]) => y)).toEqual([2 * ROW_HEIGHT, 3 * ROW_HEIGHT - 1]);
  });
});

describe('arrows of the selected object', () => {
  const link = (change: Partial<LaneLink>): LaneLink => ({
    kind: 'duplicate',
    ns: 500,
    fromRow: 2,
    toRow: 0,
    label: 'a.exe(1) 0x4 → b.exe(2) 0x8',
    ...change,
  });
  const linked = (change: Partial<LaneLink>) => oneLane([], { links: [link(change)] });
  const middle = (row: number) => row * ROW_HEIGHT + ROW_HEIGHT / 2;

  it('lead from its row to the receiver, with a head there', () => {
    const log = paint(linked({}));
    const line = barsOf(log, palette.selection).find(([, , width]) => width === 1.5);
    expect(line?.[0]).toBeCloseTo(49.25);
    expect(line![1] + line![3]).toBe(middle(2));
    const head = log.find((entry) => entry.call === 'path');
    expect(head?.style).toBe(palette.selection);
    expect(head?.at.slice(0, 2)).toEqual([50, middle(0) + 2]);
  });

  it('are dashed with an open head where it was inherited', () => {
    const log = paint(linked({ kind: 'inherit' }));
    expect(barsOf(log, palette.selection).filter(([, , width]) => width === 1.5).length).toBeGreaterThan(3);
    expect(log.filter((entry) => entry.call === 'line')).toHaveLength(1);
    expect(log.some((entry) => entry.call === 'path')).toBe(false);
  });

  it('stay short where the receiver has no row, and are not drawn far away', () => {
    const [head] = paint(linked({ toRow: -1 })).filter((entry) => entry.call === 'path');
    expect(head?.at[1]).toBe(middle(2));
    const far = barsOf(paint(linked({ toRow: 1_000_000 })), palette.selection).find(([, , width]) => width === 1.5);
    expect(far![3]).toBeLessThan(200);
  });

  it('are found under the mouse', () => {
    const data = linked({});
    expect(linkAt(data, SCREEN, 0, 51, middle(1))?.label).toMatch('0x8');
    expect(linkAt(data, SCREEN, 0, 70, middle(1))).toBeNull();
    expect(linkAt(data, SCREEN, 0, 50, 99)).toBeNull();
  });
});
