import type { CallOptions } from '../shared/service.ts';
import { identityOf, type TraceCache } from './cache/traceCache.ts';
import { readTrace } from './etl/readTrace.ts';
import { correlate } from './lifetimes/correlate.ts';
import type { Trace } from './lifetimes/model.ts';

export interface OpenOptions extends CallOptions {
  /** what its messages call the trace, where the path means nothing to the user (an upload) */
  displayName?: string;
  /** where traces that were opened before are kept; default: nowhere */
  cache?: TraceCache | null;
}

/**
 * Reads and correlates a trace, or takes it from the cache. Rejects with a TraceError where nothing can be read; what is damaged is in
 * `info.health`.
 */
export async function openTrace(path: string, options: OpenOptions = {}): Promise<Trace> {
  const { cache } = options;
  const identity = cache ? await identityOf(path, options.displayName) : null;
  if (!cache || identity === null) return correlate(await readTrace(path, options), options);
  const known = await cache.load(identity, options);
  if (known !== null) return known;
  const start = performance.now();
  const trace = await correlate(await readTrace(path, options), options);
  // In the background: whoever waits for the trace need not wait for this.
  if (performance.now() - start >= cache.minOpenMs) void cache.store(identity, trace);
  return trace;
}
