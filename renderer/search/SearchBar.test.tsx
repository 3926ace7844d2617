// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TYPING_DELAY_MS } from '../filters/useTypedText.ts';
import { createViewer } from '../state/viewer.ts';
import { useViewerState } from '../state/viewerContext.ts';
import { cleanup, renderWith } from '../testing/renderApp.tsx';
import { createServiceHost } from '../testing/serviceHost.ts';
import { SearchBar } from './SearchBar.tsx';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

/** As the window has it: the bar over both halves, each with something that takes the focus. */
function Window() {
  const open = useViewerState('search', (s) => s.open);
  return (
    <>
      {open && <SearchBar />}
      <div className="pane-upper">
        <button type="button">lanes</button>
      </div>
      <div className="pane-table">
        <button type="button">table</button>
      </div>
    </>
  );
}

function show(from: 'lanes' | 'table') {
  const viewer = createViewer(createServiceHost());
  renderWith(viewer, <Window />);
  const origin = screen.getByText(from);
  act(() => origin.focus());
  act(() => viewer.search.getState().show());
  const box = screen.getByTestId<HTMLInputElement>('search-text');
  const type = (value: string) => {
    fireEvent.change(box, { target: { value } });
    act(() => void vi.advanceTimersByTime(TYPING_DELAY_MS));
  };
  const found = (lanes: number[], table: number[]) =>
    act(() => {
      viewer.search.getState().found('lanes', { hits: lanes.length, hitRows: lanes });
      viewer.search.getState().found('table', { hits: table.length, hitRows: table });
    });
  const press = (key: string, shiftKey = false) => fireEvent.keyDown(box, { key, shiftKey });
  const current = () => {
    const { pane, row } = viewer.search.getState().current ?? {};
    return `${pane} ${row}`;
  };
  return { viewer, origin, box, type, found, press, current };
}

it('goes with Enter through the hits of the pane that had the focus, round its end', () => {
  const { box, type, found, press, current } = show('lanes');
  expect(document.activeElement).toBe(box);
  type('sig');
  found([4, 9], [1, 2, 3]);
  expect(screen.getByTestId('search-lanes').textContent).toBe('Lanes 2');
  expect(screen.getByTestId('search-table').textContent).toBe('Table 3');
  const steps = [1, 2, 3].map(() => {
    press('Enter');
    return current();
  });
  expect(steps).toEqual(['lanes 4', 'lanes 9', 'lanes 4']);
  expect(screen.getByTestId('search-lanes').textContent).toBe('Lanes 1 of 2');
  press('Enter', true);
  expect(current()).toBe('lanes 9');
});

it('changes to the other pane by its button, or where the first has no hit', () => {
  const { type, found, press, current } = show('table');
  type('sig');
  found([4, 9], []);
  press('Enter');
  expect(current()).toBe('lanes 4');
  found([4, 9], [7]);
  fireEvent.click(screen.getByTestId('search-table'));
  expect(current()).toBe('table 7');
});

it('waits with a step until the pane has answered', () => {
  const { viewer, box, press, found, current } = show('table');
  fireEvent.change(box, { target: { value: 'sig' } });
  press('Enter');
  expect(viewer.search.getState().text).toBe('sig');
  expect(viewer.search.getState().current).toBeNull();
  found([], [5]);
  expect(current()).toBe('table 5');
});

it('says that only the first of very many hits are gone through', () => {
  const { viewer, type } = show('table');
  type('a');
  act(() =>
    viewer.search.getState().found('table', { hits: 25_000, hitRows: Array.from({ length: 10_000 }, (_, i) => i) }),
  );
  expect(screen.getByTestId('search-table').textContent).toBe('Table 25,000, first 10,000');
  expect(screen.getByTestId('search-lanes').textContent).toBe('Lanes –');
  expect(screen.getByRole('status').textContent).toBe('Hits: 25000 in the table');
});

it('closes with Esc and gives the focus back', () => {
  const { viewer, origin, type, press } = show('lanes');
  type('sig');
  press('Escape');
  expect(viewer.search.getState()).toMatchObject({ open: false, text: '' });
  expect(document.activeElement).toBe(origin);
});
