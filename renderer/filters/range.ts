import type { Range } from '../../shared/filter.ts';
import { parseNumber, parseSeconds, toBase, unitFactor } from '../../shared/units.ts';

export type RangeUnit = 'seconds' | 'bytes' | '';

/** What two boxes say; an empty box is unbounded. */
export interface TypedRange {
  /** null where the boxes cannot be put into force. */
  range: Range | null;
  wrongMin: boolean;
  wrongMax: boolean;
  /** What is wrong and what to write, '' where nothing is. */
  hint: string;
}

const EXAMPLES: Record<RangeUnit, string> = {
  seconds: 'Numbers only, like 0.5, 10ms or 2min.',
  bytes: 'Numbers only, like 4096, 64KB or 1.5MB.',
  '': 'Numbers only, like 5 or 1,000.',
};

export function parseRange(minText: string, maxText: string, unit: RangeUnit): TypedRange {
  const min = parseBound(minText, unit);
  const max = parseBound(maxText, unit);
  if (min === undefined || max === undefined) {
    return { range: null, wrongMin: min === undefined, wrongMax: max === undefined, hint: EXAMPLES[unit] };
  }
  if (min !== null && max !== null && min > max) {
    const hint = `Upside down: ${minText.trim()} is more than ${maxText.trim()}.`;
    return { range: null, wrongMin: true, wrongMax: true, hint };
  }
  return { range: { min, max }, wrongMin: false, wrongMax: false, hint: '' };
}

/** undefined for what is no number. */
function parseBound(text: string, unit: RangeUnit): number | null | undefined {
  if (text.trim() === '') return null;
  if (unit === 'seconds') return parseSeconds(text) ?? undefined;
  return (unit === 'bytes' ? parseBytes(text) : parseNumber(text)) ?? undefined;
}

function parseBytes(text: string): number | null {
  const match = /^(.*?)\s*([a-z]*)$/i.exec(text.trim());
  const factor = unitFactor('bytes', match?.[2] ?? '');
  const value = match === null ? null : parseNumber(match[1]);
  return factor === undefined || value === null ? null : toBase(value, factor);
}
