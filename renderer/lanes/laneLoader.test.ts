// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { TraceError, type TraceErrorData } from '../../shared/errors.ts';
import { openViewer } from '../testing/renderApp.tsx';
import type { LaneData } from './laneData.ts';
import { createLaneLoader } from './laneLoader.ts';
import type { LaneWindow } from './laneRequest.ts';

async function setup() {
  const opened = await openViewer();
  const { viewer } = opened;
  const got: LaneData[] = [];
  const errors: (TraceErrorData | null)[] = [];
  const loader = createLaneLoader(viewer, {
    onData: (data) => got.push(data),
    onError: (error) => errors.push(error),
  });
  const { endNs, grouping } = viewer.view.getState();
  const window: LaneWindow = {
    filter: {},
    grouping,
    packing: 'packed',
    pinned: [],
    openGroups: new Set(),
    colorBy: 'type',
    linksOf: 0,
    find: '',
    namesVersion: 0,
    fromNs: 0,
    toNs: endNs,
    endNs,
    width: 500,
    height: 300,
    scrollTop: 0,
  };
  const asked = () => opened.host.asked('lanes').length;
  const answers = (count: number) => vi.waitFor(() => expect(got).toHaveLength(count));
  return { viewer, host: opened.host, loader, got, errors, window, asked, answers };
}

describe('lane loader', () => {
  it('asks once for a window and not again for what it has', async () => {
    const { loader, window, asked, answers } = await setup();
    loader.want(window);
    await answers(1);
    loader.want({ ...window });
    expect(asked()).toBe(1);
  });

  it('asks for no headers where the lanes are in no group', async () => {
    const { loader, window, asked, answers } = await setup();
    loader.want({ ...window, grouping: [], packing: 'single', scrollTop: 20 * 1000 });
    await answers(1);
    expect(asked()).toBe(1);
  });

  it('lets a running request finish while the view pans, then asks for the last window only', async () => {
    const { host: held, loader, got, window, asked, answers } = await setup();
    const release = held.hold('lanes');
    for (let i = 0; i < 20; i++) loader.want({ ...window, fromNs: i * 1e8, toNs: i * 1e8 + 1e9 });
    release();
    await answers(2);
    expect(asked()).toBe(2);
    expect(got[1].scale.fromNs).toBe(19e8 - 5e8);
  });

  it('drops the running request when the filter or the grouping changes', async () => {
    const { host: held, loader, got, window, asked, answers } = await setup();
    const release = held.hold('lanes');
    loader.want(window);
    loader.want({ ...window, filter: { type: 'Key' } });
    loader.want({ ...window, filter: { type: 'Key' }, grouping: ['type'] });
    release();
    await answers(1);
    expect(asked()).toBe(3);
    expect(got[0].response.matched).toBeLessThan(got[0].response.total);
    expect(got[0].grouping).toEqual(['type']);
  });

  it('asks again for other colours, links, a searched text and new names, with the rows it has', async () => {
    const { loader, window, asked, answers } = await setup();
    loader.want(window);
    await answers(1);
    loader.want({ ...window, colorBy: 'end' });
    await answers(2);
    loader.want({ ...window, colorBy: 'end', linksOf: 3 });
    await answers(3);
    loader.want({ ...window, colorBy: 'end', linksOf: 3, find: 'event' });
    await answers(4);
    loader.want({ ...window, colorBy: 'end', linksOf: 3, find: 'event', namesVersion: 1 });
    await answers(5);
    expect(asked()).toBe(5);
  });

  it('has the counts of the filter in force in headers that are scrolled out', async () => {
    const { viewer, loader, got, window, answers } = await setup();
    const open = (keys: string[]) => ({ ...window, openGroups: new Set(keys) });
    loader.want(window);
    await answers(1);
    // Each leaked object has a lane of its own: the first process has hundreds.
    const [process] = got[0].response.rows;
    loader.want(open([process.key]));
    await answers(2);
    const all = [process.key, ...got[1].response.rows.filter((row) => row.depth === 1).map((row) => row.key)];
    const filter = { id: { min: null, max: 4000 } };
    viewer.filter.setState({ filter });
    loader.want({ ...open(all), filter, scrollTop: 20 * 60, height: 60 });
    await vi.waitFor(() => {
      expect(got.at(-1)!.response.firstRow).toBeGreaterThan(0);
      expect(got.at(-1)!.groups.has(process.key)).toBe(true);
    });
    const { groups, response } = got.at(-1)!;
    expect(groups.get(process.key)!.objects).toBeLessThan(process.objects);
    expect(groups.get(process.key)!.objects).toBeLessThanOrEqual(response.matched);
  });

  it('says why there is no answer, asks not again by itself, and does when told to', async () => {
    const { host: failing, loader, errors, window, asked, answers } = await setup();
    failing.failQueries(new TraceError('internal', 'No lanes today.'));
    loader.want(window);
    await vi.waitFor(() => expect(errors[0]?.message).toBe('No lanes today.'));
    loader.want({ ...window });
    expect(asked()).toBe(1);
    failing.failQueries(null);
    loader.retry();
    await answers(1);
    expect(errors.at(-1)).toBeNull();
  });
});
