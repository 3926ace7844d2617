import { describe, expect, it } from 'vitest';
import { normalizeFilter } from '../state/filterStore.ts';
import { filterChips } from './chips.ts';

describe('filterChips', () => {
  it('has a chip for every part, and each takes out just its own', () => {
    const filter = { type: 'Event;File', leak: true, lifetime: { min: 0.5, max: null }, id: { min: 1, max: 2000 } };
    const chips = filterChips(filter);
    expect(chips.map(({ label, value }) => `${label} ${value}`.trim())).toEqual([
      'Type Event',
      'Type File',
      'Leak',
      'Id 1 – 2,000',
      'Lifetime ≥ 0.5 s',
    ]);
    expect(normalizeFilter({ ...filter, ...chips[0].without }).type).toBe('File');
    let rest = normalizeFilter(filter);
    for (let i = 0; i < chips.length; i++) rest = normalizeFilter({ ...rest, ...filterChips(rest)[0].without });
    expect(rest).toEqual({});
  });
});
