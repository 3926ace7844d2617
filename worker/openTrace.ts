import { stat } from 'node:fs/promises';
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
  /** gets the first part of a large file as a trace of its own, soon after the start; what is open at its end may be closed later */
  onFirstPart?: (part: Trace) => void;
  /** bytes of that part; a file that is not {@link LARGE} times as large is opened as a whole only. Default 48 MiB */
  firstPartBytes?: number;
}

/** Some tenths of a second to open, whatever is in it. */
const FIRST_PART_BYTES = 48 * 2 ** 20;
const LARGE = 4;

/**
 * Reads and correlates a trace, or takes it from the cache. Rejects with a TraceError where nothing can be read; what is damaged is in
 * `info.health`.
 */
export async function openTrace(path: string, options: OpenOptions = {}): Promise<Trace> {
  const { cache } = options;
  const identity = cache ? await identityOf(path, options.displayName) : null;
  const known = cache && identity ? await cache.load(identity, options) : null;
  if (known !== null) return known;
  if (options.onFirstPart) await openFirstPart(path, options, options.onFirstPart);
  const start = performance.now();
  const trace = await correlate(await readTrace(path, options), options);
  // In the background: whoever waits for the trace need not wait for this.
  if (cache && identity && performance.now() - start >= cache.minOpenMs) void cache.store(identity, trace);
  return trace;
}

async function openFirstPart(path: string, options: OpenOptions, onFirstPart: (part: Trace) => void): Promise<void> {
  const { firstPartBytes = FIRST_PART_BYTES, displayName, signal } = options;
  // What is wrong with the file is for the whole open to say.
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size < LARGE * firstPartBytes) return;
  const read = await readTrace(path, { displayName, signal, firstBytes: firstPartBytes });
  const part = await correlate(read, { signal });
  if (part.objects.length > 0) onFirstPart(part);
}
