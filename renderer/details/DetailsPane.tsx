import { useState } from 'react';
import { CloseIcon } from '../app/icons.tsx';
import type { EventRow, HandleRow, ObjectDetails } from '../../shared/records.ts';
import {
  formatBirth,
  formatCount,
  formatDeath,
  formatDuration,
  formatLifetime,
  formatPlural,
  formatSeconds,
  formatTime,
} from '../format.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { typeSlot } from '../theme/palette.ts';
import { closeDetails } from './closeDetails.ts';
import { CopyButton } from './CopyButton.tsx';
import { detailsAsText, END_WORDS, eventNumbers, isLeakingHandle, leakStatus, START_WORDS } from './detailsText.ts';
import { StackList } from './StackList.tsx';

/** Everything about the selected object, right of the lanes. */
export function DetailsPane() {
  const viewer = useViewer();
  const details = useViewerState('selection', (s) => s.details);
  const id = useViewerState('selection', (s) => s.id);
  if (id === null) return null;
  const loading = details === null || details.row.id !== id;
  return (
    <aside
      className="details"
      data-testid="details"
      data-id={loading ? undefined : id}
      aria-label="Details of the selected object"
      aria-busy={loading}
    >
      <div className="details-bar">
        <span className="details-bar-title">Details</span>
        {details !== null && <CopyButton label="Copy all as text" text={() => detailsAsText(details)} />}
        <button
          type="button"
          className="icon-button"
          aria-label="Close details"
          title="Close details (Esc)"
          data-details-focus
          onClick={() => closeDetails(viewer)}
        >
          <CloseIcon />
        </button>
      </div>
      {details === null ? <p className="details-none">Loading…</p> : <DetailsBody details={details} />}
    </aside>
  );
}

function DetailsBody({ details }: { details: ObjectDetails }) {
  const { row, stacks } = details;
  const frames = (stack: number | null) => (stack === null ? null : (stacks[stack]?.frames ?? null));
  const existing = row.bornBeforeTrace
    ? 'The object was born before the trace.'
    : 'The trace has no stack for this event.';
  return (
    <div className="details-body" tabIndex={0} role="region" aria-label="Object">
      <header className="details-identity">
        <div className="details-type">
          <span className={`swatch type-${typeSlot(row.type)}`} />
          {row.type}
          <span className="details-id">#{formatCount(row.id)}</span>
        </div>
        <h2 className={row.name === null ? 'is-faint' : ''}>{row.name ?? 'no name'}</h2>
        <p className={`status ${row.leak || row.leakAtExit ? 'is-leak' : ''}`}>
          <StatusMark leak={row.leak} leakAtExit={row.leakAtExit} />
          {leakStatus(details)}
        </p>
      </header>
      <dl className="facts">
        <Fact name="Pointer" value={row.pointer} mono />
        <Fact name="Created by" value={row.process ?? 'unknown'} />
        <Fact name="Born" value={formatBirth(row.birthNs)} mono />
        <Fact name="Died" value={formatDeath(row.deathNs)} mono />
        <Fact
          name="Lifetime"
          value={formatLifetime(row.lifetimeNs, row.deathNs)}
          extra={row.lifetimeNs === null ? undefined : formatDuration(row.lifetimeNs)}
          mono
        />
        <Fact name="Handles" value={`${formatCount(row.handles)}, ${formatCount(row.openHandles)} open at the end`} />
        {row.refChanges > 0 && (
          <Fact
            name="References"
            value={`${formatPlural(row.refChanges, 'change')}, at most ${formatCount(details.maxRefCount)}`}
          />
        )}
        {details.otherNames.length > 0 && <Fact name="Also named" value={details.otherNames.join(', ')} />}
        {details.inheritedBy.length > 0 && <Fact name="Inherited by" value={details.inheritedBy.join(', ')} />}
        {details.map !== null && (
          <>
            <Fact name="View" value={`${details.map.base} – ${details.map.end}`} mono />
            <Fact name="Size" value={`${formatCount(details.map.size)} bytes at offset ${details.map.offset}`} />
            <Fact name="File" value={details.map.file ?? 'unknown'} />
          </>
        )}
      </dl>
      {(details.multiProcess || details.overlapped || row.bornBeforeTrace || row.inherited) && (
        <p className="badges">
          {row.bornBeforeTrace && <span className="badge">born before trace</span>}
          {row.inherited && <span className="badge">inherited</span>}
          {details.multiProcess && <span className="badge">multi-process</span>}
          {details.overlapped && <span className="badge">overlapped</span>}
        </p>
      )}
      {details.handles.length > 0 && <Handles key={row.id} handles={details.handles} />}
      <StackList title="Create stack" frames={frames(details.createStack)} testId="create-stack" missing={existing} />
      {details.sameStack > 0 && (
        <p className="details-note" data-testid="same-stack">
          {formatPlural(details.sameStack, 'other object')} from this create stack
        </p>
      )}
      <StackList
        title="Destroy stack"
        frames={frames(details.destroyStack)}
        testId="destroy-stack"
        missing={
          row.deathNs === null
            ? 'The object is alive at the end of the trace.'
            : 'The trace has no stack for this event.'
        }
      />
      <Events events={details.events} count={details.eventCount} />
    </div>
  );
}

function StatusMark({ leak, leakAtExit }: { leak: boolean; leakAtExit: boolean }) {
  if (leak) return <span className="mark-leak" aria-hidden="true" />;
  if (leakAtExit) return <span className="mark-exit" aria-hidden="true" />;
  return <span className="mark-none" aria-hidden="true" />;
}

function Fact({
  name,
  value,
  extra,
  mono = false,
}: {
  name: string;
  value: string;
  extra?: string | undefined;
  mono?: boolean;
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : ''}>
        {value}
        {extra !== undefined && <span className="fact-extra"> {extra}</span>}
      </dd>
    </>
  );
}

/** An object can have a hundred thousand handles; a page of them tells what they are like. */
const HANDLES_SHOWN = 200;

function Handles({ handles }: { handles: readonly HandleRow[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? handles : handles.slice(0, HANDLES_SHOWN);
  return (
    <section className="details-section" aria-label="Handles">
      <div className="details-section-head">
        <h3>Handles</h3>
        <span className="facet-total">{formatCount(handles.length)}</span>
      </div>
      <ul className="handle-list">
        {shown.map((handle, index) => (
          <li key={index} className={isLeakingHandle(handle) || handle.end === 'processExit' ? 'is-leak' : ''}>
            <div className="handle-owner">
              <span className="handle-value">{handle.handle}</span>
              <span className="handle-process" title={handle.owner ?? undefined}>
                {handle.owner ?? 'owner unknown'}
              </span>
            </div>
            <div className="handle-times">
              <span>
                {START_WORDS[handle.start]} <b>{handle.openNs === null ? 'before trace' : formatTime(handle.openNs)}</b>
                {handle.source !== null && <span className="handle-source"> from {handle.source}</span>}
              </span>
              <span className="handle-end">
                {END_WORDS[handle.end]}
                {handle.closeNs !== null && (
                  <>
                    {' '}
                    <b>{formatTime(handle.closeNs)}</b>
                  </>
                )}
                {handle.closedBy !== null && <span className="handle-source"> by {handle.closedBy}</span>}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {shown.length < handles.length && (
        <button type="button" className="link-button details-more" onClick={() => setAll(true)}>
          Show all {formatCount(handles.length)} handles
        </button>
      )}
    </section>
  );
}

function Events({ events, count }: { events: readonly EventRow[]; count: number }) {
  return (
    <section className="details-section" aria-label="Events">
      <div className="details-section-head">
        <h3>Events</h3>
        <span className="facet-total">{formatCount(count)}</span>
      </div>
      <table className="event-table">
        <thead>
          <tr>
            <th scope="col">Time (s)</th>
            <th scope="col">Event</th>
            <th scope="col">Handle</th>
            <th scope="col">Refs</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => (
            <tr key={index}>
              <td className="mono">{formatSeconds(event.ns)}</td>
              <td>
                {event.kind}
                <div className="event-process">
                  {event.process ?? 'unknown process'}
                  {event.tid !== null && ` · thread ${event.tid}`}
                  {event.note !== null && ` · ${event.note}`}
                </div>
              </td>
              <td className="mono">{event.handle ?? ''}</td>
              <td className="mono">{eventNumbers(event)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {events.length < count && (
        <p className="details-note">
          The first {formatCount(events.length)} of {formatCount(count)} events. The CSV export has them all.
        </p>
      )}
    </section>
  );
}
