import type { LaneResponse, LaneRow } from '../../shared/lanes.ts';
import type { Scene } from '../lanes/scene.ts';
import { lanePalette } from '../theme/palette.ts';

export interface FixtureBar {
  row: number;
  x0: number;
  x1: number;
  flags?: number;
  id?: number;
  type?: number;
  color?: number;
}

export function groupRow(depth: number, key: string, label: string, change: Partial<LaneRow> = {}): LaneRow {
  return {
    kind: 'group',
    depth,
    key,
    label,
    open: true,
    objects: 1,
    leaks: 0,
    leaksAtExit: 0,
    openHandles: 0,
    ...change,
  };
}

export function laneRow(key: string): LaneRow {
  return { ...groupRow(2, key, ''), kind: 'lane', open: false };
}

/** A response of these rows and bars; bars in order of row and x, as the worker sends them. */
export function laneResponse(rows: LaneRow[], bars: FixtureBar[], change: Partial<LaneResponse> = {}): LaneResponse {
  return {
    totalRows: rows.length,
    firstRow: 0,
    rows,
    bars: {
      row: Int32Array.from(bars, (bar) => bar.row),
      x0: Float32Array.from(bars, (bar) => bar.x0),
      x1: Float32Array.from(bars, (bar) => bar.x1),
      flags: Uint8Array.from(bars, (bar) => bar.flags ?? 0),
      id: Int32Array.from(bars, (bar, index) => bar.id ?? index + 1),
      type: Int32Array.from(bars, (bar) => bar.type ?? 0),
      color: Int32Array.from(bars, (bar) => bar.color ?? bar.type ?? 0),
    },
    ticks: { row: new Int32Array(), x: new Float32Array(), kind: new Uint8Array() },
    types: ['Event', 'File'],
    areas: [],
    colors: ['Event', 'File'],
    links: [],
    hits: 0,
    hitRows: [],
    matched: bars.length,
    total: bars.length,
    ...change,
  };
}

/** A frame of these lanes with nothing selected, marked or under the mouse. */
export function laneScene(change: Pick<Scene, 'screen' | 'height' | 'data'> & Partial<Scene>): Scene {
  return {
    scrollTop: 0,
    palette: lanePalette('light'),
    hatch: 'hatch',
    strips: null,
    rundowns: [],
    lostStretches: [],
    gridNs: [],
    range: null,
    markNs: [],
    selectedId: 0,
    eventNs: -1,
    hoverBar: -1,
    cursorRow: -1,
    cursorBar: -1,
    hitRow: -1,
    cursorX: -1,
    ...change,
  };
}
