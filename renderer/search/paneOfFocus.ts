import type { SearchPane, SearchState } from '../state/searchStore.ts';
import { nextIndex } from '../state/nextIndex.ts';

/** The half of the window that has the focus; null where it is elsewhere. */
export function paneOfFocus(focused: Element | null): SearchPane | null {
  if (focused?.closest('.pane-table')) return 'table';
  return focused?.closest('.pane-upper') ? 'lanes' : null;
}

/**
 * The hit after (or before) the current one in one pane, round the end; through the other pane where this one has none.
 * null where there are none at all.
 */
export function hitIn(
  search: Pick<SearchState, 'lanes' | 'table' | 'current'>,
  pane: SearchPane,
  direction: 1 | -1,
): SearchState['current'] {
  const other: SearchPane = pane === 'lanes' ? 'table' : 'lanes';
  const chosen = [pane, other].find((candidate) => (search[candidate]?.hitRows.length ?? 0) > 0);
  if (chosen === undefined) return null;
  const rows = search[chosen]!.hitRows;
  const { current } = search;
  const index = nextIndex(current?.pane === chosen ? current.index : -1, rows.length, direction);
  return { pane: chosen, index, row: rows[index], serial: (current?.serial ?? 0) + 1 };
}
