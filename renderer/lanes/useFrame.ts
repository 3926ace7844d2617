import { useEffect, useMemo, useRef } from 'react';

/** A function that runs `paint` in the next animation frame, once however often it is called before. */
export function useFrame(paint: () => void): () => void {
  const latest = useRef(paint);
  useEffect(() => {
    latest.current = paint;
  });
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useMemo(
    () => () => {
      if (frame.current !== 0) return;
      frame.current = requestAnimationFrame(() => {
        frame.current = 0;
        latest.current();
      });
    },
    [],
  );
}
