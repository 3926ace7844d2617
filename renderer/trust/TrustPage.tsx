import { Name } from '../app/Name.tsx';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { recordingFacts } from './recordingFacts.ts';
import { TrustRecord } from './TrustRecord.tsx';

/** How far to believe the trace, and how it was recorded. */
export function TrustPage() {
  const viewer = useViewer();
  const summary = useViewerState('session', (s) => s.summary);
  const time = useTimeFormat();
  if (summary === null) return null;
  const { framesWithoutSymbol, framesWithoutModule } = summary.trust;
  return (
    <div className="trust-page" tabIndex={0} role="region" aria-label="How far to believe this trace">
      <h2>How far to believe this trace</h2>
      <TrustRecord summary={summary} />
      {framesWithoutSymbol > framesWithoutModule && (
        <button type="button" className="link-button" onClick={() => viewer.tables.getState().showPage('symbols')}>
          Why frames have no function name
        </button>
      )}
      <h2>How it was recorded</h2>
      <dl className="trust-facts">
        {recordingFacts(summary, time).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Name text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
