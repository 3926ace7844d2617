import type { ReactNode } from 'react';
import { filterKey, type Filter } from '../../shared/filter.ts';
import { PlusIcon } from '../app/icons.tsx';
import { useViewer, useViewerState } from '../state/viewerContext.ts';

interface FilterLinkProps {
  filter: Filter;
  /** For screen readers and tooltips: what the filter keeps. */
  what: string;
  children: ReactNode;
}

/**
 * A link that is a filter. It replaces the filters in force, so that just what it says is shown; the button beside it adds to them.
 * Both are one step of undo.
 */
export function FilterLink({ filter, what, children }: FilterLinkProps) {
  const viewer = useViewer();
  const inForce = useViewerState('filter', (s) => filterKey(s.filter) === filterKey(filter));
  const empty = useViewerState('filter', (s) => Object.keys(s.filter).length === 0);
  return (
    <span className="filter-link">
      <button
        type="button"
        className="link-button"
        aria-pressed={inForce}
        title={`Show only ${what}${empty || inForce ? '' : '; replaces the other filters'}`}
        onClick={() => viewer.filter.getState().replace(filter)}
      >
        {children}
      </button>
      {!empty && !inForce && (
        <button
          type="button"
          className="icon-button"
          aria-label={`Add to the filters: ${what}`}
          title={`Add to the filters: ${what}`}
          onClick={() => viewer.filter.getState().patch(filter)}
        >
          <PlusIcon />
        </button>
      )}
    </span>
  );
}
