import type { Filter } from '../../shared/filter.ts';
import type { ObjectRow } from '../../shared/records.ts';
import type { SortKey } from '../state/tableStore.ts';
import { ask, type Viewer } from '../state/viewer.ts';

export const PAGE_ROWS = 200;
/** Pages kept beside the visible ones. */
const KEPT_PAGES = 40;

export interface RowPages {
  /** The row at an index of the current order, undefined while it is being fetched. */
  row(index: number): ObjectRow | undefined;
  /** Objects kept by the filter; of the order before, until the first page of a new one is there. */
  matched(): number;
  /** A new filter or sort order: its first visible page is fetched, and replaces everything when it comes. */
  reset(filter: Filter, sort: SortKey[], firstRow: number, lastRow: number): void;
  /** Fetches what is missing of [firstRow, lastRow]. */
  want(firstRow: number, lastRow: number): void;
}

/** The table's rows in pages. `onChange` is called when rows have come. */
export function createRowPages(viewer: Viewer, onChange: () => void): RowPages {
  let order: { filter: Filter; sort: SortKey[] } = { filter: {}, sort: [] };
  let pages = new Map<number, ObjectRow[]>();
  let matched = 0;
  /** Pages of an order that is no longer wanted, still shown until the first new one is there. */
  let stale = true;
  const asking = new Set<number>();

  async function fetchPage(page: number): Promise<void> {
    const mine = order;
    asking.add(page);
    const result = await ask(viewer, `q:table:${page}`, 'table', {
      filter: mine.filter,
      sort: mine.sort,
      firstRow: page * PAGE_ROWS,
      rowCount: PAGE_ROWS,
    });
    if (mine !== order) return;
    asking.delete(page);
    if (result === null) return;
    if (stale) {
      pages = new Map();
      stale = false;
    }
    pages.set(page, result.rows);
    matched = result.matched;
    viewer.data.setState({ matched: result.matched, total: result.total });
    for (const old of pages.keys()) {
      if (pages.size <= KEPT_PAGES) break;
      if (old !== page) pages.delete(old);
    }
    onChange();
  }

  function want(firstRow: number, lastRow: number): void {
    const first = Math.max(0, Math.floor(firstRow / PAGE_ROWS));
    const last = Math.max(first, Math.floor(lastRow / PAGE_ROWS));
    for (const page of asking) {
      if (page >= first - 1 && page <= last + 1) continue;
      viewer.requests.abort(`q:table:${page}`);
      asking.delete(page);
    }
    for (let page = first; page <= last; page++) {
      if (asking.has(page) || (!stale && pages.has(page))) continue;
      if (!stale && page > 0 && page * PAGE_ROWS >= matched) continue;
      void fetchPage(page);
    }
  }

  return {
    row: (index) => pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    matched: () => matched,
    reset(filter, sort, firstRow, lastRow) {
      order = { filter, sort };
      stale = true;
      asking.clear();
      viewer.requests.abortAll('q:table:');
      want(firstRow, lastRow);
    },
    want,
  };
}
