import { useCallback, useEffect, useState, type KeyboardEvent, type RefObject } from 'react';
import { selectObject } from '../state/select.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { barMiddle, cursorBar, nextBar, type Cursor } from './cursor.ts';
import { ROW_HEIGHT, scrollToRow, type TimeScale } from './geometry.ts';
import type { Hit } from './hitTest.ts';
import { loadedRow, type LaneData } from './laneData.ts';
import { laneKey } from './laneKeys.ts';
import { moveGroup, togglePin } from './pinGroups.ts';

interface LaneCursorOptions {
  scroller: RefObject<HTMLElement | null>;
  plotWidth: number;
  height: number;
  data: LaneData | null;
  /** A key has moved something: what is under the mouse is another thing now. */
  onMoved: () => void;
}

interface LaneCursor {
  cursor: Cursor | null;
  /** Bar under the cursor, -1 for none. */
  bar: number;
  onKeyDown: (press: KeyboardEvent) => void;
  onClick: (hit: Hit) => void;
  /** Opens or closes the group of a row. */
  toggle: (row: number) => void;
  /** What the cursor is on has another number now; nothing where there is no cursor. */
  follow: (row: number) => void;
}

/** A click on several objects in one pixel zooms in this much. */
const SEVERAL_ZOOM = 1 / 8;

/** The row and lifetime that the keyboard is on: moved by keys and clicks, by a selection in another pane, and by the search. */
export function useLaneCursor({ scroller, plotWidth, height, data, onMoved }: LaneCursorOptions): LaneCursor {
  const viewer = useViewer();
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const located = useViewerState('selection', (s) => s.located);
  const hitRow = useViewerState('search', (s) => (s.current?.pane === 'lanes' ? s.current.row : -1));
  const hitSerial = useViewerState('search', (s) => s.current?.serial ?? 0);

  const screen = (): TimeScale => {
    const { fromNs, toNs } = viewer.view.getState();
    return { fromNs, toNs, width: plotWidth };
  };

  const showRow = useCallback(
    (row: number) => {
      const element = scroller.current;
      if (element !== null) element.scrollTop = scrollToRow(row, element.scrollTop, element.clientHeight);
      setCursor((old) => ({ row, ns: old?.ns ?? viewer.view.getState().fromNs }));
    },
    [viewer, scroller],
  );
  useEffect(() => {
    if (located !== null && located.laneRow >= 0 && located.origin !== 'lanes') showRow(located.laneRow);
  }, [located, showRow]);
  useEffect(() => {
    if (hitRow >= 0) showRow(hitRow);
  }, [hitRow, hitSerial, showRow]);

  const follow = useCallback((row: number) => setCursor((old) => (old === null ? null : { ...old, row })), []);
  const toggle = useCallback(
    (row: number) => {
      const entry = data === null ? undefined : loadedRow(data, row);
      if (entry?.kind !== 'group') return;
      setCursor({ row, ns: viewer.view.getState().fromNs });
      viewer.view.getState().toggleGroup(entry.key);
    },
    [data, viewer],
  );

  function moveTo(data: LaneData, row: number, ns: number): void {
    setCursor({ row, ns });
    const element = scroller.current;
    if (element !== null) {
      const top = row * ROW_HEIGHT;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + ROW_HEIGHT > element.scrollTop + height) element.scrollTop = top + ROW_HEIGHT - height;
    }
    const bar = cursorBar(data, screen(), { row, ns });
    const id = bar >= 0 ? data.response.bars.id[bar] : 0;
    if (id > 0) void selectObject(viewer, id, 'lanes');
  }

  function moveBar(data: LaneData, direction: 1 | -1): void {
    const view = viewer.view.getState();
    const at = cursor ?? { row: 0, ns: view.fromNs };
    const entry = loadedRow(data, at.row);
    if (entry?.kind === 'group') {
      if (entry.open !== (direction === 1)) toggle(at.row);
      return;
    }
    const next = nextBar(data, screen(), at, viewer.selection.getState().id ?? 0, direction);
    if (next < 0) {
      view.pan(direction * 0.5);
      return;
    }
    const ns = barMiddle(data, screen(), next);
    if (ns < view.fromNs || ns > view.toNs) view.pan((ns - (view.fromNs + view.toNs) / 2) / (view.toNs - view.fromNs));
    moveTo(data, at.row, ns);
  }

  function onKeyDown(press: KeyboardEvent): void {
    const key = laneKey(press);
    if (key === null || data === null || press.target !== scroller.current) return;
    const last = data.response.totalRows - 1;
    const row = cursor?.row ?? -1;
    const entry = row < 0 ? undefined : loadedRow(data, row);
    const outermost = entry?.kind === 'group' && entry.depth === 0 ? entry.key : null;
    // Alt+arrows and Shift+Enter are the window's where no group can take them.
    if ((key.kind === 'move' || key.kind === 'pin') && outermost === null) return;
    press.preventDefault();
    onMoved();
    const { fromNs, toNs } = viewer.view.getState();
    const ns = cursor?.ns ?? (fromNs + toNs) / 2;
    const go = (to: number) => moveTo(data, Math.max(0, Math.min(last, to)), ns);
    if (key.kind === 'row') go(row + key.by);
    else if (key.kind === 'rowPage') go(row + key.by * Math.max(1, Math.floor(height / ROW_HEIGHT) - 1));
    else if (key.kind === 'rowEdge') go(key.to === 'first' ? 0 : last);
    else if (key.kind === 'bar') moveBar(data, key.direction);
    else if (key.kind === 'pin') togglePin(viewer, outermost!);
    else if (key.kind === 'move') void moveGroup(viewer, outermost!, { by: key.by });
    else if (entry?.kind === 'group') toggle(row);
    else if (row >= 0) go(row);
  }

  function onClick(hit: Hit): void {
    if (data === null) return;
    setCursor({ row: hit.row, ns: hit.ns });
    if (hit.bar >= 0) {
      const id = data.response.bars.id[hit.bar];
      if (id > 0) void selectObject(viewer, id, 'lanes');
      else viewer.view.getState().zoomAt(hit.ns, SEVERAL_ZOOM);
    } else if (loadedRow(data, hit.row)?.kind === 'group') toggle(hit.row);
  }

  const bar = data === null || cursor === null ? -1 : cursorBar(data, screen(), cursor);
  return { cursor, bar, onKeyDown, onClick, toggle, follow };
}
