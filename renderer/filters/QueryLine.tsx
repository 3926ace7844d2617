import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { filterKey } from '../../shared/filter.ts';
import { formatQuery, parseQuery, type QueryError } from '../../shared/queryText.ts';
import { FilterIcon } from '../app/icons.tsx';
import { Name } from '../app/Name.tsx';
import { useServiceQuery } from '../state/useServiceQuery.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { suggestions, wantedValues, type Suggestion } from './completion.ts';
import { queryHistory, rememberQuery } from './queryHistory.ts';

/** Far more than anybody types, and little enough to mark errors in it with every letter. */
const LONGEST_QUERY = 20_000;
const MOST_VALUES = 20;

/**
 * All filters as one line of text. What is typed is a draft: Enter, a chosen value or leaving the box puts it into force, as one step of
 * undo; a filter that changes elsewhere replaces it.
 */
export function QueryLine() {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const clears = useViewerState('filter', (s) => s.clears);
  /** null: the line shows the filter in force */
  const [draft, setDraft] = useState<string | null>(null);
  const [caret, setCaret] = useState(0);
  const [listed, setListed] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  const errorId = useId();

  const key = filterKey(filter);
  useEffect(() => setDraft(null), [key, clears]);
  const inForce = useMemo(() => formatQuery(filter), [filter]);
  const text = draft ?? inForce;
  const allErrors = useMemo(() => (draft === null ? [] : parseQuery(draft).errors), [draft]);
  // A word that is being written is not wrong yet.
  const errors = allErrors.filter(({ at, length }) => !listed || caret < at || caret > at + length);
  const wanted = listed ? wantedValues(text, caret) : null;
  const values = useServiceQuery(
    'facets',
    wanted === null ? null : { filter, search: { [wanted.facet]: wanted.search }, limit: MOST_VALUES },
    'completion',
  );
  const found = useMemo(() => {
    if (!listed) return [];
    if (text.trim() === '') return [...historySuggestions(), ...suggestions('', 0, [])];
    const facet = wantedValues(text, caret)?.facet;
    const entries = facet === undefined ? [] : (values.data?.lists[facet].entries.slice(0, MOST_VALUES) ?? []);
    return suggestions(text, caret, entries);
  }, [listed, text, caret, values.data]);

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);

  function change(next: string, at: number): void {
    setDraft(next);
    setCaret(at);
    setActive(-1);
  }

  /** False where the text has errors: then it stays a draft, with its errors marked. */
  function apply(typed: string): boolean {
    const { filter: parsed, errors: wrong } = parseQuery(typed);
    if (wrong.length > 0) return false;
    viewer.filter.getState().replace(parsed);
    rememberQuery(typed.trim());
    setDraft(null);
    return true;
  }

  function take(suggestion: Suggestion): void {
    if (!(suggestion.complete && apply(suggestion.text))) change(suggestion.text, suggestion.caret);
    setListed(!suggestion.complete);
    setActive(-1);
    // After React has put the text into the box.
    requestAnimationFrame(() => {
      const at = suggestion.complete ? (input.current?.value.length ?? 0) : suggestion.caret;
      input.current?.setSelectionRange(at, at);
    });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const by = event.key === 'ArrowDown' ? 1 : -1;
      if (!listed) setListed(true);
      else setActive(wrapped(active + by, found.length));
    } else if (event.key === 'Enter') {
      if (listed && active >= 0 && found[active] !== undefined) take(found[active]);
      else {
        apply(text);
        setListed(false);
      }
    } else if (event.key === 'Tab' && listed && active >= 0 && found[active] !== undefined) {
      take(found[active]);
    } else if (event.key === 'Escape' && (listed || draft !== null)) {
      if (!listed) setDraft(null);
      setListed(false);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  const shown = listed && found.length > 0;
  return (
    <div className="query" role="search" aria-label="Filters as text">
      <FilterIcon />
      <div className="query-box">
        <div ref={mirror} className="query-mirror" aria-hidden="true">
          {marked(text, errors)}
        </div>
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Filters as text"
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
          aria-invalid={errors.length > 0}
          aria-describedby={errors.length > 0 ? errorId : undefined}
          placeholder="type:Event process:name leak lifetime:>1s …, or a part of a name"
          spellCheck={false}
          autoComplete="off"
          maxLength={LONGEST_QUERY}
          data-testid="query"
          value={text}
          onChange={(event) => {
            change(event.currentTarget.value, event.currentTarget.selectionStart ?? 0);
            setListed(true);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onScroll={(event) => {
            if (mirror.current !== null) mirror.current.scrollLeft = event.currentTarget.scrollLeft;
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setListed(false);
            if (draft !== null) apply(draft);
          }}
        />
      </div>
      {/* A press would take the focus from the box, and with it close the list. */}
      <ul
        ref={list}
        id={listId}
        className="query-list"
        role="listbox"
        aria-label="Filters that fit"
        hidden={!shown}
        onPointerDown={(event) => event.preventDefault()}
      >
        {found.map((suggestion, index) => (
          <li
            key={`${suggestion.text}:${suggestion.label}`}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            onClick={() => take(suggestion)}
          >
            <span className="query-word">
              <Name text={suggestion.label} most={200} />
            </span>
            <span className="query-hint">
              <Name text={suggestion.detail} most={200} />
            </span>
          </li>
        ))}
      </ul>
      {draft !== null && allErrors.length === 0 && filterKey(parseQuery(draft).filter) !== key && (
        <span className="query-draft" aria-hidden="true">
          <kbd>Enter</kbd>
        </span>
      )}
      {errors.length > 0 && (
        <p id={errorId} className="query-error" role="status" data-testid="query-error">
          <Name text={errors[0].message} most={400} />
        </p>
      )}
    </div>
  );
}

function historySuggestions(): Suggestion[] {
  return queryHistory().map((text) => ({
    label: text,
    detail: 'used before',
    text,
    caret: text.length,
    complete: true,
  }));
}

/** Round the end, with a place before the first where nothing is chosen. */
function wrapped(index: number, count: number): number {
  if (index < -1) return count - 1;
  return index >= count ? -1 : index;
}

/** The text with what is wrong in it underlined; it lies under the box, letter on letter. */
function marked(text: string, errors: readonly QueryError[]) {
  const parts = [];
  let from = 0;
  for (const { at, length } of errors) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + length)}</mark>);
    from = at + length;
  }
  parts.push(text.slice(from));
  return parts;
}
