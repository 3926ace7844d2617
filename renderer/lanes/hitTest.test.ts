import { describe, expect, it } from 'vitest';
import { groupRow, laneResponse, laneRow } from '../testing/laneFixture.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { areaValueAt, barAt, barBeside, hitTest } from './hitTest.ts';
import { laneData } from './laneData.ts';

const SCREEN = { fromNs: 0, toNs: 1000, width: 100 };
const rows = [groupRow(0, 'p:1', 'a'), laneRow('p:1/t:1'), laneRow('p:1/t:1')];
const data = laneData(
  laneResponse(
    rows,
    [
      { row: 1, x0: 10, x1: 20 },
      { row: 1, x0: 21, x1: 21.2 },
      { row: 1, x0: 60, x1: 80 },
      { row: 2, x0: 0, x1: 100 },
    ],
    { areas: [{ row: 0, peak: 9, samples: Float32Array.from({ length: 50 }, (_, i) => i) }] },
  ),
  SCREEN,
);
const laneY = ROW_HEIGHT + 5;

describe('hitTest', () => {
  it('finds the bar under the point, and its time', () => {
    expect(hitTest(data, SCREEN, 0, 70, laneY)).toEqual({ row: 1, bar: 2, ns: 700 });
  });

  it('counts the scroll offset', () => {
    expect(hitTest(data, SCREEN, ROW_HEIGHT, 70, laneY)?.row).toBe(2);
  });

  it('takes the nearest bar within reach, and none beyond', () => {
    expect(barAt(data, SCREEN, 1, 20.4, 3)).toBe(0);
    expect(barAt(data, SCREEN, 1, 21.1, 3)).toBe(1);
    expect(barAt(data, SCREEN, 1, 40, 3)).toBe(-1);
    expect(barAt(data, SCREEN, 1, 45, Infinity)).toBe(2);
  });

  it('works through another zoom than the data has', () => {
    const screen = { fromNs: 600, toNs: 700, width: 100 };
    expect(barAt(data, screen, 1, 1, 3)).toBe(2);
    expect(barAt(data, screen, 1, -200, 3)).toBe(-1);
  });

  it('is null outside of the loaded rows', () => {
    expect(hitTest(data, SCREEN, 0, 5, 10 * ROW_HEIGHT)).toBeNull();
  });
});

describe('barBeside', () => {
  it('stays in the row', () => {
    expect(barBeside(data, 0, 1)).toBe(1);
    expect(barBeside(data, 2, 1)).toBe(-1);
    expect(barBeside(data, 0, -1)).toBe(-1);
    expect(barBeside(data, 3, 1)).toBe(-1);
  });
});

describe('areaValueAt', () => {
  it('reads the sample under the mouse, two pixels each', () => {
    expect(areaValueAt(data, SCREEN, 0, 10)).toBe(5);
    expect(areaValueAt(data, SCREEN, 0, 99.9)).toBe(49);
    expect(areaValueAt(data, { fromNs: 500, toNs: 1000, width: 100 }, 0, 0)).toBe(25);
    expect(areaValueAt(data, SCREEN, 1, 10)).toBeNull();
  });
});
