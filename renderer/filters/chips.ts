import type { Filter, Range } from '../../shared/filter.ts';
import { formatCount } from '../format.ts';
import { alternatives, joinAlternatives } from './filterText.ts';

/** One active filter as shown above the lanes; `without` is the change that takes it out. */
export interface Chip {
  key: string;
  label: string;
  value: string;
  without: Partial<Filter>;
}

const TEXT_LABELS = {
  process: 'Process',
  relatedProcess: 'Related process',
  type: 'Type',
  objectName: 'Name',
  object: 'Pointer',
  handle: 'Handle',
  createStack: 'Create stack',
  destroyStack: 'Destroy stack',
  stack: 'Stack',
  ptrInMap: 'Address in view',
  viewBase: 'View base',
} as const satisfies Partial<Record<keyof Filter, string>>;

const FLAG_LABELS = {
  leak: 'Leak',
  leakAtExit: 'Leak at exit',
  inherit: 'Inherited',
  multiProcess: 'Multi-process',
  overlapped: 'Overlapped',
} as const satisfies Partial<Record<keyof Filter, string>>;

const RANGE_LABELS = { id: 'Id', lifetime: 'Lifetime', time: 'Time', mapSize: 'View size' } as const;
const RANGE_UNITS = { id: '', lifetime: ' s', time: ' s', mapSize: ' B' } as const;

/** The chips of a filter; a text filter gives one an alternative. */
export function filterChips(filter: Filter): Chip[] {
  const chips: Chip[] = [];
  for (const field of Object.keys(TEXT_LABELS) as (keyof typeof TEXT_LABELS)[]) {
    const parts = alternatives(filter[field]);
    parts.forEach((part, index) => {
      const rest = parts.filter((_, other) => other !== index);
      chips.push({
        key: `${field}:${part}:${index}`,
        label: TEXT_LABELS[field],
        value: part,
        without: { [field]: joinAlternatives(rest) },
      });
    });
  }
  for (const field of Object.keys(FLAG_LABELS) as (keyof typeof FLAG_LABELS)[]) {
    if (filter[field])
      chips.push({ key: field, label: FLAG_LABELS[field], value: '', without: { [field]: undefined } });
  }
  for (const field of Object.keys(RANGE_LABELS) as (keyof typeof RANGE_LABELS)[]) {
    const range = filter[field];
    if (range !== undefined) {
      chips.push({
        key: field,
        label: RANGE_LABELS[field],
        value: rangeText(range, RANGE_UNITS[field]),
        without: { [field]: undefined },
      });
    }
  }
  if (filter.map !== undefined) {
    chips.push({
      key: 'map',
      label: filter.map ? 'Mappings only' : 'No mappings',
      value: '',
      without: { map: undefined },
    });
  }
  return chips;
}

function rangeText(range: Range, unit: string): string {
  const text = (value: number) => (Number.isInteger(value) ? formatCount(value) : String(value));
  if (range.min === null) return `≤ ${text(range.max ?? 0)}${unit}`;
  if (range.max === null) return `≥ ${text(range.min)}${unit}`;
  return `${text(range.min)} – ${text(range.max)}${unit}`;
}
