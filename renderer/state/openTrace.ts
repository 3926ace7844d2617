import type { OpenSource } from '../../shared/host.ts';
import type { Progress, TraceSummary } from '../../shared/records.ts';
import { EMPTY_WINDOW_HASH } from '../host/emptyWindow.ts';
import { rememberLocalFile } from '../host/sessionStorage.ts';
import { DEFAULT_STACKS_VIEW } from './tablesStore.ts';
import { rememberViews, restoreView } from './rememberedViews.ts';
import { NOTHING_SELECTED } from './selectionStore.ts';
import { NO_SYMBOL_JOB } from './sessionStore.ts';
import { loadSymbols } from './symbols.ts';
import { announce, showError, showLost, traceName, type Viewer } from './viewer.ts';
import { freshView } from './viewStore.ts';

/** What to call a source while it is being opened. */
function sourceName(viewer: Viewer, source: OpenSource, argumentName: string | null): string {
  if (source.kind === 'file') return source.file.name;
  if (source.kind === 'sample') return 'the sample';
  if (source.kind === 'recent')
    return viewer.session.getState().recent.find((r) => r.id === source.id)?.name ?? 'trace';
  return argumentName ?? 'trace';
}

/** Opens a trace and shows it. Where it fails or is cancelled, what was there before stays. */
export async function openTrace(viewer: Viewer, source: OpenSource, argumentName: string | null = null): Promise<void> {
  const { session, messages, requests } = viewer;
  messages.getState().clear('error:');
  messages.getState().clear('open:');
  const name = sourceName(viewer, source, argumentName);
  // The host's own dialog is open until the first progress comes: a bar behind it would say that something is being read.
  if (source.kind !== 'dialog') session.setState({ opening: { name, progress: null } });
  try {
    const summary = await requests.latest('open', (signal) =>
      viewer.host.open(source, showProgress(viewer, name, signal, source), signal),
    );
    if (summary !== null) {
      if (session.getState().part === null) showTrace(viewer, summary, source);
      else showRest(viewer, summary, source);
      if (viewer.host.kind === 'serve') rememberLocalFile(source.kind === 'file');
    }
  } catch (error) {
    showError(viewer, error);
  } finally {
    if (!requests.isRunning('open')) {
      session.setState({ opening: null });
      dropPart(viewer);
    }
  }
  void refreshRecent(viewer);
}

export function cancelOpen(viewer: Viewer): void {
  viewer.requests.abort('open');
  viewer.session.setState({ opening: null });
  dropPart(viewer);
  announce(viewer, 'Cancelled.');
}

/** `source`: where what is opened comes from, if its first part may be shown before the rest is there. */
function showProgress(
  viewer: Viewer,
  name: string,
  signal: AbortSignal,
  source: OpenSource | null,
): (progress: Progress) => void {
  return (progress) => {
    if (signal.aborted) return;
    if (progress.firstPart === undefined) viewer.session.setState({ opening: { name, progress } });
    else if (source !== null) showFirstPart(viewer, progress.firstPart, source);
  };
}

/** The first part of a large trace can be looked at while the rest is read. */
function showFirstPart(viewer: Viewer, firstPart: TraceSummary, source: OpenSource): void {
  const { summary, source: from, part } = viewer.session.getState();
  const before = summary === null || from === null ? null : { summary, source: from };
  replaceTrace(viewer, firstPart, source);
  viewer.session.setState({ part: { before: part === null ? before : part.before } });
}

/** The whole trace in place of its first part: what the user has done with that stays. */
function showRest(viewer: Viewer, summary: TraceSummary, source: OpenSource): void {
  const { view, session } = viewer;
  const { fromNs, toNs, endNs } = view.getState();
  const isFitted = fromNs === 0 && toNs === endNs;
  const isUntouched =
    isFitted &&
    Object.keys(viewer.filter.getState().filter).length === 0 &&
    viewer.selection.getState().id === null &&
    viewer.view.getState().marks.length === 0;
  if (isUntouched) return showTrace(viewer, summary, source);
  view.setState({ endNs: Math.max(1, summary.endNs) });
  if (isFitted) view.getState().fit();
  session.setState((s) => ({ summary, opening: null, part: null, namesVersion: s.namesVersion + 1 }));
  showHealth(viewer, summary);
  void loadSymbols(viewer, {}, 'background');
}

/** Where only the first part of a trace came to be shown: back to what was there before. */
function dropPart(viewer: Viewer): void {
  const { part } = viewer.session.getState();
  if (part === null) return;
  if (part.before !== null) showTrace(viewer, part.before.summary, part.before.source);
  else viewer.session.setState({ summary: null, source: null, part: null });
}

/** Replaces everything that belonged to the trace before, and goes back to where the user was in this one, if ever. */
function showTrace(viewer: Viewer, summary: TraceSummary, source: OpenSource): void {
  replaceTrace(viewer, summary, source);
  viewer.session.setState({ opening: null, part: null });
  showHealth(viewer, summary);
  restoreView(viewer, summary);
  // Names come in the background: local places only, unless the user's setting allows servers.
  void loadSymbols(viewer, {}, 'background');
}

function replaceTrace(viewer: Viewer, summary: TraceSummary, source: OpenSource): void {
  viewer.requests.abortAll('q:');
  viewer.messages.getState().clear('health:');
  viewer.messages.getState().clear('view:');
  viewer.filter.getState().reset();
  viewer.search.getState().close();
  viewer.tables.setState((s) => ({
    openRows: new Set<string>(),
    stacks: { ...s.stacks, root: DEFAULT_STACKS_VIEW.root, openNodes: DEFAULT_STACKS_VIEW.openNodes },
  }));
  viewer.selection.setState(NOTHING_SELECTED);
  viewer.data.setState({ facets: null, overview: null, matched: 0, total: summary.objects + summary.mappings });
  viewer.view.setState(freshView(Math.max(1, summary.endNs)));
  viewer.session.setState((s) => ({
    summary,
    source,
    stale: false,
    traceSerial: s.traceSerial + 1,
    symbols: { ...NO_SYMBOL_JOB, status: summary.symbols ?? null },
  }));
}

function showHealth(viewer: Viewer, summary: TraceSummary): void {
  for (const [index, entry] of summary.info.health.entries()) {
    if (entry.severity !== 'info')
      viewer.messages.getState().show({ key: `health:${index}`, severity: entry.severity, text: entry.message });
  }
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
      viewer.host.open(source, showProgress(viewer, name, signal, null), signal),
    );
    if (again === null) return;
    session.setState((s) => ({ stale: false, namesVersion: s.namesVersion + 1 }));
    void loadSymbols(viewer, {}, 'background');
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
  const stopEvents = viewer.host.onEvent((event) => {
    if (event.kind === 'open') void openTrace(viewer, event.source);
    else if (event.kind === 'command') onCommand(event.id);
    else if (event.kind === 'connected') void connected(viewer);
    else disconnected(viewer, event.message);
  });
  const stopRemembering = rememberViews(viewer);
  void refreshRecent(viewer);
  if (location.hash !== EMPTY_WINDOW_HASH) {
    void viewer.host.argumentFile().then(
      (name) => {
        if (name !== null && viewer.session.getState().summary === null)
          return openTrace(viewer, { kind: 'argument' }, name);
      },
      (error: unknown) => showError(viewer, error),
    );
  }
  return () => {
    stopEvents();
    stopRemembering();
  };
}
