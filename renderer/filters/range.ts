import type { Range } from '../../shared/filter.ts';

/** What two boxes say as a range: an empty box is unbounded; null where a box holds no number. */
export function parseRange(minText: string, maxText: string): Range | null {
  const min = parseBound(minText);
  const max = parseBound(maxText);
  if (min === undefined || max === undefined) return null;
  return { min, max };
}

function parseBound(text: string): number | null | undefined {
  const trimmed = text.trim().replace(/\s*s$/i, '');
  if (trimmed === '') return null;
  const value = Number(trimmed.replaceAll(',', ''));
  return Number.isFinite(value) ? value : undefined;
}
