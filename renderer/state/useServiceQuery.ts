import { useEffect, useRef, useState } from 'react';
import { errorData, type TraceErrorData } from '../../shared/errors.ts';
import type { QueryMethod, TraceService } from '../../shared/service.ts';
import { useViewer, useViewerState } from './viewerContext.ts';

type Answer<M extends QueryMethod> = Awaited<ReturnType<TraceService[M]>>;
type Request<M extends QueryMethod> = Parameters<TraceService[M]>[0];

export interface ServiceQuery<T> {
  /** The newest answer; while another is asked the one before, so that nothing flickers. null before the first. */
  data: T | null;
  /** An answer is under way; `data` is of an older request. */
  loading: boolean;
  /** Why the newest request failed; to be shown in the place of the data, see InlineError. */
  error: TraceErrorData | null;
  /** Asks again. */
  retry: () => void;
}

/**
 * Asks the service whenever the request changes (by value), the names have changed or the trace is back; only the newest
 * request of a `kind` counts, so two components must not share one. A request of null asks nothing. For `symbols`, whose
 * request is undefined, give `{}`.
 */
export function useServiceQuery<M extends QueryMethod>(
  method: M,
  request: NonNullable<Request<M>> | (undefined extends Request<M> ? object : never) | null,
  kind: string,
): ServiceQuery<Answer<M>> {
  const viewer = useViewer();
  const namesVersion = useViewerState('session', (s) => s.namesVersion);
  const stale = useViewerState('session', (s) => s.stale);
  const wanted = useByValue(request);
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<Omit<ServiceQuery<Answer<M>>, 'retry'>>({
    data: null,
    loading: request !== null,
    error: null,
  });

  useEffect(() => {
    // Everything is asked again when the trace is back.
    if (wanted === null || stale) return;
    let over = false;
    setState((s) => ({ ...s, loading: true }));
    const asked = (method === 'symbols' ? undefined : wanted) as Request<M>;
    viewer.requests
      .latest(`q:${kind}`, (signal) => viewer.host.query(method, asked, signal))
      .then(
        (data) => {
          if (!over && data !== null) setState({ data, loading: false, error: null });
        },
        (error: unknown) => {
          const failed = errorData(error);
          if (!over) setState((s) => ({ ...s, loading: false, error: failed.code === 'cancelled' ? null : failed }));
        },
      );
    return () => {
      over = true;
      viewer.requests.abort(`q:${kind}`);
    };
  }, [viewer, method, kind, wanted, namesVersion, stale, tries]);

  return { ...state, retry: () => setTries((n) => n + 1) };
}

/** The same object as long as its JSON is the same, so that a request that is made anew in every render is asked once. */
function useByValue<T>(value: T): T {
  const last = useRef({ value, json: '' });
  if (last.current.value !== value) {
    const json = JSON.stringify(value);
    if (json !== last.current.json) last.current = { value, json };
  } else if (last.current.json === '') last.current.json = JSON.stringify(value);
  return last.current.value;
}
