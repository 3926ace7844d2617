import { describe, expect, it } from 'vitest';
import { createViewStore, rangeTrail } from './viewStore.ts';

const END = 1_000_000_000;
const range = (store: ReturnType<typeof createViewStore>) => {
  const { fromNs, toNs } = store.getState();
  return [fromNs, toNs];
};

describe('back and forward in time', () => {
  it('takes a whole movement as one step', () => {
    const store = createViewStore(END);
    for (let i = 0; i < 5; i++) store.getState().zoomAt(0, 0.5);
    const zoomed = range(store);
    store.getState().goTo(5e8, 6e8);
    store.getState().goBack();
    expect(range(store)).toEqual(zoomed);
    store.getState().goBack();
    expect(range(store)).toEqual([0, END]);
    store.getState().goBack();
    expect(range(store), 'there is nothing before the first').toEqual([0, END]);
    store.getState().goForward();
    store.getState().goForward();
    expect(range(store)).toEqual([5e8, 6e8]);
  });

  it('forgets what was gone back from at the next movement', () => {
    const store = createViewStore(END);
    store.getState().goTo(0, 1e8);
    store.getState().goBack();
    store.getState().pan(0);
    expect(store.getState().forward, 'a pan of nothing is none').toHaveLength(1);
    store.getState().goTo(2e8, 3e8);
    expect(store.getState().forward).toEqual([]);
  });

  it('makes no step of a jump to where one is', () => {
    const store = createViewStore(END);
    store.getState().fit();
    expect(store.getState().back).toEqual([]);
  });

  it('begins a new movement after a jump', () => {
    const store = createViewStore(END);
    store.getState().zoomAt(0, 0.5);
    store.getState().fit();
    store.getState().zoomAt(0, 0.5);
    store.getState().goBack();
    expect(range(store)).toEqual([0, END]);
  });
});

describe('rangeTrail', () => {
  it('has the stretches around the shown one, each inside of the one before', () => {
    const store = createViewStore(END);
    store.getState().goTo(1e8, 6e8);
    store.getState().goTo(7e8, 8e8);
    store.getState().goTo(1e8, 5e8);
    store.getState().goTo(2e8, 3e8);
    expect(rangeTrail(store.getState())).toEqual([
      { fromNs: 0, toNs: END },
      { fromNs: 1e8, toNs: 6e8 },
      { fromNs: 1e8, toNs: 5e8 },
    ]);
  });

  it('is empty where the whole trace is shown', () => {
    const store = createViewStore(END);
    store.getState().goTo(0, 1e8);
    store.getState().fit();
    expect(rangeTrail(store.getState())).toEqual([]);
  });
});

describe('marks', () => {
  it('stand in order of time, with names that are free, one a moment', () => {
    const store = createViewStore(END);
    const { addMark, removeMark, renameMark } = store.getState();
    addMark(5e8);
    addMark(1e8);
    addMark(5e8);
    expect(store.getState().marks).toEqual([
      { ns: 1e8, name: 'Mark 2' },
      { ns: 5e8, name: 'Mark 1' },
    ]);
    removeMark(5e8);
    addMark(9e8);
    renameMark(1e8, 'crash');
    expect(store.getState().marks.map((mark) => mark.name)).toEqual(['crash', 'Mark 1']);
  });

  it('lie inside of the trace', () => {
    const store = createViewStore(END);
    store.getState().addMark(-5);
    store.getState().addMark(END * 2);
    expect(store.getState().marks.map((mark) => mark.ns)).toEqual([0, END]);
  });
});

it('another grouping closes and unpins groups, whose keys mean nothing under it', () => {
  const store = createViewStore(END);
  store.getState().setOpenGroups(['p:1']);
  store.getState().togglePinned('p:1');
  store.getState().setGrouping(['type']);
  expect(store.getState().openGroups.size).toBe(0);
  expect(store.getState().pinned).toEqual([]);
});
