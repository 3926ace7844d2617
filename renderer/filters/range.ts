import type { Range } from '../../shared/filter.ts';
import { parseNumber, parseSeconds } from '../../shared/units.ts';

export type RangeUnit = 'seconds' | '';

/** What two boxes say; an empty box is unbounded. */
export interface TypedRange {
  /** null where the boxes cannot be put into force. */
  range: Range | null;
  wrongMin: boolean;
  wrongMax: boolean;
  /** What is wrong and what to write, '' where nothing is. */
  hint: string;
}

export function parseRange(minText: string, maxText: string, unit: RangeUnit): TypedRange {
  const min = parseBound(minText, unit);
  const max = parseBound(maxText, unit);
  if (min === undefined || max === undefined) {
    const examples = unit === 'seconds' ? 'Numbers only, like 0.5, 10ms or 2min.' : 'Numbers only, like 5 or 1,000.';
    return { range: null, wrongMin: min === undefined, wrongMax: max === undefined, hint: examples };
  }
  if (min !== null && max !== null && min > max) {
    const hint = `Upside down: ${minText.trim()} is more than ${maxText.trim()}.`;
    return { range: null, wrongMin: true, wrongMax: true, hint };
  }
  return { range: { min, max }, wrongMin: false, wrongMax: false, hint: '' };
}

/** undefined for what is no number. */
export function parseBound(text: string, unit: RangeUnit): number | null | undefined {
  if (text.trim() === '') return null;
  return (unit === 'seconds' ? parseSeconds(text) : parseNumber(text)) ?? undefined;
}
