// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import type { RowsPage, RowsRequest, TableName, TableRow } from '../../shared/tables.ts';
import { selectEvent, selectObject } from '../state/select.ts';
import { fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import type { ServiceHostOptions } from '../testing/serviceHost.ts';
import { TablePage } from './TablePage.tsx';

afterEach(cleanup);

async function renderTable(table: TableName, options: ServiceHostOptions = {}) {
  fakeLayout();
  const opened = await openViewer(options);
  opened.viewer.tables.getState().showPage(table);
  const rendered = renderWith(opened.viewer, <TablePage table={table} />);
  const grid = await screen.findByTestId(`${table}-table`);
  await waitFor(() => expect(rows(grid).length).toBeGreaterThan(0));
  return { ...opened, ...rendered, grid };
}

const rows = (grid: HTMLElement) => within(grid).queryAllByTestId(/^(object|table)-row$/);
const cells = (row: HTMLElement) =>
  within(row)
    .getAllByRole('gridcell')
    .map((cell) => cell.textContent);
const headers = (grid: HTMLElement) => within(grid).getAllByRole('columnheader');
const header = (grid: HTMLElement, name: string) => within(grid).getByRole('button', { name: new RegExp(`^${name}`) });

/** A table of numbered rows, for what no small trace has. */
function numbered(total: number) {
  return (request: RowsRequest): RowsPage => {
    const count = Math.max(0, Math.min(request.rowCount, total - request.firstRow));
    return {
      columns: [{ id: 'id', header: 'Id', title: 'Number', kind: 'count', width: 100 }],
      rows: Array.from({ length: count }, (_, i): TableRow => {
        const number = request.firstRow + i;
        return {
          cells: [number],
          id: 0,
          key: `${number}`,
          depth: 0,
          children: false,
          open: false,
          filter: null,
          hit: false,
        };
      }),
      firstRow: request.firstRow,
      total,
      hits: 0,
      hitRows: [],
    };
  };
}

describe('a table', () => {
  it('shows the columns and rows of the service, and how many there are', async () => {
    const { grid, viewer } = await renderTable('objects');
    expect(
      headers(grid)
        .slice(0, 4)
        .map((head) => head.textContent),
    ).toEqual(['Id', 'Type', 'Name', 'Leak']);
    const { objects, mappings } = viewer.session.getState().summary!;
    expect(grid.getAttribute('aria-rowcount')).toBe(String(objects + mappings + 1));
    expect(cells(rows(grid)[0])[0]).toBe('1');
  });

  it('sorts by several columns, and says by which', async () => {
    const { grid, host } = await renderTable('objects');
    fireEvent.click(header(grid, 'Type'));
    await waitFor(() => expect(host.asked('rows').at(-1)?.sort).toEqual([{ column: 'type', descending: false }]));
    fireEvent.click(header(grid, 'Handles'), { shiftKey: true });
    await waitFor(() =>
      expect(host.asked('rows').at(-1)?.sort).toEqual([
        { column: 'type', descending: false },
        { column: 'handles', descending: true },
      ]),
    );
    const sorted = headers(grid).filter((head) => head.getAttribute('aria-sort') !== 'none');
    expect(sorted.map((head) => [head.textContent, head.getAttribute('aria-sort')])).toEqual([
      ['Type▲1', 'ascending'],
      ['Handles▼2', 'descending'],
    ]);
  });

  it('selects by arrows and gives the selection to the window', async () => {
    const { grid, viewer } = await renderTable('objects');
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await waitFor(() => expect(viewer.selection.getState().details?.row.id).toBe(2));
    expect(rows(grid)[1].getAttribute('aria-selected')).toBe('true');
    expect(grid.getAttribute('aria-activedescendant')).toBe(rows(grid)[1].id);
    fireEvent.keyDown(grid, { key: 'ArrowDown', shiftKey: true });
    expect(rows(grid).filter((row) => row.getAttribute('aria-selected') === 'true')).toHaveLength(2);
  });

  it('copies the selected rows as shown, with their headers', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { clipboard: { writeText } }));
    const { grid, viewer } = await renderTable('objects');
    viewer.tables.getState().setTable('objects', { columns: ['type', 'id'] });
    await waitFor(() => expect(headers(grid)).toHaveLength(2));
    fireEvent.click(rows(grid)[0]);
    fireEvent.click(rows(grid)[2], { shiftKey: true });
    const shown = rows(grid).slice(0, 3).map(cells);
    fireEvent.keyDown(grid, { key: 'c', ctrlKey: true });
    await waitFor(() => expect(writeText).toHaveBeenCalled());
    expect(writeText).toHaveBeenCalledWith(`${[['Type', 'Id'], ...shown].map((line) => line.join('\t')).join('\n')}\n`);
    vi.unstubAllGlobals();
  });

  it('reaches the last of 15 million rows', async () => {
    const { grid } = await renderTable('events', { answers: { rows: numbered(15_000_000) } });
    fireEvent.keyDown(grid, { key: 'End' });
    await waitFor(() => expect(cells(rows(grid).at(-1)!)).toEqual(['14,999,999']));
    expect(Number.parseFloat(within(grid).getAllByRole('rowgroup')[1].style.height)).toBeLessThan(10_000_000);
    fireEvent.keyDown(grid, { key: 'ArrowUp' });
    expect(rows(grid).find((row) => row.id === grid.getAttribute('aria-activedescendant'))?.textContent).toBe(
      '14,999,998',
    );
    fireEvent.keyDown(grid, { key: 'Home' });
    await waitFor(() => expect(cells(rows(grid)[0])).toEqual(['0']));
  });

  it('shows rows where it is scrolled to when there are many fewer, and many more', async () => {
    const rowsOf = (request: RowsRequest) => numbered(request.filter.type === undefined ? 1_000_000 : 100_000)(request);
    const { grid, viewer } = await renderTable('events', { answers: { rows: rowsOf } });
    const seen = () => {
      const tops = rows(grid).map((row) => Number(/translateY\((.*)px\)/.exec(row.style.transform)?.[1]));
      return rows(grid).filter((_, at) => tops[at] >= grid.scrollTop && tops[at] <= grid.scrollTop + 400);
    };
    for (let pages = 0; pages < 20; pages++) fireEvent.keyDown(grid, { key: 'PageDown' });
    const first = await waitFor(() => cells(seen()[0])[0]);
    expect(Number(first)).toBeGreaterThan(300);
    for (const type of ['Event', undefined]) {
      act(() => viewer.filter.getState().patch({ type }));
      await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe(type === undefined ? '1000001' : '100001'));
      await waitFor(() => expect(seen().length).toBeGreaterThan(10));
      await waitFor(() => expect(cells(seen()[0])[0]).toBe(first));
    }
  });

  it('filters by a cell from its menu', async () => {
    const { grid, viewer } = await renderTable('objects');
    const type = within(rows(grid)[0]).getAllByRole('gridcell')[1];
    fireEvent.contextMenu(type);
    fireEvent.click(screen.getByRole('menuitem', { name: `Only Type: ${type.textContent}` }));
    expect(viewer.filter.getState().filter).toEqual({ type: type.textContent });
    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('marks what is searched and goes from hit to hit', async () => {
    const { grid, viewer } = await renderTable('objects');
    viewer.search.getState().show();
    viewer.search.getState().setText('Event');
    await waitFor(() => expect(viewer.search.getState().table?.hits ?? 0).toBeGreaterThan(0));
    const { hitRows } = viewer.search.getState().table!;
    viewer.search.getState().step(1);
    await waitFor(() => expect(grid.getAttribute('aria-activedescendant')).toBe(`objects-table-${hitRows[0]}`));
    expect(grid.querySelector('mark')?.textContent).toMatch(/event/i);
  });

  it('shows, hides and moves columns', async () => {
    const { grid, viewer } = await renderTable('objects');
    fireEvent.click(screen.getByTestId('columns'));
    fireEvent.change(screen.getByLabelText('Search columns'), { target: { value: 'pointer' } });
    fireEvent.click(screen.getByRole('checkbox', { name: 'Pointer' }));
    await waitFor(() => expect(headers(grid).at(-1)?.textContent).toBe('Pointer'));
    fireEvent.keyDown(screen.getByRole('checkbox', { name: 'Pointer' }), { key: 'ArrowUp', altKey: true });
    expect(headers(grid).at(-2)?.textContent).toBe('Pointer');
    fireEvent.keyDown(header(grid, 'Type'), { key: 'ArrowLeft', ctrlKey: true, shiftKey: true });
    expect(headers(grid)[0].textContent).toBe('Type');
    fireEvent.keyDown(header(grid, 'Type'), { key: 'ArrowRight', shiftKey: true });
    expect(viewer.tables.getState().tables.objects.widths.type).toBe(126);
  });

  it('says in its place what went wrong, and tries again', async () => {
    const { host, viewer } = await renderTable('objects');
    host.failQueries(new TraceError('internal', 'The table is broken.'));
    viewer.filter.getState().patch({ type: 'Event' });
    expect((await screen.findByTestId('inline-error')).textContent).toContain('The table is broken.');
    host.failQueries(null);
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByTestId('inline-error')).toBeNull());
  });

  it('says what to do where the filter keeps nothing', async () => {
    const { viewer } = await renderTable('objects');
    viewer.filter.getState().patch({ type: 'NoSuchType' });
    expect((await screen.findByTestId('empty-state')).textContent).toContain('No objects under these filters');
    fireEvent.click(screen.getByRole('button', { name: 'Clear all filters' }));
    await waitFor(() => expect(screen.queryByTestId('empty-state')).toBeNull());
  });

  it('exports what it shows', async () => {
    const { host } = await renderTable('handles');
    fireEvent.click(screen.getByTestId('page-export'));
    fireEvent.click(screen.getByTestId('page-export-tsv'));
    await waitFor(() => expect(host.exported[0]?.request).toMatchObject({ table: 'handles', format: 'tsv' }));
  });
});

describe('the groups table', () => {
  it('opens a group by → and everything below it by *, and filters by Enter', async () => {
    const { grid, viewer } = await renderTable('groups');
    expect(grid.getAttribute('role')).toBe('treegrid');
    const closed = rows(grid).length;
    fireEvent.keyDown(grid, { key: 'Home' });
    fireEvent.keyDown(grid, { key: 'ArrowRight' });
    await waitFor(() => expect(rows(grid).length).toBeGreaterThan(closed));
    expect(rows(grid)[0].getAttribute('aria-expanded')).toBe('true');
    expect(rows(grid)[1].getAttribute('aria-level')).toBe('2');
    fireEvent.keyDown(grid, { key: '*' });
    await waitFor(() => expect(rows(grid)[2].getAttribute('aria-level')).toBe('3'));
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'Enter' });
    expect(Object.keys(viewer.filter.getState().filter)).toEqual(['process', 'type']);
  });

  it('groups by other things in another order', async () => {
    const { grid, host } = await renderTable('groups');
    fireEvent.keyDown(screen.getByRole('button', { name: /^Type, level 2/ }), { key: 'ArrowLeft' });
    await waitFor(() => expect(host.asked('rows').at(-1)?.groupBy).toEqual(['type', 'process', 'createStack']));
    fireEvent.click(screen.getByRole('button', { name: 'Do not group by Process' }));
    fireEvent.click(screen.getByTestId('group-add'));
    fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    await waitFor(() => expect(headers(grid)[2]?.textContent).toBe('Name'));
    expect(viewerGroups(host.asked('rows').at(-1))).toEqual(['type', 'createStack', 'name']);
  });
});

const viewerGroups = (request: RowsRequest | undefined) => request?.groupBy;

describe('a selection made elsewhere', () => {
  const activeRow = (grid: HTMLElement) =>
    rows(grid).find((row) => row.id === grid.getAttribute('aria-activedescendant'));
  const FAR = 4000;

  it.each(['objects', 'handles', 'events'] as const)('is gone to in %s', async (table) => {
    const { grid, viewer } = await renderTable(table);
    expect(activeRow(grid)).toBeUndefined();
    await act(() => selectObject(viewer, FAR, 'lanes'));
    await waitFor(() => expect(activeRow(grid)?.dataset['id']).toBe(String(FAR)));
    expect(activeRow(grid)?.className).toContain('is-object');
  });

  it.each(['objects', 'handles', 'events'] as const)('is gone to when %s comes to be shown', async (table) => {
    const opened = await openViewer();
    fakeLayout();
    await selectObject(opened.viewer, FAR, 'table');
    // The row of the moment of the selection is another one now.
    opened.viewer.filter.getState().patch({ id: { min: FAR - 100, max: null } });
    renderWith(opened.viewer, <TablePage table={table} />);
    const grid = await screen.findByTestId(`${table}-table`);
    await waitFor(() => expect(activeRow(grid)?.dataset['id']).toBe(String(FAR)));
  });

  it('goes to the event that the details go to', async () => {
    const { grid, viewer } = await renderTable('events');
    await act(() => selectObject(viewer, FAR, 'lanes'));
    const last = viewer.selection.getState().details!.events.length - 1;
    await waitFor(() => expect(activeRow(grid)?.dataset['id']).toBe(String(FAR)));
    const first = Number(activeRow(grid)!.getAttribute('aria-rowindex'));
    act(() => selectEvent(viewer, last));
    await waitFor(() => expect(Number(activeRow(grid)?.getAttribute('aria-rowindex'))).toBeGreaterThan(first));
    expect(activeRow(grid)?.dataset['id']).toBe(String(FAR));
  });

  it('does not move the table that it was made in', async () => {
    const { grid, viewer } = await renderTable('handles');
    const second = rows(grid).findLast((row) => row.dataset['id'] === rows(grid)[3].dataset['id'])!;
    fireEvent.click(second);
    await waitFor(() => expect(viewer.selection.getState().located).not.toBeNull());
    expect(activeRow(grid)?.id).toBe(second.id);
  });
});

describe('other tables', () => {
  it.each(['handles', 'events', 'inheritance', 'processes', 'modules'] as const)('%s have rows', async (table) => {
    const { grid } = await renderTable(table);
    expect(cells(rows(grid)[0]).some((cell) => cell !== '')).toBe(true);
  });
});
