import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { TraceSummary } from '../../shared/records.ts';
import { locateObject } from '../state/select.ts';
import type { Viewer } from '../state/viewer.ts';
import { useViewer } from '../state/viewerContext.ts';
import { rowOfGroup } from './expandGroups.ts';
import { ROW_HEIGHT, scrollToRow } from './geometry.ts';
import { isLess, laneAnchors, mayMove, type LaneAnchor } from './laneAnchor.ts';
import { parentKey, type LaneData } from './laneData.ts';

interface LaneAnchorOptions {
  scroller: RefObject<HTMLElement | null>;
  data: LaneData | null;
  /** The selected object is on another row now. */
  onSelectedRow: (row: number) => void;
}

interface Waiting {
  anchors: LaneAnchor[];
  /** The rows before: no place to scroll to. */
  rowsBefore: LaneData['response'];
  /** Where one of the anchors is among the new rows; null until that is known. */
  found: { anchor: LaneAnchor; row: number } | null;
}

/**
 * What was looked at stays in view among other rows: when filters are taken away the selected object, else the topmost row; when
 * groups are closed or opened the topmost row, or the group that has closed over it. Grouped anew the lanes are shown from the first
 * row on, or where the selected object is; from the first one, too, where a filter leaves fewer rows than they were scrolled down by.
 */
export function useLaneAnchor({ scroller, data, onSelectedRow }: LaneAnchorOptions): void {
  const viewer = useViewer();
  const waiting = useRef<Waiting | null>(null);
  const latest = useRef({ data, onSelectedRow });
  // What a filter is changed over is what is drawn.
  useLayoutEffect(() => {
    latest.current = { data, onSelectedRow };
  });

  /** Lower edge of what was seen, px from the first row, when a filter that asks more was set; null where it is no matter. */
  const seen = useRef<{ bottom: number; rowsBefore: LaneData['response'] } | null>(null);
  useEffect(() => {
    if (data === null || seen.current === null || data.response === seen.current.rowsBefore) return;
    const { bottom } = seen.current;
    seen.current = null;
    // Not even so many rows are left: the last of them, which are the least suspicious, would be in view.
    if (scroller.current !== null && data.response.totalRows * ROW_HEIGHT < bottom) scroller.current.scrollTop = 0;
  }, [scroller, data]);

  /** The trace that the rows are of. */
  const shownTrace = useRef<TraceSummary | null>(null);
  useLayoutEffect(() => {
    shownTrace.current = viewer.session.getState().summary;
  }, [viewer, data]);

  /** Scrolls as soon as both the new rows and the anchor's place among them are there. */
  const settle = useCallback(() => {
    const element = scroller.current;
    const { data: now, onSelectedRow: moved } = latest.current;
    const { found, rowsBefore } = waiting.current ?? { found: null, rowsBefore: null };
    if (element === null || now === null || found === null || now.response === rowsBefore) return;
    waiting.current = null;
    const { anchor, row } = found;
    element.scrollTop =
      anchor.top === null
        ? scrollToRow(row, element.scrollTop, element.clientHeight)
        : Math.max(0, row * ROW_HEIGHT - anchor.top);
    if (anchor.id > 0 && anchor.id === viewer.selection.getState().id) moved(row);
  }, [viewer, scroller]);
  useEffect(settle, [settle, data]);

  const hold = useCallback(
    (wanted: (shown: LaneData, element: HTMLElement) => LaneAnchor[]) => {
      const element = scroller.current;
      const shown = latest.current.data;
      if (element === null || shown === null || shownTrace.current !== viewer.session.getState().summary) return;
      // Rows that are still on their way are no place to start from.
      const anchors = waiting.current?.anchors ?? wanted(shown, element);
      if (anchors.length === 0) return;
      const mine: Waiting = { anchors, rowsBefore: shown.response, found: null };
      waiting.current = mine;
      void findAnchor(viewer, anchors).then((found) => {
        if (waiting.current !== mine) return;
        mine.found = found;
        if (found === null) waiting.current = null;
        else settle();
      });
    },
    [viewer, scroller, settle],
  );

  useEffect(() => {
    const stops = [
      viewer.filter.subscribe(({ filter }, { filter: before }) => {
        if (filter === before) return;
        if (isLess(filter, before)) {
          seen.current = null;
          hold((shown, element) => laneAnchors(shown, element, viewer.selection.getState().id ?? 0));
        } else {
          waiting.current = null;
          const { data: shown } = latest.current;
          const element = scroller.current;
          if (element !== null && shown !== null)
            seen.current ??= { bottom: element.scrollTop + element.clientHeight, rowsBefore: shown.response };
        }
      }),
      viewer.view.subscribe((now, before) => {
        if (now.grouping !== before.grouping) {
          waiting.current = null;
          // Rows of other groups: none of them is where one of the old ones was.
          if (scroller.current !== null) scroller.current.scrollTop = 0;
          const { id } = viewer.selection.getState();
          if (id !== null) hold(() => [{ id, key: null, top: null }]);
        }
        // The selected object may be anywhere: who opens or closes a group looks there.
        else if (now.openGroups !== before.openGroups)
          hold((shown, element) =>
            laneAnchors(shown, element, 0).filter(({ key }) => mayMove(key, now.openGroups, before.openGroups)),
          );
      }),
      // A selection goes to its own lane, whose groups it may have opened.
      viewer.selection.subscribe(({ located }, { located: before }) => {
        if (located !== before && located?.origin !== 'lanes') waiting.current = null;
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [viewer, scroller, hold]);
}

/** The first of the anchors that has a row as the lanes are now, and its number; null where none has, and in another trace. */
async function findAnchor(viewer: Viewer, anchors: readonly LaneAnchor[]): Promise<Waiting['found']> {
  const { summary } = viewer.session.getState();
  // A trace takes the place of another in one go, its filter first.
  await Promise.resolve();
  if (viewer.session.getState().summary !== summary) return null;
  for (const anchor of anchors) {
    const lane = anchor.id > 0 ? await locateObject(viewer, anchor.id, 'q:laneAnchor') : null;
    if (lane !== null && lane.laneRow >= 0) return { anchor, row: lane.laneRow };
    for (let key: string | null = anchor.key; key !== null; key = parentKey(key)) {
      const row = await rowOfGroup(viewer, key);
      if (row >= 0) return { anchor, row };
    }
  }
  return null;
}
