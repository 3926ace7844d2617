import { describe, expect, it } from 'vitest';
import { laneRequestSchema } from '../../shared/lanes.ts';
import { laneResponse, laneRow } from '../testing/laneFixture.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { laneData } from './laneData.ts';
import { covers, laneRequest, type LaneWindow } from './laneRequest.ts';

const window: LaneWindow = {
  filter: {},
  grouping: ['process', 'type'],
  packing: 'packed',
  pinned: [],
  openGroups: new Set(['p:1']),
  colorBy: 'type',
  linksOf: 0,
  find: '',
  namesVersion: 0,
  fromNs: 400_000,
  toNs: 600_000,
  endNs: 1_000_000,
  width: 700,
  height: 200,
  scrollTop: 50 * ROW_HEIGHT,
};

describe('laneRequest', () => {
  it('asks for a margin of time and of rows at the zoom of the screen', () => {
    expect(laneRequest(window)).toMatchObject({
      fromNs: 300_000,
      toNs: 700_000,
      width: 1400,
      firstRow: 40,
      rowCount: 40,
    });
  });

  it('stays inside of the trace, and of the schema', () => {
    const whole = laneRequest({ ...window, fromNs: 0, toNs: 1_000_000, scrollTop: 0 });
    expect(whole).toMatchObject({ fromNs: 0, toNs: 1_000_000, width: 700, firstRow: 0 });
    const huge = laneRequest({ ...window, width: 12_000.5, height: 1e6 });
    expect(laneRequestSchema.safeParse(huge).success).toBe(true);
  });
});

describe('covers', () => {
  const request = laneRequest(window);
  const rows = Array.from({ length: request.rowCount }, () => laneRow('p:1/t:1'));
  const data = laneData(laneResponse(rows, [], { firstRow: request.firstRow, totalRows: 1000 }), request);

  it('is true for the window it was asked for, and for small moves in it', () => {
    expect(covers(data, window)).toBe(true);
    expect(covers(data, { ...window, fromNs: 310_000, toNs: 510_000, scrollTop: 45 * ROW_HEIGHT })).toBe(true);
  });

  it('is false past the margins and at another zoom', () => {
    expect(covers(data, { ...window, fromNs: 100_000, toNs: 300_000 })).toBe(false);
    expect(covers(data, { ...window, scrollTop: 75 * ROW_HEIGHT })).toBe(false);
    expect(covers(data, { ...window, fromNs: 450_000, toNs: 550_000 })).toBe(false);
  });

  it('does not miss rows that do not exist', () => {
    const short = laneData(laneResponse(rows.slice(0, 3), []), laneRequest({ ...window, scrollTop: 0 }));
    expect(covers(short, { ...window, scrollTop: 0 })).toBe(true);
  });
});
