/** For tests: a forged trace all the way through the reader and the correlation. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrace } from '../openTrace.ts';
import { objectJson, type JsonObject } from '../query/json.ts';
import type { TraceBuilder } from '../testing/traceBuilder.ts';
import type { Trace } from './model.ts';

export async function withTempFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklanes-test-'));
  try {
    const path = join(folder, 'trace.etl');
    await writeFile(path, bytes);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function traceOf(bytes: Uint8Array): Promise<Trace> {
  return withTempFile(bytes, (path) => openTrace(path));
}

/** The objects of a trace as `dump --format json --events` gives them. A builder gives its bytes once only. */
export async function objectsOf(source: TraceBuilder | Trace): Promise<JsonObject[]> {
  const trace = 'toBytes' in source ? await traceOf(source.toBytes()) : source;
  return Array.from({ length: trace.objects.length }, (_, object) => objectJson(trace, object, { events: true }));
}
