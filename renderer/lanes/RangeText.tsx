import { formatDuration } from '../format.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewerState } from '../state/viewerContext.ts';

/** The shown stretch of time in words. */
export function RangeText() {
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const time = useTimeFormat();
  return (
    <span className="range-text" data-testid="range-text" title={`${time.full(fromNs)} – ${time.full(toNs)}`}>
      {time.moment(fromNs)} – {time.moment(toNs)} <b>{formatDuration(toNs - fromNs)}</b>
    </span>
  );
}
