import { formatDuration } from '../format.ts';
import { cancelOpen } from '../state/openTrace.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { phaseText, progressShare } from './ProgressPanel.tsx';

/** Says that only the first part of a large trace is shown, how far the rest is, and what that means for leaks. */
export function PartBar() {
  const viewer = useViewer();
  const endNs = useViewerState('session', (s) => s.summary?.endNs ?? 0);
  const progress = useViewerState('session', (s) => s.opening?.progress ?? null);
  const share = progressShare(progress);
  return (
    <div className="part-bar" data-testid="part-bar">
      <p role="status">
        <b>The first {formatDuration(endNs)} of the trace.</b> What is open at the end of it may be closed later: leaks
        count when the rest is there.
      </p>
      <span className="progress-numbers">
        {progress === null ? 'Reading' : phaseText(progress.phase)}
        {share === null ? '…' : ` ${Math.round(share * 100)} %`}
      </span>
      <button type="button" className="button" data-testid="cancel" onClick={() => cancelOpen(viewer)}>
        Cancel
      </button>
    </div>
  );
}
