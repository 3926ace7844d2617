import type { HealthSeverity, TraceSummary } from '../../shared/records.ts';
import { formatCount } from '../format.ts';

/** The worst thing that is known about the trace; null where there is nothing to say. */
export function worstSeverity(summary: TraceSummary): HealthSeverity | null {
  const { health } = summary.info;
  for (const severity of ['error', 'warning', 'info'] as const)
    if (health.some((entry) => entry.severity === severity)) return severity;
  return null;
}

/** The counts behind the sentences; the third says whether it lowers the trust. */
export function trustFacts({ trust, info }: TraceSummary): [name: string, value: string, bad: boolean][] {
  return [
    ['Events', formatCount(info.events), false],
    ['Events lost', formatCount(trust.eventsLost), trust.eventsLost > 0],
    ['Buffers lost', formatCount(trust.buffersLost), trust.buffersLost > 0],
    ['Damaged buffers', formatCount(trust.damagedBuffers), trust.damagedBuffers > 0],
    ['Decode errors', formatCount(trust.decodeErrors), trust.decodeErrors > 0],
    [
      'Events with a stack',
      percent(trust.objectEventsWithStack, trust.objectEvents),
      trust.objectEventsWithStack < trust.objectEvents * 0.5,
    ],
    ['Unresolved stack keys', formatCount(trust.unresolvedKeys), trust.unresolvedKeys > 0],
    ['Frames without a module', `${formatCount(trust.framesWithoutModule)} of ${formatCount(trust.frames)}`, false],
    ['Frames without a name', `${formatCount(trust.framesWithoutSymbol)} of ${formatCount(trust.frames)}`, false],
    ['Handles of unknown owner', formatCount(trust.handlesWithUnknownOwner), trust.handlesWithUnknownOwner > 0],
    ['Handles closed unseen', formatCount(trust.handlesLost), trust.handlesLost > 0],
    ['Opens unseen', formatCount(trust.opensUnseen), trust.opensUnseen > 0],
    ['Missing', trust.missing.length === 0 ? 'nothing' : trust.missing.join(', '), trust.missing.length > 0],
  ];
}

/** "0 %", "97.3 %", "100 %": never 100 where something is missing. */
export function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : part / whole;
  if (share > 0.999 && share < 1) return '>99.9 %';
  return `${(share * 100).toFixed(share === 1 || share === 0 ? 0 : 1)} %`;
}
