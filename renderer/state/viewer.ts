import { errorData, type TraceErrorData } from '../../shared/errors.ts';
import type { Host, OpenSource } from '../../shared/host.ts';
import type { TraceSummary } from '../../shared/records.ts';
import type { QueryMethod, TraceService } from '../../shared/service.ts';
import { rememberLocalFile } from '../host/sessionStorage.ts';
import { createThemeStore } from '../theme/themeStore.ts';
import { createDataStore } from './dataStore.ts';
import { createFilterStore } from './filterStore.ts';
import { createLayoutStore } from './layoutStore.ts';
import { createMessageStore } from './messageStore.ts';
import { createRequests } from './requests.ts';
import { createSelectionStore } from './selectionStore.ts';
import { createSessionStore } from './sessionStore.ts';
import { createTableStore } from './tableStore.ts';
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
  table: ReturnType<typeof createTableStore>;
  layout: ReturnType<typeof createLayoutStore>;
  theme: ReturnType<typeof createThemeStore>;
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
    table: createTableStore(),
    layout: createLayoutStore(),
    theme: createThemeStore(),
  };
}

/**
 * Asks the host; only the newest request of a `kind` counts. null where a newer one replaced it, the host cancelled it, or it
 * failed (then its sentence stands in the message bar).
 */
export async function ask<M extends QueryMethod>(
  viewer: Viewer,
  kind: string,
  method: M,
  request: Parameters<TraceService[M]>[0],
): Promise<Awaited<ReturnType<TraceService[M]>> | null> {
  if (viewer.session.getState().stale) {
    // Everything is asked again when the trace is back.
    showLost(viewer);
    return null;
  }
  try {
    return await viewer.requests.latest(kind, (signal) => viewer.host.query(method, request, signal));
  } catch (error) {
    showError(viewer, error);
    return null;
  }
}

/** Puts an error's sentence into the message bar; what was cancelled is no error. */
export function showError(viewer: Viewer, error: unknown): void {
  const data = errorData(error);
  if (data.code === 'cancelled') return;
  // That the host is gone is said once, whatever fails by it.
  if (data.code === 'io' && showLost(viewer)) return;
  viewer.messages.getState().show({ key: `error:${data.message}`, severity: 'error', text: sentence(data) });
}

/** Says that the host is gone, if it is; again where the message was dismissed. */
function showLost(viewer: Viewer): boolean {
  const { lost } = viewer.session.getState();
  if (lost !== null) viewer.messages.getState().show({ key: 'connection', severity: 'error', text: lost });
  return lost !== null;
}

function sentence(data: TraceErrorData): string {
  return /[.!?]$/.test(data.message) ? data.message : `${data.message}.`;
}

export function announce(viewer: Viewer, text: string): void {
  viewer.session.setState((s) => ({ status: { text, serial: s.status.serial + 1 } }));
}

/** What to call a source while it is being opened. */
function sourceName(viewer: Viewer, source: OpenSource, argumentName: string | null): string {
  if (source.kind === 'file') return source.file.name;
  if (source.kind === 'recent')
    return viewer.session.getState().recent.find((r) => r.id === source.id)?.name ?? 'trace';
  return argumentName ?? 'trace';
}

/** Opens a trace and shows it. Where it fails or is cancelled, what was there before stays. */
export async function openTrace(viewer: Viewer, source: OpenSource, argumentName: string | null = null): Promise<void> {
  const { session, messages } = viewer;
  messages.getState().clear('error:');
  messages.getState().clear('open:');
  const name = sourceName(viewer, source, argumentName);
  // The host's own dialog is open until the first progress comes: a bar behind it would say that something is being read.
  if (source.kind !== 'dialog') session.setState({ opening: { name, progress: null } });
  try {
    const summary = await viewer.requests.latest('open', (signal) =>
      viewer.host.open(
        source,
        (progress) => !signal.aborted && session.setState({ opening: { name, progress } }),
        signal,
      ),
    );
    if (summary !== null) {
      showTrace(viewer, summary, source);
      if (viewer.host.kind === 'serve') rememberLocalFile(source.kind === 'file');
    }
  } catch (error) {
    showError(viewer, error);
  } finally {
    if (!viewer.requests.isRunning('open')) session.setState({ opening: null });
  }
  void refreshRecent(viewer);
}

export function cancelOpen(viewer: Viewer): void {
  viewer.requests.abort('open');
  viewer.session.setState({ opening: null });
  announce(viewer, 'Cancelled.');
}

/** Replaces everything that belonged to the trace before. */
function showTrace(viewer: Viewer, summary: TraceSummary, source: OpenSource): void {
  viewer.requests.abortAll('q:');
  viewer.messages.getState().clear('health:');
  viewer.filter.getState().clear();
  viewer.table.setState({ sort: [] });
  viewer.selection.setState({ id: null, origin: null, details: null, located: null });
  viewer.data.setState({ facets: null, overview: null, matched: 0, total: summary.objects + summary.mappings });
  const endNs = Math.max(1, summary.endNs);
  viewer.view.setState({ endNs, openGroups: new Set() });
  viewer.view.getState().fit();
  for (const [index, entry] of summary.info.health.entries()) {
    if (entry.severity !== 'info')
      viewer.messages.getState().show({ key: `health:${index}`, severity: entry.severity, text: entry.message });
  }
  viewer.session.setState((s) => ({ summary, source, stale: false, traceSerial: s.traceSerial + 1, opening: null }));
}

/** The host is gone: what is shown stays, marked as old. */
function disconnected(viewer: Viewer, message: string): void {
  viewer.session.setState((s) => ({ lost: message, stale: s.summary !== null }));
  showLost(viewer);
}

/** The host is back, without the trace: opens it again, keeps the view, the filter and the selection, and asks everything anew. */
async function connected(viewer: Viewer): Promise<void> {
  const { session, messages, requests } = viewer;
  messages.getState().dismiss('connection');
  session.setState({ lost: null });
  void refreshRecent(viewer);
  const { summary, source, stale } = session.getState();
  if (!stale || summary === null || source === null) return;
  const name = traceName(summary);
  session.setState({ opening: { name, progress: null } });
  try {
    const again = await requests.latest('open', (signal) =>
      viewer.host.open(
        source,
        (progress) => !signal.aborted && session.setState({ opening: { name, progress } }),
        signal,
      ),
    );
    if (again === null) return;
    session.setState({ stale: false });
    // The same filter as another object: whatever goes by it asks again.
    viewer.filter.setState((s) => ({ filter: { ...s.filter } }));
  } catch (error) {
    showError(viewer, error);
  } finally {
    if (!requests.isRunning('open')) session.setState({ opening: null });
  }
}

export async function refreshRecent(viewer: Viewer): Promise<void> {
  try {
    viewer.session.setState({ recent: await viewer.host.recentFiles() });
  } catch (error) {
    showError(viewer, error);
  }
}

/** First steps of the window: recent files, the file it was started with, and what the host will ask of it later. */
export function startViewer(viewer: Viewer, onCommand: (id: string) => void): () => void {
  const stop = viewer.host.onEvent((event) => {
    if (event.kind === 'open') void openTrace(viewer, event.source);
    else if (event.kind === 'command') onCommand(event.id);
    else if (event.kind === 'connected') void connected(viewer);
    else disconnected(viewer, event.message);
  });
  void refreshRecent(viewer);
  void viewer.host.argumentFile().then(
    (name) => {
      if (name !== null && viewer.session.getState().summary === null)
        return openTrace(viewer, { kind: 'argument' }, name);
    },
    (error: unknown) => showError(viewer, error),
  );
  return stop;
}

/** The trace's file name without its folder, whichever system it comes from. */
export function traceName(summary: TraceSummary): string {
  return summary.info.file.split(/[\\/]/).at(-1) ?? summary.info.file;
}
