import {
  BAR_BORN_BEFORE,
  BAR_INHERITED,
  BAR_LEAK,
  BAR_LEAK_AT_EXIT,
  BAR_MAPPING,
  BAR_OPEN_END,
  type LaneColor,
  type LaneGrouping,
  type LaneRow,
} from '../../shared/lanes.ts';
import type { ObjectRow } from '../../shared/records.ts';
import { displayName } from '../displayName.ts';
import { formatCount, formatPlural } from '../format.ts';
import type { TimeFormat } from '../timeFormat.ts';
import { timeOfX } from './geometry.ts';
import { groupPath, type LaneData } from './laneData.ts';

/** What a level of the lanes is called. */
export const GROUPING_WORDS: Record<LaneGrouping, string> = {
  process: 'process',
  type: 'type',
  createStack: 'create stack',
  name: 'name',
  inheritedFrom: 'inherited from',
};

/** What the colour of a bar can say. */
export const COLOR_WORDS: Record<LaneColor, string> = {
  type: 'type',
  end: 'end',
  process: 'process',
  createStack: 'create stack',
};

/** Letters of a label on the canvas, in titles and read out. */
const LABEL_LENGTH = 200;

/** A group's label, safe to show. */
export function shownLabel(row: LaneRow): string {
  return row.label === '' ? '(no name)' : displayName(row.label, LABEL_LENGTH);
}

/** A group row in words, for screen readers and titles. */
export function describeGroup(row: LaneRow, grouping: readonly LaneGrouping[]): string {
  const level = grouping[row.depth];
  const parts = [
    shownLabel(row),
    level === undefined ? '' : GROUPING_WORDS[level],
    row.open ? 'expanded' : 'collapsed',
    formatPlural(row.objects, 'object'),
    row.leaks > 0 ? formatPlural(row.leaks, 'leak') : '',
    row.leaksAtExit > 0 ? `${formatPlural(row.leaksAtExit, 'leak')} at exit` : '',
    row.openHandles > 0 ? `${formatPlural(row.openHandles, 'open handle')}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Type and state of a bar: what its flags say. */
export function barMarks(flags: number): string[] {
  return [
    flags & BAR_LEAK ? 'leak' : '',
    flags & BAR_LEAK_AT_EXIT ? 'leak at exit' : '',
    flags & BAR_INHERITED ? 'inherited' : '',
    flags & BAR_MAPPING ? 'mapping' : '',
  ].filter((mark) => mark !== '');
}

/** A bar in words, from what the lanes know of it: "Event #12, leak, from 1.200000 s to the end". Times are exact to a pixel. */
export function describeBar(data: LaneData, bar: number, time: TimeFormat): string {
  const { bars, types } = data.response;
  const flags = bars.flags[bar];
  const type = displayName(types[bars.type[bar]] ?? 'object', LABEL_LENGTH);
  if (bars.id[bar] === 0) {
    return [
      `Several objects, the first a ${type}`,
      ...barMarks(flags),
      spanOf(data, bar, time),
      'zoom in to tell them apart',
    ].join(', ');
  }
  return [`${type} #${formatCount(bars.id[bar])}`, ...barMarks(flags), spanOf(data, bar, time)].join(', ');
}

/** "from 1.2 s to 3.4 s"; bars are cut where the loaded stretch of time begins and ends. */
function spanOf(data: LaneData, bar: number, time: TimeFormat): string {
  const { bars } = data.response;
  const flags = bars.flags[bar];
  const { scale } = data;
  const from =
    flags & BAR_BORN_BEFORE
      ? 'from before the trace'
      : bars.x0[bar] <= 0 && scale.fromNs > 0
        ? `from before ${time.moment(scale.fromNs)}`
        : `from ${time.moment(timeOfX(scale, bars.x0[bar]))}`;
  const to =
    bars.x1[bar] < scale.width
      ? `to ${time.moment(timeOfX(scale, bars.x1[bar]))}`
      : flags & BAR_OPEN_END
        ? 'to the end'
        : `to ${time.moment(scale.toNs)} or later`;
  return `${from} ${to}`;
}

/** An object's lifetime in words. */
export function describeObject(row: ObjectRow, time: TimeFormat): string {
  const marks = [row.leak ? 'leak' : '', row.leakAtExit ? 'leak at exit' : ''].filter((mark) => mark !== '');
  return [
    `${displayName(row.type, LABEL_LENGTH)} #${formatCount(row.id)}`,
    ...marks,
    row.name === null ? 'no name' : displayName(row.name, LABEL_LENGTH),
    row.process === null ? 'unknown process' : displayName(row.process, LABEL_LENGTH),
    `from ${time.birth(row.birthNs)} to ${row.deathNs === null ? 'the end' : time.death(row.deathNs)}`,
    `lifetime ${time.lifetime(row.lifetimeNs, row.deathNs)}`,
  ].join(', ');
}

/** The groups of a row in words, outermost first. */
export function describePath(data: LaneData, row: number): string {
  return groupPath(data, row).map(shownLabel).join(', ');
}
