import type { Filter } from '../../shared/filter.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { loadedRow, type LaneData } from './laneData.ts';

/** A row that shall stay where it is when others come around it: of an object's lane, or of a group. */
export interface LaneAnchor {
  /** The lane's object, 0 for a group. */
  id: number;
  /** Key of the group that it is, or is in; null where that is not known. */
  key: string | null;
  /** Upper edge of the row, px below that of the plot; null where it is not wholly seen. */
  top: number | null;
}

/** Whether a filter asks nothing that the one before did not ask, and less: all that was kept still is. */
export function isLess(filter: Filter, before: Filter): boolean {
  const fields = Object.keys({ ...filter, ...before }) as (keyof Filter)[];
  const changed = fields.filter((field) => JSON.stringify(filter[field]) !== JSON.stringify(before[field]));
  return changed.length > 0 && changed.every((field) => filter[field] === undefined);
}

/** What to keep in view, the best first: the selected object (0 none), then the topmost row that is wholly seen. */
export function laneAnchors(
  data: LaneData,
  { scrollTop, clientHeight }: Pick<HTMLElement, 'scrollTop' | 'clientHeight'>,
  selectedId: number,
): LaneAnchor[] {
  const { bars, firstRow } = data.response;
  const anchors: LaneAnchor[] = [];
  if (selectedId > 0) {
    const bar = bars.id.indexOf(selectedId);
    const top = bar < 0 ? -1 : bars.row[bar] * ROW_HEIGHT - scrollTop;
    anchors.push({ id: selectedId, key: null, top: top >= 0 && top + ROW_HEIGHT <= clientHeight ? top : null });
  }
  const row = Math.ceil(scrollTop / ROW_HEIGHT);
  const entry = loadedRow(data, row);
  if (entry !== undefined) {
    const ids = bars.id.subarray(data.barStart[row - firstRow], data.barStart[row - firstRow + 1]);
    // Where several objects share each pixel of the lane none can be named: its group is near enough.
    const id = entry.kind === 'lane' ? (ids.find((one) => one > 0) ?? 0) : 0;
    anchors.push({ id, key: entry.key, top: row * ROW_HEIGHT - scrollTop });
  }
  return anchors;
}

/**
 * Whether the topmost row may move when groups open or close: one alone is opened and closed where it is seen, at the top or below it,
 * or in the headers that stay above its lanes.
 * @param key of the topmost row
 */
export function mayMove(key: string | null, open: ReadonlySet<string>, before: ReadonlySet<string>): boolean {
  const changed = [...open].filter((each) => !before.has(each)).concat([...before].filter((each) => !open.has(each)));
  return changed.length > 1 || changed.some((each) => key === each || key?.startsWith(`${each}/`) === true);
}
