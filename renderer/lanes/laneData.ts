import type { LaneColor, LaneGrouping, LaneRequest, LaneResponse, LaneRow } from '../../shared/lanes.ts';
import { DEFAULT_GROUPING } from '../state/viewStore.ts';
import { OTHER_SLOT } from '../theme/palette.ts';
import { colorSlots } from './barColors.ts';
import type { TimeScale } from './geometry.ts';

/** A lane response, indexed so that painting and hit tests start at a row without a search. */
export interface LaneData {
  response: LaneResponse;
  /** The request's stretch of time and pixels, which the bars' x are relative to. */
  scale: TimeScale;
  /** Levels of the groups, and what the colours say. */
  grouping: readonly LaneGrouping[];
  colorBy: LaneColor;
  /** Bars of row `firstRow + i` are [barStart[i], barStart[i + 1]). */
  barStart: Int32Array;
  /** The same for ticks. */
  tickStart: Int32Array;
  /** Index into `areas` of row `firstRow + i`, -1 where it has none. */
  areaOf: Int32Array;
  /** Palette slot of each entry of `colors`. */
  slots: Uint8Array;
  /** Palette slot of row `firstRow + i` where it is a group of what the colours say, -1 where it has none. */
  groupSlots: Int8Array;
  /** The same of any group. */
  slotOfGroup(row: LaneRow): number;
  /** Group rows by key, those of earlier answers too: a lane's headers may be far above the loaded rows. */
  groups: ReadonlyMap<string, LaneRow>;
}

export function laneData(
  response: LaneResponse,
  request: Pick<LaneRequest, 'fromNs' | 'toNs' | 'width' | 'grouping' | 'colorBy'>,
  knownGroups: ReadonlyMap<string, LaneRow> = new Map(),
): LaneData {
  const count = response.rows.length;
  const areaOf = new Int32Array(count).fill(-1);
  response.areas.forEach((area, index) => {
    const at = area.row - response.firstRow;
    if (at >= 0 && at < count) areaOf[at] = index;
  });
  const colorBy = request.colorBy ?? 'type';
  const slots = colorSlots(colorBy, response.colors);
  const slotOf = new Map(response.colors.map((label, index) => [label, slots[index]]));
  const grouping = request.grouping ?? DEFAULT_GROUPING;
  const level = grouping.findIndex((by) => by === colorBy);
  const slotOfGroup = (row: LaneRow): number =>
    row.kind === 'group' && row.depth === level ? (slotOf.get(row.label) ?? OTHER_SLOT) : -1;
  return {
    response,
    scale: { fromNs: request.fromNs, toNs: request.toNs, width: request.width },
    grouping,
    colorBy,
    barStart: rowStarts(response.bars.row, response.firstRow, count),
    tickStart: rowStarts(response.ticks.row, response.firstRow, count),
    areaOf,
    slots,
    groupSlots: Int8Array.from(response.rows, slotOfGroup),
    slotOfGroup,
    groups: withGroups(knownGroups, response.rows),
  };
}

/** Offsets into a column that is sorted by row: entries of row `firstRow + i` are [starts[i], starts[i + 1]). */
export function rowStarts(rows: Int32Array, firstRow: number, count: number): Int32Array {
  const starts = new Int32Array(count + 1);
  let at = 0;
  for (let i = 0; i <= count; i++) {
    while (at < rows.length && rows[at] < firstRow + i) at++;
    starts[i] = at;
  }
  return starts;
}

/** The row with this absolute number, undefined where it is not loaded. */
export function loadedRow(data: LaneData, row: number): LaneRow | undefined {
  return data.response.rows[row - data.response.firstRow];
}

export function withGroups(
  known: ReadonlyMap<string, LaneRow>,
  rows: readonly LaneRow[],
): ReadonlyMap<string, LaneRow> {
  const groups = new Map(known);
  for (const row of rows) if (row.kind === 'group') groups.set(row.key, row);
  return groups;
}

/** Key of the group around a group: "p:3" of "p:3/t:16", null for an outermost one. */
export function parentKey(key: string): string | null {
  const slash = key.lastIndexOf('/');
  return slash < 0 ? null : key.slice(0, slash);
}

/** The group headers of a row from the outermost, itself included where it is one; those that are not known are left out. */
export function groupPath(data: LaneData, row: number): LaneRow[] {
  const path: LaneRow[] = [];
  for (let key: string | null = loadedRow(data, row)?.key ?? null; key !== null; key = parentKey(key)) {
    const group = data.groups.get(key);
    if (group !== undefined) path.unshift(group);
  }
  return path;
}

/** Key of a header of the first loaded row that is not known and has to be asked for; null where all are, or where lanes are in no group. */
export function missingGroup(data: LaneData): string | null {
  if (data.grouping.length === 0) return null;
  const first = data.response.rows[0];
  for (let key: string | null = first?.key ?? null; key !== null; key = parentKey(key))
    if (!data.groups.has(key)) return key;
  return null;
}
