/**
 * When events were lost, as far as a trace tells. Buffers of one processor follow one another in time, so what was lost before a buffer that
 * the session marked lies between the last event of the processor's buffer before and the first of this one; what a damaged place took
 * lies between the events on its two sides.
 */
import type { BufferRun } from '../events/raw.ts';

/** A place in the file where events are missing. */
export interface Loss {
  /** index of the first run of events behind it */
  before: number;
  /** whose events they are; -1: nobody knows */
  processor: number;
}

type TimedRun = Pick<BufferRun, 'processor' | 'firstNs' | 'lastNs'>;

export interface TimeStretch {
  fromNs: number;
  toNs: number;
}

/**
 * Stretches in order, none touching another. A loss at the start of the trace reaches back to 0, one at its end to `endNs`.
 */
export function lostStretches(losses: readonly Loss[], runs: readonly TimedRun[], endNs: number): TimeStretch[] {
  if (losses.length === 0) return [];
  const { previous, next } = neighbours(runs);
  const stretches = losses.map(({ before, processor }): TimeStretch => {
    const own = processor >= 0;
    // A loss behind the last run of the file has no run of its own to start from.
    const behind = own ? sameOrNext(runs, next, before, processor) : before;
    const ahead = behind >= runs.length ? lastRun(runs, own ? processor : -1) : own ? previous[behind] : behind - 1;
    const fromNs = ahead < 0 ? 0 : knownOr(runs[ahead].lastNs, 0);
    const toNs = behind >= runs.length ? endNs : knownOr(runs[behind].firstNs, endNs);
    return { fromNs: Math.min(fromNs, toNs), toNs };
  });
  return merged(stretches);
}

/** Runs of the same processor before and after each run; -1 and runs.length for none. */
function neighbours(runs: readonly TimedRun[]): { previous: Int32Array; next: Int32Array } {
  const previous = new Int32Array(runs.length).fill(-1);
  const next = new Int32Array(runs.length).fill(runs.length);
  const last = new Map<number, number>();
  runs.forEach(({ processor }, run) => {
    const before = last.get(processor);
    if (before !== undefined) {
      previous[run] = before;
      next[before] = run;
    }
    last.set(processor, run);
  });
  return { previous, next };
}

/** The first run of a processor from `before` on: that run itself, else the one that follows the processor's run just before it. */
function sameOrNext(runs: readonly TimedRun[], next: Int32Array, before: number, processor: number): number {
  if (before < runs.length && runs[before].processor === processor) return before;
  return before > 0 && runs[before - 1].processor === processor ? next[before - 1] : runs.length;
}

function lastRun(runs: readonly TimedRun[], processor: number): number {
  return processor < 0 ? runs.length - 1 : runs.findLastIndex((run) => run.processor === processor);
}

function knownOr(ns: number, none: number): number {
  return Number.isNaN(ns) ? none : ns;
}

function merged(stretches: TimeStretch[]): TimeStretch[] {
  const joined: TimeStretch[] = [];
  for (const stretch of stretches.sort((a, b) => a.fromNs - b.fromNs)) {
    const last = joined.at(-1);
    if (last && stretch.fromNs <= last.toNs) last.toNs = Math.max(last.toNs, stretch.toNs);
    else joined.push({ ...stretch });
  }
  return joined;
}
