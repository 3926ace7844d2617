import { describe, expect, it } from 'vitest';
import { createFilterStore } from './filterStore.ts';

describe('filter store', () => {
  it('drops fields that keep everything', () => {
    const store = createFilterStore();
    store.getState().patch({ leak: true, type: 'Event', id: { min: 1, max: null } });
    store.getState().patch({ leak: false, type: '', id: { min: null, max: null } });
    expect(store.getState().filter).toEqual({});
  });

  it('keeps "no mappings", where false is a wish', () => {
    const store = createFilterStore();
    store.getState().patch({ map: false });
    expect(store.getState().filter).toEqual({ map: false });
  });
});
