import type { LaneRequest, LaneRow } from '../../shared/lanes.ts';
import { ask, type Viewer } from '../state/viewer.ts';

const PAGE = 2000;
/** The contract's limit of open groups. */
const MAX_GROUPS = 20_000;

/** The group rows with these groups open, without bars: a pixel of time is enough. */
export async function groupRows(viewer: Viewer, openGroups: string[]): Promise<LaneRow[] | null> {
  const groups: LaneRow[] = [];
  for (let firstRow = 0; ; firstRow += PAGE) {
    const request: LaneRequest = {
      filter: viewer.filter.getState().filter,
      fromNs: 0,
      toNs: viewer.view.getState().endNs,
      width: 1,
      firstRow,
      rowCount: PAGE,
      openGroups,
    };
    const response = await ask(viewer, 'q:groups', 'lanes', request);
    if (response === null) return null;
    for (const row of response.rows) if (row.kind === 'group') groups.push(row);
    if (firstRow + PAGE >= response.totalRows || groups.length >= MAX_GROUPS) return groups;
  }
}

/** Opens every process, then every type in them. */
export async function expandAll(viewer: Viewer): Promise<void> {
  const processes = await groupRows(viewer, []);
  if (processes === null) return;
  const keys = processes.map((row) => row.key);
  const types = await groupRows(viewer, keys);
  if (types === null) return;
  viewer.view.getState().setOpenGroups([...new Set([...keys, ...types.map((row) => row.key)])].slice(0, MAX_GROUPS));
}

export function collapseAll(viewer: Viewer): void {
  viewer.view.getState().setOpenGroups([]);
}

/** How suspicious a group is: leaks first, then leaks at exit, then size. */
export function suspicion(row: LaneRow): number {
  return row.leaks * 1e6 + row.leaksAtExit * 1e3 + Math.min(row.objects, 999);
}

/** Rows are virtual, so a big type costs nothing; where there are more its lanes say less than the headers below them. */
const BIGGEST_OPENED_LANES = 20_000;

/** After a trace is opened: the most suspicious process and its most suspicious type, so that the first look shows lanes. */
export async function openMostSuspicious(viewer: Viewer): Promise<void> {
  const processes = await groupRows(viewer, []);
  const process = mostSuspicious(processes);
  if (process === undefined) return;
  const all = await groupRows(viewer, [process.key]);
  const types = (all ?? []).filter((row) => row.depth === 1 && row.objects <= BIGGEST_OPENED_LANES);
  const type = mostSuspicious(types);
  // The user may have opened something in the meantime: that stays.
  if (viewer.view.getState().openGroups.size > 0) return;
  viewer.view.getState().setOpenGroups(type === undefined ? [process.key] : [process.key, type.key]);
}

function mostSuspicious(rows: readonly LaneRow[] | null): LaneRow | undefined {
  return (rows ?? []).reduce<LaneRow | undefined>(
    (best, row) => (best === undefined || suspicion(row) > suspicion(best) ? row : best),
    undefined,
  );
}
