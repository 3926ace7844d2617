import { expect, it } from 'vitest';
import { formatPlural, formatSize } from './format.ts';

it('counts and sizes', () => {
  expect(formatPlural(1, 'object')).toBe('1 object');
  expect(formatPlural(1234, 'row')).toBe('1,234 rows');
  expect(formatSize(812)).toBe('812 B');
  expect(formatSize(1536)).toBe('1.5 KB');
  expect(formatSize(52_428_800)).toBe('50.0 MB');
});
