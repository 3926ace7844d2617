// @vitest-environment jsdom
import { expect, it } from 'vitest';
import type { LaneRow } from '../../shared/lanes.ts';
import { createViewer } from '../state/viewer.ts';
import { createFakeHost } from '../testing/fakeHost.ts';
import { openMostSuspicious } from './expandGroups.ts';

function group(key: string, objects: number, leaks: number): LaneRow {
  const depth = key.includes('/') ? 1 : 0;
  return { kind: 'group', depth, key, label: key, open: false, objects, leaks, leaksAtExit: 0, openHandles: 0 };
}

it('opens the type with the most leaks even where it is big', async () => {
  const host = createFakeHost();
  const viewer = createViewer({
    ...host,
    query: async (_method: string, request: unknown) => {
      const { openGroups } = request as { openGroups: string[] };
      const rows = openGroups.length === 0 ? [] : [group('p:1/t:Event', 20, 0), group('p:1/t:Thread', 388, 324)];
      rows.unshift(group('p:1', 408, 324));
      return { rows, totalRows: rows.length } as never;
    },
  });
  await openMostSuspicious(viewer);
  expect([...viewer.view.getState().openGroups]).toEqual(['p:1', 'p:1/t:Thread']);
});
