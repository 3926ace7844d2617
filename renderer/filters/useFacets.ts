import { useEffect, useRef } from 'react';
import { useServiceQuery } from '../state/useServiceQuery.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';

/** Keeps the counts of the filter panel in step with the filter. */
export function useFacets(): void {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const { data, error, retry } = useServiceQuery('facets', { filter }, 'facets');
  const again = useRef(retry);
  useEffect(() => {
    again.current = retry;
  });
  useEffect(() => {
    if (data !== null) viewer.data.setState({ facets: data, matched: data.matched, total: data.total });
  }, [viewer, data]);
  useEffect(() => {
    const facetsFailed = error === null ? null : { error, retry: () => again.current() };
    viewer.data.setState({ facetsFailed });
  }, [viewer, error]);
}
