import type { TraceSummary } from '../../shared/records.ts';
import { SeverityIcon } from '../app/SeverityIcon.tsx';
import { trustFacts } from './trustFacts.ts';

/** What is known of how far a trace can be believed: sentences, and the counts behind them. */
export function TrustRecord({ summary }: { summary: TraceSummary }) {
  return (
    <>
      {summary.info.health.length === 0 ? (
        <p>Nothing was lost, and everything could be read.</p>
      ) : (
        <ul className="trust-list">
          {summary.info.health.map((entry, index) => (
            <li key={index} className={`is-${entry.severity}`}>
              <SeverityIcon severity={entry.severity} />
              <span>{entry.message}</span>
            </li>
          ))}
        </ul>
      )}
      <dl className="trust-facts">
        {trustFacts(summary).map(([name, value, bad]) => (
          <div key={name} className={bad ? 'is-bad' : ''}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
