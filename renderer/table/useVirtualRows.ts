import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { revealOffset, scrollMap } from './scrollMap.ts';

/** Rows drawn above and below what is seen, so that a small scroll finds them there. */
const OVERSCAN = 8;
/** Where nothing is laid out yet. */
const FIRST_HEIGHT = 480;

export interface VirtualRows {
  /** Rows to draw: [first, last], last < first where there are none. */
  first: number;
  last: number;
  /** Rows that are wholly seen, at least 1. */
  page: number;
  /** Height of the body in which rows stand, px. */
  height: number;
  /** Place of a row in the body, px. */
  top: (row: number) => number;
  /** Scrolls until a row is seen. */
  reveal: (row: number, align?: 'nearest' | 'centre') => void;
  scrollToStart: () => void;
}

/** Which of many rows of one height a scrolling element shows; its header of `headHeight` px stays above them. */
export function useVirtualRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  headHeight: number,
): VirtualRows {
  /** scroll: the element's own position; offset: where in all rows that is */
  const [place, setPlace] = useState({ scroll: 0, offset: 0 });
  const [viewHeight, setViewHeight] = useState(FIRST_HEIGHT);
  const map = scrollMap(count * rowHeight, viewHeight);
  const latest = useRef({ map, place, viewHeight, rowHeight });
  latest.current = { map, place, viewHeight, rowHeight };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setViewHeight(Math.max(rowHeight, element.clientHeight - headHeight));
    measure();
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, rowHeight, headHeight]);

  const goTo = useCallback(
    (wanted: number) => {
      const { mostOffset, scale } = latest.current.map;
      const offset = Math.max(0, Math.min(mostOffset, wanted));
      const moved = { scroll: offset / scale, offset };
      latest.current.place = moved;
      setPlace(moved);
      scroller.current?.scrollTo?.({ top: moved.scroll });
    },
    [scroller],
  );

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = () => {
      const { map: now, place: at } = latest.current;
      // The element rounds positions: one that goTo made is known more exactly than it says.
      if (Math.abs(element.scrollTop - at.scroll) < 1.5 && now.scale > 1) return;
      if (element.scrollTop === at.scroll) return;
      const moved = { scroll: element.scrollTop, offset: Math.min(now.mostOffset, element.scrollTop * now.scale) };
      latest.current.place = moved;
      setPlace(moved);
    };
    const onWheel = (event: WheelEvent) => {
      if (latest.current.map.scale <= 1 || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      // A notch is some rows, also where a pixel of the scroll bar is many.
      event.preventDefault();
      const unit = [1, rowHeight, latest.current.viewHeight][event.deltaMode] ?? 1;
      goTo(latest.current.place.offset + event.deltaY * unit);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
    };
  }, [scroller, goTo, rowHeight]);

  // Of other rows a pixel of scrolling may be more, or fewer, of them: the same row is elsewhere then.
  useLayoutEffect(() => {
    const { offset } = latest.current.place;
    if (offset > 0) goTo(offset);
  }, [map.scale, goTo]);

  const reveal = useCallback(
    (row: number, align: 'nearest' | 'centre' = 'nearest') => {
      const { place: at, viewHeight: height } = latest.current;
      const offset = revealOffset(row, rowHeight, height, at.offset, align);
      if (offset !== at.offset) goTo(offset);
    },
    [goTo, rowHeight],
  );
  const scrollToStart = useCallback(() => goTo(0), [goTo]);

  // Fewer rows than before: the browser has moved the element, and says so only later.
  const offset = Math.min(place.offset, map.mostOffset);
  const shift = map.scale > 1 ? offset / map.scale - offset : 0;
  return {
    first: Math.max(0, Math.floor(offset / rowHeight) - OVERSCAN),
    last: Math.min(count - 1, Math.ceil((offset + viewHeight) / rowHeight) + OVERSCAN),
    page: Math.max(1, Math.floor(viewHeight / rowHeight)),
    height: map.height,
    top: (row) => row * rowHeight + shift,
    reveal,
    scrollToStart,
  };
}
