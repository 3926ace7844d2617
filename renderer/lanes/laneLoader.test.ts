// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { createViewer } from '../state/viewer.ts';
import { createFakeHost } from '../testing/fakeHost.ts';
import type { LaneData } from './laneData.ts';
import { createLaneLoader } from './laneLoader.ts';
import type { LaneWindow } from './laneRequest.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function setup() {
  const host = createFakeHost();
  const got: LaneData[] = [];
  const viewer = createViewer(host);
  const loader = createLaneLoader(viewer, (data) => got.push(data));
  const groups = new Set<string>();
  const filter = {};
  const window: LaneWindow = {
    filter,
    openGroups: groups,
    fromNs: 0,
    toNs: 12e9,
    endNs: 12.418e9,
    width: 500,
    height: 300,
    scrollTop: 0,
  };
  const asked = () => host.calls.filter((call) => call.method === 'lanes').length;
  return { viewer, loader, got, window, asked };
}

describe('lane loader', () => {
  it('asks once for a window and not again for what it has', async () => {
    const { loader, got, window, asked } = setup();
    loader.want(window);
    await wait(20);
    loader.want({ ...window });
    await wait(20);
    expect(asked()).toBe(1);
    expect(got).toHaveLength(1);
  });

  it('lets a running request finish while the view pans, then asks for the last window only', async () => {
    const { loader, got, window, asked } = setup();
    for (let i = 0; i < 20; i++) loader.want({ ...window, fromNs: i * 1e8, toNs: i * 1e8 + 1e9 });
    await wait(40);
    expect(asked()).toBe(2);
    expect(got).toHaveLength(2);
    expect(got[1].scale.fromNs).toBe(19e8 - 5e8);
  });

  it('has the counts of the filter in force in headers that are scrolled out', async () => {
    const { loader, got, viewer, window } = setup();
    const open = (keys: string[]) => ({ ...window, openGroups: new Set(keys) });
    loader.want(window);
    await wait(20);
    const process = got[0].response.rows.reduce((most, row) => (row.objects > most.objects ? row : most));
    loader.want(open([process.key]));
    await wait(20);
    const types = got[1].response.rows.filter((row) => row.depth === 1);
    const all = [process.key, ...types.map((row) => row.key)];
    loader.want(open(all));
    await wait(20);
    viewer.filter.setState({ filter: { id: { min: null, max: 1000 } } });
    const { filter } = viewer.filter.getState();
    loader.want({ ...open(all), filter, scrollTop: 20 * 60, height: 60 });
    await wait(80);
    const { groups, response } = got.at(-1)!;
    expect(response.firstRow).toBeGreaterThan(0);
    const shown = groups.get(process.key)!.objects;
    expect(shown).toBeLessThan(process.objects);
    expect(shown).toBeLessThanOrEqual(response.matched);
  });

  it('drops the running request when the filter changes', async () => {
    const { loader, got, window, asked } = setup();
    loader.want(window);
    loader.want({ ...window, filter: { type: 'Key' } });
    await wait(30);
    expect(asked()).toBe(2);
    expect(got).toHaveLength(1);
    expect(got[0].response.matched).toBeLessThan(got[0].response.total);
  });
});
