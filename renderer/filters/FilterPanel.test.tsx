// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Facets, FacetRequest } from '../../shared/service.ts';
import { cleanup, fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import type { ServiceHostOptions } from '../testing/serviceHost.ts';
import { FilterPanel } from './FilterPanel.tsx';
import { useFacets } from './useFacets.ts';

beforeEach(() => {
  localStorage.clear();
  fakeLayout(240, 480);
});
afterEach(cleanup);

function Panel() {
  useFacets();
  return <FilterPanel />;
}

async function show(options: ServiceHostOptions = {}) {
  const { host, viewer } = await openViewer(options);
  renderWith(viewer, <Panel />);
  await waitFor(() => expect(viewer.data.getState().facets).not.toBeNull());
  return { host, viewer, filter: () => viewer.filter.getState().filter };
}

function entries(facet: string): HTMLElement[] {
  return screen.getAllByTestId('facet-entry').filter((entry) => entry.dataset.facet === facet);
}
const entry = (facet: string, value: string) => entries(facet).find((candidate) => candidate.dataset.value === value)!;

describe('a list', () => {
  it('includes by click, excludes with Alt, leaves one with Ctrl, and takes back what it did', async () => {
    const { filter } = await show();
    fireEvent.click(entry('type', 'Event'));
    expect(filter()).toEqual({ type: 'Event' });
    expect(entry('type', 'Event').getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(entry('type', 'File'), { altKey: true });
    expect(filter()).toEqual({ type: 'Event;!File' });
    expect(entry('type', 'File').textContent).toContain('excluded');
    fireEvent.click(entry('type', 'Key'), { ctrlKey: true });
    expect(filter()).toEqual({ type: 'Key' });
    fireEvent.click(entry('type', 'Key'));
    expect(filter()).toEqual({});
  });

  it('has the same as buttons beside the entry', async () => {
    const { filter } = await show();
    fireEvent.click(screen.getByRole('button', { name: 'Exclude Event', hidden: true }));
    expect(filter()).toEqual({ type: '!Event' });
    fireEvent.click(screen.getByRole('button', { name: 'Only File', hidden: true }));
    expect(filter()).toEqual({ type: 'File' });
  });

  it('is one stop of Tab: arrows move, X excludes, O leaves one', async () => {
    const { filter } = await show();
    const [first, second] = entries('type');
    expect(entries('type').map(({ tabIndex }) => tabIndex)).toEqual([
      0,
      ...entries('type')
        .slice(1)
        .map(() => -1),
    ]);
    act(() => first.focus());
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(second);
    expect(second.tabIndex).toBe(0);
    const pressed = fireEvent.keyDown(second, { key: 'x' });
    expect(pressed, 'the key is no command of the window').toBe(false);
    expect(filter()).toEqual({ type: `!${second.dataset.value}` });
    fireEvent.keyDown(second, { key: 'o' });
    expect(filter()).toEqual({ type: second.dataset.value });
  });

  it('keeps its counts under the other filters, and those of its own filter', async () => {
    const { viewer } = await show();
    const counts = () => entries('type').map(({ textContent }) => textContent);
    const before = counts();
    act(() => viewer.filter.getState().patch({ type: 'Event' }));
    await waitFor(() => expect(viewer.data.getState().matched).toBeLessThan(viewer.data.getState().total));
    expect(counts()).toEqual(before);
    act(() => viewer.filter.getState().patch({ process: 'EventLeak' }));
    await waitFor(() => expect(counts()).not.toEqual(before));
  });

  it('searches in the service, so also for what is beyond its first entries', async () => {
    const { host } = await show();
    fireEvent.change(screen.getByTestId('search-objectName'), { target: { value: 'ConDrv' } });
    await waitFor(() => {
      for (const { textContent } of entries('objectName')) expect(textContent).toContain('ConDrv');
    });
    expect(host.asked('facets').at(-1)?.search).toEqual({ objectName: 'ConDrv' });
    fireEvent.change(screen.getByTestId('search-objectName'), { target: { value: 'no such name' } });
    await screen.findByText('No names contain “no such name”.');
  });

  it('of 10,000 processes with names of 32,000 characters makes a screenful of rows', async () => {
    const { host } = await show({ answers: { facets: manyProcesses(10_000) } });
    expect(entries('process').length).toBe(8);
    fireEvent.click(screen.getByRole('button', { name: 'Show all 10,000' }));
    expect(entries('process').length).toBeLessThan(40);
    fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(() => expect(host.asked('facets').at(-1)?.limit).toBe(2000));
    const [first] = entries('process');
    expect(first.title.length).toBeLessThan(1000);
    expect(first.textContent.length).toBeLessThan(1200);
    // Nothing is laid out here: the list says how high it is by the place of its end.
    const list = first.closest('ul')!;
    Object.defineProperty(list, 'scrollHeight', {
      get: () => Number.parseInt(list.querySelector<HTMLElement>('.list-end')!.style.top) + 1,
    });
    act(() => first.focus());
    fireEvent.keyDown(first, { key: 'End' });
    await waitFor(() => expect(document.activeElement?.closest('li')?.getAttribute('aria-posinset')).toBe('200'));
  });

  it('says what is wrong where its counts cannot be had, and tries again', async () => {
    const { host, viewer } = await show();
    const { TraceError } = await import('../../shared/errors.ts');
    host.failQueries(new TraceError('internal', 'The counting broke.'));
    fireEvent.change(screen.getByTestId('search-type'), { target: { value: 'E' } });
    const error = await screen.findByTestId('inline-error');
    expect(error.textContent).toContain('The counting broke.');
    host.failQueries(null);
    fireEvent.click(within(error).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByTestId('inline-error')).toBeNull());
    expect(viewer.filter.getState().filter).toEqual({});
    // A search asks for its own list only.
    expect(host.asked('facets').at(-1)).toMatchObject({ lists: ['type'] });
  });

  it('says so at the top where nothing can be counted, keeps the counts before, and tries again', async () => {
    const { host, viewer } = await show();
    const { TraceError } = await import('../../shared/errors.ts');
    const before = viewer.data.getState().facets;
    host.failQueries(new TraceError('internal', 'The counting broke.'));
    act(() => viewer.filter.getState().patch({ leak: true }));
    const error = await screen.findByTestId('inline-error');
    expect(viewer.data.getState().facets).toBe(before);
    host.failQueries(null);
    fireEvent.click(within(error).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByTestId('inline-error')).toBeNull());
    expect(viewer.data.getState().facets!.matched).toBeLessThan(before!.matched);
  });
});

describe('sections', () => {
  it('close and stay closed, and clear what is set in them', async () => {
    const { viewer, filter } = await show();
    fireEvent.click(screen.getByRole('button', { name: 'Types' }));
    expect(screen.queryAllByTestId('facet-entry').filter((e) => e.dataset.facet === 'type')).toEqual([]);
    cleanup();
    renderWith(viewer, <Panel />);
    expect(screen.getByRole('button', { name: 'Types' }).getAttribute('aria-expanded')).toBe('false');
    act(() => viewer.filter.getState().patch({ type: 'Event', leak: true }));
    fireEvent.click(screen.getByRole('button', { name: 'Clear: Types' }));
    expect(filter()).toEqual({ leak: true });
  });

  it('take the time from what is shown and from the ruler', async () => {
    const { viewer, filter } = await show();
    act(() => viewer.view.getState().goTo(1e9, 3e9));
    fireEvent.click(screen.getByRole('button', { name: 'What is shown' }));
    expect(filter()).toEqual({ time: { min: 1, max: 3 } });
    const ruler = screen.getByRole<HTMLButtonElement>('button', { name: 'Ruler’s selection' });
    expect(ruler.disabled).toBe(true);
    act(() => viewer.view.getState().set({ rulerRange: { fromNs: 2e9, toNs: 2.5e9 } }));
    fireEvent.click(ruler);
    expect(filter()).toEqual({ time: { min: 2, max: 2.5 } });
  });

  it('choose mappings, objects, or both', async () => {
    const { viewer, filter } = await show();
    fireEvent.click(screen.getByRole('button', { name: 'Mappings' }));
    const { facets } = viewer.data.getState();
    const mappings = screen.getByTestId('filter-map-mappings');
    expect(mappings.textContent).toContain(String(facets!.mappings));
    fireEvent.click(mappings);
    expect(filter()).toEqual({ map: true });
    fireEvent.click(screen.getByTestId('filter-map-objects'));
    expect(filter()).toEqual({ map: false });
    fireEvent.click(screen.getByTestId('filter-map-all'));
    expect(filter()).toEqual({});
  });

  it('say what is no handle value, and do not put it into force', async () => {
    const { filter } = await show();
    fireEvent.click(screen.getByRole('button', { name: 'Handle, pointer, id' }));
    const box = screen.getByTestId('filter-handle');
    fireEvent.change(box, { target: { value: 'zzz' } });
    expect(box.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(/"zzz" is no hexadecimal number/)).toBeTruthy();
    fireEvent.change(box, { target: { value: '0x120' } });
    await waitFor(() => expect(filter()).toEqual({ handle: '0x120' }));
  });
});

describe('the histogram of lifetimes', () => {
  it('has every object of known lifetime, and its ends move a bin at a time', async () => {
    const { viewer, filter } = await show();
    const { edges, objects } = viewer.data.getState().facets!.lifetimes;
    const min = screen.getByTestId('lifetime-end-min');
    expect(min.getAttribute('aria-valuetext')).toBe('no limit');
    fireEvent.keyDown(min, { key: 'ArrowRight' });
    fireEvent.keyDown(min, { key: 'ArrowRight' });
    expect(filter()).toEqual({ lifetime: { min: edges[2], max: null } });
    fireEvent.keyDown(screen.getByTestId('lifetime-end-max'), { key: 'ArrowLeft' });
    const bins = objects.length;
    expect(filter().lifetime?.max).toBeCloseTo(edges[bins - 1], 8);
    expect(viewer.filter.getState().past, 'one step of undo').toHaveLength(1);
    fireEvent.keyDown(min, { key: 'End' });
    expect(filter().lifetime?.min, 'the ends do not pass each other').toBe(edges[bins - 2]);
    fireEvent.doubleClick(screen.getByTestId('lifetime-histogram'));
    expect(filter()).toEqual({});
  });

  it('keeps just the objects of the bins that are chosen', async () => {
    const { host, viewer } = await show();
    const { objects } = viewer.data.getState().facets!.lifetimes;
    const plot = screen.getByTestId('lifetime-histogram');
    plot.setPointerCapture = () => {};
    plot.getBoundingClientRect = () => new DOMRect(0, 0, 240, 56);
    const bin = 240 / objects.length;
    fireEvent.pointerDown(plot, { clientX: 5.5 * bin, button: 0, pointerId: 1 });
    fireEvent.pointerMove(plot, { clientX: 8.5 * bin, pointerId: 1 });
    fireEvent.pointerUp(plot, { pointerId: 1 });
    const { filter } = viewer.filter.getState();
    const page = await host.query('rows', { table: 'objects', filter, sort: [], firstRow: 0, rowCount: 0 });
    expect(page.total).toBe(objects.slice(5, 9).reduce((sum, count) => sum + count, 0));
    expect(page.total).toBeGreaterThan(0);
  });
});

function manyProcesses(count: number) {
  return ({ limit = 200 }: FacetRequest): Facets => {
    const none = { entries: [], distinct: 0 };
    const process = {
      distinct: count,
      entries: Array.from({ length: Math.min(limit, 200) }, (_, index) => ({
        value: `p${index}.exe(${index})`,
        label: `p${index}.exe ${'x'.repeat(32_000)}`,
        objects: count - index,
        leaks: 0,
      })),
    };
    return {
      lists: {
        process,
        type: none,
        createStackId: none,
        objectName: none,
        inheritedPair: none,
        relatedProcess: none,
        end: none,
      },
      lifetimes: { edges: [1e-6, 1], objects: [0], leaks: [0], unknown: 0 },
      leak: 0,
      leakAtExit: 0,
      inherit: 0,
      multiProcess: 0,
      overlapped: 0,
      mappings: 0,
      objects: count,
      matched: count,
      total: count,
    };
  };
}
