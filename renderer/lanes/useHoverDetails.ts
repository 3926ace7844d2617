import { useEffect } from 'react';
import type { ObjectRow } from '../../shared/records.ts';
import { ask, type Viewer } from '../state/viewer.ts';
import type { HoverStore } from './hoverStore.ts';

const DELAY_MS = 40;
const KEPT = 300;

/** Fetches name and times of the hovered object; the last few hundred are kept. */
export function useHoverDetails(viewer: Viewer, hover: HoverStore): void {
  useEffect(() => {
    const known = new Map<number, ObjectRow>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = 0;
    const stop = hover.subscribe((state) => {
      const id = state.target?.id ?? 0;
      if (id === asked) return;
      asked = id;
      clearTimeout(timer);
      if (id === 0) return;
      const row = known.get(id);
      if (row !== undefined) {
        hover.setState({ row });
        return;
      }
      timer = setTimeout(() => {
        void ask(viewer, 'q:hover', 'details', { id, eventLimit: 0 }).then((details) => {
          if (details === null) return;
          if (known.size >= KEPT) known.clear();
          known.set(id, details.row);
          if (asked === id) hover.setState({ row: details.row });
        });
      }, DELAY_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [viewer, hover]);
}
