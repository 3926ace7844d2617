import { useMemo, useState } from 'react';
import type { FacetEntry } from '../../shared/service.ts';
import { CheckIcon } from '../app/icons.tsx';
import { formatCount, formatPlural } from '../format.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { typeSlot } from '../theme/palette.ts';
import { isSelected, toggleValue } from './filterText.ts';
import { SearchBox } from './SearchBox.tsx';

interface FacetListProps {
  title: string;
  /** The filter's field that the list sets. */
  field: 'process' | 'type' | 'relatedProcess';
  /** The name of the list in data-facet. */
  facet: string;
  entries: readonly FacetEntry[];
  swatches?: boolean;
  /** Entries shown before "Show all". */
  shown?: number;
  searchable?: boolean;
}

/** A list of values with counts; a click takes one into the filter or out of it. */
export function FacetList({
  title,
  field,
  facet,
  entries,
  swatches = false,
  shown = 8,
  searchable = false,
}: FacetListProps) {
  const viewer = useViewer();
  const text = useViewerState('filter', (s) => s.filter[field]);
  const [search, setSearch] = useState('');
  const [all, setAll] = useState(false);
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return wanted === '' ? entries : entries.filter((entry) => entry.label.toLowerCase().includes(wanted));
  }, [entries, search]);
  const most = useMemo(() => entries.reduce((max, entry) => Math.max(max, entry.objects), 1), [entries]);
  const selected = found.filter((entry) => isSelected(text, entry.value));
  const visible = all ? found : found.filter((entry, index) => index < shown || selected.includes(entry));

  return (
    <div role="group" className="facet" aria-label={title}>
      <div className="facet-head">
        <h2>{title}</h2>
        <span className="facet-total">{formatCount(entries.length)}</span>
      </div>
      {searchable && entries.length > 5 && (
        <SearchBox label={`Search in ${title.toLowerCase()}`} value={search} onChange={setSearch} />
      )}
      <ul className="facet-list">
        {visible.map((entry) => {
          const on = selected.includes(entry);
          return (
            <li key={entry.value}>
              <button
                type="button"
                className={`facet-entry${on ? ' is-on' : ''}`}
                aria-pressed={on}
                data-testid="facet-entry"
                data-facet={facet}
                data-value={entry.value}
                title={`${entry.label}: ${formatPlural(entry.objects, 'object')}, ${formatPlural(entry.leaks, 'leak')}`}
                onClick={() => viewer.filter.getState().patch({ [field]: toggleValue(text, entry.value) })}
              >
                <span className="facet-bar" style={{ width: `${(entry.objects / most) * 100}%` }} />
                <span className="facet-check">{on && <CheckIcon />}</span>
                {swatches && <span className={`swatch type-${typeSlot(entry.value)}`} />}
                <span className="facet-label">{entry.label}</span>
                {entry.leaks > 0 && <span className="leak-count">{formatCount(entry.leaks)}</span>}
                <span className="facet-count">{formatCount(entry.objects)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {found.length === 0 && (
        <p className="facet-none">{search === '' ? 'None under the other filters.' : `Nothing matches “${search}”.`}</p>
      )}
      {found.length > visible.length && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          Show all {formatCount(found.length)}
        </button>
      )}
      {all && found.length > shown && (
        <button type="button" className="link-button" onClick={() => setAll(false)}>
          Show fewer
        </button>
      )}
    </div>
  );
}
