import { errorData } from '../../shared/errors.ts';
import type { Progress } from '../../shared/records.ts';
import type { LoadSymbolsRequest, SymbolsResult } from '../../shared/symbols.ts';
import { formatCount } from '../format.ts';
import { announce, errorDetails, sentence, showError, type Viewer } from './viewer.ts';

/** Message about a PDB that was picked; the next attempt replaces it. */
const PICKED_KEY = 'symbols:picked';

/** Answers with new names are asked at most this often while names come in, so that the window is not only busy asking. */
const REFRESH_MS = 400;

/**
 * Looks for function names while everything else goes on; whatever is shown is asked again as names come in. `background`: nobody
 * asked for it, so its end is not announced. Errors stand on the Symbols page, and in the message bar where
 * somebody asked and looks at something else.
 */
export async function loadSymbols(
  viewer: Viewer,
  request: LoadSymbolsRequest,
  why: 'background' | 'asked',
): Promise<void> {
  await runSymbolJob(viewer, why, (onProgress, signal) => viewer.host.loadSymbols(request, onProgress, signal));
}

/** Takes a PDB for a module: the file, or (null) what the user picks in the host's dialog. */
export async function usePdb(viewer: Viewer, module: number, file: File | null): Promise<void> {
  await runSymbolJob(viewer, 'picked', (_onProgress, signal) => viewer.host.usePdb(module, file, signal));
}

export function cancelSymbols(viewer: Viewer): void {
  viewer.requests.abort('symbols');
  viewer.session.setState((s) => ({ symbols: { ...s.symbols, running: false, doing: '' } }));
  announce(viewer, 'Stopped looking for names.');
}

async function runSymbolJob(
  viewer: Viewer,
  why: 'background' | 'asked' | 'picked',
  run: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<SymbolsResult | null>,
): Promise<void> {
  const { session, requests } = viewer;
  const refresh = refresher(viewer);
  viewer.messages.getState().dismiss(PICKED_KEY);
  session.setState((s) => ({ symbols: { ...s.symbols, running: true, doing: '', error: null } }));
  try {
    const result = await requests.latest('symbols', (signal) =>
      run((progress) => {
        if (signal.aborted) return;
        const before = session.getState().symbols.status?.version ?? -1;
        session.setState((s) => ({
          symbols: { ...s.symbols, doing: progress.doing ?? '', status: progress.symbols ?? s.symbols.status },
        }));
        if ((progress.symbols?.version ?? -1) > before) refresh.soon();
      }, signal),
    );
    if (result !== null) {
      session.setState((s) => ({
        summary: result.summary,
        symbols: { ...s.symbols, status: result.report.status },
        namesVersion: s.namesVersion + 1,
      }));
      if (why !== 'background') announce(viewer, namesSentence(result));
    } else if (why === 'asked' && !requests.isRunning('symbols')) {
      // Stopped: what was found until then is kept, and that servers may be asked.
      session.setState((s) => ({ namesVersion: s.namesVersion + 1 }));
    }
  } catch (error) {
    showJobError(viewer, why, error);
  } finally {
    refresh.stop();
    if (!requests.isRunning('symbols'))
      session.setState((s) => ({ symbols: { ...s.symbols, running: false, doing: '' } }));
  }
}

function showJobError(viewer: Viewer, why: 'background' | 'asked' | 'picked', error: unknown): void {
  const data = errorData(error);
  if (data.code === 'cancelled') return;
  if (why === 'picked' && viewer.session.getState().lost === null) {
    // The file is not the right one: that says nothing about the other names.
    const message = { text: sentence(data), details: errorDetails(data) };
    viewer.messages.getState().show({ key: PICKED_KEY, severity: 'error', ...message });
    return;
  }
  viewer.session.setState((s) => ({ symbols: { ...s.symbols, error: data } }));
  if (why !== 'background' && viewer.tables.getState().page !== 'symbols') showError(viewer, error);
}

function namesSentence({ report: { status } }: SymbolsResult): string {
  return `Names for ${formatCount(status.framesNamed)} of ${formatCount(status.frames)} frames, in ${formatCount(status.modulesNamed)} of ${formatCount(status.modules)} modules.`;
}

/** Raises namesVersion at once, then at most every {@link REFRESH_MS}. */
function refresher(viewer: Viewer): { soon: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let again = false;
  const raise = () => {
    again = false;
    viewer.session.setState((s) => ({ namesVersion: s.namesVersion + 1 }));
    timer = setTimeout(() => {
      timer = null;
      if (again) raise();
    }, REFRESH_MS);
  };
  return {
    soon: () => {
      if (timer === null) raise();
      else again = true;
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
