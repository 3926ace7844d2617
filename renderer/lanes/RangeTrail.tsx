import { BackIcon, ForwardIcon } from '../app/icons.tsx';
import { formatDuration } from '../format.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { rangeTrail } from '../state/viewStore.ts';

/** Stretches that are buttons; those between the whole trace and the last few are left out. */
const SHOWN = 4;

/** The way from the whole trace to what is shown, each stretch a way back. */
export function RangeTrail() {
  const viewer = useViewer();
  const back = useViewerState('view', (s) => s.back);
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const endNs = useViewerState('view', (s) => s.endNs);
  const canGoForward = useViewerState('view', (s) => s.forward.length > 0);
  const time = useTimeFormat();
  const trail = rangeTrail({ back, fromNs, toNs, endNs });
  const shown = trail.length <= SHOWN ? trail : [trail[0], ...trail.slice(1 - SHOWN)];
  return (
    <nav className="range-trail" aria-label="Ranges before" data-testid="range-trail">
      <button
        type="button"
        className="icon-button"
        aria-label="Back to the range before"
        title="Back to the range before (Alt+←)"
        disabled={back.length === 0}
        onClick={() => viewer.view.getState().goBack()}
      >
        <BackIcon />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Forward to the range after"
        title="Forward to the range after (Alt+→)"
        disabled={!canGoForward}
        onClick={() => viewer.view.getState().goForward()}
      >
        <ForwardIcon />
      </button>
      <ol>
        {shown.map((range, index) => (
          <li key={`${range.fromNs}-${range.toNs}`}>
            {index === 1 && shown.length < trail.length && <span>… ›</span>}
            <button
              type="button"
              className="link-button"
              title={`${time.full(range.fromNs)} – ${time.full(range.toNs)}`}
              onClick={() => viewer.view.getState().goTo(range.fromNs, range.toNs)}
            >
              {range.fromNs === 0 && range.toNs === endNs ? 'whole trace' : formatDuration(range.toNs - range.fromNs)}
            </button>
            <span aria-hidden="true">›</span>
          </li>
        ))}
        <li aria-current="true">{trail.length === 0 ? 'whole trace' : formatDuration(toNs - fromNs)}</li>
      </ol>
    </nav>
  );
}
