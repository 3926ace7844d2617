// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { openViewer } from '../testing/renderApp.tsx';
import { nextIndex } from './nextIndex.ts';
import { selectNextEvent, selectNextLeak, selectObject, zoomToSelection } from './select.ts';

beforeEach(() => localStorage.clear());

describe('selectObject', () => {
  it('opens the groups of an object that was selected in the table, and finds both of its rows', async () => {
    const { viewer } = await openViewer();
    await selectObject(viewer, 170, 'table');
    const { located, details } = viewer.selection.getState();
    expect(details?.row.id).toBe(170);
    expect(located).toMatchObject({ id: 170, tableRow: 169, origin: 'table' });
    expect(located!.laneRow).toBeGreaterThan(0);
    expect(viewer.view.getState().openGroups.size).toBe(2);
  });

  it('leaves the groups alone for a selection from the lanes', async () => {
    const { viewer } = await openViewer();
    await selectObject(viewer, 170, 'lanes');
    expect(viewer.view.getState().openGroups.size).toBe(0);
  });

  it('moves the visible time to an object outside of it, as one step back', async () => {
    const { viewer, host } = await openViewer();
    const { endNs } = viewer.view.getState();
    const late = await host.query('rows', {
      table: 'objects',
      filter: { time: { min: (endNs * 0.8) / 1e9, max: null } },
      sort: [{ column: 'birthNs', descending: true }],
      firstRow: 0,
      rowCount: 1,
    });
    viewer.view.getState().goTo(0, 1e6);
    await selectObject(viewer, late.rows[0].id, 'table');
    const { row } = viewer.selection.getState().details!;
    const { fromNs, toNs } = viewer.view.getState();
    expect(row.birthNs!).toBeLessThanOrEqual(toNs);
    expect(row.deathNs ?? endNs).toBeGreaterThanOrEqual(fromNs);
    viewer.view.getState().goBack();
    expect(viewer.view.getState()).toMatchObject({ fromNs: 0, toNs: 1e6 });
  });

  it('ends on the last of many quick selections', async () => {
    const { viewer } = await openViewer();
    await Promise.all([1, 2, 3, 50].map((id) => selectObject(viewer, id, 'lanes')));
    expect(viewer.selection.getState().id).toBe(50);
    expect(viewer.selection.getState().details?.row.id).toBe(50);
    expect(viewer.selection.getState().located?.id).toBe(50);
  });

  it('finds the row of a table in any order', async () => {
    const { viewer, host } = await openViewer();
    const sort = [{ column: 'peakHandles', descending: true }];
    viewer.tables.getState().setTable('objects', { sort });
    await selectObject(viewer, 170, 'lanes');
    const { tableRow } = viewer.selection.getState().located!;
    const page = await host.query('rows', { table: 'objects', filter: {}, sort, firstRow: tableRow, rowCount: 1 });
    expect(page.rows[0].id).toBe(170);
  });
});

describe('selectNextLeak', () => {
  it('walks the leaks in table order and goes round', async () => {
    const { viewer, host } = await openViewer();
    const page = await host.query('rows', {
      table: 'objects',
      filter: { leak: true },
      sort: [],
      firstRow: 0,
      rowCount: 1000,
    });
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
    const { viewer } = await openViewer();
    viewer.filter.getState().patch({ objectName: 'there is no such name' });
    await selectNextLeak(viewer, 1);
    expect(viewer.selection.getState().id).toBeNull();
    expect(viewer.session.getState().status.text).toBe('No leaks under this filter.');
  });
});

describe('selectNextEvent', () => {
  it('walks the events of the object, shows their times, and says where they end', async () => {
    const { viewer } = await openViewer();
    await selectNextLeak(viewer, 1);
    const { events } = viewer.selection.getState().details!;
    selectNextEvent(viewer, -1);
    expect(viewer.selection.getState().event, 'backwards from nothing is the last').toBe(events.length - 1);
    selectNextEvent(viewer, 1);
    expect(viewer.session.getState().status.text).toBe('This is its last event.');
    const { endNs } = viewer.view.getState();
    viewer.view.getState().goTo(endNs - 1000, endNs);
    viewer.selection.setState({ event: null });
    selectNextEvent(viewer, 1);
    expect(viewer.selection.getState().event).toBe(0);
    const { fromNs, toNs } = viewer.view.getState();
    expect(events[0].ns).toBeGreaterThanOrEqual(fromNs);
    expect(events[0].ns).toBeLessThanOrEqual(toNs);
  });

  it('begins anew with another object', async () => {
    const { viewer } = await openViewer();
    await selectObject(viewer, 1, 'lanes');
    selectNextEvent(viewer, 1);
    await selectObject(viewer, 2, 'lanes');
    expect(viewer.selection.getState().event).toBeNull();
  });
});

it('zooms to the selected lifetime with some room around it', async () => {
  const { viewer } = await openViewer();
  await selectNextLeak(viewer, 1);
  zoomToSelection(viewer);
  const { row } = viewer.selection.getState().details!;
  const { fromNs, toNs, endNs } = viewer.view.getState();
  expect(fromNs).toBeLessThan(row.birthNs!);
  expect(toNs).toBe(endNs);
});

it('nextIndex starts at an end without a current one', () => {
  expect([nextIndex(-1, 5, 1), nextIndex(-1, 5, -1), nextIndex(4, 5, 1), nextIndex(0, 5, -1)]).toEqual([0, 4, 0, 4]);
});
