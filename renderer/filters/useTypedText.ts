import { useEffect, useRef, useState } from 'react';
import { useViewerState } from '../state/viewerContext.ts';

/** Typing is put into force this long after the last letter. */
export const TYPING_DELAY_MS = 120;

/**
 * A text box whose value takes effect a moment after the typing. `applied` is the text in force: where it changes from outside
 * (a chip was removed) the box follows, and where everything is cleared or undone also with text that is not in force.
 */
export function useTypedText(applied: string, apply: (text: string) => void): [string, (text: string) => void] {
  const clears = useViewerState('filter', (s) => s.clears);
  const [text, setText] = useState(applied);
  const sent = useRef(applied);
  const seenClears = useRef(clears);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latestApply = useRef(apply);
  useEffect(() => {
    latestApply.current = apply;
  });

  useEffect(() => {
    if (applied === sent.current && clears === seenClears.current) return;
    sent.current = applied;
    seenClears.current = clears;
    clearTimeout(timer.current);
    setText(applied);
  }, [applied, clears]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return [
    text,
    (next) => {
      setText(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        sent.current = next;
        latestApply.current(next);
      }, TYPING_DELAY_MS);
    },
  ];
}
