import { displayName } from '../displayName.ts';
import { formatCount } from '../format.ts';
import type { TimeFormat } from '../timeFormat.ts';
import { barMarks, describePath, shownLabel } from './describe.ts';
import type { TimeScale } from './geometry.ts';
import { areaValueAt, type Hit } from './hitTest.ts';
import type { HoverTarget } from './hoverStore.ts';
import { loadedRow, type LaneData } from './laneData.ts';
import { linkAt } from './paintLinks.ts';

/** What the tooltip says of a point of the plot. */
export function hoverText(
  data: LaneData,
  screen: TimeScale,
  scrollTop: number,
  hit: Hit & { x: number; y: number },
  time: TimeFormat,
): Pick<HoverTarget, 'id' | 'title' | 'lines'> {
  const link = linkAt(data, screen, scrollTop, hit.x, hit.y);
  if (link !== null) {
    const title = link.kind === 'inherit' ? 'Inherited' : 'Duplicated';
    return { id: 0, title, lines: [displayName(link.label), time.full(link.ns)] };
  }
  const row = loadedRow(data, hit.row);
  if (row?.kind === 'group') {
    const open = areaValueAt(data, screen, hit.row, hit.x);
    const lines = open === null ? [] : [`${formatCount(Math.round(open))} open handles here`];
    return { id: 0, title: shownLabel(row), lines };
  }
  if (hit.bar < 0) return { id: 0, title: '', lines: [] };
  const { bars, types } = data.response;
  const id = bars.id[hit.bar];
  const path = describePath(data, hit.row);
  const type = displayName(types[bars.type[hit.bar]] ?? '', 200);
  if (id === 0) return { id, title: `Several objects, the first a ${type}`, lines: [path, 'Click to zoom in'] };
  const marks = barMarks(bars.flags[hit.bar]).join(', ');
  const lines = [path, marks].filter((line) => line !== '');
  return { id, title: `${type} #${formatCount(id)}`, lines };
}
