import { describe, expect, it } from 'vitest';
import { MAX_FILTER_TEXT } from '../../shared/filter.ts';
import { compileTextFilter, escapeForFilter, NO_TEXT } from '../../shared/textFilter.ts';
import { containsFilter, onlyValue, textProblem, toggleValue, valueState } from './filterText.ts';

describe('toggleValue', () => {
  it('adds to what is there and takes out again, in any case', () => {
    expect(toggleValue(undefined, 'Event', 'include')).toBe('Event');
    expect(toggleValue('Event', 'File', 'include')).toBe('Event;File');
    expect(toggleValue('event;File', 'Event', 'include')).toBe('File');
    expect(toggleValue('Event', 'Event', 'include')).toBeUndefined();
  });

  it('turns an included value into an excluded one and back: it is never both', () => {
    expect(toggleValue('Event;File', 'File', 'exclude')).toBe('Event;!File');
    expect(toggleValue('Event;!File', 'File', 'include')).toBe('Event;File');
    expect(toggleValue('!File', 'File', 'exclude')).toBeUndefined();
    expect(['File', '!file', '', 'Fil'].map((text) => valueState(text, 'File'))).toEqual([
      'include',
      'exclude',
      null,
      null,
    ]);
  });

  it('takes values as facets give them: escaped, and "no value"', () => {
    const odd = '!odd;name*?.exe(12)';
    const text = toggleValue('Event', escapeForFilter(odd), 'include');
    expect(compileTextFilter(text ?? '')(odd)).toBe(true);
    expect(toggleValue(text, escapeForFilter(odd), 'include')).toBe('Event');
    expect(compileTextFilter(toggleValue(undefined, NO_TEXT, 'exclude') ?? '')('')).toBe(false);
  });
});

it('onlyValue names one value, and none when asked again', () => {
  expect(onlyValue('Event;!File', 'Key')).toBe('Key');
  expect(onlyValue('Event;Key', 'Key')).toBe('Key');
  expect(onlyValue('key', 'Key')).toBeUndefined();
});

describe('containsFilter', () => {
  it('looks for plain text anywhere and leaves wildcards alone', () => {
    expect(containsFilter('signal')).toBe('*signal*');
    expect(containsFilter('a;!b;c*')).toBe('*a*;!*b*;c*');
    expect(containsFilter('')).toBeUndefined();
    expect(containsFilter('!')).toBeUndefined();
  });
});

describe('textProblem', () => {
  it('is a sentence where the filter could never keep anything by a slip', () => {
    expect(textProblem('handle', 'xyz')).toContain('is no hexadecimal number');
    expect(textProblem('end', 'exited')).toContain('No handle ends as');
    expect(textProblem('objectName', 'x'.repeat(MAX_FILTER_TEXT + 1))).toContain('4096 characters');
  });

  it('is none for what can be', () => {
    expect(textProblem('handle', '0x1A4;!0x8')).toBeNull();
    expect(textProblem('object', '0xFFFF*')).toBeNull();
    expect(textProblem('objectName', '')).toBeNull();
    expect(textProblem('objectName', 'two words; "quoted" \\path\\')).toBeNull();
  });
});
