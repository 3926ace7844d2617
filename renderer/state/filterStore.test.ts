import { describe, expect, it } from 'vitest';
import { createFilterStore, normalizeFilter } from './filterStore.ts';

it('a normal filter has no field that keeps everything', () => {
  expect(
    normalizeFilter({
      type: '',
      leak: false,
      map: false,
      id: { min: null, max: null },
      lifetime: { min: 0, max: null },
    }),
  ).toEqual({ map: false, lifetime: { min: 0, max: null } });
});

describe('undo', () => {
  it('goes back change by change, forward again, and forgets what was undone at the next change', () => {
    const store = createFilterStore();
    const { patch, undo, redo } = store.getState();
    patch({ type: 'Event' });
    patch({ leak: true });
    undo();
    expect(store.getState().filter).toEqual({ type: 'Event' });
    undo();
    expect(store.getState().filter).toEqual({});
    undo();
    expect(store.getState().filter, 'there is nothing before the first').toEqual({});
    redo();
    redo();
    expect(store.getState().filter).toEqual({ type: 'Event', leak: true });
    undo();
    patch({ inherit: true });
    expect(store.getState().future).toEqual([]);
    undo();
    expect(store.getState().filter).toEqual({ type: 'Event' });
  });

  it('takes the letters of one box as one change, and those of another box as another', () => {
    const store = createFilterStore();
    const { patch, undo } = store.getState();
    for (const objectName of ['s', 'si', 'sig']) patch({ objectName }, 'typed');
    for (const createStack of ['m', 'ma']) patch({ createStack }, 'typed');
    undo();
    expect(store.getState().filter).toEqual({ objectName: 'sig' });
    undo();
    expect(store.getState().filter).toEqual({});
  });

  it('makes no step of a change that changes nothing', () => {
    const store = createFilterStore();
    store.getState().patch({ leak: false });
    store.getState().clear();
    expect(store.getState().past).toEqual([]);
  });

  it('brings cleared filters back, and tells the boxes', () => {
    const store = createFilterStore();
    store.getState().replace({ type: 'Event', leak: true });
    store.getState().clear();
    const { clears } = store.getState();
    store.getState().undo();
    expect(store.getState().filter).toEqual({ type: 'Event', leak: true });
    expect(store.getState().clears).toBe(clears + 1);
  });

  it('does not lead from one trace into another', () => {
    const store = createFilterStore();
    store.getState().patch({ leak: true });
    store.getState().reset();
    store.getState().undo();
    expect(store.getState().filter).toEqual({});
  });
});
