import { createStore } from 'zustand/vanilla';
import type { TraceErrorData } from '../../shared/errors.ts';
import type { OpenSource, RecentFile } from '../../shared/host.ts';
import type { Progress, TraceSummary } from '../../shared/records.ts';
import type { SymbolStatus } from '../../shared/symbols.ts';

/** The job that looks for function names. */
export interface SymbolJob {
  running: boolean;
  /** What is being done: "ntdll.pdb: 12 of 30 MB"; '' nothing to say. */
  doing: string;
  /** Names so far; null before the first answer. */
  status: SymbolStatus | null;
  /** Why the last job ended early. */
  error: TraceErrorData | null;
}

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
  /**
   * Rises when function names have changed, and when the trace was opened again after the connection was lost: whatever was
   * asked before is old then and asked again.
   */
  namesVersion: number;
  symbols: SymbolJob;
  /** Not null while a file is being opened: shown over whatever was there, with its progress and a Cancel button. */
  opening: { name: string; progress: Progress | null } | null;
  /** Not null while only the first part of a large trace is shown, and the rest is being read; `before`: what to go back to. */
  part: { before: { summary: TraceSummary; source: OpenSource } | null } | null;
  /** Not null while a table is being written, so that the button can show progress and cancel. */
  exporting: Progress | null;
  /** Files for the start page; asked from the host after the start and after each open. */
  recent: RecentFile[];
  /** The last thing that was done, for the polite live region and the toast ("Exported 1,234 rows"). */
  status: { text: string; serial: number };
}

export const NO_SYMBOL_JOB: SymbolJob = { running: false, doing: '', status: null, error: null };

export function createSessionStore() {
  return createStore<SessionState>()(() => ({
    summary: null,
    source: null,
    lost: null,
    stale: false,
    traceSerial: 0,
    namesVersion: 0,
    symbols: NO_SYMBOL_JOB,
    opening: null,
    part: null,
    exporting: null,
    recent: [],
    status: { text: '', serial: 0 },
  }));
}
