// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanup, fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import { FilterBar } from './FilterBar.tsx';
import { useFacets } from './useFacets.ts';

beforeEach(() => {
  localStorage.clear();
  fakeLayout();
});
afterEach(cleanup);

function Bar() {
  useFacets();
  return <FilterBar />;
}

async function show() {
  const { host, viewer } = await openViewer();
  renderWith(viewer, <Bar />);
  await waitFor(() => expect(viewer.data.getState().facets).not.toBeNull());
  const query = screen.getByTestId<HTMLInputElement>('query');
  const type = (value: string) => {
    act(() => query.focus());
    fireEvent.change(query, { target: { value } });
    act(() => {
      query.setSelectionRange(value.length, value.length);
      fireEvent.select(query);
    });
  };
  return { host, viewer, query, type, filter: () => viewer.filter.getState().filter };
}
const options = () => within(screen.getByRole('listbox', { hidden: true })).queryAllByRole('option', { hidden: true });

describe('the query line', () => {
  it('shows the filters in force and changes them with Enter, as one step of undo', async () => {
    const { viewer, query, type, filter } = await show();
    act(() => viewer.filter.getState().patch({ type: 'Event', leak: true }));
    expect(query.value).toBe('type:Event leak');
    type('type:File lifetime:<5ms signal');
    expect(filter(), 'a draft is not in force').toEqual({ type: 'Event', leak: true });
    fireEvent.keyDown(query, { key: 'Enter' });
    expect(filter()).toEqual({
      type: 'File',
      lifetime: { min: null, max: 0.004999999 },
      objectName: '*signal*',
    });
    expect(query.value).toBe('type:File name:*signal* lifetime:<5ms');
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(query.value).toBe('type:Event leak');
    fireEvent.click(screen.getByRole('button', { name: 'Redo' }));
    expect(filter().type).toBe('File');
  });

  it('marks what is wrong in its place, says it, and puts nothing into force', async () => {
    const { query, type, filter } = await show();
    type('leak typ:Event');
    expect(query.getAttribute('aria-invalid'), 'it is being written').toBe('false');
    fireEvent.keyDown(query, { key: 'Enter' });
    expect(query.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByTestId('query-error').textContent).toContain('Did you mean "type"');
    expect(document.querySelector('.query-mirror mark')?.textContent).toBe('typ:Event');
    expect(filter()).toEqual({});
    expect(query.value).toBe('leak typ:Event');
    fireEvent.keyDown(query, { key: 'Escape' });
    expect(query.value).toBe('');
  });

  it('puts a draft into force when it is left', async () => {
    const { query, type, filter } = await show();
    type('leak');
    fireEvent.blur(query);
    expect(filter()).toEqual({ leak: true });
  });

  it('completes keys, and values with those of the trace', async () => {
    const { query, type, filter } = await show();
    type('ty');
    expect(options().map((option) => option.textContent)).toEqual(['type:object type']);
    fireEvent.keyDown(query, { key: 'ArrowDown' });
    fireEvent.keyDown(query, { key: 'Enter' });
    expect(query.value).toBe('type:');
    type('type:Semaph');
    await waitFor(() => expect(options().map((option) => option.textContent)).toEqual(['Semaphore']));
    fireEvent.keyDown(query, { key: 'ArrowDown' });
    expect(query.getAttribute('aria-activedescendant')).toBe(options()[0].id);
    fireEvent.keyDown(query, { key: 'Enter' });
    expect(filter()).toEqual({ type: 'Semaphore' });
    expect(query.value).toBe('type:Semaphore');
  });

  it('offers what was used before, the last first', async () => {
    const { query, type, filter } = await show();
    for (const text of ['leak', 'type:File']) {
      type(text);
      fireEvent.keyDown(query, { key: 'Enter' });
    }
    type('');
    fireEvent.keyDown(query, { key: 'Enter' });
    expect(filter()).toEqual({});
    fireEvent.keyDown(query, { key: 'ArrowDown' });
    expect(
      options()
        .slice(0, 3)
        .map((option) => option.textContent),
    ).toEqual(['type:Fileused before', 'leakused before', 'process:created by this process']);
    fireEvent.click(options()[1]);
    expect(filter()).toEqual({ leak: true });
  });
});

describe('chips', () => {
  it('take out just what they say, and Clear all takes out everything', async () => {
    const { viewer, filter } = await show();
    act(() => viewer.filter.getState().patch({ type: 'Event;!File', leak: true }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove filter Type not File' }));
    expect(filter()).toEqual({ type: 'Event', leak: true });
    fireEvent.click(screen.getByTestId('clear-filters'));
    expect(filter()).toEqual({});
    expect(screen.queryByTestId('filter-chip')).toBeNull();
  });

  it('are edited in their place', async () => {
    const { viewer, filter } = await show();
    act(() => viewer.filter.getState().patch({ type: 'Event;File', leak: true }));
    fireEvent.click(screen.getByRole('button', { name: 'Type File' }));
    const editor = screen.getByTestId<HTMLInputElement>('chip-editor');
    expect(editor.value).toBe('type:File');
    fireEvent.change(editor, { target: { value: 'lifetime:bad' } });
    expect(editor.getAttribute('aria-invalid')).toBe('true');
    fireEvent.keyDown(editor, { key: 'Enter' });
    expect(filter(), 'what is wrong is not put into force').toEqual({ type: 'Event;File', leak: true });
    fireEvent.change(editor, { target: { value: '!type:Key' } });
    fireEvent.keyDown(editor, { key: 'Enter' });
    expect(filter()).toEqual({ type: 'Event;!Key', leak: true });
    expect(document.activeElement?.textContent).toContain('Key');
  });

  it('name a stack by its function, not by its number alone', async () => {
    const { viewer } = await show();
    const [entry] = viewer.data.getState().facets!.lists.createStackId.entries;
    act(() => viewer.filter.getState().patch({ createStackId: entry.value }));
    await waitFor(() =>
      expect(screen.getByTestId('filter-chip').textContent).toBe(`Create stack ${entry.label} (stack ${entry.value})`),
    );
  });

  it('tell a stack from other numbers also before it is known by name', async () => {
    const { viewer, filter } = await show();
    act(() => {
      viewer.filter.getState().patch({ createStackId: '!77' });
      viewer.data.setState({ facets: null });
    });
    expect(screen.getByTestId('filter-chip').textContent).toBe('Create stack not stack 77');
    fireEvent.click(screen.getByRole('button', { name: 'Remove filter Create stack not stack 77' }));
    expect(filter()).toEqual({});
  });

  it('say how handles ended and who inherited from whom in the words of the panel', async () => {
    const { viewer, filter } = await show();
    const [pair] = viewer.data.getState().facets!.lists.inheritedPair.entries;
    act(() => viewer.filter.getState().patch({ end: 'processExit;!open;(none)', inheritedPair: pair.value }));
    const texts = () => screen.getAllByTestId('filter-chip').map((chip) => chip.textContent);
    await waitFor(() => expect(texts()).toContain('Handle end (no handle)'));
    expect(texts()).toEqual([
      'Handle end process exit',
      'Handle end not still open',
      'Handle end (no handle)',
      `Inherited ${pair.label}`,
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Remove filter Handle end process exit' }));
    expect(filter().end).toBe('!open;(none)');
  });
});
