import { useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { GridRow } from './gridTypes.ts';
import type { FetchTree } from './openBelow.ts';
import { createRowPages, type FetchRows, type RowPages } from './rowPages.ts';
import { useRowCursor, type RowCursor } from './useRowCursor.ts';

/** An answer with a page of rows, in which a text was looked for. */
interface SearchedPage<Row> {
  rows: Row[];
  total: number;
  hits: number;
  hitRows: number[];
}

/** An answer, and what was searched in it. */
type Found<Page> = Page & { find: string };

/** What of an order's rows is asked for. */
interface RowsPart {
  firstRow: number;
  rowCount: number;
  find?: string;
}

/** Asks for a part of an order of rows, some of them open. Another function is another order: memoize it. */
export type AskRows<Page> = (open: ReadonlySet<string>, part: RowsPart, signal: AbortSignal) => Promise<Page>;

/** A row that the grid shall go to, whenever `serial` rises. */
export interface RowGoal {
  row: number;
  serial: number;
}

export interface FoundRows<Row, Page extends SearchedPage<Row>> {
  pages: RowPages<Row, Found<Page>>;
  /** The newest answer, null before the first. */
  page: Found<Page> | null;
  /** Rises when rows have come: what shows them is drawn again. */
  version: number;
  /** The searched text, '' none. */
  find: string;
  cursor: RowCursor;
  goal: RowGoal | null;
  goTo: (row: number) => void;
  /** Rows with others open than those that are. */
  fetchTree: FetchTree<Row>;
}

/**
 * The rows of a page below the lanes: asked for as they are needed, again when their order or their names change, with the hits of
 * the search, which are told to the search bar and gone to.
 * @param kind of the requests, for this page alone
 */
export function useFoundRows<Row extends GridRow, Page extends SearchedPage<Row>>(
  kind: string,
  ask: AskRows<Page>,
  open: ReadonlySet<string>,
): FoundRows<Row, Page> {
  const viewer = useViewer();
  const find = useViewerState('search', (s) => s.text);
  const hit = useViewerState('search', (s) => (s.current?.pane === 'table' ? s.current : null));
  const namesVersion = useViewerState('session', (s) => s.namesVersion);
  const stale = useViewerState('session', (s) => s.stale);
  const cursor = useRowCursor();
  const [version, redraw] = useReducer((count: number) => count + 1, 0);
  const [pages] = useState(() => createRowPages<Row, Found<Page>>(viewer, kind, redraw));
  const [goal, setGoal] = useState<RowGoal | null>(null);
  useEffect(() => () => pages.close(), [pages]);

  const fetchRows = useMemo((): ((open: ReadonlySet<string>) => FetchRows<Found<Page>>) => {
    return (open) => async (firstRow, rowCount, signal) => {
      const answer = await ask(open, { firstRow, rowCount, ...(find !== '' && { find }) }, signal);
      return { ...answer, find };
    };
  }, [ask, find]);
  const fetchTree = useCallback<FetchTree<Row>>(
    async (open, firstRow, rowCount) => (await fetchRows(open)(firstRow, rowCount, new AbortController().signal)).rows,
    [fetchRows],
  );

  const { clear } = cursor;
  // Another order has other rows under the same numbers.
  useEffect(clear, [clear, ask]);
  useEffect(() => {
    if (!stale) pages.reset(fetchRows(open), 0, 0);
  }, [pages, fetchRows, open, namesVersion, stale]);

  const page = pages.page();
  useEffect(() => {
    if (page === null || find === '' || page.find !== find) return;
    viewer.search.getState().found('table', { hits: page.hits, hitRows: page.hitRows });
  }, [viewer, page, find]);
  useEffect(() => () => viewer.search.getState().found('table', null), [viewer]);

  const goTo = useCallback((row: number) => setGoal((old) => ({ row, serial: (old?.serial ?? 0) + 1 })), []);
  useEffect(() => {
    if (hit !== null) goTo(hit.row);
  }, [hit, goTo]);

  return { pages, page, version, find, cursor, goal, goTo, fetchTree };
}
