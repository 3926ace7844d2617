import type { Filter } from '../../shared/filter.ts';
import type { LaneRequest } from '../../shared/lanes.ts';
import type { Viewer } from '../state/viewer.ts';

/** Types that are asked for; more than any trace has. */
const MOST_TYPES = 2000;

/** The lanes of one moment by type: the areas of the type rows are how many handles of each were open then. */
export function openCountRequest(filter: Filter, ns: number): LaneRequest {
  const at = Math.round(ns);
  return {
    filter,
    fromNs: at,
    toNs: at + 1,
    width: 1,
    firstRow: 0,
    rowCount: MOST_TYPES,
    openGroups: [],
    grouping: ['type'],
  };
}

export interface OpenCounter {
  /** The moment to count at; null none. */
  want(ns: number | null): void;
  stop(): void;
}

/**
 * Counts open handles at a moment that may move with the mouse: one request at a time, the newest moment after it. `kind` names
 * the requests; `onCount` gets null where there is no moment or no answer.
 */
export function createOpenCounter(
  viewer: Viewer,
  kind: string,
  onCount: (at: { ns: number; count: number } | null) => void,
): OpenCounter {
  let wanted: number | null = null;
  let running = false;
  let stopped = false;

  async function run(): Promise<void> {
    running = true;
    while (!stopped && wanted !== null && !viewer.session.getState().stale) {
      const ns = wanted;
      const { filter } = viewer.filter.getState();
      try {
        const response = await viewer.requests.latest(`q:${kind}`, (signal) =>
          viewer.host.query('lanes', openCountRequest(filter, ns), signal),
        );
        if (stopped || response === null) break;
        const count = response.areas.reduce((sum, area) => sum + (area.samples[0] ?? 0), 0);
        if (wanted !== null) onCount({ ns, count });
      } catch {
        // The lanes ask the same service and say what is wrong.
        break;
      }
      if (wanted === ns && viewer.filter.getState().filter === filter) break;
    }
    running = false;
  }

  return {
    want(ns) {
      wanted = ns;
      if (ns === null) onCount(null);
      else if (!running) void run();
    },
    stop() {
      stopped = true;
      viewer.requests.abort(`q:${kind}`);
    },
  };
}
