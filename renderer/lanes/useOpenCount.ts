import { useEffect, useMemo, useState } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { createOpenCounter } from './openCount.ts';

/**
 * Open handles under the filter at a moment, and the moment that was counted: while it moves, one of a little before. null where
 * nothing is known yet; `kind` is unique per component.
 */
export function useOpenCount(ns: number | null, kind: string): { ns: number; count: number } | null {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const [at, setAt] = useState<{ ns: number; count: number } | null>(null);
  const counter = useMemo(() => createOpenCounter(viewer, kind, setAt), [viewer, kind]);
  useEffect(() => counter.stop, [counter]);
  useEffect(() => counter.want(ns), [counter, ns, filter]);
  return ns === null ? null : at;
}
