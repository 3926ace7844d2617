import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { HandleRow } from '../../shared/records.ts';
import { Name } from '../app/Name.tsx';
import { displayName } from '../displayName.ts';
import { ListEnd } from '../filters/ListEnd.tsx';
import { formatCount } from '../format.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { END_WORDS, isLeakingHandle, START_WORDS } from './detailsText.ts';
import { Moment } from './Identity.tsx';

const ROW_HEIGHT = 62;
/** Handles before the list scrolls by itself. */
const MOST_ROWS = 6;

/** The object's handles in order: whose, where from, how they ended. Rows are made only where they are seen: an object can have a hundred thousand. */
export function HandleList({ handles }: { handles: readonly HandleRow[] }) {
  const scroller = useRef<HTMLUListElement>(null);
  const rows = useVirtualizer({
    count: handles.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
    useFlushSync: false,
    initialRect: { width: 320, height: MOST_ROWS * ROW_HEIGHT },
  });
  return (
    <section className="details-section" aria-label="Handles">
      <div className="details-section-head">
        <h3>Handles</h3>
        <span className="facet-total">{formatCount(handles.length)}</span>
      </div>
      <ul
        ref={scroller}
        className="handle-list"
        aria-label="Handles"
        tabIndex={handles.length > MOST_ROWS ? 0 : undefined}
        style={{ height: Math.min(handles.length, MOST_ROWS) * ROW_HEIGHT }}
      >
        {rows.getVirtualItems().map(({ index, start }) => (
          <Handle key={index} handle={handles[index]} index={index} count={handles.length} top={start} />
        ))}
        <ListEnd at={rows.getTotalSize()} />
      </ul>
    </section>
  );
}

function Handle({ handle, index, count, top }: { handle: HandleRow; index: number; count: number; top: number }) {
  const time = useTimeFormat();
  const leaks = isLeakingHandle(handle) || handle.end === 'processExit';
  const owner = handle.owner ?? 'owner unknown';
  return (
    <li
      className={leaks ? 'is-leak' : ''}
      style={{ height: ROW_HEIGHT, transform: `translateY(${top}px)` }}
      aria-setsize={count}
      aria-posinset={index + 1}
    >
      <div className="handle-owner">
        <span className="handle-value">{handle.handle}</span>
        <span className="handle-process" title={displayName(owner)}>
          <Name text={owner} />
        </span>
      </div>
      <div className="handle-line">
        {START_WORDS[handle.start]} <Moment ns={handle.openNs} unknown={time.birth(null)} />
        {handle.source !== null && (
          <span title={displayName(handle.source)}>
            {' '}
            from <Name text={handle.source} />
          </span>
        )}
      </div>
      <div className="handle-line handle-end">
        {END_WORDS[handle.end]} {handle.closeNs !== null && <Moment ns={handle.closeNs} unknown="" />}
        {handle.closedBy !== null && (
          <span title={displayName(handle.closedBy)}>
            {' '}
            by <Name text={handle.closedBy} />
          </span>
        )}
      </div>
    </li>
  );
}
