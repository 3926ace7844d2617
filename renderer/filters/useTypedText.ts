import { useEffect, useRef, useState } from 'react';

/** Typing is put into force this long after the last letter. */
export const TYPING_DELAY_MS = 120;

/**
 * A text box whose value takes effect a moment after the typing. `applied` is the text in force: where it changes from outside
 * (a chip was removed, everything was cleared) the box follows.
 */
export function useTypedText(applied: string, apply: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(applied);
  const sent = useRef(applied);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latestApply = useRef(apply);
  useEffect(() => {
    latestApply.current = apply;
  });

  useEffect(() => {
    if (applied === sent.current) return;
    sent.current = applied;
    clearTimeout(timer.current);
    setText(applied);
  }, [applied]);
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
