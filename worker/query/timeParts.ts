/** A time range in equal parts, as places in the changes of a trace: found once for all that is sampled over it. */
import { firstAtOrAfter } from './times.ts';
import type { Units } from './units.ts';

/** Each part has its start and not its end, but for the last one, which has both. */
export interface TimeParts {
  readonly length: number;
  /** part p has the changes [start[p], start[p + 1]) of Units.order */
  readonly start: Uint32Array;
  /** those of its very start are [start[p], atStart[p]) */
  readonly atStart: Uint32Array;
}

/** `toNs` is after `fromNs`. */
export function timeParts({ times }: Units, fromNs: number, toNs: number, length: number): TimeParts {
  const start = new Uint32Array(length + 1);
  const atStart = new Uint32Array(length);
  const part = (toNs - fromNs) / length;
  let at = 0;
  for (let p = 0; p < length; p++) {
    const ns = fromNs + part * p;
    start[p] = at = firstAtOrAfter(times, at, times.length, ns);
    while (at < times.length && times[at] === ns) at++;
    atStart[p] = at;
  }
  start[length] = firstAtOrAfter(times, at, times.length, toNs + 1);
  return { length, start, atStart };
}
