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

  it('writes ranges in short units, and one that ends a nanosecond beside a round time as what is below or above it', () => {
    const texts = [
      { min: null, max: 0.004999999 },
      { min: 0.00005, max: 0.000199999 },
      { min: 0.5, max: 2 },
      { min: null, max: 0.005 },
      { min: 0, max: 0.000123 },
      { min: 60, max: null },
      { min: 1.000000001, max: null },
      { min: 0.005000001, max: 2 },
      { min: 1e-9, max: null },
    ].map((lifetime) => filterChips({ lifetime })[0].value);
    expect(texts).toEqual([
      '< 5 ms',
      '50 µs – < 0.2 ms',
      '0.5 s – 2 s',
      '≤ 5 ms',
      '0 s – 0.123 ms',
      '≥ 60 s',
      '> 1 s',
      '> 5 ms – 2 s',
      '> 0 s',
    ]);
    expect(filterChips({ id: { min: null, max: 4 } })[0].value).toBe('≤ 4');
    expect(filterChips({ mapSize: { min: 4096, max: null } })[0].value).toBe('≥ 4,096 B');
  });

  it('says what a number of a stack means', () => {
    const [chip] = filterChips({ createStackId: '!12' }, (field, value) => `${field} number ${value}`);
    expect(chip).toMatchObject({ excludes: true, value: 'createStackId number 12', only: { createStackId: '!12' } });
  });
});
