import { z } from 'zod';
import type { TraceSummary } from '../../shared/records.ts';
import { readHashView, writeHashView } from './hashView.ts';
import { applyView, currentView, parseView, sameTrace, traceIdentity, type SavedView } from './savedView.ts';
import { readSetting, writeSetting } from './settings.ts';
import type { Viewer } from './viewer.ts';

/** Traces whose views are kept, the last ones. */
const MOST_VIEWS = 30;
/** Bigger views are not kept: storage is shared by all of them. */
const MOST_CHARACTERS = 60_000;
/** How long nothing must change before the view is kept. */
const REST_MS = 300;

const keptSchema = z.array(z.string().max(MOST_CHARACTERS)).max(MOST_VIEWS);

/** The views that are kept, newest first, as JSON texts. */
function keptViews(): string[] {
  const kept = keptSchema.safeParse(readSetting('views'));
  return kept.success ? kept.data : [];
}

/** Goes back to where the user was in this trace: what the page's address says, else what was kept. */
export function restoreView(viewer: Viewer, summary: TraceSummary): void {
  const identity = traceIdentity(summary);
  for (const text of [readHashView(), ...keptViews()]) {
    if (text === null) continue;
    const parsed = parseView(text);
    if (typeof parsed === 'string' || !sameTrace(parsed.view.trace, identity)) continue;
    applyView(viewer, parsed.view, summary);
    // What was restored is where undo and back end.
    viewer.filter.getState().reset(viewer.filter.getState().filter);
    viewer.view.setState({ back: [], forward: [] });
    return;
  }
}

export function keepView(view: SavedView): void {
  const text = JSON.stringify(view);
  if (text.length > MOST_CHARACTERS) return;
  const others = keptViews().filter((other) => {
    const parsed = parseView(other);
    return typeof parsed !== 'string' && !sameTrace(parsed.view.trace, view.trace);
  });
  writeSetting('views', [text, ...others].slice(0, MOST_VIEWS));
}

/** Keeps the view a moment after each change, in the storage and, in a browser, in the page's address. Returns how to stop it. */
export function rememberViews(viewer: Viewer): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = '';
  const keep = () => {
    timer = null;
    const { summary } = viewer.session.getState();
    if (summary === null) return;
    const view = currentView(viewer, summary);
    const text = JSON.stringify(view);
    if (text === last) return;
    last = text;
    keepView(view);
    if (viewer.host.kind === 'serve') writeHashView(text);
  };
  const changed = () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(keep, REST_MS);
  };
  // Closing the page right after a change must not lose it.
  const leaving = () => {
    if (timer === null) return;
    clearTimeout(timer);
    keep();
  };
  // An address that was pasted over this page's: the page stays, only the hash is another.
  const followHash = () => {
    const { summary } = viewer.session.getState();
    const text = readHashView();
    const parsed = text === null ? null : parseView(text);
    if (summary === null || parsed === null || typeof parsed === 'string' || JSON.stringify(parsed.view) === last)
      return;
    applyView(viewer, parsed.view, summary);
    // The address is not the one that was written last: going back to that view has to write it again.
    last = '';
  };
  const stops = [viewer.filter, viewer.view, viewer.tables, viewer.search, viewer.layout, viewer.session].map((store) =>
    (store.subscribe as (listener: () => void) => () => void)(changed),
  );
  window.addEventListener('pagehide', leaving);
  window.addEventListener('hashchange', followHash);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener('pagehide', leaving);
    window.removeEventListener('hashchange', followHash);
    leaving();
  };
}
