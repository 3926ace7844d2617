import type { Filter } from '../../shared/filter.ts';
import type { LaneColor, LaneGrouping, LaneRequest } from '../../shared/lanes.ts';
import { ROW_HEIGHT } from './geometry.ts';
import type { LaneData } from './laneData.ts';

/** What is on the screen, from which the next request is made. */
export interface LaneWindow {
  filter: Filter;
  grouping: readonly LaneGrouping[];
  packing: 'packed' | 'single';
  pinned: readonly string[];
  openGroups: ReadonlySet<string>;
  colorBy: LaneColor;
  /** Object whose links are wanted, 0 none. */
  linksOf: number;
  /** Searched text, '' none. */
  find: string;
  /** Rises when names have changed. */
  namesVersion: number;
  fromNs: number;
  toNs: number;
  endNs: number;
  /** of the plot, px */
  width: number;
  height: number;
  scrollTop: number;
}

const MAX_WIDTH = 16384;
/** Screens of rows asked for above and below the visible one. */
const SCREENS_ABOVE = 1;
const SCREENS_BELOW = 2;
/** Part of the visible span asked for on each side, so that a short pan needs no answer. */
const TIME_MARGIN = 0.5;

/** The request for a window with its margins; rows and time outside of the trace are left out. */
export function laneRequest(window: LaneWindow): LaneRequest {
  const { fromNs, toNs, endNs, width } = window;
  const span = toNs - fromNs;
  const from = Math.max(0, Math.floor(fromNs - span * TIME_MARGIN));
  const to = Math.min(Math.max(endNs, toNs), Math.ceil(toNs + span * TIME_MARGIN));
  const screenRows = Math.max(1, Math.ceil(window.height / ROW_HEIGHT));
  const top = Math.floor(window.scrollTop / ROW_HEIGHT);
  const firstRow = Math.max(0, top - screenRows * SCREENS_ABOVE);
  return {
    filter: window.filter,
    fromNs: from,
    toNs: to,
    width: Math.min(MAX_WIDTH, Math.max(1, Math.round((width * (to - from)) / span))),
    firstRow,
    rowCount: Math.min(2000, top + screenRows * (1 + SCREENS_BELOW) - firstRow),
    openGroups: [...window.openGroups].slice(0, 20000),
    grouping: [...window.grouping],
    packing: window.packing,
    colorBy: window.colorBy,
    pinned: window.pinned.slice(0, 1000),
    linksOf: window.linksOf,
    find: window.find,
  };
}

/** Whether two windows have the same rows, in the same order, of the same height. */
export function sameRows(a: LaneWindow, b: LaneWindow): boolean {
  return (
    a.filter === b.filter &&
    a.grouping === b.grouping &&
    a.packing === b.packing &&
    a.pinned === b.pinned &&
    a.openGroups === b.openGroups
  );
}

/** Whether an answer for one window says the same about the other's rows. */
export function sameAnswer(a: LaneWindow, b: LaneWindow): boolean {
  return (
    sameRows(a, b) &&
    a.colorBy === b.colorBy &&
    a.linksOf === b.linksOf &&
    a.find === b.find &&
    a.namesVersion === b.namesVersion
  );
}

/** Whether loaded data has every visible row and time at (nearly) the window's zoom. */
export function covers(data: LaneData, window: LaneWindow): boolean {
  const { scale, response } = data;
  const zoom = (scale.toNs - scale.fromNs) / scale.width / ((window.toNs - window.fromNs) / window.width);
  if (Math.abs(zoom - 1) > 0.02) return false;
  if (scale.fromNs > window.fromNs || scale.toNs < window.toNs) return false;
  const top = Math.floor(window.scrollTop / ROW_HEIGHT);
  const bottom = Math.min(response.totalRows, Math.ceil((window.scrollTop + window.height) / ROW_HEIGHT));
  return response.firstRow <= top && response.firstRow + response.rows.length >= bottom;
}
