import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useElementSize } from '../app/useElementSize.ts';
import { formatCount } from '../format.ts';
import { selectObject } from '../state/select.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { lanePalette } from '../theme/palette.ts';
import { effectiveTheme } from '../theme/themeStore.ts';
import { describeBar, describeCursor, describeObject } from './describe.ts';
import { MAX_SCROLL_ROWS, ROW_HEIGHT, scrollToRow, timeOfX, xOfTime, type TimeScale } from './geometry.ts';
import { createDoubleClick, type DoubleClick } from './doubleClick.ts';
import { makeHatch } from './hatch.ts';
import { areaValueAt, barAt, barBeside, dataTransform, hitTest, type Hit } from './hitTest.ts';
import { createHoverStore } from './hoverStore.ts';
import { groupPath, loadedRow, type LaneData } from './laneData.ts';
import { LaneGutter, PinnedGroups } from './LaneGutter.tsx';
import { laneKey } from './laneKeys.ts';
import { createLaneLoader } from './laneLoader.ts';
import { LaneTooltip } from './LaneTooltip.tsx';
import { paintLanes } from './paintLanes.ts';
import { timeTicks } from './timeTicks.ts';
import { useFrame } from './useFrame.ts';
import { useHoverDetails } from './useHoverDetails.ts';

interface LanesViewProps {
  /** px; the plot's left edge and width are those of the axis and the overview */
  gutterWidth: number;
  plotWidth: number;
}

/** Where the keyboard is: a row and, on lanes, the time that up and down keep to. */
interface Cursor {
  row: number;
  ns: number;
}

/** A mouse that moved less than this since its button went down has clicked, px. */
const CLICK_SLOP = 4;
/** Wheel units to zoom: one notch (100) is a third closer. */
const WHEEL_ZOOM = 0.003;
const SEVERAL_ZOOM = 1 / 8;

/** The swim-lanes: labels, canvas, tooltip, mouse and keyboard. Rows scroll natively; the canvas sticks and is repainted. */
export function LanesView({ gutterWidth, plotWidth }: LanesViewProps) {
  const viewer = useViewer();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(scroller);
  const [data, setData] = useState<LaneData | null>(null);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [focused, setFocused] = useState(false);
  /** First visible row, for the headers that stay at the top while their lanes scroll. */
  const [topRow, setTopRow] = useState(0);
  const [hover] = useState(createHoverStore);
  const drag = useRef<{ x: number; y: number; fromNs: number; scrollTop: number; moved: boolean } | null>(null);
  const hatch = useRef<{ key: string; pattern: CanvasPattern | string } | null>(null);
  const theme = useViewerState('theme', effectiveTheme);
  const selectedId = useViewerState('selection', (s) => s.id);
  const details = useViewerState('selection', (s) => s.details);
  const located = useViewerState('selection', (s) => s.located);
  const summary = useViewerState('session', (s) => s.summary);
  const helpId = useId();
  useHoverDetails(viewer, hover);

  const screen = useCallback((): TimeScale => {
    const { fromNs, toNs } = viewer.view.getState();
    return { fromNs, toNs, width: plotWidth };
  }, [viewer, plotWidth]);

  const schedule = useFrame(() => {
    const scrollTop = scroller.current?.scrollTop ?? 0;
    if (labels.current !== null) labels.current.style.transform = `translateY(${-scrollTop}px)`;
    setTopRow(Math.floor(scrollTop / ROW_HEIGHT));
    const element = canvas.current;
    const ctx = element?.getContext('2d') ?? null;
    if (element === null || ctx === null || plotWidth < 1 || height < 1) return;
    const ratio = window.devicePixelRatio || 1;
    const pixels = { width: Math.round(plotWidth * ratio), height: Math.round(height * ratio) };
    if (element.width !== pixels.width || element.height !== pixels.height) Object.assign(element, pixels);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const palette = lanePalette(theme);
    const hatchKey = `${theme}:${ratio}`;
    if (hatch.current?.key !== hatchKey)
      hatch.current = { key: hatchKey, pattern: makeHatch(ctx, palette.hatch, ratio) };
    const now = screen();
    const target = hover.getState().target;
    paintLanes(ctx, {
      screen: now,
      height,
      scrollTop,
      data,
      palette,
      hatch: hatch.current.pattern,
      rundowns: summary?.rundowns ?? [],
      gridNs: timeTicks(now).seconds.map((seconds) => seconds * 1e9),
      selectedId: selectedId ?? 0,
      hoverBar: target?.bar ?? -1,
      cursorRow: focused && cursor !== null ? cursor.row : -1,
      cursorX: target?.x ?? -1,
    });
  });

  const loader = useMemo(() => createLaneLoader(viewer, setData), [viewer]);
  useEffect(() => loader.stop, [loader]);

  const update = useCallback(() => {
    const { fromNs, toNs, endNs, openGroups } = viewer.view.getState();
    loader.want({
      filter: viewer.filter.getState().filter,
      openGroups,
      fromNs,
      toNs,
      endNs,
      width: plotWidth,
      height,
      scrollTop: scroller.current?.scrollTop ?? 0,
    });
    schedule();
  }, [viewer, loader, schedule, plotWidth, height]);

  useEffect(() => {
    update();
    const stops = [viewer.view.subscribe(update), viewer.filter.subscribe(update), hover.subscribe(schedule)];
    return () => stops.forEach((stop) => stop());
  }, [viewer, update, hover, schedule]);

  // Whatever the painter reads from this component's own state.
  useEffect(schedule, [schedule, data, cursor, focused, theme, selectedId]);

  // A selection from elsewhere scrolls its lane into view.
  useEffect(() => {
    if (located === null || located.laneRow < 0 || located.origin === 'lanes') return;
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = scrollToRow(located.laneRow, element.scrollTop, element.clientHeight);
    setCursor((old) => ({ row: located.laneRow, ns: old?.ns ?? viewer.view.getState().fromNs }));
  }, [located, viewer]);

  const toggle = useCallback(
    (row: number) => {
      const entry = data === null ? undefined : loadedRow(data, row);
      if (entry?.kind !== 'group') return;
      setCursor({ row, ns: viewer.view.getState().fromNs });
      viewer.view.getState().toggleGroup(entry.key);
    },
    [data, viewer],
  );

  function moveTo(row: number, ns: number): void {
    if (data === null) return;
    setCursor({ row, ns });
    const element = scroller.current;
    if (element !== null) {
      const top = row * ROW_HEIGHT;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + ROW_HEIGHT > element.scrollTop + height) element.scrollTop = top + ROW_HEIGHT - height;
    }
    const bar = cursorBar(data, { row, ns });
    const id = bar >= 0 ? data.response.bars.id[bar] : 0;
    if (id > 0) void selectObject(viewer, id, 'lanes');
  }

  /** The bar that the keyboard means: the one at its time, or the nearest in the row. */
  function cursorBar(from: LaneData, at: Cursor): number {
    return barAt(from, screen(), at.row, xOfTime(screen(), at.ns), Infinity);
  }

  function moveBar(direction: 1 | -1): void {
    if (data === null) return;
    const view = viewer.view.getState();
    const at = cursor ?? { row: 0, ns: view.fromNs };
    const entry = loadedRow(data, at.row);
    if (entry?.kind === 'group') {
      if (entry.open !== (direction === 1)) toggle(at.row);
      return;
    }
    const bar = cursorBar(data, at);
    const selected = bar >= 0 && data.response.bars.id[bar] === selectedId;
    const next = bar < 0 || !selected ? bar : barBeside(data, bar, direction);
    if (next < 0) {
      view.pan(direction * 0.5);
      return;
    }
    const { factor, shift } = dataTransform(data.scale, screen());
    const left = data.response.bars.x0[next] * factor + shift;
    const right = data.response.bars.x1[next] * factor + shift;
    const x = (Math.max(left, Math.min(0, right)) + Math.min(right, Math.max(plotWidth, left))) / 2;
    if (x < 0 || x > plotWidth) view.pan((x - plotWidth / 2) / plotWidth);
    moveTo(at.row, timeOfX(screen(), x));
  }

  function onKeyDown(event: KeyboardEvent): void {
    const key = laneKey(event);
    if (key === null || data === null) return;
    event.preventDefault();
    const last = data.response.totalRows - 1;
    const row = cursor?.row ?? -1;
    const { fromNs, toNs } = viewer.view.getState();
    const ns = cursor?.ns ?? (fromNs + toNs) / 2;
    const clamp = (value: number) => Math.max(0, Math.min(last, value));
    if (key.kind === 'row') moveTo(clamp(row + key.by), ns);
    else if (key.kind === 'rowPage') moveTo(clamp(row + key.by * Math.max(1, Math.floor(height / ROW_HEIGHT) - 1)), ns);
    else if (key.kind === 'rowEdge') moveTo(key.to === 'first' ? 0 : last, ns);
    else if (key.kind === 'bar') moveBar(key.direction);
    else if (row >= 0) {
      if (loadedRow(data, row)?.kind === 'group') toggle(row);
      else moveTo(row, ns);
    }
  }

  function plotPoint(event: { clientX: number; clientY: number }): { x: number; y: number } | null {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    return x < 0 || x > box.width || y < 0 || y > box.height ? null : { x, y };
  }

  function hitAt(event: { clientX: number; clientY: number }): (Hit & { x: number; y: number }) | null {
    const point = plotPoint(event);
    if (point === null || data === null) return null;
    const hit = hitTest(data, screen(), scroller.current?.scrollTop ?? 0, point.x, point.y);
    return hit === null ? null : { ...hit, ...point };
  }

  function onPointerMove(event: PointerEvent): void {
    const held = drag.current;
    if (held !== null) {
      const dx = event.clientX - held.x;
      const dy = event.clientY - held.y;
      if (!held.moved && Math.hypot(dx, dy) < CLICK_SLOP) return;
      held.moved = true;
      hover.setState({ target: null });
      const { fromNs, toNs, setRange } = viewer.view.getState();
      const span = toNs - fromNs;
      const start = held.fromNs - (dx / plotWidth) * span;
      setRange(start, start + span);
      if (scroller.current !== null) scroller.current.scrollTop = held.scrollTop - dy;
      return;
    }
    const hit = hitAt(event);
    if (hit === null || data === null) {
      const point = plotPoint(event);
      hover.setState({
        target:
          point === null ? null : { ...point, ns: timeOfX(screen(), point.x), bar: -1, id: 0, title: '', lines: [] },
      });
      return;
    }
    hover.setState({ target: { x: hit.x, y: hit.y, ns: hit.ns, bar: hit.bar, ...hoverText(data, screen(), hit) } });
  }

  function onPointerDown(event: PointerEvent): void {
    const point = plotPoint(event);
    if (event.button !== 0 || point === null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = {
      x: event.clientX,
      y: event.clientY,
      fromNs: viewer.view.getState().fromNs,
      scrollTop: scroller.current?.scrollTop ?? 0,
      moved: false,
    };
  }

  function onPointerUp(event: PointerEvent): void {
    const held = drag.current;
    drag.current = null;
    if (held === null || held.moved || data === null) return;
    const hit = hitAt(event);
    if (hit === null) return;
    setCursor({ row: hit.row, ns: hit.ns });
    if (hit.bar >= 0) {
      const id = data.response.bars.id[hit.bar];
      doubleClick.current?.clicked(event);
      if (id > 0) void selectObject(viewer, id, 'lanes');
      else viewer.view.getState().zoomAt(hit.ns, SEVERAL_ZOOM);
    } else if (loadedRow(data, hit.row)?.kind === 'group') toggle(hit.row);
  }

  const doubleClick = useRef<DoubleClick | null>(null);
  useEffect(() => {
    const listening = createDoubleClick(() => viewer.view.getState().fit());
    doubleClick.current = listening;
    return listening.stop;
  }, [viewer]);

  // React's wheel listeners are passive; zooming has to keep the page from zooming too.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      const view = viewer.view.getState();
      const unit = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1;
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const box = canvas.current?.getBoundingClientRect();
        const x = Math.min(plotWidth, Math.max(0, event.clientX - (box?.left ?? 0)));
        const notch = Math.max(-300, Math.min(300, event.deltaY * unit));
        view.zoomAt(
          timeOfX({ fromNs: view.fromNs, toNs: view.toNs, width: plotWidth }, x),
          Math.exp(notch * WHEEL_ZOOM),
        );
      } else if (sideways !== 0 && Math.abs(sideways) >= Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        event.preventDefault();
        view.pan((sideways * unit) / Math.max(1, plotWidth));
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [viewer, plotWidth]);

  const totalRows = data?.response.totalRows ?? 0;
  const shownRows = Math.min(totalRows, MAX_SCROLL_ROWS);
  const selectedDetails = details !== null && details.row.id === selectedId ? details.row : null;
  const barUnderCursor = data === null || cursor === null ? -1 : cursorBar(data, cursor);
  const cursorIsSelected = data !== null && barUnderCursor >= 0 && data.response.bars.id[barUnderCursor] === selectedId;
  const spoken =
    !focused || data === null || cursor === null
      ? ''
      : cursorIsSelected && selectedDetails !== null && loadedRow(data, cursor.row)?.kind === 'lane'
        ? describeObject(selectedDetails)
        : describeCursor(data, cursor.row, barUnderCursor);

  return (
    <div className="lanes">
      <div
        ref={scroller}
        className="lanes-scroller"
        role="application"
        aria-roledescription="swim-lanes"
        aria-label="Object lifetimes by process and type"
        aria-describedby={helpId}
        tabIndex={0}
        data-testid="lanes"
        onScroll={update}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => (drag.current = null)}
        onPointerLeave={() => hover.setState({ target: null })}
        onDoubleClick={(event) => {
          if (plotPoint(event) !== null) viewer.view.getState().fit();
        }}
      >
        <div className="lanes-spacer" style={{ height: Math.max(shownRows * ROW_HEIGHT, 1) }}>
          <div className="lanes-sticky" style={{ height }}>
            <div className="lanes-gutter" style={{ width: gutterWidth }}>
              <div ref={labels} className="lanes-labels">
                {data !== null && (
                  <LaneGutter
                    rows={data.response.rows}
                    firstRow={data.response.firstRow}
                    cursorRow={focused ? (cursor?.row ?? -1) : -1}
                    onToggle={toggle}
                  />
                )}
              </div>
              {data !== null && <PinnedGroups data={data} topRow={topRow} />}
            </div>
            <canvas
              ref={canvas}
              className="lanes-canvas"
              data-testid="lanes-canvas"
              data-ready={data !== null}
              style={{ left: gutterWidth, width: plotWidth, height }}
              aria-hidden="true"
            />
          </div>
        </div>
      </div>
      {data !== null && totalRows === 0 && <p className="lanes-empty">No object matches the filters.</p>}
      {totalRows > MAX_SCROLL_ROWS && (
        <p className="lanes-cut">
          {formatCount(MAX_SCROLL_ROWS)} of {formatCount(totalRows)} rows. Filter or close groups to see the others.
        </p>
      )}
      <LaneTooltip hover={hover} left={gutterWidth} width={plotWidth} height={height} />
      <p id={helpId} className="visually-hidden">
        Up and down move between rows, left and right between lifetimes or close and open a group, Enter selects. W and
        S zoom, A and D pan, F shows the whole trace, N and Shift N go to the next and previous leak.
      </p>
      <div className="visually-hidden" aria-live="polite" data-testid="lanes-live">
        {spoken}
      </div>
    </div>
  );
}

function hoverText(
  data: LaneData,
  screen: TimeScale,
  hit: Hit & { x: number },
): { id: number; title: string; lines: string[] } {
  const row = loadedRow(data, hit.row);
  if (row?.kind === 'group') {
    const open = areaValueAt(data, screen, hit.row, hit.x);
    return {
      id: 0,
      title: row.label,
      lines: open === null ? [] : [`${formatCount(Math.round(open))} open handles here`],
    };
  }
  if (hit.bar < 0) return { id: 0, title: '', lines: [] };
  const id = data.response.bars.id[hit.bar];
  const process = groupPath(data, hit.row)[0]?.label ?? '';
  const type = data.response.types[data.response.bars.type[hit.bar]] ?? '';
  if (id === 0) return { id, title: `Several objects: ${type}`, lines: [process, 'Click to zoom in'] };
  const marks = describeBar(data, hit.bar).split(', ').slice(2);
  return {
    id,
    title: `${type} #${formatCount(id)}`,
    lines: [process, ...(marks.length > 0 ? [marks.join(', ')] : [])],
  };
}
