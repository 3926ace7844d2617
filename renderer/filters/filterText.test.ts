import { describe, expect, it } from 'vitest';
import { compileTextFilter } from '../../shared/textFilter.ts';
import { containsFilter, isSelected, toggleValue } from './filterText.ts';

describe('toggleValue', () => {
  it('adds to what is there and takes out again, in any case', () => {
    expect(toggleValue(undefined, 'Event')).toBe('Event');
    expect(toggleValue('Event', 'File')).toBe('Event;File');
    expect(toggleValue('event;File', 'Event')).toBe('File');
    expect(toggleValue('Event', 'Event')).toBeUndefined();
  });

  it('makes values literal whose characters mean something', () => {
    const value = '!odd;name*?.exe(12)';
    const text = toggleValue('Event', value);
    expect(text).toBe('Event;?odd?name??.exe(12)');
    expect(isSelected(text, value)).toBe(true);
    expect(compileTextFilter(text ?? '')(value)).toBe(true);
    expect(toggleValue(text, value)).toBe('Event');
  });
});

describe('containsFilter', () => {
  it('looks for plain text anywhere and leaves wildcards alone', () => {
    expect(containsFilter('signal')).toBe('*signal*');
    expect(containsFilter('a;!b;c*')).toBe('*a*;!*b*;c*');
    expect(containsFilter('')).toBeUndefined();
    expect(containsFilter('!')).toBeUndefined();
  });
});
