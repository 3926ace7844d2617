import { errorData, type TraceErrorData } from '../../shared/errors.ts';
import type { MapView, MapViewRequest } from '../../shared/lanes.ts';
import type { TimeScale } from '../lanes/geometry.ts';
import type { Viewer } from '../state/viewer.ts';

/** Mappings, and the stretch of time and pixels that their x are relative to. */
export interface MapData {
  view: MapView;
  scale: TimeScale;
  filter: MapViewRequest['filter'];
  height: number;
}

export interface MapListener {
  onData(data: MapData): void;
  onError(error: TraceErrorData | null): void;
}

/** What is wanted, and the version of names that it is wanted with. */
interface Wanted {
  request: MapViewRequest;
  namesVersion: number;
}

/** Keeps the mappings of the newest request: one at a time, so that a long drag is never without an answer. */
export function createMapLoader(viewer: Viewer, { onData, onError }: MapListener) {
  let wanted: Wanted | null = null;
  let done: Wanted | null = null;
  let running = false;
  let stopped = false;

  async function run(): Promise<void> {
    running = true;
    while (!stopped && wanted !== null && wanted !== done && !viewer.session.getState().stale) {
      const asked: Wanted = wanted;
      try {
        const view = await viewer.requests.latest('q:mapView', (signal) =>
          viewer.host.query('mapView', asked.request, signal),
        );
        if (stopped || view === null) break;
        const { fromNs, toNs, width, height, filter } = asked.request;
        onError(null);
        onData({ view, scale: { fromNs, toNs, width }, filter, height });
      } catch (error) {
        const data = errorData(error);
        if (stopped) break;
        if (data.code !== 'cancelled') onError(data);
      }
      done = asked;
    }
    running = false;
  }

  return {
    want(request: MapViewRequest, namesVersion: number): void {
      if (request.width < 1 || request.height < 1) return;
      wanted = { request, namesVersion };
      if (!running) void run();
    },
    retry(): void {
      done = null;
      if (!running) void run();
    },
    stop(): void {
      stopped = true;
      viewer.requests.abort('q:mapView');
    },
  };
}
