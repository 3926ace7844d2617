/**
 * One measurement of one trace, in a process of its own so that neither code nor memory of another stands in its way:
 * `child.mjs read|headers|buffers|walk|open|store|reopen|cancel FILE`. Prints one line of JSON.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUFFER_HEADER_SIZE } from '../worker/etl/bufferHeader.ts';
import { BufferReader } from '../worker/etl/bufferReader.ts';
import { EventCursor, walkEvents } from '../worker/etl/eventWalk.ts';
import { TraceCache } from '../worker/cache/traceCache.ts';
import { openTrace } from '../worker/openTrace.ts';
import { readPlainly, walkHeaders } from './headerWalk.ts';
import { cpuSince, peakRss } from './measure.ts';

export interface OpenMeasured {
  ms: number;
  /** processor time of all threads of the process meanwhile; on a busy machine the better yardstick */
  cpuMs: number;
  peakRssMb: number;
  /** `open` only, from here on */
  events?: number;
  objectEvents?: number;
  objects?: number;
  readMs?: number;
  sortMs?: number;
  correlateMs?: number;
  /** bytes of the finished trace's columns and strings, all together, as the heap says after a collection */
  keptBytes?: number;
  /** `cancel` only: from the cancel to the error, at worst and over how many cancels */
  worstCancelMs?: number;
  cancels?: number;
}

const CACHE = join(tmpdir(), 'leaklanes-bench-cache');

async function walkAll(path: string, walksEvents: boolean): Promise<void> {
  const reader = await BufferReader.open(path, { name: path, onDamage: () => undefined });
  const cursor = new EventCursor();
  for await (const buffer of reader.buffers()) {
    if (!walksEvents) continue;
    const { view, start, end } = buffer;
    walkEvents(view, start, start + BUFFER_HEADER_SIZE, end, buffer.cut, cursor, () => undefined);
  }
  await reader.close();
}

async function open(path: string): Promise<Partial<OpenMeasured>> {
  const before = await heldBytes();
  const phases: Partial<Record<string, number>> = {};
  const cpu = process.cpuUsage();
  const start = performance.now();
  const trace = await openTrace(path, { onProgress: ({ phase }) => (phases[phase] ??= performance.now()) });
  const end = performance.now();
  const cpuMs = cpuSince(cpu);
  const sort = phases.sort ?? end;
  const correlate = phases.correlate ?? end;
  const peakRssMb = peakRss();
  return {
    ms: end - start,
    cpuMs,
    peakRssMb,
    readMs: sort - start,
    sortMs: correlate - sort,
    correlateMs: end - correlate,
    keptBytes: (await heldBytes()) - before,
    events: trace.info.events,
    objectEvents: trace.events.length,
    objects: trace.objects.length,
  };
}

/** Opens with a cache of the bench's own; `isKnown`: the trace must be in it. */
async function openWithCache(path: string, isKnown: boolean): Promise<Partial<OpenMeasured>> {
  const cache = new TraceCache({ folder: CACHE, minOpenMs: isKnown ? Infinity : 0 });
  const start = performance.now();
  const trace = await openTrace(path, { cache });
  const ms = performance.now() - start;
  await cache.settled();
  return { ms, events: trace.info.events };
}

/** Cancels at moments spread over the time that opening takes. */
async function cancels(path: string): Promise<Partial<OpenMeasured>> {
  const start = performance.now();
  await openTrace(path);
  const whole = performance.now() - start;
  let worst = 0;
  const count = 12;
  for (let index = 0; index < count; index++) {
    const abort = new AbortController();
    const delay = (whole * (index + 0.5)) / count;
    // From when it was to fire: a timer that is late waited for the event loop, as a cancel would.
    const due = performance.now() + delay;
    const timer = setTimeout(() => abort.abort(), delay);
    const isCancelled = await openTrace(path, { signal: abort.signal }).then(
      () => false,
      () => true,
    );
    clearTimeout(timer);
    if (isCancelled) worst = Math.max(worst, performance.now() - due);
  }
  return { worstCancelMs: worst, cancels: count };
}

async function heldBytes(): Promise<number> {
  // Twice: the memory of columns is given back some time after the first.
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure(what: string, path: string): Promise<OpenMeasured> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  let measured: Partial<OpenMeasured> = {};
  if (what === 'read') readPlainly(path);
  else if (what === 'headers') walkHeaders(path);
  else if (what === 'buffers') await walkAll(path, false);
  else if (what === 'walk') await walkAll(path, true);
  else if (what === 'open') measured = await open(path);
  else if (what === 'store' || what === 'reopen') measured = await openWithCache(path, what === 'reopen');
  else measured = await cancels(path);
  return { ms: performance.now() - start, cpuMs: cpuSince(cpu), peakRssMb: peakRss(), ...measured };
}

process.stdout.write(`${JSON.stringify(await measure(process.argv[2], process.argv[3]))}\n`);
