import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { createBarStrips, type BarStrips } from './barStrips.ts';
import { deviceCanvas } from './deviceCanvas.ts';
import { ROW_HEIGHT, xOfTime, type TimeScale } from './geometry.ts';
import { makeHatch } from './hatch.ts';
import type { HoverStore } from './hoverStore.ts';
import type { LaneData } from './laneData.ts';
import { paintLanes } from './paintLanes.ts';
import type { Scene } from './scene.ts';
import { timeTicks } from './timeTicks.ts';
import { useFrame } from './useFrame.ts';
import { useLanePalette } from './useLanePalette.ts';
import { useTickLabels } from './useTickLabels.ts';

interface LaneCanvasOptions {
  scroller: RefObject<HTMLElement | null>;
  canvas: RefObject<HTMLCanvasElement | null>;
  /** the gutter's labels, which scroll with the lanes */
  labels: RefObject<HTMLElement | null>;
  plotWidth: number;
  height: number;
  data: LaneData | null;
  hover: HoverStore;
  /** -1 while the lanes have no focus */
  cursorRow: number;
  cursorBar: number;
}

export interface LaneCanvas {
  /** What is shown now. */
  scene: () => Scene;
  /** Paints in the next frame. */
  schedule: () => void;
  /** First visible row, as of the last frame. */
  topRow: number;
}

/** Paints the lanes, in animation frames only: whenever what this hook is given has changed, and whenever it is told to. */
export function useLaneCanvas(options: LaneCanvasOptions): LaneCanvas {
  const { scroller, canvas, labels, plotWidth, height, data, hover, cursorRow, cursorBar } = options;
  const viewer = useViewer();
  const [topRow, setTopRow] = useState(0);
  const hatch = useRef<{ key: string; pattern: CanvasPattern | string } | null>(null);
  const strips = useRef<BarStrips | null>(null);
  const palette = useLanePalette();
  const tickLabels = useTickLabels();
  const summary = useViewerState('session', (s) => s.summary);
  const selectedId = useViewerState('selection', (s) => s.id);
  const details = useViewerState('selection', (s) => s.details);
  const event = useViewerState('selection', (s) => s.event);
  const hitRow = useViewerState('search', (s) => (s.current?.pane === 'lanes' ? s.current.row : -1));

  const scene = (): Scene => {
    const { fromNs, toNs, rulerRange, marks, cursorNs } = viewer.view.getState();
    const screen: TimeScale = { fromNs, toNs, width: plotWidth };
    const shownEvent =
      details !== null && details.row.id === selectedId && event !== null ? details.events[event] : undefined;
    const cursorX = cursorNs === null ? -1 : xOfTime(screen, cursorNs);
    return {
      screen,
      height,
      scrollTop: scroller.current?.scrollTop ?? 0,
      data,
      palette,
      hatch: hatch.current?.pattern ?? palette.hatch,
      strips: strips.current,
      rundowns: summary?.rundowns ?? [],
      lostStretches: summary?.lostStretches ?? [],
      gridNs: timeTicks(screen, tickLabels).ns,
      range: rulerRange,
      markNs: marks.map((mark) => mark.ns),
      selectedId: selectedId ?? 0,
      eventNs: shownEvent?.ns ?? -1,
      hoverBar: hover.getState().target?.bar ?? -1,
      cursorRow,
      cursorBar: cursorRow < 0 ? -1 : cursorBar,
      hitRow,
      cursorX: cursorX > plotWidth ? -1 : cursorX,
    };
  };

  const paint = () => {
    const scrollTop = scroller.current?.scrollTop ?? 0;
    if (labels.current !== null) labels.current.style.transform = `translateY(${-scrollTop}px)`;
    setTopRow(Math.floor(scrollTop / ROW_HEIGHT));
    const target = deviceCanvas(canvas.current, plotWidth, height);
    if (target === null) return;
    const { ctx, ratio } = target;
    const hatchKey = `${palette.hatch}:${ratio}`;
    if (hatch.current?.key !== hatchKey) {
      hatch.current = { key: hatchKey, pattern: makeHatch(ctx, palette.hatch, ratio) };
    }
    if (strips.current?.ratio !== ratio) strips.current = createBarStrips(ctx, ratio);
    paintLanes(ctx, scene());
  };
  const schedule = useFrame(paint);

  useEffect(() => hover.subscribe(schedule), [hover, schedule]);
  useEffect(schedule, [
    schedule,
    plotWidth,
    height,
    data,
    cursorRow,
    cursorBar,
    palette,
    tickLabels,
    summary,
    selectedId,
    details,
    event,
    hitRow,
  ]);
  const latest = useRef(scene);
  useEffect(() => {
    latest.current = scene;
  });
  return { scene: useCallback(() => latest.current(), []), schedule, topRow };
}
