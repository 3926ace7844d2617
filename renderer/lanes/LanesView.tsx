import { useCallback, useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { TraceErrorData } from '../../shared/errors.ts';
import { formatQuery } from '../../shared/queryText.ts';
import { EmptyState } from '../app/EmptyState.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { useElementSize } from '../app/useElementSize.ts';
import { displayName } from '../displayName.ts';
import { formatCount } from '../format.ts';
import { selectObject } from '../state/select.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { traceName } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { lanePalette } from '../theme/palette.ts';
import { effectiveTheme } from '../theme/themeStore.ts';
import { barMiddle, cursorBar, nextBar, type Cursor } from './cursor.ts';
import { provideLanePicture } from './exportPicture.ts';
import { MAX_SCROLL_ROWS, ROW_HEIGHT, scrollToRow, xOfTime, type TimeScale } from './geometry.ts';
import { makeHatch } from './hatch.ts';
import type { Hit } from './hitTest.ts';
import { createHoverStore } from './hoverStore.ts';
import { loadedRow, type LaneData } from './laneData.ts';
import { cellId, LaneGrid } from './LaneGrid.tsx';
import { LaneGutter } from './LaneGutter.tsx';
import { laneKey } from './laneKeys.ts';
import { createLaneLoader } from './laneLoader.ts';
import { LaneTooltip } from './LaneTooltip.tsx';
import { legendEntries } from './legendEntries.ts';
import { paintLanes } from './paintLanes.ts';
import type { LanePicture } from './paintPicture.ts';
import { moveGroup, togglePin } from './pinGroups.ts';
import type { Scene } from './scene.ts';
import { StickyGroups } from './StickyGroups.tsx';
import { timeTicks } from './timeTicks.ts';
import { useFrame } from './useFrame.ts';
import { useHoverDetails } from './useHoverDetails.ts';
import { useLanePalette } from './useLanePalette.ts';
import { useLanePointer } from './useLanePointer.ts';
import { useTickLabels } from './useTickLabels.ts';
import { useTimeWheel } from './useTimeWheel.ts';

interface LanesViewProps {
  /** px; the plot's left edge and width are those of the axis and the overview */
  gutterWidth: number;
  plotWidth: number;
  data: LaneData | null;
  onData: (data: LaneData) => void;
}

const SEVERAL_ZOOM = 1 / 8;
/** Lifetimes of a row that screen readers get, while the lanes have the focus and while not. */
const CELLS = 12;
const CELLS_UNFOCUSED = 3;
/** Rows of the grid at most; a 4K screen shows about a hundred. */
const MOST_GRID_ROWS = 120;
const LEGEND_IN_PICTURE = 20;

/** The swim-lanes: labels, canvas, tooltip, mouse and keyboard. Rows scroll natively; the canvas sticks and is repainted. */
export function LanesView({ gutterWidth, plotWidth, data, onData }: LanesViewProps) {
  const viewer = useViewer();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(scroller);
  const [error, setError] = useState<TraceErrorData | null>(null);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [focused, setFocused] = useState(false);
  /** First visible row, for the headers that stay at the top while their lanes scroll. */
  const [topRow, setTopRow] = useState(0);
  const [hover] = useState(createHoverStore);
  const hatch = useRef<{ key: string; pattern: CanvasPattern | string } | null>(null);
  const palette = useLanePalette();
  const time = useTimeFormat();
  const tickLabels = useTickLabels();
  const selectedId = useViewerState('selection', (s) => s.id);
  const details = useViewerState('selection', (s) => s.details);
  const event = useViewerState('selection', (s) => s.event);
  const located = useViewerState('selection', (s) => s.located);
  const summary = useViewerState('session', (s) => s.summary);
  const pinned = useViewerState('view', (s) => s.pinned);
  const hitRow = useViewerState('search', (s) => (s.current?.pane === 'lanes' ? s.current.row : -1));
  const hitSerial = useViewerState('search', (s) => s.current?.serial ?? 0);
  const gridId = useId();
  const helpId = useId();
  useHoverDetails(viewer, hover);

  const screen = useCallback((): TimeScale => {
    const { fromNs, toNs } = viewer.view.getState();
    return { fromNs, toNs, width: plotWidth };
  }, [viewer, plotWidth]);

  const cursorRow = focused && cursor !== null ? cursor.row : -1;
  const barUnderCursor = data === null || cursor === null ? -1 : cursorBar(data, screen(), cursor);

  const scene = (): Scene => {
    const { rulerRange, marks, cursorNs } = viewer.view.getState();
    const now = screen();
    const shownEvent =
      details !== null && details.row.id === selectedId && event !== null ? details.events[event] : undefined;
    const cursorX = cursorNs === null ? -1 : xOfTime(now, cursorNs);
    return {
      screen: now,
      height,
      scrollTop: scroller.current?.scrollTop ?? 0,
      data,
      palette,
      hatch: hatch.current?.pattern ?? palette.hatch,
      rundowns: summary?.rundowns ?? [],
      lostStretches: summary?.lostStretches ?? [],
      gridNs: timeTicks(now, tickLabels).ns,
      range: rulerRange,
      markNs: marks.map((mark) => mark.ns),
      selectedId: selectedId ?? 0,
      eventNs: shownEvent?.ns ?? -1,
      hoverBar: hover.getState().target?.bar ?? -1,
      cursorRow,
      cursorBar: cursorRow < 0 ? -1 : barUnderCursor,
      hitRow,
      cursorX: cursorX > plotWidth ? -1 : cursorX,
    };
  };

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
    const hatchKey = `${palette.hatch}:${ratio}`;
    if (hatch.current?.key !== hatchKey) {
      hatch.current = { key: hatchKey, pattern: makeHatch(ctx, palette.hatch, ratio) };
    }
    paintLanes(ctx, scene());
  });

  const loader = useMemo(() => createLaneLoader(viewer, { onData, onError: setError }), [viewer, onData]);
  useEffect(() => loader.stop, [loader]);

  const update = useCallback(() => {
    const { fromNs, toNs, endNs, openGroups, grouping, packing, pinned: pins, colorBy } = viewer.view.getState();
    loader.want({
      filter: viewer.filter.getState().filter,
      grouping,
      packing,
      pinned: pins,
      openGroups,
      colorBy,
      linksOf: viewer.selection.getState().id ?? 0,
      find: viewer.search.getState().text,
      namesVersion: viewer.session.getState().namesVersion,
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
    const asked = [viewer.view, viewer.filter, viewer.selection, viewer.search, viewer.session];
    const stops = [...asked.map((store) => store.subscribe(update)), hover.subscribe(schedule)];
    return () => stops.forEach((stop) => stop());
  }, [viewer, update, hover, schedule]);

  // Whatever the painter reads from this component's own state.
  useEffect(schedule, [schedule, data, cursor, focused, palette, tickLabels, selectedId, event, hitRow]);

  // What the lanes found of the searched text, and how many objects there are.
  useEffect(() => {
    if (data === null) return;
    const { hits, hitRows, matched, total } = data.response;
    viewer.search.getState().found('lanes', viewer.search.getState().text === '' ? null : { hits, hitRows });
    viewer.data.setState({ matched, total });
  }, [viewer, data]);
  useEffect(
    () => () => {
      viewer.search.getState().found('lanes', null);
      viewer.view.getState().set({ cursorNs: null });
    },
    [viewer],
  );

  // What was under the mouse is somewhere else.
  const rowsKey = data === null ? '' : `${data.grouping.join()} ${data.response.totalRows}`;
  useEffect(() => hover.setState({ target: null }), [hover, rowsKey]);

  const showRow = useCallback((row: number) => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = scrollToRow(row, element.scrollTop, element.clientHeight);
  }, []);

  // A selection from elsewhere scrolls its lane into view, and so does a search hit.
  useEffect(() => {
    if (located === null || located.laneRow < 0 || located.origin === 'lanes') return;
    showRow(located.laneRow);
    setCursor((old) => ({ row: located.laneRow, ns: old?.ns ?? viewer.view.getState().fromNs }));
  }, [located, viewer, showRow]);
  useEffect(() => {
    if (hitRow < 0) return;
    showRow(hitRow);
    setCursor((old) => ({ row: hitRow, ns: old?.ns ?? viewer.view.getState().fromNs }));
  }, [hitRow, hitSerial, viewer, showRow]);

  // The picture is made when it is asked for, of what is shown then.
  const picture = useRef<() => LanePicture | null>(() => null);
  useEffect(() => {
    picture.current = () => {
      if (data === null || summary === null) return null;
      const now = scene();
      const rowsLeft = data.response.totalRows * ROW_HEIGHT - now.scrollTop;
      const { matched, total } = data.response;
      const { filter } = viewer.filter.getState();
      const filters = formatQuery(filter);
      return {
        scene: {
          ...now,
          palette: lanePalette(effectiveTheme(viewer.theme.getState())),
          height: Math.max(ROW_HEIGHT, Math.min(height, rowsLeft)),
          hoverBar: -1,
          cursorRow: -1,
          cursorBar: -1,
          cursorX: -1,
        },
        gutterWidth,
        ticks: timeTicks(now.screen, tickLabels),
        marks: viewer.view.getState().marks,
        title: displayName(traceName(summary)),
        subtitle: [
          `${time.full(now.screen.fromNs)} – ${time.full(now.screen.toNs)}`,
          `${formatCount(matched)} of ${formatCount(total)} objects`,
          ...(filters === '' ? [] : [displayName(filters)]),
        ].join('  ·  '),
        legend: legendEntries(data, LEGEND_IN_PICTURE),
      };
    };
  });
  useEffect(() => {
    provideLanePicture(viewer, () => picture.current());
    return () => provideLanePicture(viewer, undefined);
  }, [viewer]);

  const focusLanes = useCallback(() => scroller.current?.focus({ preventScroll: true }), []);

  const toggle = useCallback(
    (row: number) => {
      const entry = data === null ? undefined : loadedRow(data, row);
      if (entry?.kind !== 'group') return;
      setCursor({ row, ns: viewer.view.getState().fromNs });
      viewer.view.getState().toggleGroup(entry.key);
    },
    [data, viewer],
  );
  const pin = useCallback((key: string) => togglePin(viewer, key), [viewer]);
  const dropGroup = useCallback(
    (key: string, ontoKey: string) => void moveGroup(viewer, key, { onto: ontoKey }),
    [viewer],
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
    const bar = cursorBar(data, screen(), { row, ns });
    const id = bar >= 0 ? data.response.bars.id[bar] : 0;
    if (id > 0) void selectObject(viewer, id, 'lanes');
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
    const next = nextBar(data, screen(), at, selectedId ?? 0, direction);
    if (next < 0) {
      view.pan(direction * 0.5);
      return;
    }
    const ns = barMiddle(data, screen(), next);
    if (ns < view.fromNs || ns > view.toNs) view.pan((ns - (view.fromNs + view.toNs) / 2) / (view.toNs - view.fromNs));
    moveTo(at.row, ns);
  }

  function onKeyDown(press: KeyboardEvent): void {
    const key = laneKey(press);
    if (key === null || data === null || press.target !== scroller.current) return;
    const last = data.response.totalRows - 1;
    const row = cursor?.row ?? -1;
    const entry = row < 0 ? undefined : loadedRow(data, row);
    const outermost = entry?.kind === 'group' && entry.depth === 0 ? entry.key : null;
    // Alt+arrows and Shift+Enter are the window's where no group can take them.
    if ((key.kind === 'move' || key.kind === 'pin') && outermost === null) return;
    press.preventDefault();
    hover.setState({ target: null });
    const { fromNs, toNs } = viewer.view.getState();
    const ns = cursor?.ns ?? (fromNs + toNs) / 2;
    const clamp = (value: number) => Math.max(0, Math.min(last, value));
    if (key.kind === 'row') moveTo(clamp(row + key.by), ns);
    else if (key.kind === 'rowPage') moveTo(clamp(row + key.by * Math.max(1, Math.floor(height / ROW_HEIGHT) - 1)), ns);
    else if (key.kind === 'rowEdge') moveTo(key.to === 'first' ? 0 : last, ns);
    else if (key.kind === 'bar') moveBar(key.direction);
    else if (key.kind === 'pin') togglePin(viewer, outermost!);
    else if (key.kind === 'move') void moveGroup(viewer, outermost!, { by: key.by });
    else if (entry?.kind === 'group') toggle(row);
    else if (row >= 0) moveTo(row, ns);
  }

  function onClick(hit: Hit): void {
    if (data === null) return;
    setCursor({ row: hit.row, ns: hit.ns });
    if (hit.bar >= 0) {
      const id = data.response.bars.id[hit.bar];
      if (id > 0) void selectObject(viewer, id, 'lanes');
      else viewer.view.getState().zoomAt(hit.ns, SEVERAL_ZOOM);
    } else if (loadedRow(data, hit.row)?.kind === 'group') toggle(hit.row);
  }

  const pointer = useLanePointer({ scroller, canvas, plotWidth, data, hover, onClick });
  useTimeWheel(scroller, canvas, plotWidth);

  const totalRows = data?.response.totalRows ?? 0;
  const shownRows = Math.min(totalRows, MAX_SCROLL_ROWS);
  const selectedRow = details !== null && details.row.id === selectedId ? details.row : null;
  // Words for screen readers may be a moment behind the picture.
  const gridFrom = useDeferredValue(topRow);
  const gridData = useDeferredValue(data);
  const gridTo = gridFrom + Math.min(MOST_GRID_ROWS, Math.ceil(height / ROW_HEIGHT) + 1);
  const isOnGroup = data !== null && cursorRow >= 0 && loadedRow(data, cursorRow)?.kind === 'group';
  const gridBar = isOnGroup ? -1 : barUnderCursor;

  return (
    <div className="lanes">
      <div
        ref={scroller}
        className="lanes-scroller"
        role="grid"
        aria-label="Object lifetimes"
        aria-describedby={helpId}
        aria-rowcount={Math.max(1, totalRows)}
        aria-colcount={-1}
        aria-readonly="true"
        aria-busy={data === null}
        aria-activedescendant={cursorRow >= 0 && totalRows > 0 ? cellId(gridId, cursorRow, gridBar) : undefined}
        tabIndex={0}
        data-testid="lanes"
        onScroll={update}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        {...pointer}
      >
        <div className="visually-hidden" role="rowgroup">
          {gridData !== null && (
            <LaneGrid
              id={gridId}
              data={gridData}
              from={gridFrom}
              to={gridTo}
              cursorRow={cursorRow}
              cursorBar={gridBar}
              selected={selectedRow}
              cells={focused ? CELLS : CELLS_UNFOCUSED}
              time={time}
            />
          )}
        </div>
        <div
          className="lanes-spacer"
          aria-hidden="true"
          style={{ height: Math.max(shownRows * ROW_HEIGHT, 1) }}
          // The labels are for the mouse: the focus stays with the grid, which is what screen readers know.
          onMouseDown={(press) => {
            press.preventDefault();
            focusLanes();
          }}
        >
          <div className="lanes-sticky" style={{ height }}>
            <div className="lanes-gutter" style={{ width: gutterWidth }}>
              <div ref={labels} className="lanes-labels">
                {data !== null && (
                  <LaneGutter
                    data={data}
                    cursorRow={cursorRow}
                    pinned={pinned}
                    onToggle={toggle}
                    onPin={pin}
                    onMove={dropGroup}
                  />
                )}
              </div>
              {data !== null && <StickyGroups data={data} topRow={topRow} />}
            </div>
            <canvas
              ref={canvas}
              className="lanes-canvas"
              data-testid="lanes-canvas"
              data-ready={data !== null}
              style={{ left: gutterWidth, width: plotWidth, height }}
            />
          </div>
        </div>
      </div>
      {error !== null && (
        <div className="lanes-error">
          <InlineError error={error} what="lanes" retry={loader.retry} />
        </div>
      )}
      {error === null && data !== null && totalRows === 0 && (
        <div className="lanes-empty">
          <EmptyState
            title="No object matches the filters"
            action={{ label: 'Clear all filters', run: () => viewer.filter.getState().clear() }}
          />
        </div>
      )}
      {totalRows > MAX_SCROLL_ROWS && (
        <p className="lanes-cut">
          {formatCount(MAX_SCROLL_ROWS)} of {formatCount(totalRows)} rows. Filter or close groups to see the others.
        </p>
      )}
      <LaneTooltip hover={hover} left={gutterWidth} width={plotWidth} height={height} />
      <p id={helpId} className="visually-hidden">
        Up and down move between rows, left and right between lifetimes or close and open a group, Enter selects. Alt
        with up or down moves an outermost group, Shift Enter pins it. W and S zoom, A and D pan, F shows the whole
        trace, N and Shift N go to the next and previous leak.
      </p>
    </div>
  );
}
