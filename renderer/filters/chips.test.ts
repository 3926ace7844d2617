import { describe, expect, it } from 'vitest';
import { filterSchema, type Filter } from '../../shared/filter.ts';
import { normalizeFilter } from '../state/filterStore.ts';
import { filterChips } from './chips.ts';

describe('filterChips', () => {
  it('has a chip for every part, and each takes out just its own', () => {
    const filter = { type: 'Event;!File', leak: true, lifetime: { min: 0.5, max: null }, id: { min: 1, max: 2000 } };
    const chips = filterChips(filter);
    expect(chips.map(({ label, excludes, value }) => `${label} ${excludes ? 'not ' : ''}${value}`.trim())).toEqual([
      'Type Event',
      'Type not File',
      'Leak',
      'Id 1 – 2,000',
      'Lifetime ≥ 0.5 s',
    ]);
    expect(normalizeFilter({ ...filter, ...chips[0].without }).type).toBe('!File');
    let rest = normalizeFilter(filter);
    for (let i = 0; i < chips.length; i++) rest = normalizeFilter({ ...rest, ...filterChips(rest)[0].without });
    expect(rest).toEqual({});
  });

  it('shows every field that a filter can have', () => {
    const range = { min: 1, max: 2 };
    const whole: Record<string, unknown> = {};
    for (const field of Object.keys(filterSchema.shape)) {
      const value = ['x', true, range].find((candidate) => filterSchema.safeParse({ [field]: candidate }).success);
      whole[field] = value;
      const chips = filterChips({ [field]: value });
      expect(chips, field).toHaveLength(1);
      expect(chips[0].only).toEqual({ [field]: value });
    }
    expect(filterChips(whole as Filter)).toHaveLength(Object.keys(whole).length);
  });

  it('says what a number of a stack means', () => {
    const [chip] = filterChips({ createStackId: '!12' }, (field, value) => `${field} number ${value}`);
    expect(chip).toMatchObject({ excludes: true, value: 'createStackId number 12', only: { createStackId: '!12' } });
  });
});
