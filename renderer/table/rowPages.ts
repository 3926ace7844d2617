import { errorData, type TraceErrorData } from '../../shared/errors.ts';
import { showLost, type Viewer } from '../state/viewer.ts';

export const PAGE_ROWS = 200;
/** Pages kept beside the visible ones. */
const KEPT_PAGES = 60;

/** What an answer has at least. */
interface PageOf<Row> {
  rows: Row[];
  total: number;
}

/** Rows [firstRow, firstRow + rowCount) of one order, fewer at its end. */
export type FetchRows<Page> = (firstRow: number, rowCount: number, signal: AbortSignal) => Promise<Page>;

export interface RowPages<Row, Page extends PageOf<Row> = PageOf<Row>> {
  /** The row at an index, undefined while it is being fetched. */
  row(index: number): Row | undefined;
  /** The newest answer: of the order before, until the first page of a new one is there. null before the first. */
  page(): Page | null;
  /** Rows of the order; 0 before the first answer. */
  total(): number;
  /** Why rows could not be fetched, until others are. */
  error(): TraceErrorData | null;
  /** Rows of another order: its first visible page is fetched, and replaces everything when it comes. */
  reset(fetch: FetchRows<Page>, firstRow: number, lastRow: number): void;
  /** Fetches what is missing of [firstRow, lastRow], then the page after it in the direction of scrolling. */
  want(firstRow: number, lastRow: number): void;
  /** Rows for a copy or a search, whether they are kept or not; not kept. */
  fetch(firstRow: number, rowCount: number): Promise<Row[]>;
  /** Asks again after an error. */
  retry(): void;
  close(): void;
}

/** The rows of a table in pages of {@link PAGE_ROWS}. `kind` is for this table alone; `onChange` is called when rows have come. */
export function createRowPages<Row, Page extends PageOf<Row>>(
  viewer: Viewer,
  kind: string,
  onChange: () => void,
): RowPages<Row, Page> {
  const prefix = `q:${kind}:`;
  let order: FetchRows<Page> | null = null;
  let pages = new Map<number, Row[]>();
  let newest: Page | null = null;
  let error: TraceErrorData | null = null;
  /** Pages of an order that is no longer wanted, still shown until the first new one is there. */
  let stale = true;
  let wanted = { first: 0, last: 0 };
  const asking = new Set<number>();

  async function fetchPage(page: number): Promise<void> {
    const mine = order;
    if (mine === null) return;
    // Everything is asked again when the trace is back.
    if (viewer.session.getState().stale) return void showLost(viewer);
    asking.add(page);
    try {
      const answer = await viewer.requests.latest(`${prefix}${page}`, (signal) =>
        mine(page * PAGE_ROWS, PAGE_ROWS, signal),
      );
      if (mine !== order) return;
      asking.delete(page);
      if (answer === null) return;
      keep(page, answer);
    } catch (failure) {
      if (mine !== order) return;
      asking.delete(page);
      const data = errorData(failure);
      if (data.code !== 'cancelled') error = data;
    }
    onChange();
  }

  function keep(page: number, answer: Page): void {
    if (stale) {
      pages = new Map();
      stale = false;
    }
    error = null;
    pages.set(page, answer.rows);
    newest = answer;
    for (const old of pages.keys()) {
      if (pages.size <= KEPT_PAGES) break;
      if (old !== page) pages.delete(old);
    }
  }

  function want(firstRow: number, lastRow: number): void {
    const first = Math.max(0, Math.floor(firstRow / PAGE_ROWS));
    const last = Math.max(first, Math.floor(lastRow / PAGE_ROWS));
    const down = first >= wanted.first;
    wanted = { first, last };
    for (const page of asking) {
      if (page >= first - 1 && page <= last + 1) continue;
      viewer.requests.abort(`${prefix}${page}`);
      asking.delete(page);
    }
    for (let page = first; page <= last; page++) ensure(page);
    // Scrolling goes on as it went: the page after that is there when it is needed.
    if (!stale) ensure(down ? last + 1 : first - 1);
  }

  function ensure(page: number): void {
    if (page < 0 || asking.has(page) || (!stale && pages.has(page))) return;
    if (!stale && page > 0 && page * PAGE_ROWS >= (newest?.total ?? 0)) return;
    void fetchPage(page);
  }

  return {
    row: (index) => pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    page: () => newest,
    total: () => newest?.total ?? 0,
    error: () => error,
    reset(fetch, firstRow, lastRow) {
      order = fetch;
      stale = true;
      asking.clear();
      viewer.requests.abortAll(prefix);
      want(firstRow, lastRow);
    },
    want,
    async fetch(firstRow, rowCount) {
      if (order === null) return [];
      const answer = await viewer.requests.latest(`${prefix}extra`, (signal) => order!(firstRow, rowCount, signal));
      return answer?.rows ?? [];
    },
    retry() {
      error = null;
      onChange();
      for (let page = wanted.first; page <= wanted.last; page++) ensure(page);
    },
    close() {
      order = null;
      viewer.requests.abortAll(prefix);
    },
  };
}
