import { useEffect, useRef } from 'react';
import type { RowsRequest, TableName } from '../../shared/tables.ts';
import { locateObject } from '../state/select.ts';
import { ask, type Viewer } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { locateRow } from './locateRow.ts';

/** Goes to the row of the selection, or of its event, when it was made in another pane, and when the table comes to be shown. */
export function useSelectedRow(table: TableName, goTo: (row: number) => void): void {
  const viewer = useViewer();
  const located = useViewerState('selection', (s) => s.located);
  const event = useViewerState('selection', (s) => s.event);
  const isShown = useRef(false);

  useEffect(() => {
    const wasShown = isShown.current;
    isShown.current = true;
    if (located === null || (wasShown && located.origin === 'table')) return;
    // What is known of the Objects table is of the moment of the selection: other filters may be in force by now.
    if (table === 'objects' && wasShown) {
      if (located.tableRow >= 0) goTo(located.tableRow);
      return;
    }
    return goToSelected(viewer, table, goTo);
  }, [viewer, table, located, goTo]);
  useEffect(() => {
    if (table === 'events' && event !== null) return goToSelected(viewer, table, goTo);
  }, [viewer, table, event, goTo]);
}

/** Returns how to stop it. */
function goToSelected(viewer: Viewer, table: TableName, goTo: (row: number) => void): () => void {
  let stopped = false;
  void rowOfSelection(viewer, table).then((row) => {
    if (!stopped && row >= 0) goTo(row);
  });
  return () => (stopped = true);
}

async function rowOfSelection(viewer: Viewer, table: TableName): Promise<number> {
  const { id, details, event } = viewer.selection.getState();
  if (id === null) return -1;
  if (table === 'objects') return (await locateObject(viewer, id, 'q:rowOfSelection'))?.tableRow ?? -1;
  const shown = event === null || details?.row.id !== id ? undefined : details.events[event];
  const order = {
    table,
    filter: viewer.filter.getState().filter,
    sort: [...viewer.tables.getState().tables[table].sort],
  };
  const askPage = (request: RowsRequest) => ask(viewer, 'q:rowOfSelection', 'rows', request);
  return locateRow(askPage, order, { id, ns: shown?.ns ?? null });
}
