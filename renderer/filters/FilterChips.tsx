import { CloseIcon } from '../app/icons.tsx';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { filterChips } from './chips.ts';

/** The active filters, each with a button that takes it out. Nothing where there are none. */
export function FilterChips() {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const chips = filterChips(filter);
  if (chips.length === 0) return null;
  return (
    <div className="chips" role="group" aria-label="Active filters">
      {chips.map((chip) => (
        <span key={chip.key} className="chip" data-testid="filter-chip">
          <span className="chip-label">{chip.label}</span>
          {chip.value !== '' && <span className="chip-value">{chip.value}</span>}
          <button
            type="button"
            aria-label={`Remove filter ${chip.label} ${chip.value}`.trim()}
            onClick={() => viewer.filter.getState().patch(chip.without)}
          >
            <CloseIcon />
          </button>
        </span>
      ))}
      <button
        type="button"
        className="link-button"
        data-testid="clear-filters"
        onClick={() => viewer.filter.getState().clear()}
      >
        Clear all
      </button>
    </div>
  );
}
