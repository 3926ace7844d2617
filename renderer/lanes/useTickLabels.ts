import { useMemo } from 'react';
import { useViewerState } from '../state/viewerContext.ts';
import { tickLabels, type TickLabels } from './timeTicks.ts';

/** How this window's axes write times. */
export function useTickLabels(): TickLabels {
  const kind = useViewerState('preferences', (s) => s.timeKind);
  const header = useViewerState('session', (s) => s.summary?.info.header ?? null);
  return useMemo(() => tickLabels(kind, header), [kind, header]);
}
