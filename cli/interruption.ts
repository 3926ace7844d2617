/**
 * What is put in order before a signal (Ctrl+C) ends the program. Signals come to the main thread only: a thread for files gets a word from
 * there (fileThread.ts) and does its own part.
 */
import { setTimeout as wait } from 'node:timers/promises';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNALS;
const NAMES = Object.keys(SIGNALS) as Signal[];

/** Whoever ends a program does not wait longer. */
const MAX_WAIT_MS = 1_000;

type Task = () => void | Promise<unknown>;
const tasks = new Set<Task>();
let isEnding = false;

/** Has the task done when a signal ends the program. Returns what undoes it. */
export function beforeEnding(task: Task): () => void {
  if (tasks.size === 0) for (const name of NAMES) process.on(name, endBySignal);
  tasks.add(task);
  return () => {
    tasks.delete(task);
    if (tasks.size === 0) for (const name of NAMES) process.off(name, endBySignal);
  };
}

/** Work that a signal cancels before the program ends; then it never settles. Rejects as the work does. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const working = work(stop.signal);
  const release = beforeEnding(() => {
    stop.abort();
    return working;
  });
  try {
    return await working;
  } catch (error) {
    if (stop.signal.aborted) return await new Promise<never>(() => {});
    throw error;
  } finally {
    if (!stop.signal.aborted) release();
  }
}

/** Does all that is to be done. */
export async function putInOrder(): Promise<void> {
  await Promise.race([
    Promise.allSettled([...tasks].map(async (task) => task())),
    wait(MAX_WAIT_MS, undefined, { ref: false }),
  ]);
}

function endBySignal(name: Signal): void {
  const end = (): never => process.exit(128 + SIGNALS[name]);
  // The second signal is from somebody who does not want to wait.
  if (isEnding) end();
  isEnding = true;
  void putInOrder().then(end);
}
