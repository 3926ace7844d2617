import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { BackIcon, CloseIcon, ForwardIcon, SearchIcon } from '../app/icons.tsx';
import { useTypedText } from '../filters/useTypedText.ts';
import { formatCount } from '../format.ts';
import type { SearchHits, SearchPane } from '../state/searchStore.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { hitIn, paneOfFocus } from './paneOfFocus.ts';

const PANE_WORDS: Record<SearchPane, string> = { lanes: 'Lanes', table: 'Table' };
const LONGEST_TEXT = 1000;

/**
 * The box of Ctrl+F over lanes and tables, with the hits in both. Enter goes through those of the pane that had the focus, or that
 * was chosen here; the panes look for the text themselves and say what they found (state/searchStore.ts).
 */
export function SearchBar() {
  const viewer = useViewer();
  const search = useViewerState('search', (s) => s);
  const [typed, type] = useTypedText(search.text, (text) => viewer.search.getState().setText(text));
  const [pane, setPane] = useState<SearchPane>('table');
  const input = useRef<HTMLInputElement>(null);
  const cameFrom = useRef<Element | null>(null);
  /** Enter was pressed before the pane had answered: the step is made when it has. */
  const pending = useRef<{ direction: 1 | -1; to: SearchPane } | null>(null);

  useEffect(() => {
    const focused = document.activeElement;
    const focusedPane = paneOfFocus(focused);
    if (focusedPane !== null) setPane(focusedPane);
    if (focused !== input.current) cameFrom.current = focused;
    input.current?.focus();
    input.current?.select();
  }, [search.shown]);

  function go(direction: 1 | -1, to = pane): void {
    // Letters of the last moment first: their hits are the ones that are meant.
    if (typed !== search.text) viewer.search.getState().setText(typed);
    const state = viewer.search.getState();
    const current = hitIn(state, to, direction);
    if (current !== null) viewer.search.setState({ current });
    pending.current = state.text !== '' && state[to] === null ? { direction, to } : null;
  }

  useEffect(() => {
    if (pending.current === null || search[pending.current.to] === null) return;
    const { direction, to } = pending.current;
    pending.current = null;
    go(direction, to);
  });

  function close(): void {
    viewer.search.getState().close();
    if (cameFrom.current instanceof HTMLElement && cameFrom.current.isConnected)
      cameFrom.current.focus({ preventScroll: true });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="search-bar" role="search" aria-label="Search in lanes and tables" onKeyDown={onKeyDown}>
      <SearchIcon />
      <input
        ref={input}
        type="text"
        aria-label="Search in lanes and tables"
        placeholder="Search in lanes and tables"
        spellCheck={false}
        autoComplete="off"
        maxLength={LONGEST_TEXT}
        value={typed}
        data-testid="search-text"
        onChange={(event) => type(event.currentTarget.value)}
      />
      {search.text !== '' && (
        <span className="search-panes" role="group" aria-label="Where Enter goes">
          {(['lanes', 'table'] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={pane === name}
              title={`Go through the hits in the ${PANE_WORDS[name].toLowerCase()}`}
              data-testid={`search-${name}`}
              onClick={() => {
                setPane(name);
                go(1, name);
              }}
            >
              {PANE_WORDS[name]}{' '}
              <b>{hitsText(search[name], search.current?.pane === name ? search.current.index : null)}</b>
            </button>
          ))}
        </span>
      )}
      <span className="visually-hidden" role="status">
        {spoken(search)}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label="Previous hit"
        title="Previous hit (Shift+Enter)"
        onClick={() => go(-1)}
      >
        <BackIcon />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Next hit"
        title="Next hit (Enter)"
        onClick={() => go(1)}
      >
        <ForwardIcon />
      </button>
      <button type="button" className="icon-button" aria-label="Close the search" title="Close (Esc)" onClick={close}>
        <CloseIcon />
      </button>
    </div>
  );
}

/** "3 of 12", "12", "–" where the pane is not searched (yet). More hits than rows are known by number: "3 of 5,000, first 1,000". */
function hitsText(found: SearchHits | null, index: number | null): string {
  if (found === null) return '–';
  const all = formatCount(found.hits);
  const text = index === null ? all : `${formatCount(index + 1)} of ${all}`;
  return found.hitRows.length < found.hits && found.hitRows.length > 0
    ? `${text}, first ${formatCount(found.hitRows.length)}`
    : text;
}

function spoken({ text, lanes, table }: { text: string; lanes: SearchHits | null; table: SearchHits | null }): string {
  if (text === '' || (lanes === null && table === null)) return '';
  const parts = [
    lanes === null ? '' : `${lanes.hits} in the lanes`,
    table === null ? '' : `${table.hits} in the table`,
  ];
  return `Hits: ${parts.filter((part) => part !== '').join(', ')}`;
}
