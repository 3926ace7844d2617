import { Brush } from '@visx/brush';
import { scaleLinear } from '@visx/scale';
import { AreaStack } from '@visx/shape';
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  type ComponentRef,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import { flushSync } from 'react-dom';
import type { Overview as OverviewData } from '../../shared/service.ts';
import { InlineError } from '../app/InlineError.tsx';
import { Name } from '../app/Name.tsx';
import { formatCount } from '../format.ts';
import { colorSlots } from '../lanes/barColors.ts';
import { useServiceQuery } from '../state/useServiceQuery.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { typeColors } from '../theme/palette.ts';
import { effectiveTheme } from '../theme/themeStore.ts';
import { brushExtent, brushedRange, highestStack, overviewPoints, type OverviewPoint } from './overviewData.ts';

interface OverviewProps {
  gutterWidth: number;
  plotWidth: number;
}

export const OVERVIEW_HEIGHT = 72;
const CHART_TOP = 6;
/** Width of the brush's two handles, px. */
const HANDLE = 8;
/** Moves of less px are a press whose hand was not quite still. */
const CLICK_SLOP = 4;

type BaseBrush = NonNullable<NonNullable<ComponentRef<typeof Brush>['props']['innerRef']>['current']>;

/** Series that are named beside the strip. */
const NAMED = 4;
const NAME_LENGTH = 60;

/** Open handles by type or process over the whole trace, and the brush that sets the visible stretch of time. */
export function Overview({ gutterWidth, plotWidth }: OverviewProps) {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const by = useViewerState('view', (s) => s.overviewBy);
  const samples = Math.min(4096, Math.max(2, Math.ceil(plotWidth / 2)));
  const { data, error, retry } = useServiceQuery(
    'overview',
    plotWidth < 1 ? null : { filter, samples, by },
    'overview',
  );
  const overview = useViewerState('data', (s) => s.overview);
  useEffect(() => {
    if (data !== null) viewer.data.setState({ overview: data });
  }, [viewer, data]);
  const slots = useMemo(
    () =>
      colorSlots(
        by,
        (overview?.series ?? []).map((series) => series.label),
      ),
    [by, overview],
  );

  function onPointerMove(event: PointerEvent): void {
    const { endNs, set } = viewer.view.getState();
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    set({ cursorNs: x < 0 || x > plotWidth ? null : (x / plotWidth) * endNs });
  }

  return (
    <section className="overview" data-testid="overview" aria-label="Open handles over the whole trace">
      <div className="overview-head" style={{ width: gutterWidth }}>
        <h2>Open handles</h2>
        <span className="overview-peak">peak {overview === null ? '–' : formatCount(Math.round(overview.peak))}</span>
        <label className="toolbar-choice">
          <span>by</span>
          <select
            value={by}
            aria-label="Stack open handles by"
            data-testid="overview-by"
            onChange={(event) => viewer.view.getState().set({ overviewBy: event.target.value as typeof by })}
          >
            <option value="type">type</option>
            <option value="process">process</option>
          </select>
        </label>
        <ul className="overview-names" aria-label="Most open handles">
          {(overview?.series ?? []).slice(0, NAMED).map((series, index) => (
            <li key={series.label} className="legend-item">
              <span className={`swatch type-${slots[index]}`} />
              <Name text={series.label} most={NAME_LENGTH} />
            </li>
          ))}
        </ul>
      </div>
      <div
        className="overview-plot"
        style={{ width: plotWidth, height: OVERVIEW_HEIGHT }}
        onPointerMove={onPointerMove}
        onPointerLeave={() => viewer.view.getState().set({ cursorNs: null })}
      >
        {error !== null ? (
          <InlineError error={error} what="overview" retry={retry} />
        ) : (
          plotWidth > 0 && (
            <svg width={plotWidth} height={OVERVIEW_HEIGHT} aria-hidden="true">
              {overview !== null && <Areas overview={overview} slots={slots} width={plotWidth} />}
              <Stretches width={plotWidth} />
              <Outside width={plotWidth} />
              <Moments width={plotWidth} />
              <TimeBrush width={plotWidth} />
            </svg>
          )
        )}
        <RangeSlider />
      </div>
    </section>
  );
}

/** The stacked areas; they change with the filter only, so the brush does not repaint them. */
function Areas({ overview, slots, width }: { overview: OverviewData; slots: Uint8Array; width: number }) {
  const theme = useViewerState('theme', effectiveTheme);
  const points = useMemo(() => overviewPoints(overview), [overview]);
  if (points.length === 0) return null;
  const last = points.length - 1;
  const y = scaleLinear<number>({
    domain: [0, Math.max(1, highestStack(points))],
    range: [OVERVIEW_HEIGHT, CHART_TOP],
  });
  const keys = overview.series.map((_, index) => String(index));
  return (
    <AreaStack<OverviewPoint, string>
      keys={keys}
      data={points}
      value={(point, key) => point.values[Number(key)] ?? 0}
      x={(point) => (point.data.index / last) * width}
      y0={(point) => y(point[0])}
      y1={(point) => y(point[1])}
      color={(key) => typeColors(theme)[slots[Number(key)]]}
      // A line in the ground's colour between neighbours: they are told apart without their colours.
      stroke="var(--surface)"
      strokeWidth={0.75}
    />
  );
}

/** Rundowns, and where events were lost. */
function Stretches({ width }: { width: number }) {
  const endNs = useViewerState('view', (s) => s.endNs);
  const summary = useViewerState('session', (s) => s.summary);
  const band = (kind: string) => (stretch: { fromNs: number; toNs: number }, index: number) => (
    <rect
      key={`${kind}${index}`}
      className={`${kind}-band`}
      x={(stretch.fromNs / endNs) * width}
      width={Math.max(2, ((stretch.toNs - stretch.fromNs) / endNs) * width)}
      y={0}
      height={OVERVIEW_HEIGHT}
    />
  );
  return (
    <>
      {(summary?.rundowns ?? []).map(band('rundown'))}
      {(summary?.lostStretches ?? []).map(band('lost'))}
    </>
  );
}

/** Marks, the stretch that is selected on the ruler and the line under the mouse. */
function Moments({ width }: { width: number }) {
  const endNs = useViewerState('view', (s) => s.endNs);
  const marks = useViewerState('view', (s) => s.marks);
  const range = useViewerState('view', (s) => s.rulerRange);
  const cursorNs = useViewerState('view', (s) => s.cursorNs);
  const x = (ns: number) => (ns / endNs) * width;
  const line = (className: string, ns: number) => (
    <line key={`${className}${ns}`} className={className} x1={x(ns)} x2={x(ns)} y1={0} y2={OVERVIEW_HEIGHT} />
  );
  return (
    <>
      {range !== null && (
        <rect
          className="overview-range"
          x={x(range.fromNs)}
          width={Math.max(1, x(range.toNs) - x(range.fromNs))}
          y={0}
          height={OVERVIEW_HEIGHT}
        />
      )}
      {marks.map((mark) => line('overview-mark', mark.ns))}
      {cursorNs !== null && line('overview-cursor', cursorNs)}
    </>
  );
}

/** Veils over what is not visible below, so that the visible stretch stands out. */
function Outside({ width }: { width: number }) {
  const left = useViewerState('view', (s) => (s.fromNs / s.endNs) * width);
  const right = useViewerState('view', (s) => (s.toNs / s.endNs) * width);
  return (
    <>
      <rect className="brush-outside" x={0} y={0} width={Math.max(0, left)} height={OVERVIEW_HEIGHT} />
      <rect className="brush-outside" x={right} y={0} width={Math.max(0, width - right)} height={OVERVIEW_HEIGHT} />
      <rect
        className="brush-frame"
        x={left + 0.5}
        y={0.5}
        width={Math.max(1, right - left - 1)}
        height={OVERVIEW_HEIGHT - 1}
      />
    </>
  );
}

/** The visx brush, kept in step with the view both ways. */
function TimeBrush({ width }: { width: number }) {
  const viewer = useViewer();
  const brush = useRef<BaseBrush>(null);
  const endNs = useViewerState('view', (s) => s.endNs);
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const scale = useMemo(() => scaleLinear<number>({ domain: [0, endNs], range: [0, width] }), [endNs, width]);
  const yScale = useMemo(() => scaleLinear<number>({ domain: [0, 1], range: [OVERVIEW_HEIGHT, 0] }), []);
  const start = useRef({ start: { x: scale(fromNs) }, end: { x: scale(toNs) } });
  /** Set while the mouse moves the brush: then the view follows it, at all other times it follows the view. */
  const held = useRef<{ pressedNs: number; dragged: boolean } | null>(null);
  /** Where the mouse went down, px of the page. */
  const pressedX = useRef(0);
  const whole = fromNs <= 0 && toNs >= endNs;

  const followView = useCallback(() => {
    const view = viewer.view.getState();
    brush.current?.updateBrush((state) => ({
      ...state,
      ...brushExtent(scale(view.fromNs), scale(view.toNs), width, OVERVIEW_HEIGHT),
    }));
  }, [viewer, scale, width]);

  useEffect(() => {
    if (held.current === null) followView();
  }, [fromNs, toNs, followView]);

  // visx handles a move a moment after it, and forgets the last one where the button is let go at once.
  useEffect(() => {
    const onMove = (event: MouseEvent) => {
      if (held.current !== null && Math.abs(event.pageX - pressedX.current) >= CLICK_SLOP) held.current.dragged = true;
    };
    const onUp = (event: MouseEvent) => {
      onMove(event);
      if (held.current?.dragged === true) flushSync(() => brush.current?.handleWindowPointerMove(event));
    };
    // On the way down: before visx hears that the button is up.
    window.addEventListener('mousemove', onMove, true);
    window.addEventListener('mouseup', onUp, true);
    return () => {
      window.removeEventListener('mousemove', onMove, true);
      window.removeEventListener('mouseup', onUp, true);
    };
  }, []);

  /** The brush's own bounds are widened by two pixels a side (visx's SAFE_PIXEL), which would let the view grow with every move. */
  function followBrush(): void {
    if (held.current?.dragged !== true) return;
    const extent = brush.current?.state.extent;
    if (extent === undefined || extent.x0 < 0) return;
    const range = brushedRange(scale.invert(extent.x0), scale.invert(extent.x1), endNs);
    if (range !== null) viewer.view.getState().setRange(range.fromNs, range.toNs);
  }

  function release(): void {
    const press = held.current;
    if (press === null) return;
    held.current = null;
    const view = viewer.view.getState();
    // A press without a drag draws nothing: the view moves there.
    const extent = brush.current?.state.extent;
    if (!press.dragged && (extent === undefined || extent.x1 - extent.x0 < CLICK_SLOP)) {
      const half = (view.toNs - view.fromNs) / 2;
      view.goTo(press.pressedNs - half, press.pressedNs + half);
    }
    // After visx has set its own state for the end of the drag.
    queueMicrotask(followView);
  }

  return (
    <g
      onPointerDownCapture={(event) => (pressedX.current = event.pageX)}
      onDoubleClick={() => viewer.view.getState().fit()}
    >
      <Brush
        innerRef={brush}
        xScale={scale}
        yScale={yScale}
        width={width}
        height={OVERVIEW_HEIGHT}
        handleSize={HANDLE}
        resizeTriggerAreas={['left', 'right']}
        brushDirection="horizontal"
        initialBrushPosition={start.current}
        useWindowMoveEvents
        selectedBoxStyle={{
          className: 'brush-selection',
          fill: 'none',
          // While it covers everything a drag is to draw a new one, not to move it nowhere.
          ...(whole ? { style: { pointerEvents: 'none' } } : {}),
        }}
        onBrushStart={(point) => (held.current = { pressedNs: point.x, dragged: false })}
        onChange={(bounds) => {
          if (held.current !== null) followBrush();
          else if (bounds === null) queueMicrotask(followView);
        }}
        onBrushEnd={release}
        renderBrushHandle={({ x, height, isBrushActive }) =>
          isBrushActive ? (
            <g className="brush-handle" transform={`translate(${x}, 0)`}>
              <rect className="brush-handle-grip" width={HANDLE} height={height} />
              <rect x={HANDLE / 2 - 2} y={height / 2 - 11} width={4} height={22} rx={2} />
            </g>
          ) : null
        }
      />
    </g>
  );
}

/** The visible stretch for the keyboard and screen readers: arrows pan, plus and minus zoom, Home shows everything. */
function RangeSlider() {
  const viewer = useViewer();
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const endNs = useViewerState('view', (s) => s.endNs);
  const time = useTimeFormat();

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const view = viewer.view.getState();
    const middle = (view.fromNs + view.toNs) / 2;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') view.pan(-0.1);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowUp') view.pan(0.1);
    else if (event.key === 'PageDown') view.pan(-0.9);
    else if (event.key === 'PageUp') view.pan(0.9);
    else if (event.key === '+' || event.key === '=') view.zoomAt(middle, 0.7);
    else if (event.key === '-') view.zoomAt(middle, 1 / 0.7);
    else if (event.key === 'Home') view.fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      className="overview-slider"
      role="slider"
      tabIndex={0}
      aria-label="Visible stretch of time"
      aria-valuemin={0}
      aria-valuemax={Math.round(endNs / 1e6)}
      aria-valuenow={Math.round((fromNs + toNs) / 2e6)}
      aria-valuetext={`${time.moment(fromNs)} to ${time.moment(toNs)}`}
      onKeyDown={onKeyDown}
    />
  );
}
