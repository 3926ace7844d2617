// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import { formatCount } from '../format.ts';
import { renderApp, renderOpened } from '../testing/renderApp.tsx';
import { ms, TraceBuilder } from '../../worker/testing/traceBuilder.ts';

afterEach(cleanup);

const ARGUMENT = { argument: 'handle-leak.etl' };
const etl = (name = 'dropped.etl') => new File(['x'], name);
const messages = () => screen.queryAllByTestId('message').map((message) => message.textContent ?? '');
const key = (name: string, init: KeyboardEventInit = {}, target: Element | Window = document.body) =>
  fireEvent.keyDown(target, { key: name, ...init });
const matchCount = () => screen.getByTestId('match-count').textContent;

function dropOn(target: Window, file: File): void {
  const event = new Event('drop', { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: { types: ['Files'], files: [file] } });
  fireEvent(target, event);
}

describe('opening', () => {
  it('shows the start page with recent files until a trace is open', async () => {
    const { host } = renderApp({ recent: [{ id: 'r1', name: 'old.etl', folder: 'C:\\Traces' }] });
    fireEvent.click(await screen.findByTestId('recent-file'));
    expect((await screen.findByTestId('trace-name')).textContent).toBe('handle-leak.etl');
    expect(screen.queryByTestId('start-page')).toBeNull();
    expect(host.opened).toEqual([{ kind: 'recent', id: 'r1' }]);
  });

  it('opens the sample from the start page', async () => {
    const { host } = renderApp();
    fireEvent.click(screen.getByTestId('open-sample'));
    await screen.findByTestId('trace-name');
    expect(host.opened).toEqual([{ kind: 'sample' }]);
  });

  it('opens the file that the program was started with, but not in a window for another trace', async () => {
    renderApp(ARGUMENT);
    expect(await screen.findByTestId('lanes-canvas')).toBeTruthy();
    cleanup();
    history.replaceState(null, '', '#start');
    const { host } = renderApp({ ...ARGUMENT, keepStorage: true });
    await waitFor(() => expect(screen.getByTestId('start-page')).toBeTruthy());
    expect(host.opened).toEqual([]);
  });

  it('opens a file that is dropped anywhere, also while a trace is open', async () => {
    const { viewer } = await renderOpened();
    const before = viewer.session.getState().traceSerial;
    dropOn(window, etl());
    await waitFor(() => expect(viewer.session.getState().traceSerial).toBe(before + 1));
  });

  it('opens a picked file', async () => {
    renderApp();
    fireEvent.change(screen.getByTestId('file-input'), { target: { files: [etl('picked.etl')] } });
    expect((await screen.findByTestId('trace-name')).textContent).toBe('picked.etl');
  });

  it('says after a reload that a file of the browser is gone, and only then', async () => {
    sessionStorage.clear();
    renderApp();
    expect(screen.queryByTestId('reload-note')).toBeNull();
    dropOn(window, etl());
    await screen.findByTestId('trace-name');
    cleanup();
    renderApp({ recent: [{ id: 'r1', name: 'old.etl', folder: 'C:\\Traces' }] });
    expect(screen.getByTestId('reload-note').textContent).toBe(
      'A file opened in the browser cannot be reopened after a reload: drop it again, or start leaklanes serve FILE.',
    );
    // A trace that the host itself can open again.
    fireEvent.click(await screen.findByTestId('recent-file'));
    await screen.findByTestId('trace-name');
    cleanup();
    renderApp();
    expect(screen.queryByTestId('reload-note')).toBeNull();
    sessionStorage.clear();
  });

  it('shows progress in words and bytes; Cancel goes back to where one was', async () => {
    const { host } = renderApp();
    const release = host.hold('open');
    dropOn(window, etl());
    const progress = await screen.findByTestId('progress');
    act(() => host.report({ phase: 'read', bytesDone: 12_582_912, bytesTotal: 52_428_800, events: 4321 }));
    expect(progress.textContent).toContain('dropped.etl');
    expect(progress.textContent).toContain('Reading events…');
    expect(progress.textContent).toContain('12.0 MB of 50.0 MB · 4,321 events');
    fireEvent.click(screen.getByTestId('cancel'));
    await waitFor(() => expect(screen.queryByTestId('progress')).toBeNull());
    release();
    expect(screen.getByTestId('start-page')).toBeTruthy();
    expect(messages()).toEqual([]);
  });

  it('keeps the open trace when another one cannot be read, says why, and has details to copy', async () => {
    const { host } = await renderOpened();
    host.failNextOpen(new TraceError('notEtl', 'dropped.etl is no ETL file: byte 0 says 0x4d5a.', 'dropped.etl', 0));
    dropOn(window, etl());
    await waitFor(() => expect(messages().join()).toContain('dropped.etl is no ETL file: byte 0 says 0x4d5a.'));
    const message = screen.getAllByTestId('message').find((row) => row.dataset['severity'] === 'error')!;
    expect(within(message).getByLabelText('Copy details')).toBeTruthy();
    expect(screen.getByTestId('lanes-canvas')).toBeTruthy();
  });
});

describe('messages', () => {
  it('shows warnings of the trace, not its notes, and dismisses them', async () => {
    const { viewer } = await renderOpened();
    const { health } = viewer.session.getState().summary!.info;
    const grave = health.filter((entry) => entry.severity !== 'info');
    expect(messages()).toHaveLength(Math.min(2, grave.length));
    for (let left = screen.queryByTestId('message'); left !== null; left = screen.queryByTestId('message'))
      fireEvent.click(within(left).getByLabelText('Dismiss'));
    fireEvent.click(screen.getByTestId('trust'));
    for (const entry of health) expect(screen.getByTestId('trust-popover').textContent).toContain(entry.message);
  });

  it('shows names in errors without what could rearrange them', async () => {
    const { host } = renderApp();
    host.failNextOpen(new TraceError('notEtl', 'a\u202egpj.etl is no ETL file.'));
    dropOn(window, etl());
    await waitFor(() => expect(messages().join()).toContain('a⟨U+202E⟩gpj.etl is no ETL file.'));
  });
});

describe('a host that goes away', () => {
  const message = 'The connection was lost.';
  const shown = () => messages().filter((text) => text.includes(message));

  it('is said once, marks the page as old, and is asked again when it is back', async () => {
    const { host, viewer } = await renderOpened();
    const { total } = viewer.data.getState();
    act(() => host.emit({ kind: 'disconnected', message }));
    host.failQueries(new TraceError('io', message));
    const asked = host.calls.length;
    act(() => viewer.filter.getState().patch({ leak: true }));
    expect(shown()).toHaveLength(1);
    expect(host.calls, 'nobody is there to ask').toHaveLength(asked);
    expect(screen.getByTestId('workbench').getAttribute('aria-busy')).toBe('true');
    expect(screen.getByText('Shown data is from before the connection was lost.')).toBeTruthy();
    expect(matchCount()).toBe(`${formatCount(total)} of ${formatCount(total)} objects`);

    host.failQueries(null);
    const serial = viewer.session.getState().traceSerial;
    act(() => host.emit({ kind: 'connected' }));
    await waitFor(() => expect(screen.getByTestId('workbench').getAttribute('aria-busy')).toBe('false'));
    expect(shown()).toHaveLength(0);
    expect(viewer.session.getState().traceSerial, 'the same view goes on').toBe(serial);
    expect(viewer.filter.getState().filter).toEqual({ leak: true });
    const { leaks } = viewer.session.getState().summary!;
    await waitFor(() => expect(matchCount()).toBe(`${formatCount(leaks)} of ${formatCount(total)} objects`));
  });
});

it('says of a trace without handle events which keyword was missing and how to record it', async () => {
  const trace = new TraceBuilder()
    .processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'a.exe' })
    .processEnd({ ns: ms(2), pid: 100, parentPid: 4, name: 'a.exe' })
    .toBytes();
  renderApp({ argument: 'empty.etl', trace });
  const page = await screen.findByTestId('empty-trace');
  expect(page.textContent).toContain('OB_HANDLE');
  expect(page.textContent).toContain('xperf -on');
  expect(screen.queryByTestId('lanes-canvas')).toBeNull();
});

describe('pages', () => {
  it('are tabs for mouse and keyboard, and one is shown', async () => {
    const { viewer } = await renderOpened();
    fireEvent.click(screen.getByTestId('tab-trust'));
    await waitFor(() => expect(screen.getByRole('tabpanel').textContent).toContain('Events with a stack'));
    expect(screen.getByRole('tabpanel').dataset['page']).toBe('trust');
    const tab = screen.getByTestId('tab-trust');
    tab.focus();
    key('ArrowRight', {}, tab);
    expect(viewer.tables.getState().page).toBe('objects');
    expect(document.activeElement).toBe(screen.getByTestId('tab-objects'));
    key('9', { altKey: true });
    expect(viewer.tables.getState().page).toBe('symbols');
  });

  it('can have all of the middle, as the lanes can', async () => {
    await renderOpened();
    key('t');
    expect(screen.queryByTestId('lanes')).toBeNull();
    expect(screen.getByRole('tablist', { name: 'Pages' })).toBeTruthy();
    key('l');
    expect(screen.getByTestId('lanes')).toBeTruthy();
    expect(screen.queryByRole('tablist', { name: 'Pages' })).toBeNull();
    key('l');
    fireEvent.doubleClick(screen.getByRole('separator', { name: 'Height of the tables' }));
    expect(screen.queryByTestId('lanes')).toBeNull();
  });
});

describe('commands', () => {
  it('keep only the leaks when their number is clicked, and all again', async () => {
    const { viewer } = await renderOpened();
    const leaks = screen.getByRole('button', { name: /^\d+ leaks$/ });
    fireEvent.click(leaks);
    expect(viewer.filter.getState().filter).toEqual({ leak: true });
    expect(leaks.getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(leaks);
    expect(viewer.filter.getState().filter).toEqual({});
  });

  it('undoes and redoes filters with keys', async () => {
    const { viewer } = await renderOpened();
    act(() => viewer.filter.getState().patch({ leak: true }));
    key('z', { ctrlKey: true });
    expect(viewer.filter.getState().filter).toEqual({});
    key('Z', { ctrlKey: true, shiftKey: true });
    expect(viewer.filter.getState().filter).toEqual({ leak: true });
  });

  it('are found by typing in the palette, the last used first', async () => {
    const { viewer } = await renderOpened();
    key('P', { ctrlKey: true, shiftKey: true });
    const input = screen.getByTestId('palette-input');
    const options = () => within(screen.getByTestId('palette')).getAllByRole('option');
    fireEvent.change(input, { target: { value: 'theme contr' } });
    expect(options().map((option) => option.dataset['command'])).toEqual(['themeContrast']);
    key('Enter', {}, input);
    expect(screen.queryByTestId('palette')).toBeNull();
    expect(viewer.theme.getState().choice).toBe('contrast');
    expect(document.documentElement.dataset['theme']).toBe('contrast');
    key('F1');
    expect(options()[0].dataset['command']).toBe('themeContrast');
    expect(options()[0].getAttribute('aria-selected')).toBe('true');
    key('ArrowDown', {}, screen.getByTestId('palette-input'));
    expect(options()[1].getAttribute('aria-selected')).toBe('true');
    expect(options().map((option) => option.dataset['command'])).not.toContain('undo');
  });

  it('show their keys in the overlay, which leads to changing them', async () => {
    const { viewer } = await renderOpened();
    key('?');
    expect(screen.getByTestId('shortcuts').textContent).toContain('Next leak');
    fireEvent.click(screen.getByText('Change keys…'));
    fireEvent.change(screen.getByLabelText('Search in the commands'), { target: { value: 'next leak' } });
    fireEvent.click(screen.getByLabelText(/Key of “Next leak”: N/));
    key('w', {}, screen.getByText('Press a key…'));
    expect(screen.getByTestId('key-conflict').textContent).toContain('W is the key of “Zoom in”.');
    fireEvent.click(screen.getByText('Use it here'));
    expect(viewer.keys.getState().changed).toEqual({ nextLeak: ['W'], zoomIn: ['+'] });
    fireEvent.click(screen.getByText('All default keys'));
    expect(viewer.keys.getState().changed).toEqual({});
  });

  it('do not take letters typed into a box for keys', async () => {
    const { viewer } = await renderOpened();
    key('n', {}, screen.getByTestId('filter-name'));
    expect(viewer.selection.getState().id).toBeNull();
  });

  it('go to the next leak with N', async () => {
    const { viewer } = await renderOpened();
    key('n');
    await waitFor(() => expect(screen.getByTestId('details').dataset['id']).toMatch(/^\d+$/));
    expect(viewer.selection.getState().details?.row.leak).toBe(true);
    key('Escape');
    expect(screen.queryByTestId('details')).toBeNull();
  });

  it('of the host’s menu are run by their ids', async () => {
    const { host, viewer } = await renderOpened();
    act(() => host.emit({ kind: 'command', id: 'maximiseTables' }));
    expect(viewer.layout.getState().maximised).toBe('tables');
    act(() => host.emit({ kind: 'command', id: 'no such command' }));
  });

  it('are in the menu, with a mark where they are on, for mouse and keyboard', async () => {
    const { viewer } = await renderOpened();
    fireEvent.click(screen.getByTestId('menu-button'));
    const menu = screen.getByTestId('menu');
    const item = (title: RegExp) => within(menu).getByRole('menuitemcheckbox', { name: title });
    expect(item(/Times as seconds/).getAttribute('aria-checked')).toBe('true');
    expect(within(menu).queryByText('Undo the change of the filters'), 'what cannot be done is left out').toBeNull();
    key('End', {}, menu);
    expect(document.activeElement?.textContent).toContain('Settings');
    fireEvent.click(item(/day in UTC/));
    expect(viewer.preferences.getState().timeKind).toBe('utc');
    expect(screen.queryByTestId('menu')).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId('menu-button'));
  });

  it('mark the moment under the mouse, and zoom to the range of the ruler', async () => {
    const { viewer } = await renderOpened();
    act(() => viewer.view.getState().set({ cursorNs: 1e9, rulerRange: { fromNs: 1e9, toNs: 2e9 } }));
    key('m');
    expect(viewer.view.getState().marks).toEqual([{ ns: 1e9, name: 'Mark 1' }]);
    key('r');
    expect(viewer.view.getState()).toMatchObject({ fromNs: 1e9, toNs: 2e9, rulerRange: null });
    key('ArrowLeft', { altKey: true });
    expect(viewer.view.getState().fromNs).toBe(0);
    key('ArrowRight', { altKey: true });
    expect(viewer.view.getState().fromNs).toBe(1e9);
  });
});

describe('exports', () => {
  it('write what the filter keeps', async () => {
    const { host, viewer } = await renderOpened();
    act(() => viewer.filter.getState().patch({ leak: true }));
    fireEvent.click(screen.getByTestId('export-csv'));
    await waitFor(() => expect(screen.getByTestId('status').textContent).toMatch(/Exported [\d,]+ rows/));
    expect(host.exported).toEqual([{ name: 'handle-leak-objects.csv', request: { filter: { leak: true } } }]);
  });

  it('write the shown page as it is shown', async () => {
    const { host, viewer } = await renderOpened();
    act(() => {
      viewer.tables.getState().showPage('groups');
      viewer.tables.getState().setGroupBy(['type']);
    });
    act(() => host.emit({ kind: 'command', id: 'exportJsonPage' }));
    await waitFor(() => expect(screen.getByTestId('status').textContent).toContain('handle-leak-groups.json'));
    expect(host.exported[0].request).toMatchObject({ table: 'groups', groupBy: ['type'], format: 'json' });
  });

  it('can be cancelled', async () => {
    const { host } = await renderOpened();
    const release = host.hold('export');
    fireEvent.click(screen.getByTestId('export-csv'));
    await waitFor(() => expect(screen.getByTestId('export-csv').textContent).toMatch(/Exporting/));
    fireEvent.click(screen.getByTestId('export-csv'));
    await waitFor(() => expect(screen.getByTestId('status').textContent).toContain('Export cancelled'));
    expect(screen.getByTestId('export-csv').textContent).toContain('Export CSV');
    release();
  });
});

describe('settings', () => {
  it('change theme and times at once, and outlive the window', async () => {
    const { viewer } = await renderOpened();
    key(',', { ctrlKey: true });
    fireEvent.click(screen.getByLabelText('Time of day in UTC'));
    fireEvent.change(screen.getByTestId('settings-digits'), { target: { value: '2' } });
    fireEvent.change(screen.getByTestId('settings-digits'), { target: { value: '77' } });
    expect(viewer.preferences.getState()).toMatchObject({ timeKind: 'utc', digits: 2 });
    cleanup();
    const { viewer: next } = renderApp({ keepStorage: true });
    expect(next.preferences.getState()).toMatchObject({ timeKind: 'utc', digits: 2 });
  });

  it('switch the theme by the buttons of the bar', async () => {
    renderApp();
    for (const [label, theme] of [
      ['Dark theme', 'dark'],
      ['High-contrast theme', 'contrast'],
      ['Light theme', 'light'],
    ]) {
      fireEvent.click(within(screen.getByTestId('theme-switch')).getByLabelText(label));
      expect(document.documentElement.dataset['theme']).toBe(theme);
    }
  });
});
