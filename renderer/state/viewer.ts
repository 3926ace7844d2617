import { errorData, type TraceErrorData } from '../../shared/errors.ts';
import type { Host } from '../../shared/host.ts';
import type { TraceSummary } from '../../shared/records.ts';
import type { QueryMethod, TraceService } from '../../shared/service.ts';
import { createThemeStore } from '../theme/themeStore.ts';
import { createDataStore } from './dataStore.ts';
import { createFilterStore } from './filterStore.ts';
import { createKeysStore } from './keysStore.ts';
import { createLayoutStore } from './layoutStore.ts';
import { createMessageStore } from './messageStore.ts';
import { createPreferencesStore } from './preferencesStore.ts';
import { createRequests } from './requests.ts';
import { createSearchStore } from './searchStore.ts';
import { createSelectionStore } from './selectionStore.ts';
import { createSessionStore } from './sessionStore.ts';
import { createTablesStore } from './tablesStore.ts';
import { createViewStore } from './viewStore.ts';

/** Everything one window knows: the host and the stores. One object, so that tests make a fresh one each. */
export interface Viewer {
  host: Host;
  requests: ReturnType<typeof createRequests>;
  session: ReturnType<typeof createSessionStore>;
  messages: ReturnType<typeof createMessageStore>;
  filter: ReturnType<typeof createFilterStore>;
  view: ReturnType<typeof createViewStore>;
  selection: ReturnType<typeof createSelectionStore>;
  data: ReturnType<typeof createDataStore>;
  tables: ReturnType<typeof createTablesStore>;
  search: ReturnType<typeof createSearchStore>;
  layout: ReturnType<typeof createLayoutStore>;
  theme: ReturnType<typeof createThemeStore>;
  preferences: ReturnType<typeof createPreferencesStore>;
  keys: ReturnType<typeof createKeysStore>;
}

export function createViewer(host: Host): Viewer {
  return {
    host,
    requests: createRequests(),
    session: createSessionStore(),
    messages: createMessageStore(),
    filter: createFilterStore(),
    view: createViewStore(),
    selection: createSelectionStore(),
    data: createDataStore(),
    tables: createTablesStore(),
    search: createSearchStore(),
    layout: createLayoutStore(),
    theme: createThemeStore(),
    preferences: createPreferencesStore(),
    keys: createKeysStore(),
  };
}

/**
 * Asks the host; only the newest request of a `kind` counts. null where a newer one replaced it, the host cancelled it, or it
 * failed (then its sentence stands in the message bar, or `onError` says it elsewhere). For components useServiceQuery is better: it shows errors in place.
 */
export async function ask<M extends QueryMethod>(
  viewer: Viewer,
  kind: string,
  method: M,
  request: Parameters<TraceService[M]>[0],
  onError = (error: unknown): void => showError(viewer, error),
): Promise<Awaited<ReturnType<TraceService[M]>> | null> {
  if (viewer.session.getState().stale) {
    // Everything is asked again when the trace is back.
    showLost(viewer);
    return null;
  }
  try {
    return await viewer.requests.latest(kind, (signal) => viewer.host.query(method, request, signal));
  } catch (error) {
    onError(error);
    return null;
  }
}

/** Puts an error's sentence into the message bar; what was cancelled is no error. */
export function showError(viewer: Viewer, error: unknown): void {
  const data = errorData(error);
  if (data.code === 'cancelled') return;
  // That the host is gone is said once, whatever fails by it.
  if (data.code === 'io' && showLost(viewer)) return;
  const text = sentence(data);
  viewer.messages.getState().show({ key: `error:${text}`, severity: 'error', text, details: errorDetails(data) });
}

/** Says that the host is gone, if it is; again where the message was dismissed. */
export function showLost(viewer: Viewer): boolean {
  const { lost } = viewer.session.getState();
  if (lost !== null) viewer.messages.getState().show({ key: 'connection', severity: 'error', text: lost });
  return lost !== null;
}

/** An error's message with a full stop. */
export function sentence(data: TraceErrorData): string {
  return /[.!?]$/.test(data.message) ? data.message : `${data.message}.`;
}

/** What "Copy details" gives: everything that is known of an error, a line each. */
export function errorDetails(data: TraceErrorData, context: Record<string, string> = {}): string {
  const facts: Record<string, string | number | null> = {
    message: data.message,
    code: data.code,
    file: data.file,
    offset: data.offset,
    ...context,
  };
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  return `${known.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`;
}

export function announce(viewer: Viewer, text: string): void {
  viewer.session.setState((s) => ({ status: { text, serial: s.status.serial + 1 } }));
}

/** The trace's file name without its folder, whichever system it comes from. */
export function traceName(summary: TraceSummary): string {
  return summary.info.file.split(/[\\/]/).at(-1) ?? summary.info.file;
}
