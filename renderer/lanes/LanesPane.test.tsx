// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateObject, selectObject } from '../state/select.ts';
import { ask, type Viewer } from '../state/viewer.ts';
import { fakeLayout, openViewer, renderWith, settle } from '../testing/renderApp.tsx';
import type { ServiceHostOptions } from '../testing/serviceHost.ts';
import { collapseAll, expandAll } from './expandGroups.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { LanesPane } from './LanesPane.tsx';

beforeEach(() => fakeLayout());
afterEach(cleanup);

const GUTTER = 300;
const PLOT = 600;

async function renderLanes(options: ServiceHostOptions = {}) {
  const opened = await openViewer(options);
  const rendered = renderWith(opened.viewer, <LanesPane gutterWidth={GUTTER} plotWidth={PLOT} />);
  await screen.findAllByTestId('lane-group');
  return { ...opened, ...rendered };
}

/** jsdom lays nothing out: the plot begins in the corner of the window. */
function fakePlot(): void {
  screen.getByTestId('lanes-canvas').getBoundingClientRect = () => new DOMRect(0, 0, PLOT, 480);
}

/** The cell that the grid says has the focus. */
function activeElement(): HTMLElement | null {
  return document.getElementById(screen.getByTestId('lanes').getAttribute('aria-activedescendant') ?? '');
}
const activeCell = () => activeElement()?.textContent ?? '';
const activeRow = () => Number(activeElement()?.closest('[role="row"]')?.getAttribute('aria-rowindex') ?? 0) - 1;

const press = (key: string, change: object = {}) => fireEvent.keyDown(screen.getByTestId('lanes'), { key, ...change });

describe('the grid beside the canvas', () => {
  it('has a row for every row, and reads out the one that the keyboard is on', async () => {
    await renderLanes();
    const grid = screen.getByRole('grid');
    const rows = await within(grid).findAllByRole('row');
    expect(Number(grid.getAttribute('aria-rowcount'))).toBe(rows.length);
    act(() => grid.focus());
    press('Home');
    expect(activeCell()).toMatch(/\(\d+\), process, collapsed, [\d,]+ objects, \d+ leaks/);
    press('ArrowRight');
    await waitFor(() => expect(activeCell()).toMatch(/expanded/));
    press('ArrowDown');
    await waitFor(() => expect(activeCell()).toMatch(/Thread, type, collapsed/));
    press('Enter');
    await waitFor(() => expect(activeCell()).toMatch(/expanded/));
  });

  it('reads out lifetimes with their state, and selects with the arrows', async () => {
    const { viewer } = await renderLanes();
    act(() => screen.getByRole('grid').focus());
    press('Home');
    press('Enter');
    await waitFor(() => expect(activeCell()).toMatch(/expanded/));
    press('ArrowDown');
    press('Enter');
    await waitFor(() => expect(activeCell()).toMatch(/Thread, type, expanded/));
    press('ArrowDown');
    await waitFor(() => expect(activeCell()).toMatch(/^Thread #\d+, leak, .*from [\d.]+ s to the end/));
    await waitFor(() => expect(viewer.selection.getState().details).not.toBeNull());
    expect(viewer.selection.getState().id).toBe(viewer.selection.getState().details!.row.id);
  });

  it('says so where the filter leaves nothing, with a way back', async () => {
    const { viewer } = await renderLanes();
    act(() => viewer.filter.getState().patch({ type: 'NoSuchType' }));
    expect(await screen.findByText('No object matches the filters')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Clear all filters' }));
    await waitFor(() => expect(screen.queryByText('No object matches the filters')).toBeNull());
  });
});

describe('groups', () => {
  it('go by any grouping, also one that is put together', async () => {
    const { viewer, host } = await renderLanes();
    fireEvent.change(screen.getByTestId('group-by'), { target: { value: 'createStack' } });
    await waitFor(() => expect(host.asked('lanes').at(-1)?.grouping).toEqual(['createStack']));
    fireEvent.click(screen.getByTestId('group-levels'));
    fireEvent.change(screen.getByTestId('level-2'), { target: { value: 'type' } });
    fireEvent.change(screen.getByTestId('level-3'), { target: { value: 'createStack' } });
    expect(viewer.view.getState().grouping, 'a value stands on one level').toEqual(['type', 'createStack']);
    fireEvent.change(screen.getByTestId('group-by'), { target: { value: '' } });
    await waitFor(() => expect(screen.queryAllByTestId('lane-group')).toEqual([]));
  });

  it('other than before are shown from the first row on, flat lanes where the selected object is', async () => {
    const { viewer } = await renderLanes();
    const lanes = screen.getByTestId('lanes');
    await act(() => expandAll(viewer));
    await waitFor(() => expect(Number(lanes.getAttribute('aria-rowcount'))).toBeGreaterThan(500));
    const id = 4000;
    lanes.scrollTop = 3007;
    fireEvent.change(screen.getByTestId('group-by'), { target: { value: 'type' } });
    expect(lanes.scrollTop).toBe(0);
    await act(() => selectObject(viewer, id, 'command'));
    act(() => viewer.view.getState().setGrouping([]));
    await waitFor(async () => {
      const top = (await locateObject(viewer, id, 'q:test'))!.laneRow * ROW_HEIGHT - lanes.scrollTop;
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThan(480);
      expect(lanes.scrollTop).toBeGreaterThan(0);
    });
  });

  it('are pinned by button and by keyboard, and moved by keyboard', async () => {
    const { viewer } = await renderLanes();
    const keys = () => screen.getAllByTestId('lane-group').map((group) => group.dataset['key']);
    const [first, second, third] = keys();
    fireEvent.click(screen.getAllByTestId('lane-pin')[2]);
    await waitFor(() => expect(keys().slice(0, 3)).toEqual([third, first, second]));
    act(() => screen.getByRole('grid').focus());
    press('Home');
    press('ArrowDown', { altKey: true });
    await waitFor(() => expect(keys().slice(0, 2)).toEqual([first, third]));
    press('Enter', { shiftKey: true });
    await waitFor(() => expect(viewer.view.getState().pinned).not.toContain(first));
  });

  it('are the same for packed lanes and for one an object, which have names', async () => {
    const { viewer } = await renderLanes();
    fireEvent.change(screen.getByTestId('packing'), { target: { value: 'single' } });
    act(() => viewer.view.getState().setGrouping([]));
    await waitFor(() => expect(screen.getByTestId('lanes').textContent).toMatch(/#1\b/));
    expect(viewer.view.getState().packing).toBe('single');
  });
});

describe('when a filter is taken away', () => {
  const lanes = () => screen.getByTestId('lanes');
  /** Rows that are wholly seen; fakeLayout makes everything 480 px high. */
  const seen = () => {
    const first = Math.ceil(lanes().scrollTop / ROW_HEIGHT);
    return { first, last: first + 480 / ROW_HEIGHT - 1 };
  };
  const rowOf = async (viewer: Viewer, id: number) => (await locateObject(viewer, id, 'q:test'))!.laneRow;
  const openAll = async (viewer: Viewer) => {
    await act(() => expandAll(viewer));
    await waitFor(() => expect(Number(lanes().getAttribute('aria-rowcount'))).toBeGreaterThan(500));
  };
  const rowCount = () => Number(lanes().getAttribute('aria-rowcount'));

  it('the selected lane is in view, and the keyboard is still on it', async () => {
    const { viewer } = await renderLanes();
    await openAll(viewer);
    const all = rowCount();
    act(() => viewer.filter.getState().patch({ type: 'Section' }));
    await waitFor(() => expect(rowCount()).toBeLessThan(all));
    const page = await ask(viewer, 'q:test', 'rows', {
      table: 'objects',
      filter: { type: 'Section' },
      sort: [],
      firstRow: 3,
      rowCount: 1,
    });
    const { id } = page!.rows[0];
    await act(() => selectObject(viewer, id, 'table'));
    act(() => lanes().focus());
    await waitFor(async () => expect(activeRow()).toBe(await rowOf(viewer, id)));
    const before = activeRow() * ROW_HEIGHT - lanes().scrollTop;
    act(() => viewer.filter.getState().clear());
    await waitFor(() => expect(rowCount()).toBe(all));
    const row = await rowOf(viewer, id);
    expect(row).toBeGreaterThan(480 / ROW_HEIGHT);
    await waitFor(() => expect(row * ROW_HEIGHT - lanes().scrollTop, 'where it was').toBe(before));
    // Browsers say so themselves.
    fireEvent.scroll(lanes());
    await waitFor(() => expect(activeRow()).toBe(row));
  });

  it('the topmost row stays at the top where nothing is selected', async () => {
    const { viewer } = await renderLanes();
    const all = rowCount();
    const keys = () => screen.getAllByTestId('lane-group').map((group) => group.dataset['key']);
    const last = keys().at(-1)!;
    const pid = /\((\d+)\)/.exec(screen.getAllByTestId('lane-group').at(-1)!.textContent)![1];
    act(() => viewer.filter.getState().patch({ process: pid }));
    await waitFor(() => expect(keys()).toEqual([last]));
    act(() => viewer.filter.getState().undo());
    await waitFor(() => expect(rowCount()).toBe(all));
    await waitFor(() => expect(seen().first).toBe(all - 1));
  });

  it('and another is asked instead, the lanes stay where they are', async () => {
    const { viewer, host } = await renderLanes();
    await openAll(viewer);
    act(() => viewer.filter.getState().patch({ type: 'File' }));
    await waitFor(() => expect(host.asked('lanes').at(-1)?.filter).toEqual({ type: 'File' }));
    const before = rowCount();
    await waitFor(() => expect(rowCount()).not.toBe(before));
    lanes().scrollTop = 5 * ROW_HEIGHT;
    fireEvent.scroll(lanes());
    const files = rowCount();
    act(() => viewer.filter.getState().patch({ type: 'Event' }));
    await waitFor(() => expect(rowCount()).not.toBe(files));
    expect(lanes().scrollTop).toBe(5 * ROW_HEIGHT);
  });

  it('and another leaves fewer rows than the lanes were scrolled down by, its first ones are seen', async () => {
    const { viewer } = await renderLanes();
    await openAll(viewer);
    const all = rowCount();
    lanes().scrollTop = 400 * ROW_HEIGHT;
    fireEvent.scroll(lanes());
    act(() => viewer.filter.getState().patch({ type: 'File' }));
    await waitFor(() => expect(rowCount()).toBeLessThan(all));
    expect(rowCount()).toBeLessThan(400);
    expect(lanes().scrollTop).toBe(0);
  });
});

it('goes to the lane of what is selected elsewhere, whose groups it opens', async () => {
  const height = 6 * ROW_HEIGHT;
  fakeLayout(1000, height);
  const { viewer, host } = await renderLanes();
  const lanes = screen.getByTestId('lanes');
  act(() => collapseAll(viewer));
  await waitFor(() => expect(Number(lanes.getAttribute('aria-rowcount'))).toBeLessThan(100));
  const closed = Number(lanes.getAttribute('aria-rowcount'));
  const release = host.hold('lanes');
  await act(() => selectObject(viewer, 4000, 'table'));
  release();
  await waitFor(() => expect(Number(lanes.getAttribute('aria-rowcount'))).toBeGreaterThan(closed));
  expect(viewer.view.getState().openGroups.size, 'its process and its type').toBe(2);
  const { laneRow } = viewer.selection.getState().located!;
  const isSeen = () =>
    laneRow * ROW_HEIGHT >= lanes.scrollTop && (laneRow + 1) * ROW_HEIGHT <= lanes.scrollTop + height;
  await settle();
  expect(isSeen()).toBe(true);
});

it('stays in the group whose lanes were seen when all groups are closed', async () => {
  const { viewer } = await renderLanes();
  const lanes = screen.getByTestId('lanes');
  await act(() => expandAll(viewer));
  await waitFor(() => expect(Number(lanes.getAttribute('aria-rowcount'))).toBeGreaterThan(500));
  lanes.scrollTop = 700 * ROW_HEIGHT;
  fireEvent.scroll(lanes);
  await waitFor(() => expect(within(lanes).queryAllByRole('row', { hidden: true }).length).toBeGreaterThan(20));
  const label = () => document.querySelector('.lanes-headers .lane-name')?.textContent;
  await waitFor(() => expect(label()).toBeDefined());
  const process = label();
  act(() => collapseAll(viewer));
  await waitFor(() => expect(Number(lanes.getAttribute('aria-rowcount'))).toBeLessThan(100));
  await waitFor(() => expect(lanes.scrollTop).toBeLessThan(700 * ROW_HEIGHT));
  // Browsers say so themselves.
  fireEvent.scroll(lanes);
  const names = () => screen.getAllByTestId('lane-group').map((group) => group.textContent);
  await waitFor(() => expect(names()[lanes.scrollTop / ROW_HEIGHT]).toContain(process));
});

describe('the tooltip', () => {
  const tooltip = () => screen.queryByTestId('lane-tooltip')?.textContent ?? '';
  const rest = (row: number) =>
    fireEvent.pointerMove(screen.getByTestId('lanes'), { clientX: PLOT / 2, clientY: row * ROW_HEIGHT + 5 });

  it('shows what is under a resting mouse when other rows come there', async () => {
    const { viewer } = await renderLanes();
    const nameAt = (row: number) => screen.getAllByTestId('lane-group')[row].querySelector('.lane-name')!.textContent;
    fakePlot();
    rest(1);
    const first = nameAt(1);
    expect(tooltip()).toContain(first);
    act(() => viewer.view.getState().toggleGroup(screen.getAllByTestId('lane-group')[0].dataset['key']!));
    await waitFor(() => expect(nameAt(1)).not.toBe(first));
    await waitFor(() => expect(tooltip()).toContain(nameAt(1)));
    const inGroup = nameAt(1);
    act(() => viewer.filter.getState().patch({ type: 'File' }));
    await waitFor(() => expect(nameAt(1)).not.toBe(inGroup));
    await waitFor(() => expect(tooltip()).toContain(nameAt(1)));
    screen.getByTestId('lanes').scrollTop = ROW_HEIGHT;
    fireEvent.scroll(screen.getByTestId('lanes'));
    await waitFor(() => expect(tooltip()).toContain(nameAt(2)));
    act(() => viewer.filter.getState().patch({ type: 'NoSuchType' }));
    await waitFor(() => expect(tooltip()).toBe(''));
  });

  it('tells the time that comes under a resting mouse', async () => {
    const { viewer } = await renderLanes();
    const { endNs } = viewer.view.getState();
    fakePlot();
    rest(0);
    expect(viewer.view.getState().cursorNs).toBe(endNs / 2);
    act(() => viewer.view.getState().goTo(0, endNs / 2));
    await waitFor(() => expect(viewer.view.getState().cursorNs).toBe(endNs / 4));
  });

  it('is gone from a key until the mouse moves', async () => {
    const { viewer } = await renderLanes();
    fakePlot();
    rest(1);
    press('ArrowDown');
    expect(tooltip()).toBe('');
    act(() => viewer.filter.getState().patch({ type: 'File' }));
    await waitFor(() => expect(viewer.data.getState().matched).toBeLessThan(viewer.data.getState().total));
    expect(tooltip()).toBe('');
    rest(0);
    expect(tooltip()).not.toBe('');
  });
});

it('shows what colours mean, in the words of what was chosen', async () => {
  await renderLanes();
  expect(screen.getByTestId('legend').textContent).toContain('Thread');
  fireEvent.change(screen.getByTestId('color-by'), { target: { value: 'end' } });
  await waitFor(() => expect(screen.getByTestId('legend').textContent).toContain('closed by the end of the process'));
});

it('says what Ctrl+F found, and goes to a hit', async () => {
  const { viewer } = await renderLanes();
  act(() => viewer.search.getState().setText('explorer'));
  await waitFor(() => expect(viewer.search.getState().lanes?.hits).toBeGreaterThan(0));
  const group = screen.getAllByTestId('lane-group').find((label) => label.className.includes('is-hit'));
  expect(group?.textContent).toContain('explorer');
  const [row] = viewer.search.getState().lanes!.hitRows;
  act(() => viewer.search.getState().step(1));
  act(() => screen.getByRole('grid').focus());
  await waitFor(() => expect(activeCell()).toContain('explorer'));
  expect(row).toBeGreaterThanOrEqual(0);
});

it('asks for the arrows of the selected object', async () => {
  const { viewer, host } = await renderLanes();
  act(() => viewer.selection.setState({ id: 12 }));
  await waitFor(() => expect(host.asked('lanes').at(-1)?.linksOf).toBe(12));
});

it('shows names of any kind without letting them hide anything', async () => {
  const { viewer } = await renderLanes({
    answers: {
      lanes: (request: { firstRow: number }) => ({
        totalRows: 1,
        firstRow: request.firstRow,
        rows: [
          {
            kind: 'group',
            depth: 0,
            key: 'p:1',
            label: `a\u202egnp.exe${'x'.repeat(32_000)}`,
            open: false,
            objects: 1,
            leaks: 0,
            leaksAtExit: 0,
            openHandles: 0,
          },
        ],
        bars: {
          row: new Int32Array(),
          x0: new Float32Array(),
          x1: new Float32Array(),
          flags: new Uint8Array(),
          id: new Int32Array(),
          type: new Int32Array(),
          color: new Int32Array(),
        },
        ticks: { row: new Int32Array(), x: new Float32Array(), kind: new Uint8Array() },
        types: [],
        areas: [],
        colors: [],
        links: [],
        hits: 0,
        hitRows: [],
        matched: 1,
        total: 1,
      }),
    },
  });
  const label = screen.getByTestId('lane-group');
  expect(label.textContent).toContain('⟨U+202E⟩');
  expect(label.textContent.length).toBeLessThan(300);
  expect(label.title.length).toBeLessThan(400);
  expect(viewer.data.getState().total).toBe(1);
});
