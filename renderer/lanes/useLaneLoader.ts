import { useCallback, useEffect, useMemo, useState, type RefObject } from 'react';
import type { TraceErrorData } from '../../shared/errors.ts';
import { useViewer } from '../state/viewerContext.ts';
import type { LaneData } from './laneData.ts';
import { createLaneLoader } from './laneLoader.ts';

interface LaneLoaderOptions {
  scroller: RefObject<HTMLElement | null>;
  plotWidth: number;
  height: number;
  data: LaneData | null;
  onData: (data: LaneData) => void;
  /** What is shown may have changed: by a scroll, or in a store. */
  onChange: () => void;
}

interface LoadedLanes {
  /** Why the lanes that are wanted could not be had. */
  error: TraceErrorData | null;
  retry: () => void;
  /** To be called when the lanes have scrolled. */
  update: () => void;
}

/** Keeps asking for the lanes that are shown, and tells the other panes what they have: hits of the search, objects that match. */
export function useLaneLoader({ scroller, plotWidth, height, data, onData, onChange }: LaneLoaderOptions): LoadedLanes {
  const viewer = useViewer();
  const [error, setError] = useState<TraceErrorData | null>(null);
  const loader = useMemo(() => createLaneLoader(viewer, { onData, onError: setError }), [viewer, onData]);
  useEffect(() => loader.stop, [loader]);

  const update = useCallback(() => {
    const { fromNs, toNs, endNs, openGroups, grouping, packing, pinned, colorBy } = viewer.view.getState();
    loader.want({
      filter: viewer.filter.getState().filter,
      grouping,
      packing,
      pinned,
      openGroups,
      colorBy,
      linksOf: viewer.selection.getState().id ?? 0,
      find: viewer.search.getState().text,
      namesVersion: viewer.session.getState().namesVersion,
      fromNs,
      toNs,
      endNs,
      width: plotWidth,
      height,
      scrollTop: scroller.current?.scrollTop ?? 0,
    });
    onChange();
  }, [viewer, loader, onChange, scroller, plotWidth, height]);

  useEffect(() => {
    update();
    const asked = [viewer.view, viewer.filter, viewer.selection, viewer.search, viewer.session];
    const stops = asked.map((store) => store.subscribe(update));
    return () => stops.forEach((stop) => stop());
  }, [viewer, update]);

  useEffect(() => {
    if (data === null) return;
    const { hits, hitRows, matched, total } = data.response;
    viewer.search.getState().found('lanes', viewer.search.getState().text === '' ? null : { hits, hitRows });
    viewer.data.setState({ matched, total });
  }, [viewer, data]);
  useEffect(() => () => viewer.search.getState().found('lanes', null), [viewer]);

  return { error, retry: loader.retry, update };
}
