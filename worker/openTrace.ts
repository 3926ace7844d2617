import type { CallOptions } from '../shared/service.ts';
import { readTrace } from './etl/readTrace.ts';
import { correlate } from './lifetimes/correlate.ts';
import type { Trace } from './lifetimes/model.ts';

/**
 * Reads and correlates a trace. `displayName` is what its messages call it where the path means nothing to the user (an upload). Rejects with a TraceError where nothing can be read; what is damaged is in `info.health`.
 */
export async function openTrace(path: string, options: CallOptions & { displayName?: string } = {}): Promise<Trace> {
  return correlate(await readTrace(path, options), options);
}
