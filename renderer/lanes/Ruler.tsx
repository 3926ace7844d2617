import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { formatCount } from '../format.ts';
import type { TimeRange } from '../state/timeRange.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { timeOfX, xOfTime, type TimeScale } from './geometry.ts';
import { TimeAxis } from './TimeAxis.tsx';
import { useOpenCount } from './useOpenCount.ts';
import { useTimeWheel } from './useTimeWheel.ts';

/** A press that moved less than this selects nothing, px. */
const SLOP = 3;

/** The time axis as a ruler: a drag selects a stretch of time, whose edges can be dragged; a double-click shows the whole trace. */
export function Ruler({ width }: { width: number }) {
  const viewer = useViewer();
  const ruler = useRef<HTMLDivElement>(null);
  const press = useRef<{ x: number; ns: number; moved: boolean } | null>(null);
  useTimeWheel(ruler, ruler, width);

  function xOf(event: PointerEvent): number {
    return event.clientX - (ruler.current?.getBoundingClientRect().left ?? 0);
  }

  function timeAt(x: number): number {
    const { fromNs, toNs } = viewer.view.getState();
    return timeOfX({ fromNs, toNs, width }, Math.min(width, Math.max(0, x)));
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = xOf(event);
    press.current = { x, ns: timeAt(x), moved: false };
  }

  function onPointerMove(event: PointerEvent): void {
    const x = xOf(event);
    const ns = timeAt(x);
    const held = press.current;
    const { set } = viewer.view.getState();
    if (held !== null && (held.moved || Math.abs(x - held.x) >= SLOP)) {
      held.moved = true;
      set({ cursorNs: ns, rulerRange: rangeBetween(held.ns, ns) });
    } else set({ cursorNs: ns });
  }

  return (
    <div
      ref={ruler}
      className="ruler"
      style={{ width }}
      data-testid="ruler"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (press.current = null)}
      onPointerCancel={() => (press.current = null)}
      onPointerLeave={() => viewer.view.getState().set({ cursorNs: null })}
      onDoubleClick={() => viewer.view.getState().fit()}
    >
      <TimeAxis width={width} />
      <RangeOnRuler width={width} />
      <CursorLabel width={width} />
    </div>
  );
}

/** Whole nanoseconds, in order. */
export function rangeBetween(a: number, b: number): TimeRange {
  return { fromNs: Math.round(Math.min(a, b)), toNs: Math.round(Math.max(a, b)) };
}

function useScreen(width: number): TimeScale {
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  return { fromNs, toNs, width };
}

/** The selected stretch with its two edges; arrows move an edge too. */
function RangeOnRuler({ width }: { width: number }) {
  const range = useViewerState('view', (s) => s.rulerRange);
  const screen = useScreen(width);
  if (range === null) return null;
  const left = Math.max(0, xOfTime(screen, range.fromNs));
  const right = Math.min(width, xOfTime(screen, range.toNs));
  return (
    <>
      {right >= 0 && left <= width && (
        <div className="ruler-range" style={{ left, width: Math.max(1, right - left) }} data-testid="ruler-range" />
      )}
      <RangeEdge edge="fromNs" screen={screen} range={range} />
      <RangeEdge edge="toNs" screen={screen} range={range} />
    </>
  );
}

interface RangeEdgeProps {
  edge: 'fromNs' | 'toNs';
  screen: TimeScale;
  range: TimeRange;
}

/** Part of the shown time that an arrow moves an edge by; with Shift the larger one. */
const STEP = 0.005;
const LARGE_STEP = 0.05;

function RangeEdge({ edge, screen, range }: RangeEdgeProps) {
  const viewer = useViewer();
  const time = useTimeFormat();
  const endNs = useViewerState('view', (s) => s.endNs);
  const held = useRef(false);
  const x = xOfTime(screen, range[edge]);
  if (x < -1 || x > screen.width + 1) return null;

  function move(ns: number): void {
    const at = Math.round(Math.min(endNs, Math.max(0, ns)));
    // An edge stops at the other one.
    const next = edge === 'fromNs' ? Math.min(at, range.toNs) : Math.max(at, range.fromNs);
    viewer.view.getState().set({ rulerRange: { ...range, [edge]: next } });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = (screen.toNs - screen.fromNs) * (event.shiftKey ? LARGE_STEP : STEP);
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') move(range[edge] - step);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowUp') move(range[edge] + step);
    else if (event.key === 'Delete') viewer.view.getState().set({ rulerRange: null });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onPointerMove(event: PointerEvent): void {
    if (!held.current) return;
    event.stopPropagation();
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    const at = timeOfX(screen, Math.min(screen.width, Math.max(0, event.clientX - left)));
    move(at);
    viewer.view.getState().set({ cursorNs: at });
  }

  return (
    <div
      className="ruler-edge"
      style={{ left: x }}
      role="slider"
      tabIndex={0}
      aria-label={edge === 'fromNs' ? 'Start of the selected range' : 'End of the selected range'}
      aria-valuemin={0}
      aria-valuemax={endNs / 1e9}
      aria-valuenow={range[edge] / 1e9}
      aria-valuetext={time.moment(range[edge])}
      data-testid={edge === 'fromNs' ? 'range-start' : 'range-end'}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = true;
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => (held.current = false)}
      onPointerCancel={() => (held.current = false)}
    />
  );
}

/** Half of the label's width, so that it stays on the ruler, px. */
const LABEL_HALF = 70;

/** The time under the mouse, and how many handles were open then. */
function CursorLabel({ width }: { width: number }) {
  const cursorNs = useViewerState('view', (s) => s.cursorNs);
  const screen = useScreen(width);
  const time = useTimeFormat();
  const open = useOpenCount(cursorNs, 'openAtCursor');
  if (cursorNs === null) return null;
  const x = xOfTime(screen, cursorNs);
  if (x < 0 || x > width) return null;
  const middle = Math.min(Math.max(x, LABEL_HALF), Math.max(LABEL_HALF, width - LABEL_HALF));
  return (
    <div className="cursor-label" style={{ left: middle }} aria-hidden="true" data-testid="cursor-label">
      {time.moment(cursorNs)}
      {open !== null && <b>{formatCount(open.count)} open</b>}
    </div>
  );
}
