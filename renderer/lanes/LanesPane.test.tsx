// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import type { ServiceHostOptions } from '../testing/serviceHost.ts';
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

/** The cell that the grid says has the focus. */
function activeCell(): string {
  const id = screen.getByTestId('lanes').getAttribute('aria-activedescendant');
  return (id === null ? null : document.getElementById(id))?.textContent ?? '';
}

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
