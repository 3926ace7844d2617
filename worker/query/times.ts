/** Looking up times in columns where they rise. */

/** First position in [from, end) whose time is not before `ns`. Looks near `from` first. */
export function firstAtOrAfter(times: Float64Array, from: number, end: number, ns: number): number {
  let step = 1;
  let low = from;
  while (low + step <= end && times[low + step - 1] < ns) {
    low += step;
    step *= 2;
  }
  let high = Math.min(end, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
