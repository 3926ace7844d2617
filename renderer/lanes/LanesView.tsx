import { useCallback, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { EmptyState } from '../app/EmptyState.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { useElementSize } from '../app/useElementSize.ts';
import { formatCount } from '../format.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { MAX_SCROLL_ROWS, ROW_HEIGHT } from './geometry.ts';
import { createHoverStore } from './hoverStore.ts';
import { loadedRow, type LaneData } from './laneData.ts';
import { cellId, LaneGrid } from './LaneGrid.tsx';
import { LaneGutter } from './LaneGutter.tsx';
import { LaneTooltip } from './LaneTooltip.tsx';
import { moveGroup, togglePin } from './pinGroups.ts';
import { StickyGroups } from './StickyGroups.tsx';
import { useHoverDetails } from './useHoverDetails.ts';
import { useLaneAnchor } from './useLaneAnchor.ts';
import { useLaneCanvas } from './useLaneCanvas.ts';
import { useLaneCursor } from './useLaneCursor.ts';
import { useLaneLoader } from './useLaneLoader.ts';
import { useLanePicture } from './useLanePicture.ts';
import { useLanePointer } from './useLanePointer.ts';
import { useTimeWheel } from './useTimeWheel.ts';

interface LanesViewProps {
  /** px; the plot's left edge and width are those of the axis and the overview */
  gutterWidth: number;
  plotWidth: number;
  data: LaneData | null;
  onData: (data: LaneData) => void;
}

/** Lifetimes of a row that screen readers get, while the lanes have the focus and while not. */
const CELLS = 12;
const CELLS_UNFOCUSED = 3;
/** Rows of the grid at most; a 4K screen shows about a hundred. */
const MOST_GRID_ROWS = 120;

/** The swim-lanes: labels, canvas, tooltip, mouse and keyboard. Rows scroll natively; the canvas sticks and is repainted. */
export function LanesView({ gutterWidth, plotWidth, data, onData }: LanesViewProps) {
  const viewer = useViewer();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(scroller);
  const [focused, setFocused] = useState(false);
  const [hover] = useState(createHoverStore);
  const time = useTimeFormat();
  const selectedId = useViewerState('selection', (s) => s.id);
  const details = useViewerState('selection', (s) => s.details);
  const pinned = useViewerState('view', (s) => s.pinned);
  const gridId = useId();
  const helpId = useId();
  useHoverDetails(viewer, hover);

  const endHover = useCallback(() => hover.setState({ mouse: null, target: null }), [hover]);
  const { cursor, bar, onKeyDown, onClick, toggle, follow } = useLaneCursor({
    scroller,
    plotWidth,
    height,
    data,
    onMoved: endHover,
  });
  const cursorRow = focused && cursor !== null ? cursor.row : -1;
  const { scene, schedule, topRow } = useLaneCanvas({
    scroller,
    canvas,
    labels,
    plotWidth,
    height,
    data,
    hover,
    cursorRow,
    cursorBar: bar,
  });
  const { error, retry, update } = useLaneLoader({ scroller, plotWidth, height, data, onData, onChange: schedule });
  const { onScroll, ...pointer } = useLanePointer({ scroller, canvas, plotWidth, data, hover, onClick });
  useLaneAnchor({ scroller, data, onSelectedRow: follow });
  useTimeWheel(scroller, canvas, plotWidth);
  useLanePicture(scene, gutterWidth);

  useEffect(() => () => viewer.view.getState().set({ cursorNs: null }), [viewer]);

  const focusLanes = useCallback(() => scroller.current?.focus({ preventScroll: true }), []);
  const pin = useCallback((key: string) => togglePin(viewer, key), [viewer]);
  const dropGroup = useCallback(
    (key: string, ontoKey: string) => void moveGroup(viewer, key, { onto: ontoKey }),
    [viewer],
  );

  const totalRows = data?.response.totalRows ?? 0;
  const shownRows = Math.min(totalRows, MAX_SCROLL_ROWS);
  const selectedRow = details !== null && details.row.id === selectedId ? details.row : null;
  // Words for screen readers may be a moment behind the picture.
  const gridFrom = useDeferredValue(topRow);
  const gridData = useDeferredValue(data);
  const gridTo = gridFrom + Math.min(MOST_GRID_ROWS, Math.ceil(height / ROW_HEIGHT) + 1);
  const isOnGroup = data !== null && cursorRow >= 0 && loadedRow(data, cursorRow)?.kind === 'group';
  const gridBar = isOnGroup ? -1 : bar;

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
        onScroll={() => {
          update();
          onScroll();
        }}
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
          <InlineError error={error} what="lanes" retry={retry} />
        </div>
      )}
      {error === null && data !== null && totalRows === 0 && (
        <div className="lanes-empty" style={{ left: gutterWidth, width: plotWidth }}>
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
