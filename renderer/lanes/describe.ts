import {
  BAR_BORN_BEFORE,
  BAR_LEAK,
  BAR_LEAK_AT_EXIT,
  BAR_MAPPING,
  BAR_OPEN_END,
  type LaneRow,
} from '../../shared/lanes.ts';
import type { ObjectRow } from '../../shared/records.ts';
import { formatBirth, formatCount, formatDeath, formatLifetime, formatPlural } from '../format.ts';
import { groupPath, loadedRow, type LaneData } from './laneData.ts';

/** A group row in words, for the live region and titles. */
export function describeGroup(row: LaneRow): string {
  const parts = [
    row.label,
    row.depth === 0 ? 'process' : 'type',
    row.open ? 'expanded' : 'collapsed',
    formatPlural(row.objects, 'object'),
    row.leaks > 0 ? formatPlural(row.leaks, 'leak') : '',
    row.leaksAtExit > 0 ? `${formatPlural(row.leaksAtExit, 'leak')} at exit` : '',
    row.openHandles > 0 ? `${formatPlural(row.openHandles, 'open handle')}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** A bar in words, from what the lanes know of it. */
export function describeBar(data: LaneData, bar: number): string {
  const { bars, types } = data.response;
  const flags = bars.flags[bar];
  const type = types[bars.type[bar]] ?? 'object';
  const where = groupPath(data, bars.row[bar])[0]?.label ?? '';
  if (bars.id[bar] === 0)
    return `Several objects of type ${type} within one pixel, ${where}. Zoom in to tell them apart`;
  const marks = [
    flags & BAR_LEAK ? 'leak' : '',
    flags & BAR_LEAK_AT_EXIT ? 'leak at exit' : '',
    flags & BAR_BORN_BEFORE ? 'born before the trace' : '',
    flags & BAR_OPEN_END ? 'open at the end' : '',
    flags & BAR_MAPPING ? 'mapping' : '',
  ];
  return [`${type} ${formatCount(bars.id[bar])}`, where, ...marks].filter((part) => part !== '').join(', ');
}

/** An object's lifetime in words. */
export function describeObject(row: ObjectRow): string {
  const marks = [row.leak ? 'leak' : '', row.leakAtExit ? 'leak at exit' : ''].filter((mark) => mark !== '');
  return [
    `${row.type} ${formatCount(row.id)}`,
    row.name ?? 'no name',
    row.process ?? 'unknown process',
    `from ${formatBirth(row.birthNs)}`,
    `to ${formatDeath(row.deathNs)}`,
    `lifetime ${formatLifetime(row.lifetimeNs, row.deathNs)}`,
    ...marks,
  ].join(', ');
}

/** What the keyboard is on, in words. */
export function describeCursor(data: LaneData, row: number, bar: number): string {
  const entry = loadedRow(data, row);
  if (entry === undefined) return '';
  if (entry.kind === 'group') return describeGroup(entry);
  return bar >= 0
    ? describeBar(data, bar)
    : `Empty lane, ${groupPath(data, row)
        .map((group) => group.label)
        .join(', ')}`;
}
