import type { ReactNode } from 'react';
import type { ObjectDetails } from '../../shared/records.ts';
import { escapeForFilter } from '../../shared/textFilter.ts';
import { Name } from '../app/Name.tsx';
import { displayName } from '../displayName.ts';
import { formatCount, formatDuration, formatPlural } from '../format.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer } from '../state/viewerContext.ts';
import { typeSlot } from '../theme/palette.ts';
import { leakStatus } from './detailsText.ts';
import { FilterLink } from './FilterLink.tsx';
import { showMoment } from './showMoment.ts';

/** What the object is, when it lived, whether it leaks. */
export function Identity({ details }: { details: ObjectDetails }) {
  const { row } = details;
  const time = useTimeFormat();
  return (
    <>
      <header className="details-identity">
        <div className="details-type">
          <span className={`swatch type-${typeSlot(row.type)}`} />
          <Name text={row.type} />
          <span className="details-id">#{formatCount(row.id)}</span>
        </div>
        <h2 className={row.name === null ? 'is-faint' : ''} title={displayName(row.name ?? '')}>
          {row.name === null ? 'no name' : <Name text={row.name} />}
        </h2>
        <p className={`status ${row.leak || row.leakAtExit ? 'is-leak' : ''}`}>
          <span className={row.leak ? 'mark-leak' : row.leakAtExit ? 'mark-exit' : 'mark-none'} aria-hidden="true" />
          <Name text={leakStatus(details)} />
        </p>
      </header>
      <dl className="facts">
        <Fact name="Pointer" mono>
          {row.pointer}
        </Fact>
        <Fact name="Created by">
          <Name text={row.process ?? 'unknown'} />
        </Fact>
        <Fact name="Born" mono>
          <Moment ns={row.birthNs} unknown={time.birth(null)} />
        </Fact>
        <Fact name="Died" mono>
          <Moment ns={row.deathNs} unknown={time.death(null)} />
        </Fact>
        <Fact name="Lifetime" mono>
          {time.lifetime(row.lifetimeNs, row.deathNs)}
          {row.lifetimeNs !== null && <span className="fact-extra"> {formatDuration(row.lifetimeNs)}</span>}
        </Fact>
        <Fact name="Handles">
          {formatCount(row.handles)}, {formatCount(row.openHandles)} open at the end
        </Fact>
        {row.refChanges > 0 && (
          <Fact name="References">
            {formatPlural(row.refChanges, 'change')}, at most {formatCount(details.maxRefCount)}
          </Fact>
        )}
        {details.otherNames.length > 0 && (
          <Fact name="Also named">
            <Names names={details.otherNames} />
          </Fact>
        )}
        {details.inheritedBy.length > 0 && (
          <Fact name="Inherited by">
            {details.inheritedBy.slice(0, MOST_NAMES).map((process) => (
              <FilterLink
                key={process}
                filter={{ relatedProcess: escapeForFilter(process) }}
                what={`what has to do with ${displayName(process, 100)}`}
              >
                <Name text={process} />
              </FilterLink>
            ))}
            <More count={details.inheritedBy.length - MOST_NAMES} />
          </Fact>
        )}
        {details.map !== null && <MappingFacts map={details.map} process={row.process} />}
      </dl>
      {(details.multiProcess || details.overlapped || row.bornBeforeTrace || row.inherited) && (
        <p className="badges">
          {row.bornBeforeTrace && <span className="badge">born before trace</span>}
          {row.inherited && <span className="badge">inherited</span>}
          {details.multiProcess && <span className="badge">multi-process</span>}
          {details.overlapped && <span className="badge">overlapped</span>}
        </p>
      )}
      <Alike details={details} />
    </>
  );
}

/** Names of one object that are written out; a fuzzed trace can have thousands. */
const MOST_NAMES = 20;

function Names({ names }: { names: readonly string[] }) {
  return (
    <>
      {names.slice(0, MOST_NAMES).map((name) => (
        <div key={name}>
          <Name text={name} />
        </div>
      ))}
      <More count={names.length - MOST_NAMES} />
    </>
  );
}

function More({ count }: { count: number }) {
  return count > 0 ? <span className="fact-extra">and {formatCount(count)} more</span> : null;
}

function Fact({ name, mono = false, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : ''}>{children}</dd>
    </>
  );
}

/** A moment that the lanes go to. */
export function Moment({ ns, unknown }: { ns: number | null; unknown: string }) {
  const viewer = useViewer();
  const time = useTimeFormat();
  if (ns === null) return <>{unknown}</>;
  return (
    <button
      type="button"
      className="link-button"
      title={`${time.full(ns)}\nShow in the lanes`}
      onClick={() => showMoment(viewer, ns)}
    >
      {time.moment(ns)}
    </button>
  );
}

function MappingFacts({ map, process }: { map: NonNullable<ObjectDetails['map']>; process: string | null }) {
  const viewer = useViewer();
  return (
    <>
      <Fact name="View" mono>
        {map.base} – {map.end}
      </Fact>
      <Fact name="Size">
        {formatCount(map.size)} bytes at offset {formatCount(map.offset)}
      </Fact>
      <Fact name="File">
        <Name text={map.file ?? 'unknown'} />
      </Fact>
      <Fact name="Address space">
        <button
          type="button"
          className="link-button"
          onClick={() =>
            viewer.view
              .getState()
              .set({ upper: 'mappings', mapProcess: process === null ? '' : escapeForFilter(process) })
          }
        >
          Show beside the process’s other views
        </button>
      </Fact>
    </>
  );
}

/** Filters for what the object has in common with others. */
function Alike({ details }: { details: ObjectDetails }) {
  const { links, sameStack, sameName, row } = details;
  return (
    <ul className="alike" aria-label="Others like it">
      {links.sameStack !== undefined && (
        <li data-testid="same-stack">
          {sameStack === 0 ? (
            'No other object from this create stack'
          ) : (
            <FilterLink filter={links.sameStack} what="the objects from this create stack">
              {formatPlural(sameStack, 'other object')} from this create stack
            </FilterLink>
          )}
        </li>
      )}
      {links.sameName !== undefined && sameName > 0 && (
        <li data-testid="same-name">
          <FilterLink filter={links.sameName} what="the objects with this name">
            {formatPlural(sameName, 'other object')} with this name
          </FilterLink>
        </li>
      )}
      {links.sameProcess !== undefined && (
        <li data-testid="same-process">
          <FilterLink filter={links.sameProcess} what="the objects of this process">
            All of <Name text={row.process ?? 'its process'} most={100} />
          </FilterLink>
        </li>
      )}
      {links.sameType !== undefined && (
        <li data-testid="same-type">
          <FilterLink filter={links.sameType} what="the objects of this type">
            All of type <Name text={row.type} most={100} />
          </FilterLink>
        </li>
      )}
    </ul>
  );
}
