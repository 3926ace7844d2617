import { createStore } from 'zustand/vanilla';
import type { OpenSource, RecentFile } from '../../shared/host.ts';
import type { Progress, TraceSummary } from '../../shared/records.ts';

export interface SessionState {
  /** The screen to go back to when an open is cancelled: a trace that is loaded, or none. */
  summary: TraceSummary | null;
  /** Where the trace came from, to open it again after the connection was lost. */
  source: OpenSource | null;
  /** What to say while the host is gone, null while it is there. */
  lost: string | null;
  /** What is shown is from before the host was gone; nothing is asked until the trace is open again. */
  stale: boolean;
  /** Counts the opened traces; the workbench is keyed by it so that nothing of the old trace survives in a component. */
  traceSerial: number;
  /** Not null while a file is being opened: shown over whatever was there, with its progress and a Cancel button. */
  opening: { name: string; progress: Progress | null } | null;
  /** Not null while a CSV is being written, so that the button can show progress and cancel. */
  exporting: Progress | null;
  /** Files for the start page; asked from the host after the start and after each open. */
  recent: RecentFile[];
  /** The last thing that was done, for the polite live region and the toast ("Exported 1,234 rows"). */
  status: { text: string; serial: number };
}

export function createSessionStore() {
  return createStore<SessionState>()(() => ({
    summary: null,
    source: null,
    lost: null,
    stale: false,
    traceSerial: 0,
    opening: null,
    exporting: null,
    recent: [],
    status: { text: '', serial: 0 },
  }));
}
