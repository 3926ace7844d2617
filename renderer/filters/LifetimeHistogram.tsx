import { Bar } from '@visx/shape';
import { scaleSqrt } from '@visx/scale';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { LifetimeHistogram as Histogram } from '../../shared/service.ts';
import { formatCount, formatDuration, formatPlural } from '../format.ts';
import { useElementSize } from '../app/useElementSize.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { axisEdges, rangeOfBins, stretchOf } from './lifetimeScale.ts';

const HEIGHT = 56;
/** Labels below it. */
const MOST_LABELS = 4;

/** A stretch of whole bins [from, to), and the end of it that stays while the pointer moves the other. */
interface Drag {
  fixed: number;
  from: number;
  to: number;
}

/** How many objects live how long, on a logarithmic scale. Dragging over it, or its two ends, choose a range. */
export function LifetimeHistogram({ histogram }: { histogram: Histogram }) {
  const viewer = useViewer();
  const inForce = useViewerState('filter', (s) => s.filter.lifetime);
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(plot);
  const [drag, setDrag] = useState<Drag | null>(null);
  const { edges, objects, leaks, unknown } = histogram;
  const bins = objects.length;
  const stretch = drag ?? stretchOf(edges, inForce);
  /** the same in whole bins, all of them where nothing is chosen */
  const from = Math.round(stretch?.from ?? 0);
  const to = Math.round(stretch?.to ?? bins);
  const height = scaleSqrt({ domain: [0, Math.max(1, ...objects)], range: [0, HEIGHT] });
  const x = (position: number) => (position / bins) * width;
  const seconds = (position: number) => formatDuration(edges[Math.round(position)] * 1e9);

  const put = (first: number, end: number, how?: 'typed') =>
    viewer.filter.getState().patch({ lifetime: rangeOfBins(edges, first, end) }, how);
  const positionAt = (event: PointerEvent) => {
    const box = plot.current!.getBoundingClientRect();
    return Math.min(bins, Math.max(0, ((event.clientX - box.left) / Math.max(1, box.width)) * bins));
  };
  const moved = (event: PointerEvent, { fixed }: Drag): Drag => {
    const at = positionAt(event);
    const [first, end] = at < fixed ? [Math.floor(at), fixed] : [Math.min(fixed, bins - 1), Math.ceil(at)];
    // A press without a movement is the bin under it.
    return { fixed, from: first, to: Math.max(end, first + 1) };
  };

  return (
    <div className="histogram">
      <div
        ref={plot}
        className="histogram-plot"
        data-testid="lifetime-histogram"
        title="Drag to choose lifetimes; double-click for all"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const { end } = (event.target as HTMLElement).dataset;
          if (end === undefined) {
            const fixed = Math.floor(Math.min(positionAt(event), bins - 1));
            setDrag(moved(event, { fixed, from: fixed, to: fixed }));
          } else setDrag({ fixed: end === 'min' ? to : from, from, to });
        }}
        onPointerMove={(event) => {
          if (drag !== null) setDrag(moved(event, drag));
        }}
        onPointerUp={() => {
          if (drag !== null) put(drag.from, drag.to);
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={() => put(0, bins)}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true">
          {stretch !== null && (
            <rect
              className="histogram-range"
              x={x(stretch.from)}
              width={Math.max(2, x(stretch.to) - x(stretch.from))}
              height={HEIGHT}
            />
          )}
          {objects.map((count, bin) => (
            <g key={bin} className={stretch !== null && (bin + 1 <= stretch.from || bin >= stretch.to) ? 'is-out' : ''}>
              <HistogramBar className="histogram-bar" x={x(bin)} width={width / bins} height={height(count)} />
              <HistogramBar className="histogram-leaks" x={x(bin)} width={width / bins} height={height(leaks[bin])} />
            </g>
          ))}
        </svg>
        <End
          end="min"
          label="Lifetime: at least"
          position={stretch?.from ?? 0}
          bins={bins}
          text={from <= 0 ? 'no limit' : seconds(from)}
          onMove={(bin) => put(Math.min(bin, to - 1), to, 'typed')}
        />
        <End
          end="max"
          label="Lifetime: at most"
          position={stretch?.to ?? bins}
          bins={bins}
          text={to >= bins ? 'no limit' : seconds(to)}
          onMove={(bin) => put(from, Math.max(bin, from + 1), 'typed')}
        />
      </div>
      <div className="histogram-axis" aria-hidden="true">
        {axisEdges(edges, MOST_LABELS).map((edge) => (
          <span
            key={edge}
            className={edge === 0 ? 'is-first' : edge === bins ? 'is-last' : ''}
            style={{ left: x(edge) }}
          >
            {seconds(edge)}
          </span>
        ))}
      </div>
      {drag !== null && (
        <p className="facet-none" role="status">
          {formatPlural(sum(objects, drag), 'object')}, {formatPlural(sum(leaks, drag), 'leak')}
        </p>
      )}
      {unknown > 0 && drag === null && (
        <p
          className="facet-none"
          title="Born before the trace, or alive at its end. As in ETWAnalyzer they count as 9999 s."
        >
          {formatCount(unknown)} of unknown lifetime count as <span className="histogram-unknown">9999 s</span>
        </p>
      )}
    </div>
  );
}

/** A bin with few objects is seen all the same. */
const LEAST_HEIGHT = 2;

function HistogramBar(props: { className: string; x: number; width: number; height: number }) {
  if (props.height === 0) return null;
  const height = Math.max(LEAST_HEIGHT, props.height);
  return (
    <Bar
      className={props.className}
      x={props.x + 0.5}
      width={Math.max(1, props.width - 1)}
      y={HEIGHT - height}
      height={height}
    />
  );
}

interface EndProps {
  end: 'min' | 'max';
  label: string;
  /** in bins */
  position: number;
  bins: number;
  text: string;
  onMove: (bin: number) => void;
}

/** An end of the range: dragged by its plot, moved by the keyboard a bin at a time. */
function End({ end, label, position, bins, text, onMove }: EndProps) {
  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    let to: number;
    if (key === 'ArrowRight' || key === 'ArrowUp') to = Math.floor(position + 1e-6) + 1;
    else if (key === 'ArrowLeft' || key === 'ArrowDown') to = Math.ceil(position - 1e-6) - 1;
    else if (key === 'Home') to = 0;
    else if (key === 'End') to = bins;
    else return;
    event.preventDefault();
    onMove(Math.min(bins, Math.max(0, to)));
  }
  return (
    <div
      className={`histogram-end is-${end}`}
      style={{ left: `${(position / bins) * 100}%` }}
      role="slider"
      tabIndex={0}
      data-end={end}
      data-testid={`lifetime-end-${end}`}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={bins}
      aria-valuenow={Math.round(position * 100) / 100}
      aria-valuetext={text}
      onKeyDown={onKeyDown}
    />
  );
}

function sum(counts: readonly number[], { from, to }: Drag): number {
  return counts.slice(from, to).reduce((total, count) => total + count, 0);
}
