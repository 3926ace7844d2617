import type { Browser, CDPSession, Page } from '@playwright/test';
import type { Row } from '../results.ts';
import { CATEGORIES, framesOf, percentile, type ChromiumEvent, type Spent } from './frames.ts';

/** The goals for the script of a frame: nearly all below the one, none above the other, ms. */
const SMOOTH_MS = 16;
const LONG_MS = 50;

/** Does something while Chromium traces itself, and says what the page's main thread spent on it. */
export async function record(name: string, browser: Browser, page: Page, run: () => Promise<void>): Promise<Row> {
  await withSession(page, collectGarbage);
  await browser.startTracing(page, { categories: CATEGORIES });
  await run();
  const recording = await browser.stopTracing();
  const { traceEvents } = JSON.parse(recording.toString('utf8')) as { traceEvents: ChromiumEvent[] };
  const { frames, render, raster, gc, heapPeak } = framesOf(traceEvents);
  const script = frames.map((frame) => frame.script.cpuMs);
  const task = frames.map((frame) => frame.task.cpuMs);
  const perFrame = (spent: Spent): number => spent.cpuMs / frames.length;
  return {
    name,
    frames: frames.length,
    'script p50 ms': percentile(script, 0.5),
    'script p95 ms': percentile(script, 0.95),
    'script max ms': Math.max(...script),
    [`script > ${SMOOTH_MS}`]: over(script, SMOOTH_MS),
    [`script > ${LONG_MS}`]: over(script, LONG_MS),
    'script p95 clock ms': percentile(
      frames.map((frame) => frame.script.wallMs),
      0.95,
    ),
    'task p50 ms': percentile(task, 0.5),
    'task p95 ms': percentile(task, 0.95),
    'task max ms': Math.max(...task),
    [`task > ${LONG_MS}`]: over(task, LONG_MS),
    'gc/frame ms': perFrame(gc),
    'layout, paint/frame ms': perFrame(render),
    'raster/frame ms': perFrame(raster),
    'heap peak MB': heapPeak / 1e6,
  };
}

/** What the page's script holds after a collection: objects, and the bytes that they are views of, MB. */
export function heapMb(page: Page): Promise<number> {
  return withSession(page, async (session) => {
    await collectGarbage(session);
    const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    return (usedSize + backingStorageSize) / 1e6;
  });
}

async function collectGarbage(session: CDPSession): Promise<void> {
  await session.send('HeapProfiler.collectGarbage');
}

async function withSession<T>(page: Page, run: (session: CDPSession) => Promise<T>): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    return await run(session);
  } finally {
    await session.detach();
  }
}

function over(values: readonly number[], limit: number): number {
  return values.filter((value) => value > limit).length;
}
