import { memo } from 'react';
import type { LaneRow } from '../../shared/lanes.ts';
import { TriangleIcon } from '../app/icons.tsx';
import { formatCount } from '../format.ts';
import { typeSlot } from '../theme/palette.ts';
import { describeGroup } from './describe.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { groupPath, loadedRow, type LaneData } from './laneData.ts';

interface LaneGutterProps {
  rows: readonly LaneRow[];
  firstRow: number;
  cursorRow: number;
  onToggle: (row: number) => void;
}

/** The labels and counts left of the plot, one absolutely placed element a group row. */
export const LaneGutter = memo(function LaneGutter({ rows, firstRow, cursorRow, onToggle }: LaneGutterProps) {
  return rows.map((row, index) => {
    const number = firstRow + index;
    const className = `lane-label lane-depth-${row.kind === 'lane' ? 2 : row.depth}${number === cursorRow ? ' is-cursor' : ''}`;
    const style = { top: number * ROW_HEIGHT };
    if (row.kind === 'lane') return <div key={number} className={className} style={style} />;
    return (
      <div
        key={number}
        className={className}
        style={style}
        title={describeGroup(row)}
        data-testid="lane-group"
        data-key={row.key}
      >
        <button
          type="button"
          className="lane-toggle"
          tabIndex={-1}
          aria-expanded={row.open}
          aria-label={describeGroup(row)}
          onClick={() => onToggle(number)}
        >
          <TriangleIcon open={row.open} />
          {row.depth === 1 && <span className={`swatch type-${typeSlot(row.label)}`} />}
          <span className="lane-name">{row.label === '' ? 'Unknown process' : row.label}</span>
        </button>
        <Counts row={row} />
      </div>
    );
  });
});

/** The headers of the lanes at the top edge, while their own rows are scrolled out above it. */
export function PinnedGroups({ data, topRow }: { data: LaneData; topRow: number }) {
  const row = loadedRow(data, topRow);
  const next = loadedRow(data, topRow + 1);
  // Where the next group is about to reach the edge the pinned ones would hide it.
  if (row === undefined || row.kind === 'group' || next?.kind === 'group') return null;
  return (
    <div className="lanes-pinned" aria-hidden="true">
      {groupPath(data, topRow).map((group) => (
        <div key={group.key} className={`lane-label lane-depth-${group.depth}`}>
          <span className="lane-toggle">
            <TriangleIcon open />
            {group.depth === 1 && <span className={`swatch type-${typeSlot(group.label)}`} />}
            <span className="lane-name">{group.label === '' ? 'Unknown process' : group.label}</span>
          </span>
          <Counts row={group} />
        </div>
      ))}
    </div>
  );
}

function Counts({ row }: { row: LaneRow }) {
  return (
    <>
      <Count value={row.objects} />
      <Count value={row.leaks} className="is-leak" />
      <Count value={row.leaksAtExit} className="is-leak" />
      <Count value={row.openHandles} />
    </>
  );
}

function Count({ value, className = '' }: { value: number; className?: string }) {
  return (
    <span className={`lane-count ${value === 0 ? 'is-zero' : className}`}>{value === 0 ? '·' : shortCount(value)}</span>
  );
}

/** At most five letters: "12,345" is too wide for a column of the gutter, "12.3k" is not. */
export function shortCount(value: number): string {
  if (value < 10_000) return formatCount(value);
  if (value < 100_000) return `${(value / 1000).toFixed(1)}k`;
  if (value < 1e6) return `${Math.round(value / 1000)}k`;
  return `${(value / 1e6).toFixed(1)}M`;
}
