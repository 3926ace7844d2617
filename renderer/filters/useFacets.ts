import { useEffect } from 'react';
import { ask } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';

/** Keeps the counts of the filter panel in step with the filter. */
export function useFacets(): void {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const namesVersion = useViewerState('session', (s) => s.namesVersion);
  useEffect(() => {
    void ask(viewer, 'q:facets', 'facets', { filter }).then((facets) => {
      if (facets !== null) viewer.data.setState({ facets, matched: facets.matched, total: facets.total });
    });
  }, [viewer, filter, namesVersion]);
}
