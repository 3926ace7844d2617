import { ask, type Viewer } from '../state/viewer.ts';
import type { LaneRow } from '../../shared/lanes.ts';
import { groupRows } from './expandGroups.ts';
import { laneData, missingGroup, parentKey, withGroups, type LaneData } from './laneData.ts';
import { covers, laneRequest, type LaneWindow } from './laneRequest.ts';

export interface LaneLoader {
  /** The window has changed: asks for what is missing, if anything. */
  want(window: LaneWindow): void;
  stop(): void;
}

/**
 * Keeps lane data for the visible window. A change of filter or groups aborts the request under way; a pan or zoom lets it
 * finish (its answer is a better picture than none) and asks for the newest window after it, so that a long drag is never
 * without an answer.
 */
export function createLaneLoader(viewer: Viewer, onData: (data: LaneData) => void): LaneLoader {
  let loaded: { data: LaneData; window: LaneWindow } | null = null;
  let asking: LaneWindow | null = null;
  let wanted: LaneWindow | null = null;
  let stopped = false;
  /**
   * Headers seen so far under the filter in force, which their counts belong to: a jump into the middle of a long group shows
   * lanes whose headers are not among the rows.
   */
  let groups: ReadonlyMap<string, LaneRow> = new Map();

  function sameRows(a: LaneWindow, b: LaneWindow): boolean {
    return a.filter === b.filter && a.openGroups === b.openGroups;
  }

  async function load(window: LaneWindow): Promise<void> {
    asking = window;
    const request = laneRequest(window);
    const response = await ask(viewer, 'q:lanes', 'lanes', request);
    // null: a newer request took its place, or it failed (which the message bar says).
    if (asking !== window || stopped) return;
    asking = null;
    if (response !== null) {
      if (loaded !== null && loaded.window.filter !== window.filter) groups = new Map();
      loaded = { data: laneData(response, request, groups), window };
      groups = loaded.data.groups;
      onData(loaded.data);
      void nameGroups(loaded.data);
      if (wanted !== null) want(wanted);
    }
  }

  async function nameGroups(data: LaneData): Promise<void> {
    const key = missingGroup(data);
    if (key === null) return;
    const rows = await groupRows(viewer, [parentKey(key) ?? key]);
    if (rows === null || stopped || loaded?.data !== data) return;
    groups = withGroups(groups, rows);
    loaded = { ...loaded, data: { ...data, groups } };
    onData(loaded.data);
  }

  function want(window: LaneWindow): void {
    wanted = window;
    if (stopped || window.width < 1 || window.height < 1) return;
    if (loaded !== null && sameRows(loaded.window, window) && covers(loaded.data, window)) return;
    if (asking !== null && sameRows(asking, window)) return;
    void load(window);
  }

  return {
    want,
    stop: () => {
      stopped = true;
      viewer.requests.abort('q:lanes');
    },
  };
}
