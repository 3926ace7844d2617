import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { EVENT_KINDS, type EventKind, type EventRow, type ObjectDetails } from '../../shared/records.ts';
import { BackIcon, ForwardIcon } from '../app/icons.tsx';
import { keyText } from '../app/commands/keymap.ts';
import { commandById } from '../app/commands/registry.ts';
import { Name } from '../app/Name.tsx';
import { displayName } from '../displayName.ts';
import { nextRow } from '../filters/useRovingFocus.ts';
import { formatCount } from '../format.ts';
import { selectEvent, selectNextEvent } from '../state/select.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { referenceText } from './detailsText.ts';
import { loadMoreEvents, nextEventLimit, showAllEvents } from './loadEvents.ts';
import { StackSection } from './StackPair.tsx';

const ROW_HEIGHT = 38;
const HEADER_HEIGHT = 24;
/** Events before the list scrolls by itself. */
const MOST_ROWS = 10;

/** The object's events in order, with the counts after each; the selected one is marked in the lanes too. */
export function EventList({ details, fold }: { details: ObjectDetails; fold: boolean }) {
  const { events, eventCount } = details;
  const selected = useViewerState('selection', (s) => s.event);
  const [kinds, setKinds] = useState<ReadonlySet<EventKind>>(new Set());
  const counts = useMemo(() => countKinds(events), [events]);
  const shown = useMemo(() => indexesOf(events, kinds), [events, kinds]);
  return (
    <section className="details-section" aria-label="Events">
      <div className="details-section-head">
        <h3>Events</h3>
        <span className="facet-total">{formatCount(eventCount)}</span>
        <StepButton id="previousEvent" label="Previous event" direction={-1} />
        <StepButton id="nextEvent" label="Next event" direction={1} />
      </div>
      {counts.length > 1 && (
        <div className="event-kinds" role="group" aria-label="Kinds of events">
          {counts.map(([kind, count]) => (
            <button
              key={kind}
              type="button"
              aria-pressed={kinds.has(kind)}
              onClick={() => setKinds(toggledKind(kinds, kind))}
            >
              {kind} <span className="facet-count">{formatCount(count)}</span>
            </button>
          ))}
        </div>
      )}
      <EventGrid events={events} shown={shown} selected={selected} />
      {events.length < eventCount && <MoreEvents details={details} />}
      {selected !== null && events[selected] !== undefined && (
        <SelectedStack stack={events[selected].stack} details={details} fold={fold} />
      )}
    </section>
  );
}

/** The same as the key. */
function StepButton({ id, label, direction }: { id: string; label: string; direction: 1 | -1 }) {
  const viewer = useViewer();
  const changed = useViewerState('keys', (s) => s.changed);
  const command = commandById(id);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={command === undefined ? label : `${label} (${keyText(command, changed)})`}
      onClick={() => selectNextEvent(viewer, direction)}
    >
      {direction < 0 ? <BackIcon /> : <ForwardIcon />}
    </button>
  );
}

/** The stack of the event that is selected; where it stands above already, a word of that. */
function SelectedStack({ stack, details, fold }: { stack: number | null; details: ObjectDetails; fold: boolean }) {
  const { createStack, destroyStack } = details;
  if (stack !== null && (stack === createStack || stack === destroyStack)) {
    return (
      <p className="details-note">
        The selected event has the {stack === createStack ? 'create' : 'destroy'} stack, above.
      </p>
    );
  }
  return (
    <StackSection
      title="Stack of the selected event"
      stack={stack}
      details={details}
      fold={fold}
      testId="event-stack"
      missing="The trace has no stack for this event."
    />
  );
}

interface EventGridProps {
  events: readonly EventRow[];
  /** indexes of the events that are listed, rising */
  shown: readonly number[];
  selected: number | null;
}

function EventGrid({ events, shown, selected }: EventGridProps) {
  const viewer = useViewer();
  const time = useTimeFormat();
  const endNs = useViewerState('view', (s) => s.endNs);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    useFlushSync: false,
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    initialRect: { width: 320, height: MOST_ROWS * ROW_HEIGHT },
  });
  const { handleLength, hasReferences } = useMemo(() => widthsOf(events), [events]);
  const active = selected === null ? -1 : shown.indexOf(selected);
  useEffect(() => {
    if (active >= 0) rows.scrollToIndex(active);
  }, [rows, active]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = nextRow(event.key, active, shown.length);
    if (next === null || shown.length === 0) return;
    event.preventDefault();
    selectEvent(viewer, shown[next]);
  }

  return (
    <div
      ref={scroller}
      className={`event-grid${hasReferences ? ' has-references' : ''}`}
      role="grid"
      aria-label="Events"
      aria-rowcount={shown.length + 1}
      aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      data-testid="event-grid"
      style={
        {
          height: HEADER_HEIGHT + Math.min(Math.max(1, shown.length), MOST_ROWS) * ROW_HEIGHT,
          '--time-chars': time.bare(endNs).length,
          '--handle-chars': handleLength,
        } as CSSProperties
      }
      onKeyDown={onKeyDown}
      onPointerLeave={() => viewer.view.getState().set({ cursorNs: null })}
    >
      <div className="event-row is-head" role="row" aria-rowindex={1}>
        <span role="columnheader">Time ({time.unit})</span>
        <span role="columnheader">Event</span>
        <span role="columnheader">Handle</span>
        <span role="columnheader" title="Handles of the object that are open after the event">
          Open
        </span>
        {hasReferences && (
          <span role="columnheader" title="Change of the reference count, and the count after it">
            Refs
          </span>
        )}
      </div>
      <div role="presentation" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const event = events[shown[index]];
          const where = eventPlace(event);
          return (
            <div
              key={shown[index]}
              id={`${id}-${index}`}
              className="event-row"
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === active}
              data-testid="event-row"
              style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
              onClick={() => selectEvent(viewer, shown[index])}
              onPointerEnter={() => viewer.view.getState().set({ cursorNs: event.ns })}
            >
              <span role="gridcell" className="mono" title={time.full(event.ns)}>
                {time.bare(event.ns)}
              </span>
              <span role="gridcell" className="event-kind" title={displayName(where)}>
                {event.kind}
                <span className="event-process">
                  <Name text={where} most={300} />
                </span>
              </span>
              <span role="gridcell" className="mono">
                {event.handle ?? ''}
              </span>
              <span role="gridcell">{event.openHandles === null ? '' : formatCount(event.openHandles)}</span>
              {hasReferences && <span role="gridcell">{referenceText(event)}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function MoreEvents({ details }: { details: ObjectDetails }) {
  const viewer = useViewer();
  const { events, eventCount, row } = details;
  const next = nextEventLimit(events.length, eventCount);
  return (
    <p className="details-note">
      The first {formatCount(events.length)} of {formatCount(eventCount)} events.{' '}
      {next !== null && (
        <button type="button" className="link-button" onClick={() => void loadMoreEvents(viewer)}>
          Load {formatCount(Math.min(next, eventCount) - events.length)} more
        </button>
      )}{' '}
      <button type="button" className="link-button" onClick={() => showAllEvents(viewer, row.id)}>
        All of them in the Events table
      </button>
    </p>
  );
}

const LEAST_HANDLE_LENGTH = 6;

/** Room that the columns need: letters of the longest handle, and whether there are references at all. */
function widthsOf(events: readonly EventRow[]): { handleLength: number; hasReferences: boolean } {
  let handleLength = LEAST_HANDLE_LENGTH;
  let hasReferences = false;
  for (const event of events) {
    handleLength = Math.max(handleLength, event.handle?.length ?? 0);
    hasReferences ||= referenceText(event) !== '';
  }
  return { handleLength, hasReferences };
}

/** Kinds that the events have, in the contract's order. */
function countKinds(events: readonly EventRow[]): [EventKind, number][] {
  const counts = new Map<EventKind, number>();
  for (const { kind } of events) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return EVENT_KINDS.flatMap((kind) => (counts.has(kind) ? [[kind, counts.get(kind)!]] : []));
}

/** @param kinds empty: all */
function indexesOf(events: readonly EventRow[], kinds: ReadonlySet<EventKind>): number[] {
  const indexes: number[] = [];
  for (let index = 0; index < events.length; index++) {
    if (kinds.size === 0 || kinds.has(events[index].kind)) indexes.push(index);
  }
  return indexes;
}

function toggledKind(kinds: ReadonlySet<EventKind>, kind: EventKind): Set<EventKind> {
  const changed = new Set(kinds);
  if (!changed.delete(kind)) changed.add(kind);
  return changed;
}

function eventPlace({ process, tid, note }: EventRow): string {
  const parts = [process ?? 'unknown process', tid === null ? '' : `thread ${tid}`, note ?? ''];
  return parts.filter((part) => part !== '').join(' · ');
}
