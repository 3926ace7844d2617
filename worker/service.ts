import { TraceError } from '../shared/errors.ts';
import type { CallOptions, TraceService } from '../shared/service.ts';
import type { TraceSummary } from '../shared/records.ts';
import type { SymbolsResult } from '../shared/symbols.ts';
import { systemTraceCache, type TraceCache } from './cache/traceCache.ts';
import { OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, OBJECT_MAPPING, type Trace } from './lifetimes/model.ts';
import { openTrace } from './openTrace.ts';
import { objectDetails } from './query/details.ts';
import { exportCsv } from './query/exportCsv.ts';
import { facetsOf } from './query/facets.ts';
import { laneView } from './query/lanes.ts';
import { locateObject } from './query/locate.ts';
import { mapView } from './query/mapView.ts';
import { overviewOf } from './query/overview.ts';
import { SelectionCache } from './query/selectionCache.ts';
import { exportTable } from './query/tables/exportTable.ts';
import { icicleOf } from './query/tables/icicle.ts';
import { rowsPage } from './query/tables/rows.ts';
import { stackTreePage } from './query/tables/stackTreePage.ts';
import { loadSymbols } from './symbols/loadSymbols.ts';
import { symbolsReport } from './symbols/report.ts';
import { systemTools } from './symbols/systemTools.ts';
import type { SymbolTools } from './symbols/tools.ts';
import { TraceSymbols } from './symbols/traceSymbols.ts';
import { usePdb } from './symbols/usePdb.ts';

/** An opened trace, its symbols, and the selections that were made of it. */
class Opened {
  readonly path: string;
  readonly symbols: TraceSymbols;
  /** of the trace with the names that are known; names make another trace, so a request takes this once */
  selections: SelectionCache;
  /** the job that looks for names */
  private job: AbortController | null = null;
  private lastJob: Promise<void> = Promise.resolve();

  constructor(path: string, symbols: TraceSymbols) {
    this.path = path;
    this.symbols = symbols;
    this.selections = new SelectionCache(symbols.trace);
  }

  readonly takeNames = (): void => {
    this.selections = new SelectionCache(this.symbols.trace);
  };

  /** Runs a job on the symbols, once the one that ran before has been cancelled and is over. */
  runJob(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    this.cancelJob();
    const job = new AbortController();
    const either = signal === undefined ? job.signal : AbortSignal.any([job.signal, signal]);
    const run = this.lastJob.then(() => work(either));
    this.job = job;
    this.lastJob = run.catch(() => undefined);
    return run;
  }

  cancelJob(): void {
    this.job?.abort();
  }
}

export interface ServiceOptions {
  tools?: SymbolTools;
  /** where opened traces are kept; default the user's */
  cache?: TraceCache | null;
  firstPartBytes?: number;
}

/** The TraceService of one window: holds at most one trace. */
export function createTraceService(options: ServiceOptions = {}): TraceService {
  const { tools = systemTools(), cache = systemTraceCache(), firstPartBytes } = options;
  /** what is asked: the whole trace, or the first part of one that is being opened */
  let opened: Opened | null = null;
  let whole: Opened | null = null;
  /** counts calls of open and close: only the last one decides what is open */
  let turn = 0;
  const current = (): Opened => {
    if (opened === null) throw new TraceError('internal', 'No trace is open; open one first.');
    return opened;
  };
  const symbolsResult = async ({ symbols }: Opened): Promise<SymbolsResult> => ({
    report: await symbolsReport(symbols, tools),
    summary: summaryOf(symbols),
  });
  return {
    async open({ path, displayName }, options) {
      const mine = ++turn;
      const onFirstPart = (part: Trace): void => {
        if (mine !== turn) return;
        opened = new Opened(path, new TraceSymbols(part));
        const firstPart = summaryOf(opened.symbols);
        options?.onProgress?.({ phase: 'read', bytesDone: 0, bytesTotal: 0, events: part.info.events, firstPart });
      };
      try {
        // An upload has another path each time.
        const kept = displayName === undefined ? cache : null;
        const trace = await openTrace(path, { ...options, displayName, cache: kept, onFirstPart, firstPartBytes });
        const now = new Opened(path, new TraceSymbols(trace));
        if (mine === turn) {
          whole?.cancelJob();
          opened?.cancelJob();
          opened = whole = now;
        }
        return summaryOf(now.symbols);
      } catch (error) {
        // A file that cannot be opened leaves the one that was shown alone.
        if (mine === turn) opened = whole;
        throw error;
      }
    },
    close() {
      turn++;
      opened?.cancelJob();
      opened = whole = null;
      return Promise.resolve();
    },
    facets: query(current, (selections, request) => facetsOf(selections, request)),
    overview: query(current, (selections, request) =>
      overviewOf(selections.trace, selections.get(request.filter), request),
    ),
    lanes: query(current, (selections, request) => laneView(selections.trace, selections.get(request.filter), request)),
    details: query(current, ({ trace }, request) => {
      const details = objectDetails(trace, request);
      if (details === null) throw new TraceError('internal', `There is no object with id ${request.id} in this trace.`);
      return details;
    }),
    locate: query(current, locateObject),
    rows: query(current, rowsPage),
    stackTree: query(current, stackTreePage),
    icicle: query(current, icicleOf),
    mapView: query(current, (selections, request) =>
      mapView(selections.trace, selections.get(request.filter), request),
    ),
    symbols: async () => symbolsReport(current().symbols, tools),
    async loadSymbols(request, options) {
      const of = current();
      const { symbols, path, takeNames } = of;
      await of.runJob(
        (signal) => loadSymbols(symbols, path, request, tools, { ...options, signal, onNames: takeNames }),
        options?.signal,
      );
      return symbolsResult(of);
    },
    async usePdb(request, options) {
      const of = current();
      await usePdb(of.symbols, request, tools, { ...options, onNames: of.takeNames });
      return symbolsResult(of);
    },
    exportTable: async (request, options) => exportTable(current().selections, request, options),
    exportCsv: async (request, options) => exportCsv(current().selections.get(request.filter), request, options),
  };
}

/** A query as a service method; one that was cancelled before it began is not computed. */
function query<Request, Response>(
  current: () => Opened,
  compute: (selections: SelectionCache, request: Request) => Response,
): (request: Request, options?: CallOptions) => Promise<Response> {
  return async (request, options) => {
    // Lets a cancel that is already on its way arrive first.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (options?.signal?.aborted) throw new TraceError('cancelled', 'The request was cancelled.');
    return compute(current().selections, request);
  };
}

function summaryOf(symbols: TraceSymbols): TraceSummary {
  const { trace } = symbols;
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
    symbols: symbols.status(),
    // The reader counts buffers that are marked "events lost", not their times.
    lostStretches: trace.lostStretches,
  };
}
