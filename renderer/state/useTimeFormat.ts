import { useMemo } from 'react';
import { createTimeFormat, type TimeFormat } from '../timeFormat.ts';
import type { Viewer } from './viewer.ts';
import { useViewerState } from './viewerContext.ts';

/** How times are written in this window; anew when the user changes the preference or another trace is open. */
export function useTimeFormat(): TimeFormat {
  const kind = useViewerState('preferences', (s) => s.timeKind);
  const digits = useViewerState('preferences', (s) => s.digits);
  const header = useViewerState('session', (s) => s.summary?.info.header ?? null);
  return useMemo(() => createTimeFormat(kind, digits, header), [kind, digits, header]);
}

/** The same outside of components. */
export function timeFormatOf(viewer: Viewer): TimeFormat {
  const { timeKind, digits } = viewer.preferences.getState();
  return createTimeFormat(timeKind, digits, viewer.session.getState().summary?.info.header ?? null);
}
