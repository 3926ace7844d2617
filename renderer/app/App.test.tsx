// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import { selectObject } from '../state/select.ts';
import { fakeTrace } from '../testing/fakeTrace.ts';
import { renderApp, settle } from '../testing/renderApp.tsx';

afterEach(cleanup);

const etl = () => new File(['x'], 'dropped.etl');

function dropOn(target: Window, file: File): void {
  const event = new Event('drop', { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: { types: ['Files'], files: [file] } });
  fireEvent(target, event);
}

describe('opening', () => {
  it('shows the start page with recent files until a trace is open', async () => {
    renderApp();
    await settle();
    expect(screen.getByTestId('drop-zone').textContent).toContain('Drop an .etl here');
    fireEvent.click(screen.getAllByTestId('recent-file')[0]);
    await settle();
    expect(screen.queryByTestId('start-page')).toBeNull();
    expect(screen.getByTestId('trace-name').textContent).toBe('HandleLeak.etl');
  });

  it('opens the file that the program was started with', async () => {
    renderApp({ argument: 'HandleLeak.etl' });
    await settle();
    expect(screen.getByTestId('lanes-canvas')).toBeTruthy();
  });

  it('opens a file that is dropped anywhere, also while a trace is open', async () => {
    const { viewer } = renderApp({ argument: 'HandleLeak.etl' });
    await settle();
    const before = viewer.session.getState().traceSerial;
    dropOn(window, etl());
    await settle();
    expect(viewer.session.getState().traceSerial).toBe(before + 1);
  });

  it('says after a reload that a file of the browser is gone, and only then', async () => {
    sessionStorage.clear();
    const { unmount } = renderApp();
    await settle();
    expect(screen.queryByTestId('reload-note')).toBeNull();
    dropOn(window, etl());
    await settle();
    unmount();
    const again = renderApp();
    await settle();
    expect(screen.getByTestId('reload-note').textContent).toBe(
      'A file opened in the browser cannot be reopened after a reload: drop it again, or start leaklanes serve FILE.',
    );
    // A trace that the host itself can open again.
    fireEvent.click(screen.getAllByTestId('recent-file')[0]);
    await settle();
    again.unmount();
    renderApp();
    await settle();
    expect(screen.queryByTestId('reload-note')).toBeNull();
    sessionStorage.clear();
  });

  it('opens a picked file', async () => {
    renderApp();
    await settle();
    fireEvent.change(screen.getByTestId('file-input'), { target: { files: [etl()] } });
    await settle();
    expect(screen.getByTestId('objects-table')).toBeTruthy();
  });

  it('shows progress in words and bytes; Cancel goes back to where one was', async () => {
    renderApp({ steps: 50, delayMs: 5 });
    await settle();
    dropOn(window, etl());
    await settle(60);
    const progress = screen.getByTestId('progress');
    expect(progress.textContent).toContain('dropped.etl');
    expect(progress.textContent).toMatch(/Reading events…/);
    expect(progress.textContent).toMatch(/of 50\.0 MB · [\d,]+ events/);
    fireEvent.click(screen.getByTestId('cancel'));
    await settle(40);
    expect(screen.queryByTestId('progress')).toBeNull();
    expect(screen.getByTestId('start-page')).toBeTruthy();
    expect(screen.queryByTestId('message')).toBeNull();
  });

  it('keeps the open trace when another one cannot be read, and says why', async () => {
    const { host } = renderApp({ argument: 'HandleLeak.etl' });
    await settle();
    host.failNextOpen(new TraceError('notEtl', 'dropped.etl is no ETL file: byte 0 says 0x4d5a.', 'dropped.etl', 0));
    dropOn(window, etl());
    await settle();
    const texts = screen.getAllByTestId('message').map((message) => message.textContent);
    expect(texts.some((text) => text?.includes('dropped.etl is no ETL file: byte 0 says 0x4d5a.'))).toBe(true);
    expect(screen.getByTestId('lanes-canvas')).toBeTruthy();
  });
});

describe('messages', () => {
  it('shows warnings of the trace, not its notes, and dismisses them', async () => {
    renderApp({ argument: 'HandleLeak.etl' });
    await settle();
    const messages = screen.getAllByTestId('message');
    expect(messages).toHaveLength(1);
    expect(messages[0].getAttribute('role')).toBe('alert');
    fireEvent.click(within(messages[0]).getByLabelText('Dismiss'));
    expect(screen.queryByTestId('message')).toBeNull();
    fireEvent.click(screen.getByTestId('trust'));
    expect(screen.getByTestId('trust-popover').textContent).toContain('no file mapping events');
  });

  it('tells that the host is gone', async () => {
    const { host } = renderApp();
    await settle();
    act(() => host.emit({ kind: 'disconnected', message: 'The connection was lost.' }));
    expect(screen.getByTestId('message').textContent).toContain('The connection was lost.');
  });
});

describe('a host that goes away', () => {
  const message = 'The connection was lost.';
  const shown = () => screen.queryAllByTestId('message').filter((row) => row.textContent?.includes(message));

  it('is said once, marks the page as old, and is asked again when it is back', async () => {
    const { host, viewer } = renderApp({ argument: 'HandleLeak.etl' });
    await settle(80);
    act(() => host.emit({ kind: 'disconnected', message }));
    host.failQueries(new TraceError('io', message));
    const asked = host.calls.length;
    fireEvent.click(screen.getByTestId('filter-leak'));
    await settle(60);
    expect(host.calls, 'nobody is there to ask').toHaveLength(asked);
    expect(shown()).toHaveLength(1);
    expect(screen.getByTestId('workbench').getAttribute('aria-busy')).toBe('true');
    expect(screen.getByText('Shown data is from before the connection was lost.')).toBeTruthy();
    expect(screen.getByTestId('match-count').textContent).toBe('3,733 of 3,733 objects');

    host.failQueries(null);
    const serial = viewer.session.getState().traceSerial;
    act(() => host.emit({ kind: 'connected' }));
    await settle(100);
    expect(shown()).toHaveLength(0);
    expect(screen.getByTestId('workbench').getAttribute('aria-busy')).toBe('false');
    expect(viewer.session.getState().traceSerial, 'the same view goes on').toBe(serial);
    expect(viewer.filter.getState().filter).toEqual({ leak: true });
    expect(screen.getByTestId('match-count').textContent).not.toContain('3,733 of');
  });

  it('is said once where a query was under way', async () => {
    const { host } = renderApp({ argument: 'HandleLeak.etl' });
    await settle(80);
    host.failQueries(new TraceError('io', message));
    fireEvent.click(screen.getByTestId('filter-leak'));
    act(() => host.emit({ kind: 'disconnected', message }));
    await settle(60);
    expect(shown()).toHaveLength(1);
  });
});

describe('an empty trace', () => {
  it('says which keyword was missing and how to record it', async () => {
    const trace = fakeTrace();
    const { summary } = trace;
    renderApp({
      argument: 'empty.etl',
      trace: {
        objects: [],
        summary: {
          ...summary,
          objects: 0,
          mappings: 0,
          trust: { ...summary.trust, missing: ['handles', 'objects', 'mappings'] },
        },
      },
    });
    await settle();
    expect(screen.getByTestId('empty-trace').textContent).toContain('OB_HANDLE');
    expect(screen.getByTestId('empty-trace').textContent).toContain('xperf -on');
    expect(screen.queryByTestId('lanes-canvas')).toBeNull();
  });
});

describe('the workbench', () => {
  async function opened() {
    const rendered = renderApp({ argument: 'HandleLeak.etl' });
    await settle(80);
    return rendered;
  }
  const facet = (value: string) =>
    screen.getAllByTestId('facet-entry').find((entry) => entry.dataset['value'] === value)!;

  it('filters by facet and switch, counts, and clears', async () => {
    const { viewer } = await opened();
    expect(screen.getByTestId('match-count').textContent).toBe('3,733 of 3,733 objects');
    fireEvent.click(facet('Event'));
    fireEvent.click(facet('Key'));
    await settle();
    expect(viewer.filter.getState().filter).toEqual({ type: 'Event;Key' });
    fireEvent.click(screen.getByTestId('filter-leak'));
    await settle(60);
    const leaks = Number(screen.getByTestId('match-count').textContent?.split(' ')[0]);
    expect(screen.getByTestId('filter-leak').getAttribute('aria-checked')).toBe('true');
    expect(screen.getAllByTestId('object-row')).toHaveLength(leaks);
    for (const row of screen.getAllByTestId('object-row')) expect(row.textContent).toContain('leak');
    fireEvent.click(screen.getByTestId('clear-filters'));
    await settle(60);
    expect(viewer.filter.getState().filter).toEqual({});
    expect(screen.getByTestId('match-count').textContent).toBe('3,733 of 3,733 objects');
  });

  it('asks for the last of quickly typed letters only', async () => {
    const { host } = await opened();
    const asked = () => host.calls.filter((call) => call.method === 'facets').length;
    const before = asked();
    const box = screen.getByTestId('filter-name');
    for (const text of ['s', 'si', 'sig', 'signal']) fireEvent.change(box, { target: { value: text } });
    await waitFor(() => expect(asked()).toBe(before + 1));
    await waitFor(() => expect(screen.getByTestId('match-count').textContent).toBe('100 of 3,733 objects'));
    // Longer than the typing pause: no further request follows.
    await settle(250);
    expect(asked()).toBe(before + 1);
    expect((box as HTMLInputElement).value).toBe('signal');
  });

  it('sorts in the worker; Shift adds a second key', async () => {
    const { viewer } = await opened();
    const header = (name: string) => screen.getByRole('columnheader', { name: new RegExp(`^${name}`) });
    fireEvent.click(within(header('Type')).getByRole('button'));
    await settle();
    expect(header('Type').getAttribute('aria-sort')).not.toBe('none');
    fireEvent.click(within(header('Lifetime')).getByRole('button'), { shiftKey: true });
    await settle();
    expect(viewer.table.getState().sort.map((key) => key.column)).toEqual(['type', 'lifetimeNs']);
    fireEvent.click(within(header('Lifetime')).getByRole('button'));
    await settle();
    expect(viewer.table.getState().sort).toEqual([{ column: 'lifetimeNs', descending: false }]);
  });

  it('selects with the keyboard in the table and shows the details', async () => {
    await opened();
    const table = screen.getByTestId('objects-table');
    table.focus();
    fireEvent.keyDown(table, { key: 'ArrowDown' });
    fireEvent.keyDown(table, { key: 'ArrowDown' });
    await settle(60);
    const details = screen.getByTestId('details');
    expect(details.dataset['id']).toBe('2');
    expect(table.querySelector('[aria-selected="true"]')?.getAttribute('data-id')).toBe('2');
    fireEvent.keyDown(window, { key: 'Escape' });
    expect(screen.queryByTestId('details')).toBeNull();
  });

  it('gives the focus back to where the details were opened from', async () => {
    const { viewer } = await opened();
    const table = screen.getByTestId('objects-table');
    table.focus();
    fireEvent.keyDown(table, { key: 'ArrowDown' });
    await settle(60);
    screen.getByLabelText('Close details').focus();
    fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
    expect(screen.queryByTestId('details')).toBeNull();
    expect(document.activeElement).toBe(table);

    await act(() => selectObject(viewer, 2, 'lanes'));
    screen.getByLabelText('Close details').focus();
    fireEvent.click(screen.getByLabelText('Close details'));
    expect(document.activeElement).toBe(screen.getByTestId('lanes'));
  });

  it('goes to the next leak with N, and shows its create stack', async () => {
    await opened();
    fireEvent.keyDown(document.body, { key: 'n' });
    await settle(80);
    expect(screen.getByTestId('details').textContent).toContain('leak: never closed');
    expect(screen.getByTestId('create-stack').querySelectorAll('li').length).toBeGreaterThan(5);
  });

  it('does not take letters typed into a box for commands', async () => {
    const { viewer } = await opened();
    fireEvent.keyDown(screen.getByTestId('filter-name'), { key: 'n' });
    await settle();
    expect(viewer.selection.getState().id).toBeNull();
  });

  it('exports what the filter keeps', async () => {
    await opened();
    fireEvent.click(screen.getByTestId('filter-leak'));
    await settle(40);
    const matched = screen.getByTestId('match-count').textContent?.split(' ')[0];
    fireEvent.click(screen.getByTestId('export-csv'));
    await settle();
    expect(screen.getByTestId('status').textContent).toContain(`Exported ${matched} rows`);
  });

  it('cancels an export', async () => {
    renderApp({ argument: 'HandleLeak.etl', steps: 5, delayMs: 15 });
    await settle(400);
    fireEvent.click(screen.getByTestId('export-csv'));
    await settle(30);
    expect(screen.getByTestId('export-csv').textContent).toMatch(/Exporting/);
    fireEvent.click(screen.getByTestId('export-csv'));
    await settle(120);
    expect(screen.getByTestId('status').textContent).toContain('Export cancelled');
    expect(screen.getByTestId('export-csv').textContent).toContain('Export CSV');
  });

  it('opens a group with the keyboard and reads it out', async () => {
    const { viewer } = await opened();
    const lanes = screen.getByTestId('lanes');
    act(() => lanes.focus());
    await waitFor(() => {
      // The first rows may still be on their way.
      fireEvent.keyDown(lanes, { key: 'Home' });
      expect(screen.getByTestId('lanes-live').textContent).toMatch(/explorer\.exe\(6120\), process, collapsed/);
    });
    fireEvent.keyDown(lanes, { key: 'ArrowRight' });
    await waitFor(() => expect(screen.getByTestId('lanes-live').textContent).toMatch(/expanded/));
    expect(viewer.view.getState().openGroups.has('p:explorer.exe(6120)')).toBe(true);
  });

  it('switches the theme', async () => {
    await opened();
    fireEvent.click(within(screen.getByTestId('theme-switch')).getByLabelText('Dark theme'));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    fireEvent.click(within(screen.getByTestId('theme-switch')).getByLabelText('Light theme'));
    expect(document.documentElement.dataset['theme']).toBe('light');
  });
});
