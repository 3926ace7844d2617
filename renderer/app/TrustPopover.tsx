import { useEffect, useRef, useState } from 'react';
import type { HealthSeverity, TraceSummary } from '../../shared/records.ts';
import { formatCount } from '../format.ts';
import { ShieldIcon } from './icons.tsx';
import { SeverityIcon } from './MessageBar.tsx';

/** The worst thing that is known about the trace; null where there is nothing to say. */
export function worstSeverity(summary: TraceSummary): HealthSeverity | null {
  const { health } = summary.info;
  for (const severity of ['error', 'warning', 'info'] as const)
    if (health.some((entry) => entry.severity === severity)) return severity;
  return null;
}

const WORDS = { error: 'Parts are unreadable', warning: 'Read with care', info: 'Complete' } as const;

/** How far to believe the trace: a button that says it in two words, and the whole record under it. */
export function TrustPopover({ summary }: { summary: TraceSummary }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: PointerEvent) => {
      if (root.current?.contains(event.target as Node) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [open]);
  const worst = worstSeverity(summary) ?? 'info';
  return (
    <div
      className="popover-root"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        event.stopPropagation();
      }}
    >
      <button
        type="button"
        className={`button is-quiet trust-button is-${worst}`}
        aria-expanded={open}
        aria-haspopup="dialog"
        data-testid="trust"
        title="How far to believe this trace"
        onClick={() => setOpen(!open)}
      >
        {worst === 'info' ? <ShieldIcon /> : <SeverityIcon severity={worst} />}
        <span className="trust-word">{WORDS[worst]}</span>
      </button>
      {open && (
        <div
          className="popover trust"
          role="dialog"
          aria-label="How far to believe this trace"
          data-testid="trust-popover"
        >
          <h2>How far to believe this trace</h2>
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
        </div>
      )}
    </div>
  );
}

/** The counts behind the sentences; the third says whether it lowers the trust. */
export function trustFacts({ trust, info }: TraceSummary): [name: string, value: string, bad: boolean][] {
  const share = trust.objectEvents === 0 ? 0 : trust.objectEventsWithStack / trust.objectEvents;
  const percent = share > 0.999 && share < 1 ? '>99.9' : (share * 100).toFixed(share === 1 || share === 0 ? 0 : 1);
  return [
    ['Events', formatCount(info.events), false],
    ['Events lost', formatCount(trust.eventsLost), trust.eventsLost > 0],
    ['Buffers lost', formatCount(trust.buffersLost), trust.buffersLost > 0],
    ['Damaged buffers', formatCount(trust.damagedBuffers), trust.damagedBuffers > 0],
    ['Decode errors', formatCount(trust.decodeErrors), trust.decodeErrors > 0],
    ['Events with a stack', `${percent} %`, share < 0.5],
    ['Unresolved stack keys', formatCount(trust.unresolvedKeys), trust.unresolvedKeys > 0],
    ['Frames without a module', `${formatCount(trust.framesWithoutModule)} of ${formatCount(trust.frames)}`, false],
    ['Handles of unknown owner', formatCount(trust.handlesWithUnknownOwner), trust.handlesWithUnknownOwner > 0],
    ['Handles closed unseen', formatCount(trust.handlesLost), trust.handlesLost > 0],
    ['Opens unseen', formatCount(trust.opensUnseen), trust.opensUnseen > 0],
    ['Missing', trust.missing.length === 0 ? 'nothing' : trust.missing.join(', '), trust.missing.length > 0],
  ];
}
