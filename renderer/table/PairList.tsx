import { Name } from '../app/Name.tsx';
import { toggleValue, valueState } from '../filters/filterText.ts';
import { formatCount, formatPlural } from '../format.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';

/** Pairs that are named above the table; the filter panel has all. */
const MOST_PAIRS = 30;

/** The pairs of parent and child, most objects first; a click keeps one. */
export function PairList() {
  const viewer = useViewer();
  const pairs = useViewerState('data', (s) => s.facets?.lists.inheritedPair.entries ?? null);
  const filter = useViewerState('filter', (s) => s.filter.inheritedPair);
  if (pairs === null || pairs.length === 0) return null;
  return (
    <ul className="pair-list" aria-label="Parents and children">
      {pairs.slice(0, MOST_PAIRS).map(({ value, label, objects, leaks }) => (
        <li key={value}>
          <button
            type="button"
            className="pair"
            aria-pressed={valueState(filter, value) === 'include'}
            title={`Only what was handed down by this pair${leaks > 0 ? `: ${formatPlural(leaks, 'object')} of it leak` : ''}`}
            onClick={() => viewer.filter.getState().patch({ inheritedPair: toggleValue(filter, value, 'include') })}
          >
            <Name text={label} most={120} /> <b>{formatCount(objects)}</b>
            {leaks > 0 && <b className="is-leak">{formatPlural(leaks, 'leak')}</b>}
          </button>
        </li>
      ))}
      {pairs.length > MOST_PAIRS && <li>and {formatCount(pairs.length - MOST_PAIRS)} more</li>}
    </ul>
  );
}
