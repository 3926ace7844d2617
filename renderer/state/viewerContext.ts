import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Viewer } from './viewer.ts';

export const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === null) throw new Error('useViewer needs a ViewerContext above it');
  return viewer;
}

type StoreName = {
  [K in keyof Viewer]: Viewer[K] extends StoreApi<infer _T> ? K : never;
}[keyof Viewer];
type StateOf<S> = S extends StoreApi<infer T> ? T : never;

/** A piece of one of the window's stores: `useViewerState('filter', (s) => s.filter)`. */
export function useViewerState<N extends StoreName, T>(name: N, select: (state: StateOf<Viewer[N]>) => T): T {
  const store = useViewer()[name] as unknown as StoreApi<StateOf<Viewer[N]>>;
  return useStore<StoreApi<StateOf<Viewer[N]>>, T>(store, select);
}
