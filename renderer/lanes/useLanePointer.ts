import { useEffect, useRef, type PointerEvent, type RefObject } from 'react';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer } from '../state/viewerContext.ts';
import { createDoubleClick, type DoubleClick } from './doubleClick.ts';
import { timeOfX, type TimeScale } from './geometry.ts';
import { hitTest, type Hit } from './hitTest.ts';
import type { HoverStore } from './hoverStore.ts';
import { hoverText } from './hoverText.ts';
import type { LaneData } from './laneData.ts';
import { pinchedRange, type Touch } from './pinch.ts';
import { useFrame } from './useFrame.ts';

interface LanePointerOptions {
  scroller: RefObject<HTMLElement | null>;
  canvas: RefObject<HTMLCanvasElement | null>;
  plotWidth: number;
  data: LaneData | null;
  hover: HoverStore;
  onClick: (hit: Hit) => void;
}

/** A mouse that moved less than this since its button went down has clicked, px. */
const CLICK_SLOP = 4;

interface Drag {
  x: number;
  y: number;
  fromNs: number;
  scrollTop: number;
  moved: boolean;
}

/** Fingers on the plot, by pointer id, and where two of them began to pinch. */
interface Pinch {
  touches: Map<number, Touch>;
  start: { screen: TimeScale; touches: [Touch, Touch] } | null;
}

/** Mouse and touch on the plot: hover, click, drag to pan, two fingers to zoom. To be spread over the element that scrolls. */
export function useLanePointer({ scroller, canvas, plotWidth, data, hover, onClick }: LanePointerOptions) {
  const viewer = useViewer();
  const time = useTimeFormat();
  const drag = useRef<Drag | null>(null);
  const pinch = useRef<Pinch>({ touches: new Map(), start: null });
  const doubleClick = useRef<DoubleClick | null>(null);

  useEffect(() => {
    const listening = createDoubleClick(() => viewer.view.getState().fit());
    doubleClick.current = listening;
    return listening.stop;
  }, [viewer]);

  // Other rows, or another time, have come under a mouse that rests.
  useEffect(lookUp, [data, plotWidth]);
  const lookUpAgain = useFrame(lookUp);
  useEffect(
    () =>
      viewer.view.subscribe((now, before) => {
        if (now.fromNs !== before.fromNs || now.toNs !== before.toNs) lookUpAgain();
      }),
    [viewer, lookUpAgain],
  );

  function screen(): TimeScale {
    const { fromNs, toNs } = viewer.view.getState();
    return { fromNs, toNs, width: plotWidth };
  }

  function pointIn(event: { clientX: number; clientY: number }): Touch | null {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    return x < 0 || x > box.width || y < 0 || y > box.height ? null : { x, y };
  }

  function hitAt(point: Touch | null): Hit | null {
    if (point === null || data === null) return null;
    return hitTest(data, screen(), scroller.current?.scrollTop ?? 0, point.x, point.y);
  }

  /** What the tooltip says of where the mouse is now. */
  function lookUp(): void {
    const { mouse } = hover.getState();
    if (mouse === null) return;
    const point = pointIn(mouse);
    if (point === null) return leave();
    const ns = timeOfX(screen(), point.x);
    viewer.view.getState().set({ cursorNs: ns });
    const hit = hitAt(point);
    const text =
      hit === null || data === null
        ? { id: 0, title: '', lines: [] }
        : hoverText(data, screen(), scroller.current?.scrollTop ?? 0, { ...hit, ...point }, time);
    hover.setState({ target: { ...point, ns, bar: hit?.bar ?? -1, ...text } });
  }

  function leave(): void {
    hover.setState({ mouse: null, target: null });
    viewer.view.getState().set({ cursorNs: null });
  }

  function startPinch(): void {
    const touches = [...pinch.current.touches.values()];
    pinch.current.start = touches.length === 2 ? { screen: screen(), touches: [touches[0], touches[1]] } : null;
    // The finger that stays goes on panning from where it is only after it is lifted: a jump would follow otherwise.
    drag.current = null;
  }

  function onPointerDown(event: PointerEvent): void {
    const point = pointIn(event);
    if (event.button !== 0 || point === null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      pinch.current.touches.set(event.pointerId, point);
      if (pinch.current.touches.size > 1) {
        startPinch();
        return;
      }
    }
    drag.current = {
      x: event.clientX,
      y: event.clientY,
      fromNs: viewer.view.getState().fromNs,
      scrollTop: scroller.current?.scrollTop ?? 0,
      moved: false,
    };
  }

  function onPointerMove(event: PointerEvent): void {
    if (movePinch(event) || moveDrag(event)) return;
    hover.setState({ mouse: { clientX: event.clientX, clientY: event.clientY } });
    lookUp();
  }

  function movePinch(event: PointerEvent): boolean {
    const { touches, start } = pinch.current;
    const box = canvas.current?.getBoundingClientRect();
    if (!touches.has(event.pointerId) || box === undefined) return false;
    touches.set(event.pointerId, { x: event.clientX - box.left, y: event.clientY - box.top });
    const now = [...touches.values()];
    if (start === null || now.length !== 2) return touches.size > 1;
    const range = pinchedRange(start.screen, start.touches, [now[0], now[1]]);
    viewer.view.getState().setRange(range.fromNs, range.toNs);
    return true;
  }

  function moveDrag(event: PointerEvent): boolean {
    const held = drag.current;
    if (held === null) return false;
    const dx = event.clientX - held.x;
    const dy = event.clientY - held.y;
    if (!held.moved && Math.hypot(dx, dy) < CLICK_SLOP) return true;
    held.moved = true;
    leave();
    const { fromNs, toNs, setRange } = viewer.view.getState();
    const span = toNs - fromNs;
    const start = held.fromNs - (dx / plotWidth) * span;
    setRange(start, start + span);
    if (scroller.current !== null) scroller.current.scrollTop = held.scrollTop - dy;
    return true;
  }

  function onPointerUp(event: PointerEvent): void {
    const wasPinch = pinch.current.touches.size > 1;
    end(event);
    const held = drag.current;
    drag.current = null;
    if (wasPinch || held === null || held.moved) return;
    const hit = hitAt(pointIn(event));
    if (hit === null) return;
    if (hit.bar >= 0) doubleClick.current?.clicked(event);
    onClick(hit);
  }

  function end(event: PointerEvent): void {
    if (!pinch.current.touches.delete(event.pointerId)) return;
    pinch.current.start = null;
    if (pinch.current.touches.size === 2) startPinch();
  }

  return {
    onScroll: lookUpAgain,
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: (event: PointerEvent) => {
      end(event);
      drag.current = null;
    },
    onPointerLeave: leave,
    onDoubleClick: (event: { clientX: number; clientY: number }) => {
      if (pointIn(event) !== null) viewer.view.getState().fit();
    },
  };
}
