import { useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';

interface RovingFocus {
  /** Takes the keys that move in the list; true where it was one. */
  onKeyDown: (event: KeyboardEvent) => boolean;
}

const PAGE = 10;

/**
 * One stop of Tab for a whole list whose rows are made only where they are seen: arrows move `active`, and the focus follows as soon as
 * the row exists. Rows have `data-index`; what of them takes the focus has `data-roving`.
 */
export function useRovingFocus(
  list: RefObject<HTMLElement | null>,
  count: number,
  active: number,
  move: (index: number) => void,
): RovingFocus {
  const wanted = useRef<number | null>(null);
  // After every render: the row may come a render later, when the list has scrolled to it.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] [data-roving]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });
  return {
    onKeyDown: (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || count === 0) return false;
      const next = nextRow(event.key, active, count);
      if (next === null) return false;
      event.preventDefault();
      wanted.current = next;
      move(next);
      return true;
    },
  };
}

/** The row that a key goes to; null where it is no key of lists. */
export function nextRow(key: string, active: number, count: number): number | null {
  const last = count - 1;
  if (key === 'ArrowDown') return Math.min(last, active + 1);
  if (key === 'ArrowUp') return Math.max(0, active - 1);
  if (key === 'PageDown') return Math.min(last, active + PAGE);
  if (key === 'PageUp') return Math.max(0, active - PAGE);
  if (key === 'Home') return 0;
  return key === 'End' ? last : null;
}
