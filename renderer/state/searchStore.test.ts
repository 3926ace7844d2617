import { expect, it } from 'vitest';
import { createSearchStore } from './searchStore.ts';

it('goes through the hits of the table, then of the lanes, round the end, both ways', () => {
  const store = createSearchStore();
  const { setText, found, step } = store.getState();
  setText('event');
  step(1);
  expect(store.getState().current, 'nobody has found anything yet').toBeNull();
  found('lanes', { hits: 1, hitRows: [7] });
  found('table', { hits: 2, hitRows: [3, 9] });
  const visited = () => {
    const { pane, row } = store.getState().current!;
    return `${pane} ${row}`;
  };
  const forward = [1, 2, 3, 4].map(() => {
    step(1);
    return visited();
  });
  expect(forward).toEqual(['table 3', 'table 9', 'lanes 7', 'table 3']);
  step(-1);
  expect(visited()).toBe('lanes 7');
});

it('tells the pane again when the only hit is gone to again', () => {
  const store = createSearchStore();
  store.getState().found('table', { hits: 1, hitRows: [3] });
  store.getState().step(1);
  const { serial } = store.getState().current!;
  store.getState().step(1);
  expect(store.getState().current).toMatchObject({ row: 3, serial: serial + 1 });
});

it('forgets the hits of another text', () => {
  const store = createSearchStore();
  store.getState().found('table', { hits: 1, hitRows: [3] });
  store.getState().step(1);
  store.getState().setText('other');
  expect(store.getState()).toMatchObject({ table: null, lanes: null, current: null });
});

it('forgets the hit of a pane that is gone, for another is in its place', () => {
  const store = createSearchStore();
  store.getState().found('table', { hits: 1, hitRows: [3] });
  store.getState().step(1);
  store.getState().found('lanes', null);
  expect(store.getState().current).toMatchObject({ pane: 'table', row: 3 });
  store.getState().found('table', null);
  expect(store.getState().current).toBeNull();
});
