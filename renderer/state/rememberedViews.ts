import { z } from 'zod';
import type { TraceSummary } from '../../shared/records.ts';
import { isOwnHash, readHashView, writeHashView } from './hashView.ts';
import {
  applyView,
  currentView,
  differences,
  parseView,
  sameTrace,
  traceIdentity,
  type SavedView,
  type TraceIdentity,
} from './savedView.ts';
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
  const linked = readHashView();
  if (linked !== null && !isOwnHash()) refuseLink(viewer, linked, identity);
  // The storage is newer than an address of our own: it is written even while the page goes.
  for (const text of isOwnHash() ? [...keptViews(), linked] : [linked, ...keptViews()]) {
    if (text === null) continue;
    const parsed = parseView(text);
    if (typeof parsed === 'string' || !sameTrace(parsed.view.trace, identity)) continue;
    warn(viewer, [...parsed.problems, ...applyView(viewer, parsed.view, summary)]);
    // What was restored is where undo and back end.
    viewer.filter.getState().reset(viewer.filter.getState().filter);
    viewer.view.setState({ back: [], forward: [] });
    return;
  }
}

/** Says why the view of a link is not shown, where it is not. */
function refuseLink(viewer: Viewer, text: string, identity: TraceIdentity): void {
  const parsed = parseView(text);
  if (typeof parsed === 'string') warn(viewer, ['The view in the address is none of Leaklanes.']);
  else if (!sameTrace(parsed.view.trace, identity))
    warn(viewer, [
      `The view in the address was not applied, it is of another trace: ${differences(parsed.view.trace, identity)}.`,
    ]);
}

function warn(viewer: Viewer, problems: string[]): void {
  if (problems.length > 0)
    viewer.messages.getState().show({ key: 'view:', severity: 'warning', text: problems.join(' ') });
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
    const { summary, part } = viewer.session.getState();
    // The view of a part would take the place of the view of the whole.
    if (summary === null || part !== null) return;
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
    warn(viewer, [...parsed.problems, ...applyView(viewer, parsed.view, summary)]);
    // The address is not the one that was written last: going back to that view has to write it again.
    last = '';
  };
  const stops = [
    viewer.filter,
    viewer.view,
    viewer.tables,
    viewer.search,
    viewer.selection,
    viewer.layout,
    viewer.session,
  ].map((store) => (store.subscribe as (listener: () => void) => () => void)(changed));
  window.addEventListener('pagehide', leaving);
  window.addEventListener('hashchange', followHash);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener('pagehide', leaving);
    window.removeEventListener('hashchange', followHash);
    leaving();
  };
}
