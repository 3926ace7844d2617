/** Frames of a page's main thread, out of the events that Chromium's tracing wrote. */

/** An event of the Trace Event Format; times in µs. Complete ones ('X') have a duration, and the processor time of it (`tdur`) where the system tells. */
export interface ChromiumEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  tdur?: number;
  pid: number;
  tid: number;
  args?: { data?: Record<string, unknown>; name?: string };
}

/** Processor time of the thread, which other programs do not make longer, and time of the clock, which they do; ms. */
export interface Spent {
  cpuMs: number;
  wallMs: number;
}

export interface Frame {
  /** Script: handlers, callbacks, timers, microtasks, with what they make the browser do at once (layout, collections of garbage). */
  script: Spent;
  /** All tasks, script included. */
  task: Spent;
}

export interface Frames {
  frames: Frame[];
  /** Main thread outside of script: styles, layout, painting, handing over to the compositor. */
  render: Spent;
  /** Threads that draw pixels, in the renderer and in the process that stands in for the graphics card. */
  raster: Spent;
  /** Collections of garbage on the main thread, in script or not. */
  gc: Spent;
  /** Most bytes of script objects at a time. */
  heapPeak: number;
}

/** What a recording has to have. */
export const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', '__metadata'];

const MAIN_THREAD = 'CrRendererMain';
const TASK = new Set(['RunTask']);
const SCRIPT = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'HandlePostMessage',
  'RunMicrotasks',
  'TimerFire',
  'V8.RunMicrotasks',
  'v8.callFunction',
  'v8.run',
]);
/** A frame is made: the main thread hands what it painted to the compositor. */
const HAND_OVER = 'Commit';
const RENDER = new Set(['UpdateLayoutTree', 'Layout', 'PrePaint', 'Paint', 'Layerize', HAND_OVER, 'HitTest']);
const RASTER = new Set(['RasterTask', 'GPUTask']);
const GC = new Set(['MinorGC', 'MajorGC', 'BlinkGC.AtomicPhase']);

/**
 * The frames of the page that ran most script while it was recorded. A frame has everything from the end of the one before to the end of the
 * task that hands it over: what comes in between (answers, timers) delays it as much as what it does itself. What follows the
 * last one counts as one more.
 */
export function framesOf(events: readonly ChromiumEvent[]): Frames {
  const complete = events
    .filter((event) => event.ph === 'X')
    .sort((a, b) => a.ts - b.ts || durationOf(b) - durationOf(a));
  const { pid, tid } = mainThread(events);
  const main = complete.filter((event) => event.pid === pid && event.tid === tid);
  const tasks = outermost(main, TASK);
  const script = outermost(main, SCRIPT);
  const ends = handOvers(
    tasks,
    main.filter((event) => event.name === HAND_OVER),
  );
  const scripts = sumsUpTo(script, ends);
  return {
    frames: sumsUpTo(tasks, ends).map((task, index) => ({ task, script: scripts[index] })),
    render: sum(outermost(main, RENDER).filter((event) => !isInside(event, script))),
    raster: sum(complete.filter((event) => RASTER.has(event.name))),
    gc: sum(outermost(main, GC)),
    heapPeak: heapPeak(events, pid),
  };
}

/** The value that a share of the values does not pass; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function mainThread(events: readonly ChromiumEvent[]): { pid: number; tid: number } {
  const calls = new Map<string, number>();
  for (const event of events) {
    if (SCRIPT.has(event.name)) calls.set(threadOf(event), (calls.get(threadOf(event)) ?? 0) + 1);
  }
  const threads = events
    .filter((event) => event.name === 'thread_name' && event.args?.name === MAIN_THREAD)
    .sort((a, b) => (calls.get(threadOf(b)) ?? 0) - (calls.get(threadOf(a)) ?? 0));
  if (threads.length === 0) throw new Error('The recording of the browser has no main thread of a page.');
  return threads[0];
}

function threadOf({ pid, tid }: ChromiumEvent): string {
  return `${pid}/${tid}`;
}

/** Those of the wanted events that lie in no other wanted one. `sorted` by start, the longer first. */
function outermost(sorted: readonly ChromiumEvent[], wanted: ReadonlySet<string>): ChromiumEvent[] {
  const found: ChromiumEvent[] = [];
  let end = -Infinity;
  for (const event of sorted) {
    if (event.ts < end || !wanted.has(event.name)) continue;
    found.push(event);
    end = endOf(event);
  }
  return found;
}

/** When the tasks end in which frames are handed over. Both in order of time. */
function handOvers(tasks: readonly ChromiumEvent[], commits: readonly ChromiumEvent[]): number[] {
  const ends: number[] = [];
  let at = 0;
  for (const { ts } of commits) {
    while (at < tasks.length && endOf(tasks[at]) < ts) at++;
    const end = at < tasks.length && tasks[at].ts <= ts ? endOf(tasks[at]) : ts;
    if (end !== ends.at(-1)) ends.push(end);
  }
  return ends;
}

/** Sums of what starts before each end, and after the last one. */
function sumsUpTo(events: readonly ChromiumEvent[], ends: readonly number[]): Spent[] {
  const parts: ChromiumEvent[][] = Array.from({ length: ends.length + 1 }, () => []);
  let frame = 0;
  for (const event of events) {
    while (frame < ends.length && event.ts >= ends[frame]) frame++;
    parts[frame].push(event);
  }
  return parts.map(sum);
}

function isInside(event: ChromiumEvent, sorted: readonly ChromiumEvent[]): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].ts <= event.ts) low = middle + 1;
    else high = middle;
  }
  return low > 0 && endOf(sorted[low - 1]) > event.ts;
}

function heapPeak(events: readonly ChromiumEvent[], pid: number): number {
  let peak = 0;
  for (const event of events) {
    const used = event.name === 'UpdateCounters' && event.pid === pid ? event.args?.data?.jsHeapSizeUsed : undefined;
    if (typeof used === 'number') peak = Math.max(peak, used);
  }
  return peak;
}

function durationOf(event: ChromiumEvent): number {
  return event.dur ?? 0;
}

function endOf(event: ChromiumEvent): number {
  return event.ts + durationOf(event);
}

function sum(events: readonly ChromiumEvent[]): Spent {
  let [cpuMs, wallMs] = [0, 0];
  for (const event of events) {
    wallMs += durationOf(event) / 1000;
    cpuMs += (event.tdur ?? durationOf(event)) / 1000;
  }
  return { cpuMs, wallMs };
}
