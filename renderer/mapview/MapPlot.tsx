import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { BAR_BORN_BEFORE, BAR_OPEN_END, type MapView } from '../../shared/lanes.ts';
import type { TraceErrorData } from '../../shared/errors.ts';
import { InlineError } from '../app/InlineError.tsx';
import { useElementSize } from '../app/useElementSize.ts';
import { formatCount } from '../format.ts';
import { barMarks } from '../lanes/describe.ts';
import { deviceCanvas } from '../lanes/deviceCanvas.ts';
import { timeOfX, xOfTime, type TimeScale } from '../lanes/geometry.ts';
import { makeHatch } from '../lanes/hatch.ts';
import { createHoverStore } from '../lanes/hoverStore.ts';
import { LaneTooltip } from '../lanes/LaneTooltip.tsx';
import { timeTicks } from '../lanes/timeTicks.ts';
import { useFrame } from '../lanes/useFrame.ts';
import { useHoverDetails } from '../lanes/useHoverDetails.ts';
import { useLanePalette } from '../lanes/useLanePalette.ts';
import { useTickLabels } from '../lanes/useTickLabels.ts';
import { useTimeWheel } from '../lanes/useTimeWheel.ts';
import { selectObject } from '../state/select.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { TimeFormat } from '../timeFormat.ts';
import { keyboardOrder, viewAt } from './mapHit.ts';
import { createMapLoader, type MapData } from './mapLoader.ts';
import { paintMap } from './paintMap.ts';

interface MapPlotProps {
  gutterWidth: number;
  plotWidth: number;
  data: MapData | null;
  onData: (data: MapData) => void;
}

const CLICK_SLOP = 4;
/** Views on each side of the keyboard's that screen readers get. */
const NEIGHBOURS = 10;

/** Canvas, addresses, mouse and keyboard of the mappings. */
export function MapPlot({ gutterWidth, plotWidth, data, onData }: MapPlotProps) {
  const viewer = useViewer();
  const plot = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height } = useElementSize(plot);
  const [error, setError] = useState<TraceErrorData | null>(null);
  const [focused, setFocused] = useState(false);
  const [hover] = useState(createHoverStore);
  const [cursorId, setCursorId] = useState(0);
  const drag = useRef<{ x: number; fromNs: number; moved: boolean } | null>(null);
  const hatch = useRef<{ key: string; pattern: CanvasPattern | string } | null>(null);
  const palette = useLanePalette();
  const time = useTimeFormat();
  const tickLabels = useTickLabels();
  const selectedId = useViewerState('selection', (s) => s.id) ?? 0;
  const summary = useViewerState('session', (s) => s.summary);
  const listId = useId();
  useHoverDetails(viewer, hover);
  useTimeWheel(plot, canvas, plotWidth);

  const view = data?.view ?? null;
  const order = useMemo(() => (view === null ? new Int32Array() : keyboardOrder(view)), [view]);
  const cursor = view === null ? -1 : view.id.indexOf(cursorId !== 0 ? cursorId : selectedId);

  const screen = useCallback((): TimeScale => {
    const { fromNs, toNs } = viewer.view.getState();
    return { fromNs, toNs, width: plotWidth };
  }, [viewer, plotWidth]);

  const schedule = useFrame(() => {
    const target = deviceCanvas(canvas.current, plotWidth, height);
    if (target === null) return;
    const { ctx, ratio } = target;
    const key = `${palette.hatch}:${ratio}`;
    if (hatch.current?.key !== key) hatch.current = { key, pattern: makeHatch(ctx, palette.hatch, ratio) };
    const now = screen();
    const { cursorNs } = viewer.view.getState();
    const cursorX = cursorNs === null ? -1 : xOfTime(now, cursorNs);
    paintMap(ctx, {
      screen: now,
      height,
      view,
      scale: data?.scale ?? now,
      palette,
      hatch: hatch.current.pattern,
      rundowns: summary?.rundowns ?? [],
      lostStretches: summary?.lostStretches ?? [],
      gridNs: timeTicks(now, tickLabels).ns,
      selectedId,
      hover: hover.getState().target?.bar ?? -1,
      cursor: focused ? cursor : -1,
      cursorX: cursorX > plotWidth ? -1 : cursorX,
    });
  });

  const loader = useMemo(() => createMapLoader(viewer, { onData, onError: setError }), [viewer, onData]);
  useEffect(() => loader.stop, [loader]);

  useEffect(() => {
    let before = '';
    const update = () => {
      const { fromNs, toNs, mapProcess } = viewer.view.getState();
      const { filter } = viewer.filter.getState();
      const { namesVersion, stale } = viewer.session.getState();
      const request = {
        filter,
        process: mapProcess,
        fromNs,
        toNs,
        width: Math.max(1, Math.round(plotWidth)),
        height: Math.max(1, Math.round(height)),
      };
      // The mouse moves the view's cursor too: only what the answer depends on is asked for.
      const key = JSON.stringify([request, namesVersion, stale]);
      if (key !== before && plotWidth >= 1 && height >= 1) loader.want(request, namesVersion);
      before = key;
      schedule();
    };
    update();
    const stops = [viewer.view, viewer.filter, viewer.session].map((store) => store.subscribe(update));
    stops.push(hover.subscribe(schedule));
    return () => stops.forEach((stop) => stop());
  }, [viewer, loader, hover, schedule, plotWidth, height]);

  useEffect(schedule, [schedule, data, palette, tickLabels, selectedId, cursor, focused, height]);
  useEffect(() => {
    if (data !== null) viewer.search.getState().found('lanes', null);
  }, [viewer, data]);
  useEffect(() => () => viewer.view.getState().set({ cursorNs: null }), [viewer]);

  function pointIn(event: { clientX: number; clientY: number }): { x: number; y: number } | null {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    return x < 0 || x > box.width || y < 0 || y > box.height ? null : { x, y };
  }

  function onPointerMove(event: PointerEvent): void {
    const held = drag.current;
    if (held !== null) {
      const dx = event.clientX - held.x;
      if (!held.moved && Math.abs(dx) < CLICK_SLOP) return;
      held.moved = true;
      hover.setState({ target: null });
      const { fromNs, toNs, setRange } = viewer.view.getState();
      const start = held.fromNs - (dx / plotWidth) * (toNs - fromNs);
      setRange(start, start + toNs - fromNs);
      return;
    }
    const point = pointIn(event);
    const ns = point === null ? null : timeOfX(screen(), point.x);
    viewer.view.getState().set({ cursorNs: ns });
    if (point === null || ns === null || data === null) {
      hover.setState({ target: null });
      return;
    }
    const at = viewAt(data.view, data.scale, screen(), point.x, point.y);
    const text = at < 0 ? { id: 0, title: '', lines: [] } : viewText(data.view, at);
    hover.setState({ target: { ...point, ns, bar: at, ...text } });
  }

  function onPointerUp(event: PointerEvent): void {
    const held = drag.current;
    drag.current = null;
    const point = pointIn(event);
    if (held === null || held.moved || point === null || data === null) return;
    const at = viewAt(data.view, data.scale, screen(), point.x, point.y);
    if (at >= 0) select(data.view.id[at]);
  }

  function select(id: number): void {
    setCursorId(id);
    void selectObject(viewer, id, 'map');
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (view === null || order.length === 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const place = order.indexOf(cursor);
    let next: number;
    if (event.key === 'ArrowDown' || event.key === 'ArrowRight') next = Math.min(order.length - 1, place + 1);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') next = Math.max(0, place - 1);
    else if (event.key === 'Home') next = 0;
    else if (event.key === 'End') next = order.length - 1;
    else if (event.key === 'Enter' || event.key === ' ') next = Math.max(0, place);
    else return;
    event.preventDefault();
    select(view.id[order[next]]);
  }

  const place = order.indexOf(cursor);
  const shown =
    view === null ? [] : [...order.subarray(Math.max(0, place - NEIGHBOURS), Math.max(0, place) + NEIGHBOURS + 1)];
  return (
    <div ref={plot} className="map-plot">
      <div className="map-gutter" style={{ width: gutterWidth }} aria-hidden="true">
        {(view?.labels ?? []).map((label) => (
          <div
            key={label.y}
            className={`map-label mono${label.gap ? ' is-gap' : ''}`}
            style={{ top: label.y }}
            title={label.gap ? `${label.text}; address space without views is cut out above` : label.text}
          >
            {label.gap && '≈ '}
            {label.text}
          </div>
        ))}
      </div>
      <div
        className="map-canvas"
        style={{ width: plotWidth }}
        role={shown.length > 0 ? 'listbox' : 'group'}
        aria-label="Mappings"
        aria-activedescendant={shown.length > 0 && cursor >= 0 ? `${listId}-${view!.id[cursor]}` : undefined}
        tabIndex={0}
        data-testid="map-plot"
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, fromNs: viewer.view.getState().fromNs, moved: false };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => (drag.current = null)}
        onPointerLeave={() => {
          hover.setState({ target: null });
          viewer.view.getState().set({ cursorNs: null });
        }}
        onDoubleClick={() => viewer.view.getState().fit()}
      >
        <canvas ref={canvas} data-testid="map-canvas" style={{ width: plotWidth, height }} aria-hidden="true" />
        {view !== null &&
          shown.map((at) => (
            <div
              key={view.id[at]}
              id={`${listId}-${view.id[at]}`}
              className="visually-hidden"
              role="option"
              aria-selected={view.id[at] === selectedId}
              aria-posinset={order.indexOf(at) + 1}
              aria-setsize={order.length}
            >
              {describeView(view, at, data!.scale, time)}
            </div>
          ))}
      </div>
      {error !== null && (
        <div className="lanes-error">
          <InlineError error={error} what="mappings" retry={loader.retry} />
        </div>
      )}
      <LaneTooltip hover={hover} left={gutterWidth} width={plotWidth} height={height} />
    </div>
  );
}

function viewText(view: MapView, at: number): { id: number; title: string; lines: string[] } {
  const marks = barMarks(view.flags[at]).join(', ');
  return { id: view.id[at], title: `Mapping #${formatCount(view.id[at])}`, lines: [marks] };
}

/** A view in words; times are exact to a pixel. */
function describeView(view: MapView, at: number, scale: TimeScale, time: TimeFormat): string {
  const flags = view.flags[at];
  const above = view.labels.filter((label) => label.y <= view.y0[at] + 0.5).at(-1);
  const from = flags & BAR_BORN_BEFORE ? 'before the trace' : time.moment(timeOfX(scale, view.x0[at]));
  const to = flags & BAR_OPEN_END && view.x1[at] >= scale.width ? 'the end' : time.moment(timeOfX(scale, view.x1[at]));
  return [
    `Mapping #${formatCount(view.id[at])}`,
    ...barMarks(flags).filter((mark) => mark !== 'mapping'),
    ...(above === undefined ? [] : [`at or after ${above.text}`]),
    `from ${from} to ${to}`,
  ].join(', ');
}
