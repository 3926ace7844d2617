import type { LaneRequest, LaneResponse, LaneRow } from '../../shared/lanes.ts';
import { formatCount } from '../format.ts';
import { announce, ask, type Viewer } from '../state/viewer.ts';

const PAGE = 2000;
/** The contract's limit of open groups. */
const MAX_GROUPS = 20_000;
/** Rows that are looked through for one group. */
const MOST_SEARCHED = 20_000;

/** The group rows of the lanes as they are grouped now, with these groups open; no bars: a pixel of time is enough. */
export async function groupRows(viewer: Viewer, openGroups: string[], kind = 'groups'): Promise<LaneRow[] | null> {
  const groups: LaneRow[] = [];
  for (let firstRow = 0; ; firstRow += PAGE) {
    const response = await rowsFrom(viewer, firstRow, openGroups, kind);
    if (response === null) return null;
    for (const row of response.rows) if (row.kind === 'group') groups.push(row);
    if (firstRow + PAGE >= response.totalRows || groups.length >= MAX_GROUPS) return groups;
  }
}

/** Number of a group's row as the lanes are now; -1 where it has none, or none among the first {@link MOST_SEARCHED}. */
export async function rowOfGroup(viewer: Viewer, key: string): Promise<number> {
  const openGroups = [...viewer.view.getState().openGroups];
  for (let firstRow = 0; firstRow < MOST_SEARCHED; firstRow += PAGE) {
    const response = await rowsFrom(viewer, firstRow, openGroups, 'rowOfGroup');
    if (response === null) return -1;
    const at = response.rows.findIndex((row) => row.kind === 'group' && row.key === key);
    if (at >= 0) return firstRow + at;
    if (firstRow + PAGE >= response.totalRows) return -1;
  }
  return -1;
}

function rowsFrom(viewer: Viewer, firstRow: number, openGroups: string[], kind: string): Promise<LaneResponse | null> {
  const { endNs, grouping, packing, pinned } = viewer.view.getState();
  const request: LaneRequest = {
    filter: viewer.filter.getState().filter,
    fromNs: 0,
    toNs: endNs,
    width: 1,
    firstRow,
    rowCount: PAGE,
    openGroups,
    grouping: [...grouping],
    packing,
    pinned: pinned.slice(0, 1000),
  };
  return ask(viewer, `q:${kind}`, 'lanes', request);
}

/** Opens the groups of every level; says so where there are more than can be open. */
export async function expandAll(viewer: Viewer): Promise<void> {
  const { grouping } = viewer.view.getState();
  let keys: string[] = [];
  for (let level = 0; level < grouping.length; level++) {
    const rows = await groupRows(viewer, keys);
    if (rows === null) return;
    keys = rows.map((row) => row.key);
    if (keys.length >= MAX_GROUPS) {
      announce(viewer, `Only the first ${formatCount(MAX_GROUPS)} groups are open. Filter to see the others.`);
      break;
    }
  }
  if (viewer.view.getState().grouping === grouping) viewer.view.getState().setOpenGroups(keys.slice(0, MAX_GROUPS));
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

/** After a trace is opened: the most suspicious group and the most suspicious one in it, so that the first look shows lanes. */
export async function openMostSuspicious(viewer: Viewer): Promise<void> {
  const { grouping } = viewer.view.getState();
  const path: string[] = [];
  for (let depth = 0; depth < grouping.length; depth++) {
    const rows = await groupRows(viewer, path, 'suspicious');
    const inside = (rows ?? []).filter(
      (row) =>
        row.depth === depth &&
        (depth === 0 || row.key.startsWith(`${path[depth - 1]}/`)) &&
        (depth < grouping.length - 1 || depth === 0 || row.objects <= BIGGEST_OPENED_LANES),
    );
    const group = mostSuspicious(inside);
    if (group === undefined) break;
    path.push(group.key);
  }
  // The user, or a saved view, may have opened something in the meantime: that stays.
  const view = viewer.view.getState();
  if (view.openGroups.size > 0 || view.grouping !== grouping || path.length === 0) return;
  view.setOpenGroups(path);
}

function mostSuspicious(rows: readonly LaneRow[]): LaneRow | undefined {
  return rows.reduce<LaneRow | undefined>(
    (best, row) => (best === undefined || suspicion(row) > suspicion(best) ? row : best),
    undefined,
  );
}
