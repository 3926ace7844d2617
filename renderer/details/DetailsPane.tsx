import { useEffect } from 'react';
import type { EventRow, ObjectDetails } from '../../shared/records.ts';
import { CopyButton } from '../app/CopyButton.tsx';
import { CloseIcon } from '../app/icons.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { refreshDetails } from '../state/select.ts';
import type { SelectionState } from '../state/selectionStore.ts';
import { timeFormatOf } from '../state/useTimeFormat.ts';
import { useRemembered } from '../state/useRemembered.ts';
import type { Viewer } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { closeDetails } from './closeDetails.ts';
import { detailsAsText } from './detailsText.ts';
import { EventList } from './EventList.tsx';
import { HandleList } from './HandleList.tsx';
import { Identity } from './Identity.tsx';
import { Ledger } from './Ledger.tsx';
import { StackPair } from './StackPair.tsx';

/** Everything about the selected object, right of the lanes. */
export function DetailsPane() {
  const viewer = useViewer();
  const details = useViewerState('selection', (s) => s.details);
  const id = useViewerState('selection', (s) => s.id);
  const error = useViewerState('selection', (s) => s.error);
  useCursorOnEvent(viewer);
  if (id === null) return null;
  const isOther = details === null || details.row.id !== id;
  return (
    <aside
      className="details"
      data-testid="details"
      data-id={isOther ? undefined : id}
      aria-label="Details of the selected object"
      aria-busy={isOther && error === null}
    >
      <div className="details-bar">
        <span className="details-bar-title">Details</span>
        {!isOther && <CopyButton label="Copy all as text" text={() => detailsAsText(details, timeFormatOf(viewer))} />}
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
      {error !== null && (
        <InlineError error={error} what={`details of object ${id}`} retry={() => void refreshDetails(viewer)} />
      )}
      {details !== null && (error === null || !isOther) && <DetailsBody details={details} />}
      {details === null && error === null && <p className="details-none">Loading…</p>}
    </aside>
  );
}

/** Whichever way an event is selected, the lanes' cursor stands on it, as long as it is. */
function useCursorOnEvent(viewer: Viewer): void {
  useEffect(
    () =>
      viewer.selection.subscribe((now, before) => {
        if (now.event === before.event && now.id === before.id) return;
        const event = eventOf(now);
        const left = eventOf(before);
        const { cursorNs, set } = viewer.view.getState();
        if (event !== undefined) set({ cursorNs: event.ns });
        // The mouse may have put it elsewhere.
        else if (left !== undefined && cursorNs === left.ns) set({ cursorNs: null });
      }),
    [viewer],
  );
}

function eventOf({ id, details, event }: SelectionState): EventRow | undefined {
  return event === null || details?.row.id !== id ? undefined : details.events[event];
}

function DetailsBody({ details }: { details: ObjectDetails }) {
  const [fold, setFold] = useRemembered('justMyCode', false);
  const { id } = details.row;
  return (
    <div className="details-body" tabIndex={0} role="region" aria-label="Object">
      <Identity details={details} />
      {details.handles.length > 0 && <HandleList key={`handles:${id}`} handles={details.handles} />}
      <StackPair details={details} fold={fold} onFold={setFold} />
      {details.ledger.length > 0 && <Ledger key={`ledger:${id}`} details={details} fold={fold} />}
      <EventList key={`events:${id}`} details={details} fold={fold} />
    </div>
  );
}
