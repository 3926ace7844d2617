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

const RANGE_LABELS = { id: 'Id', lifetime: 'Lifetime', time: 'Time', mapSize: 'View size' } as const;
const RANGE_UNITS = { id: '', lifetime: ' s', time: ' s', mapSize: ' B' } as const;

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
    if (range !== undefined)
      chips.push(wholeField(filter, field, RANGE_LABELS[field], rangeText(range, RANGE_UNITS[field])));
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

function rangeText(range: Range, unit: string): string {
  const text = (value: number) => (Number.isInteger(value) ? formatCount(value) : String(value));
  if (range.min === null) return `≤ ${text(range.max ?? 0)}${unit}`;
  if (range.max === null) return `≥ ${text(range.min)}${unit}`;
  return `${text(range.min)} – ${text(range.max)}${unit}`;
}
