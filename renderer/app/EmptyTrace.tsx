import type { TraceSummary } from '../../shared/records.ts';
import { formatCount } from '../format.ts';
import { traceName } from '../state/viewer.ts';
import { HowToRecord } from './HowToRecord.tsx';

/** A trace that could be read but has nothing to show: what is missing, and how to record it. */
export function EmptyTrace({ summary, onPick }: { summary: TraceSummary; onPick: () => void }) {
  return (
    <main className="empty-trace" data-testid="empty-trace">
      <h1>No handles in this trace</h1>
      <p>
        <b>{traceName(summary)}</b> was read ({formatCount(summary.info.events)} events), but {reason(summary)}
      </p>
      <HowToRecord />
      <p>
        With wpr, the recording profile needs the kernel keyword <code>Handle</code> (and <code>Object</code> or{' '}
        <code>VAMap</code> for references and file mappings).
      </p>
      <button type="button" className="button is-primary" onClick={onPick}>
        Open another trace…
      </button>
    </main>
  );
}

export function reason(summary: TraceSummary): string {
  const { missing } = summary.trust;
  if (summary.info.events === 0)
    return 'it holds no events at all: the recording was stopped before anything was written.';
  if (missing.includes('handles') && missing.includes('objects') && missing.includes('mappings')) {
    return 'it has no handle, object or mapping events: the kernel keyword for them (OB_HANDLE) was not switched on when it was recorded.';
  }
  if (missing.includes('handles'))
    return 'it has no handle events: the kernel keyword OB_HANDLE was not switched on when it was recorded.';
  return 'no object could be made out of its events.';
}
