// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../testing/fakeHost.ts';
import { nextIndex, selectNextLeak, selectObject } from './select.ts';
import { createViewer, openTrace } from './viewer.ts';

async function opened() {
  const host = createFakeHost();
  const viewer = createViewer(host);
  await openTrace(viewer, { kind: 'argument' });
  return { host, viewer };
}

describe('selectObject', () => {
  it('opens the groups of an object that was selected in the table, and finds both of its rows', async () => {
    const { viewer } = await opened();
    await selectObject(viewer, 1700, 'table');
    const { located, details } = viewer.selection.getState();
    expect(details?.row.id).toBe(1700);
    expect(located).toMatchObject({ id: 1700, tableRow: 1699, origin: 'table' });
    expect(located!.laneRow).toBeGreaterThan(0);
    expect(viewer.view.getState().openGroups.size).toBe(2);
  });

  it('leaves the groups alone for a selection from the lanes', async () => {
    const { viewer } = await opened();
    await selectObject(viewer, 1700, 'lanes');
    expect(viewer.view.getState().openGroups.size).toBe(0);
  });

  it('moves the visible time to an object outside of it', async () => {
    const { viewer } = await opened();
    viewer.view.getState().setRange(0, 1e6);
    await selectObject(viewer, 3000, 'table');
    const { row } = viewer.selection.getState().details!;
    const { fromNs, toNs } = viewer.view.getState();
    expect(row.birthNs!).toBeLessThanOrEqual(toNs);
    expect(row.deathNs ?? 12e9).toBeGreaterThanOrEqual(fromNs);
  });

  it('ends on the last of many quick selections', async () => {
    const { viewer } = await opened();
    await Promise.all([1, 2, 3, 50].map((id) => selectObject(viewer, id, 'lanes')));
    expect(viewer.selection.getState().id).toBe(50);
    expect(viewer.selection.getState().details?.row.id).toBe(50);
    expect(viewer.selection.getState().located?.id).toBe(50);
  });
});

describe('selectNextLeak', () => {
  it('walks the leaks in table order and goes round', async () => {
    const { viewer, host } = await opened();
    const page = await host.query('table', { filter: { leak: true }, sort: [], firstRow: 0, rowCount: 1000 });
    const leaks = page.rows.map((row) => row.id);
    await selectNextLeak(viewer, 1);
    expect(viewer.selection.getState().id).toBe(leaks[0]);
    await selectNextLeak(viewer, 1);
    expect(viewer.selection.getState().id).toBe(leaks[1]);
    await selectNextLeak(viewer, -1);
    await selectNextLeak(viewer, -1);
    expect(viewer.selection.getState().id).toBe(leaks.at(-1));
  });

  it('says so where there is none', async () => {
    const { viewer } = await opened();
    viewer.filter.getState().patch({ type: 'Directory' });
    await selectNextLeak(viewer, 1);
    expect(viewer.selection.getState().id).toBeNull();
    expect(viewer.session.getState().status.text).toBe('No leaks under this filter.');
  });
});

describe('nextIndex', () => {
  it('starts at an end without a current one', () => {
    expect([nextIndex(-1, 5, 1), nextIndex(-1, 5, -1), nextIndex(4, 5, 1), nextIndex(0, 5, -1)]).toEqual([0, 4, 0, 4]);
  });
});
