import { LANE_COLORS, LANE_GROUPINGS, type LaneGrouping } from '../../shared/lanes.ts';
import type { Command } from '../app/commands/command.ts';
import { DEFAULT_GROUPING } from '../state/viewStore.ts';
import { COLOR_WORDS } from './describe.ts';
import { collapseAll, expandAll } from './expandGroups.ts';
import { copyLanesPng, hasLanePicture, saveLanesPng, saveLanesSvg } from './exportPicture.ts';
import { selectShownRange } from './rulerRange.ts';

const GROUPING_WORDS: Record<LaneGrouping, string> = {
  process: 'process',
  type: 'type',
  createStack: 'create stack',
  name: 'name',
  inheritedFrom: 'the process it is inherited from',
};

const grouping = (id: string, title: string, levels: readonly LaneGrouping[]): Command => ({
  id: `group.${id}`,
  title,
  group: 'Lanes',
  keys: [],
  checked: (viewer) => viewer.view.getState().grouping.join() === levels.join(),
  run: (viewer) => viewer.view.getState().setGrouping(levels),
});

export const LANE_COMMANDS: readonly Command[] = [
  {
    id: 'expandAll',
    title: 'Open all groups',
    group: 'Lanes',
    keys: ['E'],
    run: (viewer) => void expandAll(viewer),
  },
  { id: 'collapseAll', title: 'Close all groups', group: 'Lanes', keys: ['C'], run: collapseAll },
  grouping('default', 'Group lanes by process, then type', DEFAULT_GROUPING),
  ...LANE_GROUPINGS.map((by) => grouping(by, `Group lanes by ${GROUPING_WORDS[by]}`, [by])),
  grouping('flat', 'Lanes without groups', []),
  {
    id: 'togglePacking',
    title: 'One lane an object, or packed lanes',
    group: 'Lanes',
    keys: ['P'],
    checked: (viewer) => viewer.view.getState().packing === 'single',
    run: (viewer) => {
      const { packing, set } = viewer.view.getState();
      set({ packing: packing === 'packed' ? 'single' : 'packed' });
    },
  },
  ...LANE_COLORS.map((by): Command => ({
    id: `color.${by}`,
    title: `Colour bars by ${COLOR_WORDS[by]}`,
    group: 'Lanes',
    keys: [],
    checked: (viewer) => viewer.view.getState().colorBy === by,
    run: (viewer) => viewer.view.getState().set({ colorBy: by }),
  })),
  {
    id: 'toggleMappings',
    title: 'Mappings as address × time, or lanes',
    group: 'Lanes',
    keys: ['V'],
    checked: (viewer) => viewer.view.getState().upper === 'mappings',
    run: (viewer) => {
      const { upper, set } = viewer.view.getState();
      set({ upper: upper === 'lanes' ? 'mappings' : 'lanes' });
    },
  },
  {
    id: 'selectRange',
    title: 'Select a range on the ruler',
    group: 'Time',
    keys: ['Shift+R'],
    run: selectShownRange,
  },
  {
    id: 'exportLanesPng',
    title: 'Save the lanes as a PNG',
    group: 'File',
    keys: [],
    enabled: hasLanePicture,
    run: (viewer) => void saveLanesPng(viewer),
  },
  {
    id: 'exportLanesSvg',
    title: 'Save the lanes as an SVG',
    group: 'File',
    keys: [],
    enabled: hasLanePicture,
    run: saveLanesSvg,
  },
  {
    id: 'copyLanesPng',
    title: 'Copy the lanes as a picture',
    group: 'File',
    keys: [],
    enabled: hasLanePicture,
    run: (viewer) => void copyLanesPng(viewer),
  },
];
