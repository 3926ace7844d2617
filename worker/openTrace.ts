import type { CallOptions } from '../shared/service.ts';
import { readTrace } from './etl/readTrace.ts';
import { correlate } from './lifetimes/correlate.ts';
import type { Trace } from './lifetimes/model.ts';

/** Reads and correlates a trace. Rejects with a TraceError where nothing can be read; what is damaged is in `info.health`. */
export async function openTrace(path: string, options: CallOptions = {}): Promise<Trace> {
  return correlate(await readTrace(path, options), options);
}
