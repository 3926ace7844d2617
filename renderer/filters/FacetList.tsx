import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import type { FacetEntry, FacetName } from '../../shared/service.ts';
import { CheckIcon, MinusIcon } from '../app/icons.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { Name } from '../app/Name.tsx';
import { displayName } from '../displayName.ts';
import { formatCount, formatPlural } from '../format.ts';
import { useServiceQuery } from '../state/useServiceQuery.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { typeSlot } from '../theme/palette.ts';
import { onlyValue, patchText, toggleValue, valueState, type ValueState } from './filterText.ts';
import { FrameName } from './FrameName.tsx';
import { LongName } from './LongName.tsx';
import { SearchBox } from './SearchBox.tsx';
import { ListEnd } from './ListEnd.tsx';
import { useRovingFocus } from './useRovingFocus.ts';
import { useTypedText } from './useTypedText.ts';

interface FacetListProps {
  /** The list, and the field of the filter that it sets. */
  facet: FacetName;
  /** What its entries are, for names of buttons and empty lists: "processes". */
  what: string;
  swatches?: boolean;
  /** Entries shown before "Show all". */
  shown?: number;
  /** Words for a value, where its label says little to people. */
  word?: (entry: FacetEntry) => string;
}

/** Lists whose entries begin alike: paths, and pairs of processes. */
const TOLD_BY_THEIR_END: ReadonlySet<FacetName> = new Set(['objectName', 'inheritedPair']);

const ROW_HEIGHT = 24;
const DETAIL_ROW_HEIGHT = 38;
/** Rows of an opened list before it scrolls by itself. */
const MOST_ROWS = 14;
/** How many entries are asked for, from "more" to "more". The first is what the panel has anyway. */
const LIMITS = [200, 2000, 10_000];
const LONGEST_SEARCH = 1000;
const LONGEST_TITLE = 400;

/** A list of values with their counts under the other filters; clicks and keys include, exclude or leave only one. */
export function FacetList({ facet, what, swatches = false, shown = 8, word }: FacetListProps) {
  const filter = useViewerState('filter', (s) => s.filter);
  const counted = useViewerState('data', (s) => s.facets?.lists[facet] ?? null);
  const failed = useViewerState('data', (s) => s.facetsFailed !== null);
  const [search, setSearch] = useState('');
  const [typed, type] = useTypedText(search, setSearch);
  const [step, setStep] = useState(0);
  const [all, setAll] = useState(false);
  const text = filter[facet];

  const wanted = search.trim().slice(0, LONGEST_SEARCH);
  const asksOwn = wanted !== '' || step > 0;
  const own = useServiceQuery(
    'facets',
    asksOwn ? { filter, lists: [facet], search: wanted === '' ? {} : { [facet]: wanted }, limit: LIMITS[step] } : null,
    `facets:${facet}`,
  );
  const list = asksOwn ? (own.data?.lists[facet] ?? counted) : counted;
  const open = all || wanted !== '';
  const entries = useMemo(() => {
    if (list === null || open) return list?.entries ?? [];
    return list.entries.filter((entry, index) => index < shown || valueState(text, entry.value) !== null);
  }, [list, open, shown, text]);

  if (list === null) return <p className="facet-none">{failed ? 'No counts.' : 'Counting…'}</p>;
  return (
    <>
      {(list.distinct > shown || search !== '' || typed !== '') && (
        <SearchBox label={`Search ${what}`} value={typed} onChange={type} testId={`search-${facet}`} />
      )}
      {asksOwn && own.error !== null && <InlineError error={own.error} what={`counting ${what}`} retry={own.retry} />}
      <Entries facet={facet} what={what} entries={entries} swatches={swatches} word={word} text={text} />
      {entries.length === 0 && (
        <p className="facet-none">
          {wanted === '' ? `No ${what} under the other filters.` : `No ${what} contain “${displayName(wanted, 60)}”.`}
        </p>
      )}
      {!open && list.distinct > entries.length && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          Show all {formatCount(list.distinct)}
        </button>
      )}
      {open && list.distinct > list.entries.length && (
        <p className="facet-none">
          The {formatCount(list.entries.length)} with the most objects of {formatCount(list.distinct)}.{' '}
          {step < LIMITS.length - 1 ? (
            <button type="button" className="link-button" onClick={() => setStep(step + 1)}>
              Show more
            </button>
          ) : (
            'Search for the others.'
          )}
        </p>
      )}
      {all && wanted === '' && list.entries.length > shown && (
        <button
          type="button"
          className="link-button"
          onClick={() => {
            setAll(false);
            setStep(0);
          }}
        >
          Show fewer
        </button>
      )}
    </>
  );
}

interface EntriesProps {
  facet: FacetName;
  what: string;
  entries: readonly FacetEntry[];
  swatches: boolean;
  word: ((entry: FacetEntry) => string) | undefined;
  /** the filter's text of the list */
  text: string | undefined;
}

function Entries({ facet, what, entries, swatches, word, text }: EntriesProps) {
  const viewer = useViewer();
  const scroller = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState(0);
  const active = Math.min(current, entries.length - 1);
  const most = useMemo(() => entries.reduce((max, entry) => Math.max(max, entry.objects), 1), [entries]);
  const height = entries.some((entry) => entry.detail !== undefined) ? DETAIL_ROW_HEIGHT : ROW_HEIGHT;
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => entries[index].value,
    overscan: 6,
    useFlushSync: false,
    initialRect: { width: 240, height: MOST_ROWS * height },
  });
  const roving = useRovingFocus(scroller, entries.length, active, (index) => {
    setCurrent(index);
    rows.scrollToIndex(index);
  });

  const apply = (value: string, how: 'include' | 'exclude' | 'only') => {
    const next = how === 'only' ? onlyValue(text, value) : toggleValue(text, value, how);
    patchText(viewer, facet, next);
  };
  const onKeyDown = (event: KeyboardEvent, value: string) => {
    if (roving.onKeyDown(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const how = event.key.toLowerCase() === 'x' ? 'exclude' : event.key.toLowerCase() === 'o' ? 'only' : null;
    if (how === null) return;
    event.preventDefault();
    apply(value, how);
  };
  const onClick = (event: MouseEvent, value: string) => {
    apply(value, event.altKey ? 'exclude' : event.ctrlKey || event.metaKey ? 'only' : 'include');
  };

  return (
    <ul
      ref={scroller}
      className="facet-list"
      aria-label={what}
      style={{ height: Math.min(entries.length, MOST_ROWS) * height }}
    >
      {rows.getVirtualItems().map(({ index, start, key }) => {
        const entry = entries[index];
        const state = valueState(text, entry.value);
        const label = word?.(entry) ?? entry.label;
        return (
          <li
            key={key}
            className={`facet-row${state === null ? '' : ` is-${state}`}`}
            data-index={index}
            style={{ height, transform: `translateY(${start}px)` }}
            aria-setsize={entries.length}
            aria-posinset={index + 1}
          >
            <button
              type="button"
              className="facet-entry"
              data-roving
              tabIndex={index === active ? 0 : -1}
              aria-pressed={state === 'include'}
              aria-keyshortcuts="Space X O"
              data-testid="facet-entry"
              data-facet={facet}
              data-value={entry.value}
              title={entryTitle(entry, label)}
              onClick={(event) => onClick(event, entry.value)}
              onKeyDown={(event) => onKeyDown(event, entry.value)}
              onFocus={() => setCurrent(index)}
            >
              <span className="facet-bar" style={{ width: `${(entry.objects / most) * 100}%` }} />
              <StateMark state={state} />
              {swatches && <span className={`swatch type-${typeSlot(entry.label)}`} />}
              <span className="facet-label">
                <Label facet={facet} text={label} />
                {entry.detail !== undefined && (
                  <span className="facet-detail">
                    <Name text={entry.detail} />
                  </span>
                )}
              </span>
              <Counts entry={entry} />
            </button>
            <span className="facet-actions">
              <Action label="only" name={`Only ${displayName(label, 60)}`} run={() => apply(entry.value, 'only')} />
              <Action
                label="not"
                name={
                  state === 'exclude' ? `Do not exclude ${displayName(label, 60)}` : `Exclude ${displayName(label, 60)}`
                }
                run={() => apply(entry.value, 'exclude')}
              />
            </span>
          </li>
        );
      })}
      <ListEnd at={rows.getTotalSize()} />
    </ul>
  );
}

function Label({ facet, text }: { facet: FacetName; text: string }) {
  if (facet === 'createStackId') return <FrameName text={text} />;
  return TOLD_BY_THEIR_END.has(facet) ? <LongName text={text} /> : <Name text={text} />;
}

function StateMark({ state }: { state: ValueState }) {
  return (
    <span className="facet-check">
      {state === 'include' && <CheckIcon />}
      {state === 'exclude' && (
        <>
          <MinusIcon />
          <span className="visually-hidden">excluded: </span>
        </>
      )}
    </span>
  );
}

function Counts({ entry }: { entry: FacetEntry }): ReactNode {
  return (
    <>
      {entry.leaks > 0 && (
        <span className="leak-count">
          {formatCount(entry.leaks)}
          <span className="visually-hidden"> {entry.leaks === 1 ? 'leak' : 'leaks'} of </span>
        </span>
      )}
      <span className="facet-count">{formatCount(entry.objects)}</span>
    </>
  );
}

/** For the mouse: on the keyboard the entry itself takes X and O. */
function Action({ label, name, run }: { label: string; name: string; run: () => void }) {
  return (
    <button type="button" tabIndex={-1} aria-label={name} title={name} onClick={run}>
      {label}
    </button>
  );
}

function entryTitle(entry: FacetEntry, label: string): string {
  const lines = [displayName(label, LONGEST_TITLE)];
  if (entry.detail !== undefined) lines.push(displayName(entry.detail, LONGEST_TITLE));
  lines.push(`${formatPlural(entry.objects, 'object')}, ${formatPlural(entry.leaks, 'leak')}`);
  return lines.join('\n');
}
