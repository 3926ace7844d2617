// @vitest-environment jsdom
import { expect, it } from 'vitest';
import type { LaneRequest, LaneRow } from '../../shared/lanes.ts';
import { openViewer } from '../testing/renderApp.tsx';
import { laneResponse } from '../testing/laneFixture.ts';
import { expandAll, groupRows, openMostSuspicious } from './expandGroups.ts';

function group(key: string, objects: number, leaks: number): LaneRow {
  const depth = key.split('/').length - 1;
  return { kind: 'group', depth, key, label: key, open: false, objects, leaks, leaksAtExit: 0, openHandles: 0 };
}

it('opens the type with the most leaks even where it is big', async () => {
  const lanes = ({ openGroups }: LaneRequest) => {
    const rows = openGroups.length === 0 ? [] : [group('p:1/t:Event', 20, 0), group('p:1/t:Thread', 388, 324)];
    return laneResponse([group('p:1', 408, 324), ...rows], []);
  };
  const opened = await openViewer({ answers: { lanes } });
  await openMostSuspicious(opened.viewer);
  expect([...opened.viewer.view.getState().openGroups]).toEqual(['p:1', 'p:1/t:Thread']);
});

it('opens all levels of the grouping, whatever it is', async () => {
  const { viewer } = await openViewer();
  viewer.view.getState().setGrouping(['type', 'process', 'createStack']);
  await expandAll(viewer);
  const keys = [...viewer.view.getState().openGroups];
  expect(new Set(keys.map((key) => key.split('/').length))).toEqual(new Set([1, 2, 3]));
  const rows = await groupRows(viewer, keys);
  expect(rows!.every((row) => row.open)).toBe(true);
});

it('keeps what was opened while it looked', async () => {
  const { viewer } = await openViewer();
  const looking = openMostSuspicious(viewer);
  viewer.view.getState().toggleGroup('p:3');
  await looking;
  expect([...viewer.view.getState().openGroups]).toEqual(['p:3']);
});
