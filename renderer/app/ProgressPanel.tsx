import type { Progress } from '../../shared/records.ts';
import { formatCount, formatSize } from '../format.ts';
import { Name } from './Name.tsx';

const PHASES: Record<Progress['phase'], string> = {
  upload: 'Sending the file to leaklanes serve',
  read: 'Reading events',
  sort: 'Sorting events by time',
  correlate: 'Correlating events into lifetimes',
  export: 'Writing the file',
  symbols: 'Looking for function names',
};

export function phaseText(phase: Progress['phase']): string {
  return PHASES[phase];
}

/** Part that is done, 0 to 1; null where the phase has no bytes. */
export function progressShare(progress: Progress | null): number | null {
  if (progress === null || progress.bytesTotal <= 0) return null;
  return Math.min(1, progress.bytesDone / progress.bytesTotal);
}

interface ProgressPanelProps {
  name: string;
  progress: Progress | null;
  onCancel: () => void;
}

/** A file is being opened: over whatever was there before, which Cancel goes back to. */
export function ProgressPanel({ name, progress, onCancel }: ProgressPanelProps) {
  const share = progressShare(progress);
  const numbers = [
    progress !== null && progress.bytesTotal > 0
      ? `${formatSize(progress.bytesDone)} of ${formatSize(progress.bytesTotal)}`
      : '',
    progress !== null && progress.events > 0 ? `${formatCount(progress.events)} events` : '',
  ].filter((part) => part !== '');
  return (
    <div className="progress-backdrop">
      <section className="progress-panel" data-testid="progress" aria-label={`Opening ${name}`}>
        <h2>
          <Name text={name} />
        </h2>
        <p className="progress-phase" aria-live="polite">
          {progress === null ? 'Opening' : phaseText(progress.phase)}…
        </p>
        <div
          className={`progress-track${share === null ? ' is-unknown' : ''}`}
          role="progressbar"
          aria-label={`Opening ${name}`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        >
          <div className="progress-bar" style={share === null ? undefined : { width: `${share * 100}%` }} />
        </div>
        <div className="progress-foot">
          <span className="progress-numbers">{numbers.join(' · ')}</span>
          <button type="button" className="button" data-testid="cancel" onClick={onCancel} autoFocus>
            Cancel
          </button>
        </div>
      </section>
    </div>
  );
}
