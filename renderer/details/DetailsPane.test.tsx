// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import type { ObjectDetails } from '../../shared/records.ts';
import { selectNextEvent, selectObject } from '../state/select.ts';
import type { ServiceHostOptions } from '../testing/serviceHost.ts';
import { cleanup, fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import { DetailsPane } from './DetailsPane.tsx';

beforeEach(() => {
  localStorage.clear();
  fakeLayout();
});
afterEach(cleanup);

/** The pane with the first object that the filter keeps, of the sample. */
async function show(filter: object, options: ServiceHostOptions = {}) {
  const { host, viewer } = await openViewer(options);
  const page = await host.query('rows', { table: 'objects', filter, sort: [], firstRow: 0, rowCount: 1 });
  const { id } = page.rows[0];
  await selectObject(viewer, id, 'command');
  renderWith(viewer, <DetailsPane />);
  return { host, viewer, id, details: () => viewer.selection.getState().details! };
}
/** Leaks at exit with both stacks. */
const AT_EXIT = { leakAtExit: true, createStack: '!(none)', destroyStack: '!(none)' };
const pane = () => screen.getByTestId('details');

describe('DetailsPane', () => {
  it('says in its place why there are no details, shows nothing of another object, and tries again', async () => {
    const { host, viewer, id, details } = await show(AT_EXIT);
    const other = id === 1 ? 2 : 1;
    host.failQueries(new TraceError('internal', 'The details cannot be read'));
    await act(() => selectObject(viewer, other, 'lanes'));
    expect(within(pane()).getByTestId('inline-error').textContent).toContain('The details cannot be read');
    expect(pane().getAttribute('aria-busy')).toBe('false');
    expect(screen.queryByRole('heading')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Copy all as text' })).toBeNull();
    host.failQueries(null);
    fireEvent.click(within(pane()).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(pane().getAttribute('data-id')).toBe(String(other)));
    expect(screen.queryByTestId('inline-error')).toBeNull();
    expect(details().row.id).toBe(other);
  });

  it('has a column of references only where there are some, and room for the longest handle', async () => {
    const { viewer } = await show(AT_EXIT);
    const headers = () => screen.getAllByRole('columnheader').map((header) => header.textContent);
    expect(headers()).not.toContain('Refs');
    const event = { ns: 1, process: null, tid: null, stack: null, openHandles: null, note: null };
    const events = [
      { ...event, kind: 'RefChange' as const, handle: null, delta: 1, refCount: 2 },
      { ...event, kind: 'HandleClose' as const, handle: '0x80001DDC', delta: null, refCount: null },
    ];
    const { details } = viewer.selection.getState();
    act(() => viewer.selection.setState({ details: { ...details!, events, eventCount: 2 } }));
    expect(headers()).toContain('Refs');
    expect(screen.getByTestId('event-grid').style.getPropertyValue('--handle-chars')).toBe('10');
  });

  it('says why there is no create stack for what was born before the trace', async () => {
    const { details } = await show({ type: 'Key', createStackId: '(none)' });
    expect(details().row.bornBeforeTrace).toBe(true);
    expect(screen.queryByTestId('create-stack')).toBeNull();
    expect(pane().textContent).toContain('The object was born before the trace.');
  });

  it('has both stacks of a leak at exit, leaf first, under headings', async () => {
    const { details } = await show(AT_EXIT);
    const { createStack, destroyStack, stacks } = details();
    for (const [testId, stack] of [
      ['create-stack', createStack],
      ['destroy-stack', destroyStack],
    ] as const) {
      const frames = within(screen.getByTestId(testId)).getAllByRole('listitem');
      expect(frames.map((frame) => frame.textContent)).toEqual(stacks[stack!].frames);
    }
    const headings = screen.getAllByRole('heading').map((heading) => heading.textContent);
    expect(headings).toEqual(expect.arrayContaining(['Handles', 'Create stack', 'Destroy stack', 'Events']));
  });

  it('folds the frames of the system where only my code is wanted, and remembers it', async () => {
    await show(AT_EXIT);
    const rows = () => within(screen.getByTestId('create-stack')).getAllByRole('listitem').length;
    const all = rows();
    fireEvent.click(screen.getByTestId('just-my-code'));
    expect(rows()).toBeLessThan(all);
    expect(localStorage.getItem('leaklanes.justMyCode')).toBe('true');
    for (const button of within(screen.getByTestId('create-stack')).queryAllByRole('button', { name: /system frames/ }))
      fireEvent.click(button);
    expect(rows()).toBe(all);
  });

  it('links to the others from its stack: a filter that keeps as many as it says', async () => {
    const { host, viewer, details } = await show({ leak: true });
    act(() => viewer.filter.getState().patch({ type: 'Nothing' }));
    const link = within(screen.getByTestId('same-stack')).getByRole('button', { name: /other objects? from this/ });
    expect(link.textContent).toBe(`${details().sameStack} other objects from this create stack`);
    fireEvent.click(link);
    const { filter } = viewer.filter.getState();
    expect(filter).toEqual(details().links.sameStack);
    const page = await host.query('rows', { table: 'objects', filter, sort: [], firstRow: 0, rowCount: 1 });
    expect(page.total).toBe(details().sameStack + 1);
    act(() => viewer.filter.getState().undo());
    expect(viewer.filter.getState().filter).toEqual({ type: 'Nothing' });
  });

  it('adds a link to the filters in force where that is asked', async () => {
    const { viewer, details } = await show({ leak: true });
    act(() => viewer.filter.getState().patch({ leak: true }));
    fireEvent.click(screen.getByRole('button', { name: /^Add to the filters: the objects of this type/ }));
    expect(viewer.filter.getState().filter).toEqual({ leak: true, ...details().links.sameType });
  });

  it('shows the ledger of references with its stacks', async () => {
    const { host, viewer } = await openViewer();
    const { rows } = await host.query('rows', {
      table: 'objects',
      filter: {},
      sort: [{ column: 'refChanges', descending: true }],
      firstRow: 0,
      rowCount: 1,
    });
    await selectObject(viewer, rows[0].id, 'command');
    renderWith(viewer, <DetailsPane />);
    const { ledger } = viewer.selection.getState().details!;
    expect(ledger.length).toBeGreaterThan(0);
    const list = within(screen.getByTestId('ledger'));
    const entry = list.getAllByRole('button')[0];
    expect(entry.textContent).toContain(`${ledger[0].taken} taken, ${ledger[0].given} given`);
    fireEvent.click(entry);
    expect(list.getByRole('list', { name: 'Stack' })).toBeTruthy();
  });
});

describe('events', () => {
  it('are selected by click and by keys, and the cursor of the lanes goes along', async () => {
    const { viewer, details } = await show(AT_EXIT);
    const rows = screen.getAllByTestId('event-row');
    fireEvent.click(rows[1]);
    expect(viewer.selection.getState().event).toBe(1);
    expect(viewer.view.getState().cursorNs).toBe(details().events[1].ns);
    fireEvent.keyDown(screen.getByTestId('event-grid'), { key: 'Home' });
    expect(viewer.selection.getState().event).toBe(0);
    expect(rows[0].getAttribute('aria-selected')).toBe('true');
    act(() => selectNextEvent(viewer, 1));
    expect(viewer.view.getState().cursorNs).toBe(details().events[1].ns);
    expect(rows[1].getAttribute('aria-selected')).toBe('true');
    await act(() => selectObject(viewer, 1, 'table'));
    expect(viewer.view.getState().cursorNs, 'it is on no event of another object').toBeNull();
  });

  it('are filtered by kind, and keep their place among all', async () => {
    const { viewer, details } = await show(AT_EXIT);
    fireEvent.click(
      within(screen.getByRole('group', { name: 'Kinds of events' })).getByRole('button', { name: /^HandleClose/ }),
    );
    const [row] = screen.getAllByTestId('event-row');
    expect(row.textContent).toContain('HandleClose');
    fireEvent.click(row);
    const at = details().events.findIndex(({ kind }) => kind === 'HandleClose');
    expect(viewer.selection.getState().event).toBe(at);
  });

  it('of a hundred thousand are in no page at once, and more are loaded where they are wanted', async () => {
    const count = 100_500;
    const { host, viewer, details } = await show({ leak: true }, { answers: { details: manyEvents(count) } });
    expect(details().events).toHaveLength(2000);
    expect(screen.getAllByTestId('event-row').length).toBeLessThan(60);
    expect(pane().textContent).toContain('The first 2,000 of 100,500 events.');
    fireEvent.click(screen.getByRole('button', { name: 'Load 18,000 more' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Load 80,000 more' }));
    await waitFor(() => expect(details().events).toHaveLength(100_000));
    expect(host.asked('details').map(({ eventLimit }) => eventLimit)).toEqual([2000, 20_000, 100_000]);
    act(() => viewer.selection.setState({ event: 99_999 }));
    expect(screen.queryByRole('button', { name: /^Load/ })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'All of them in the Events table' }));
    expect(viewer.tables.getState().page).toBe('events');
    expect(viewer.filter.getState().filter).toEqual({ id: { min: details().row.id, max: details().row.id } });
  });
});

it('names of any length and characters hide nothing', async () => {
  const name = `\u202egnp.exe ${'x'.repeat(32_000)}`;
  await show({ leak: true }, { answers: { details: withName(name) } });
  const heading = screen.getByRole('heading', { level: 2 });
  expect(heading.textContent).toMatch(/^⟨U\+202E⟩gnp\.exe x+…$/);
  expect(heading.textContent.length).toBeLessThan(1100);
});

/** Details of an object with very many events, as far as they are asked for. */
function manyEvents(count: number) {
  return ({ id, eventLimit }: { id: number; eventLimit: number }): ObjectDetails => ({
    ...EMPTY,
    row: { ...EMPTY.row, id },
    eventCount: count,
    events: Array.from({ length: Math.min(count, eventLimit) }, (_, index) => ({
      ns: index * 1000,
      kind: 'RefChange' as const,
      process: 'a.exe(1)',
      tid: 1,
      handle: null,
      delta: 1,
      refCount: index + 1,
      openHandles: null,
      stack: null,
      note: null,
    })),
  });
}

function withName(name: string) {
  return ({ id }: { id: number }): ObjectDetails => ({ ...EMPTY, row: { ...EMPTY.row, id, name } });
}

const EMPTY: ObjectDetails = {
  row: {
    id: 1,
    kind: 'object',
    pointer: '0xFFFF800000001000',
    type: 'Event',
    name: null,
    process: 'a.exe(1)',
    birthNs: 0,
    deathNs: null,
    lifetimeNs: null,
    bornBeforeTrace: false,
    leak: false,
    leakAtExit: false,
    handles: 0,
    openHandles: 0,
    inherited: false,
    refChanges: 0,
    createFrame: null,
  },
  otherNames: [],
  maxRefCount: 0,
  multiProcess: false,
  overlapped: false,
  inheritedBy: [],
  map: null,
  handles: [],
  events: [],
  eventCount: 0,
  stacks: {},
  createStack: null,
  destroyStack: null,
  sameStack: 0,
  sameName: 0,
  links: {},
  ledger: [],
};
