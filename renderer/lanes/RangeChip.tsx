import { CloseIcon } from '../app/icons.tsx';
import { formatCount, formatDuration } from '../format.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { xOfTime } from './geometry.ts';
import { filterToRange, zoomToRange } from './rulerRange.ts';
import { useOpenCount } from './useOpenCount.ts';

interface RangeChipProps {
  gutterWidth: number;
  plotWidth: number;
}

/** Half of the chip's usual width, px. */
const HALF = 190;

/** What is selected on the ruler: its length, how the number of open handles changes in it, and what can be done with it. */
export function RangeChip({ gutterWidth, plotWidth }: RangeChipProps) {
  const viewer = useViewer();
  const range = useViewerState('view', (s) => s.rulerRange);
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const before = useOpenCount(range?.fromNs ?? null, 'openAtRangeStart');
  const after = useOpenCount(range?.toNs ?? null, 'openAtRangeEnd');
  if (range === null) return null;
  const middle = xOfTime({ fromNs, toNs, width: plotWidth }, (range.fromNs + range.toNs) / 2);
  const width = gutterWidth + plotWidth;
  const x = Math.min(Math.max(gutterWidth + middle, HALF), Math.max(HALF, width - HALF));
  const isCounted = before?.ns === range.fromNs && after?.ns === range.toNs;
  return (
    <div
      className="range-chip"
      role="group"
      aria-label="Selected range"
      style={{ left: Math.min(x, width / 2 > HALF ? x : width / 2) }}
      data-testid="range-chip"
    >
      <b data-testid="range-length">{formatDuration(range.toNs - range.fromNs)}</b>
      <span className="range-open" data-testid="range-open">
        {isCounted
          ? `${signed(after.count - before.count)} open (${formatCount(before.count)} → ${formatCount(after.count)})`
          : '… open'}
      </span>
      <button type="button" className="link-button" onClick={() => zoomToRange(viewer)} title="Zoom to the range (R)">
        Zoom
      </button>
      <button
        type="button"
        className="link-button"
        onClick={() => filterToRange(viewer)}
        title="Keep only events of the range"
      >
        Filter
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Remove the range"
        title="Remove the range"
        onClick={() => viewer.view.getState().set({ rulerRange: null })}
      >
        <CloseIcon />
      </button>
    </div>
  );
}

/** "+37", "−4", "±0" */
export function signed(count: number): string {
  if (count === 0) return '±0';
  return `${count > 0 ? '+' : '−'}${formatCount(Math.abs(count))}`;
}
