import type { LaneRow } from '../../shared/lanes.ts';
import { formatCount } from '../format.ts';

/** Objects, leaks, leaks at exit and open handles of a group; a narrow gutter shows leaks only (lanes.css). */
export function LaneCounts({ row }: { row: LaneRow }) {
  return (
    <>
      <Count value={row.objects} />
      <Count value={row.leaks} className="is-leaks is-leak" />
      <Count value={row.leaksAtExit} className="is-leak" />
      <Count value={row.openHandles} />
    </>
  );
}

function Count({ value, className = '' }: { value: number; className?: string }) {
  return (
    <span className={`lane-count ${className} ${value === 0 ? 'is-zero' : ''}`}>
      {value === 0 ? '·' : shortCount(value)}
    </span>
  );
}

/** At most five letters: "12,345" is too wide for a column of the gutter, "12.3k" is not. */
export function shortCount(value: number): string {
  if (value < 10_000) return formatCount(value);
  if (value < 100_000) return `${(value / 1000).toFixed(1)}k`;
  if (value < 1e6) return `${Math.round(value / 1000)}k`;
  return `${(value / 1e6).toFixed(1)}M`;
}
