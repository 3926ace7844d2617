import { errorData, type TraceErrorData } from '../../shared/errors.ts';
import type { LaneResponse, LaneRow } from '../../shared/lanes.ts';
import type { Viewer } from '../state/viewer.ts';
import { groupRows } from './expandGroups.ts';
import { laneData, missingGroup, parentKey, withGroups, type LaneData } from './laneData.ts';
import { covers, laneRequest, sameAnswer, sameRows, type LaneWindow } from './laneRequest.ts';

export interface LaneLoader {
  /** The window has changed: asks for what is missing, if anything. */
  want(window: LaneWindow): void;
  /** Asks again, whatever is there. */
  retry(): void;
  stop(): void;
}

export interface LaneListener {
  onData(data: LaneData): void;
  /** Why the newest request failed; null as soon as one is answered. */
  onError(error: TraceErrorData | null): void;
}

/**
 * Keeps lane data for the visible window. A change of rows (filter, grouping, open groups) aborts the request under way; a pan or
 * zoom lets it finish (its answer is a better picture than none) and asks for the newest window after it, so that a long drag is
 * never without an answer.
 */
export function createLaneLoader(viewer: Viewer, { onData, onError }: LaneListener): LaneLoader {
  let loaded: { data: LaneData; window: LaneWindow } | null = null;
  let asking: LaneWindow | null = null;
  let wanted: LaneWindow | null = null;
  let stopped = false;
  /** What could not be had: not asked again before something changes. */
  let failed: LaneWindow | null = null;
  /**
   * Headers seen so far under the filter and grouping in force, which their counts belong to: a jump into the middle of a long
   * group shows lanes whose headers are not among the rows.
   */
  let groups: ReadonlyMap<string, LaneRow> = new Map();

  async function load(window: LaneWindow): Promise<void> {
    asking = window;
    const request = laneRequest(window);
    let response: LaneResponse | null;
    try {
      response = await viewer.requests.latest('q:lanes', (signal) => viewer.host.query('lanes', request, signal));
    } catch (error) {
      if (asking !== window || stopped) return;
      asking = null;
      const data = errorData(error);
      if (data.code === 'cancelled') return;
      failed = window;
      onError(data);
      return;
    }
    // null: a newer request took its place.
    if (asking !== window || stopped) return;
    asking = null;
    if (response === null) return;
    if (failed !== null) onError(null);
    failed = null;
    if (loaded !== null && headersChanged(loaded.window, window)) groups = new Map();
    loaded = { data: laneData(response, request, groups), window };
    groups = loaded.data.groups;
    onData(loaded.data);
    void nameGroups(loaded.data);
    if (wanted !== null) want(wanted);
  }

  async function nameGroups(data: LaneData): Promise<void> {
    const key = missingGroup(data);
    if (key === null) return;
    const rows = await groupRows(viewer, ancestorKeys(key), 'headers');
    if (rows === null || stopped || loaded?.data !== data) return;
    groups = withGroups(groups, rows);
    loaded = { ...loaded, data: { ...data, groups } };
    onData(loaded.data);
  }

  function want(window: LaneWindow): void {
    wanted = window;
    if (stopped || window.width < 1 || window.height < 1 || viewer.session.getState().stale) return;
    if (loaded !== null && sameAnswer(loaded.window, window) && covers(loaded.data, window)) return;
    if (asking !== null && sameRows(asking, window)) return;
    if (failed !== null && sameWindow(failed, window)) return;
    void load(window);
  }

  return {
    want,
    retry: () => {
      if (wanted !== null) void load(wanted);
    },
    stop: () => {
      stopped = true;
      viewer.requests.abort('q:lanes');
    },
  };
}

function sameWindow(a: LaneWindow, b: LaneWindow): boolean {
  return (
    sameAnswer(a, b) &&
    a.fromNs === b.fromNs &&
    a.toNs === b.toNs &&
    a.width === b.width &&
    a.height === b.height &&
    a.scrollTop === b.scrollTop
  );
}

function headersChanged(before: LaneWindow, now: LaneWindow): boolean {
  return before.filter !== now.filter || before.grouping !== now.grouping || before.namesVersion !== now.namesVersion;
}

/** "p:3", "p:3/t:16" of "p:3/t:16/n:2": what has to be open for its row to be there. */
function ancestorKeys(key: string): string[] {
  const keys: string[] = [];
  for (let above = parentKey(key); above !== null; above = parentKey(above)) keys.unshift(above);
  return keys.length === 0 ? [key] : keys;
}
