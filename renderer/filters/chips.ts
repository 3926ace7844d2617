import type { Filter, Range } from '../../shared/filter.ts';
import { formatCount } from '../format.ts';
import { alternatives, joinAlternatives, type TextField } from './filterText.ts';

/** One active filter as shown above the lanes. */
export interface Chip {
  key: string;
  label: string;
  value: string;
  /** It keeps what is *not* so. */
  excludes: boolean;
  /** the change that takes it out */
  without: Partial<Filter>;
  /** a filter of this alone: what an edit of the chip starts from */
  only: Filter;
}

const TEXT_LABELS: Record<TextField, string> = {
  process: 'Process',
  relatedProcess: 'Related process',
  type: 'Type',
  objectName: 'Name',
  object: 'Pointer',
  handle: 'Handle',
  createStack: 'Create stack',
  createStackId: 'Create stack',
  destroyStack: 'Destroy stack',
  stack: 'Stack',
  end: 'Handle end',
  inheritedPair: 'Inherited',
  ptrInMap: 'Address in view',
  viewBase: 'View base',
};

const FLAG_LABELS = {
  leak: 'Leak',
  leakAtExit: 'Leak at exit',
  inherit: 'Inherited by a child',
  multiProcess: 'Multi-process',
  overlapped: 'Overlapped',
} as const satisfies Partial<Record<keyof Filter, string>>;

type RangeField = 'id' | 'lifetime' | 'time' | 'mapSize';
const RANGE_LABELS = { id: 'Id', lifetime: 'Lifetime', time: 'Time', mapSize: 'View size' } as const satisfies Record<
  RangeField,
  string
>;
const RANGE_TEXTS: Record<RangeField, (value: number) => string> = {
  id: numberText,
  lifetime: secondsText,
  time: secondsText,
  mapSize: (bytes) => `${numberText(bytes)} B`,
};

/**
 * The chips of a filter; a text filter gives one an alternative.
 * @param nameOf words for a value whose filter text says nothing to people, as the number of a stack
 */
export function filterChips(
  filter: Filter,
  nameOf: (field: TextField, value: string) => string = (_, value) => value,
): Chip[] {
  const chips: Chip[] = [];
  for (const field of Object.keys(TEXT_LABELS) as TextField[]) {
    const parts = alternatives(filter[field]);
    parts.forEach((part, index) => {
      const rest = parts.filter((_, other) => other !== index);
      const excludes = part.startsWith('!');
      chips.push({
        key: `${field}:${part}:${index}`,
        label: TEXT_LABELS[field],
        value: nameOf(field, excludes ? part.slice(1) : part),
        excludes,
        without: { [field]: joinAlternatives(rest) },
        only: { [field]: part },
      });
    });
  }
  for (const field of Object.keys(FLAG_LABELS) as (keyof typeof FLAG_LABELS)[]) {
    if (filter[field]) chips.push(wholeField(filter, field, FLAG_LABELS[field], ''));
  }
  for (const field of Object.keys(RANGE_LABELS) as (keyof typeof RANGE_LABELS)[]) {
    const range = filter[field];
    if (range !== undefined) chips.push(wholeField(filter, field, RANGE_LABELS[field], rangeText(range, field)));
  }
  if (filter.map !== undefined) chips.push(wholeField(filter, 'map', filter.map ? 'Mappings only' : 'No mappings', ''));
  return chips;
}

function wholeField(filter: Filter, field: keyof Filter, label: string, value: string): Chip {
  return {
    key: field,
    label,
    value,
    excludes: false,
    without: { [field]: undefined },
    only: { [field]: filter[field] },
  };
}

function rangeText({ min, max }: Range, field: RangeField): string {
  const text = RANGE_TEXTS[field];
  const above = openEnd(min ?? 0, -1, field);
  const begin = above === null ? text(min ?? 0) : `> ${above}`;
  if (max === null) return above === null ? `≥ ${begin}` : begin;
  const below = openEnd(max, 1, field);
  const end = below === null ? text(max) : `< ${below}`;
  if (min === null) return below === null ? `≤ ${end}` : end;
  return `${begin} – ${end}`;
}

/** The time a nanosecond further where it is shorter to write, else null: "< 5 ms" is a range that, ends included, ends a nanosecond before. */
function openEnd(bound: number, step: 1 | -1, field: RangeField): string | null {
  if (RANGE_TEXTS[field] !== secondsText) return null;
  const open = secondsText((Math.round(bound * 1e9) + step) / 1e9);
  return open.length < secondsText(bound).length ? open : null;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(value);
}

/** Exact, in the unit that has it short: "0.5 ms" is 0.0005 s. */
function secondsText(seconds: number): string {
  if (seconds === 0 || seconds >= 0.1) return `${numberText(seconds)} s`;
  const [factor, unit] = seconds >= 1e-4 ? [1e3, 'ms'] : [1e6, 'µs'];
  return `${numberText(Number((seconds * factor).toPrecision(12)))} ${unit}`;
}
