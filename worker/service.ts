import { TraceError } from '../shared/errors.ts';
import type { CallOptions, TraceService } from '../shared/service.ts';
import type { TraceSummary } from '../shared/records.ts';
import { OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, OBJECT_MAPPING, type Trace } from './lifetimes/model.ts';
import { openTrace } from './openTrace.ts';
import { objectDetails } from './query/details.ts';
import { exportCsv } from './query/exportCsv.ts';
import { facetsOf } from './query/facets.ts';
import { laneView } from './query/lanes.ts';
import { locateObject } from './query/locate.ts';
import { overviewOf } from './query/overview.ts';
import { SelectionCache } from './query/selectionCache.ts';
import { tablePage } from './query/table.ts';

/** An opened trace and the selections that were made of it. */
interface Opened {
  trace: Trace;
  selections: SelectionCache;
}

/** The TraceService of one window: holds at most one trace. */
export function createTraceService(): TraceService {
  let opened: Opened | null = null;
  const current = (): Opened => {
    if (opened === null) throw new TraceError('internal', 'No trace is open; open one first.');
    return opened;
  };
  return {
    async open({ path, displayName }, options) {
      const trace = await openTrace(path, { ...options, displayName });
      // Only now: a file that cannot be opened leaves the one that is shown alone.
      opened = { trace, selections: new SelectionCache(trace) };
      return summaryOf(trace);
    },
    close() {
      opened = null;
      return Promise.resolve();
    },
    facets: query(current, ({ selections }, request) => facetsOf(selections, request.filter)),
    overview: query(current, ({ trace, selections }, request) =>
      overviewOf(trace, selections.get(request.filter), request),
    ),
    lanes: query(current, ({ trace, selections }, request) => laneView(trace, selections.get(request.filter), request)),
    table: query(current, ({ trace, selections }, request) =>
      tablePage(trace, selections.get(request.filter), request),
    ),
    details: query(current, ({ trace }, request) => {
      const details = objectDetails(trace, request);
      if (details === null) throw new TraceError('internal', `There is no object with id ${request.id} in this trace.`);
      return details;
    }),
    locate: query(current, ({ trace, selections }, request) =>
      locateObject(trace, selections.get(request.filter), request),
    ),
    exportCsv: async (request, options) => exportCsv(current().selections.get(request.filter), request, options),
  };
}

/** A query as a service method; one that was cancelled before it began is not computed. */
function query<Request, Response>(
  current: () => Opened,
  compute: (opened: Opened, request: Request) => Response,
): (request: Request, options?: CallOptions) => Promise<Response> {
  return async (request, options) => {
    // Lets a cancel that is already on its way arrive first.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (options?.signal?.aborted) throw new TraceError('cancelled', 'The request was cancelled.');
    return compute(current(), request);
  };
}

function summaryOf(trace: Trace): TraceSummary {
  const { flags, length } = trace.objects;
  let mappings = 0;
  let leaks = 0;
  let leaksAtExit = 0;
  for (let object = 0; object < length; object++) {
    if (flags[object] & OBJECT_MAPPING) mappings++;
    if (flags[object] & OBJECT_LEAK) leaks++;
    if (flags[object] & OBJECT_LEAK_AT_EXIT) leaksAtExit++;
  }
  return {
    info: trace.info,
    trust: trace.trust,
    endNs: trace.endNs,
    rundowns: trace.rundowns,
    objects: length - mappings,
    handles: trace.handles.length,
    mappings,
    leaks,
    leaksAtExit,
  };
}
