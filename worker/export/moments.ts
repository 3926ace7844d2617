/** Times of day of a trace's header. */

/** Ticks of 100 ns from 1601-01-01, where FILETIME starts, to 1970-01-01. */
const UNIX_EPOCH_TICKS = 116_444_736_000_000_000n;
/** What fits into 64 bits with a sign as nanoseconds: 1677 to 2262. */
const LARGEST = (1n << 63n) - 1n;

/** A FILETIME (decimal digits, UTC) as nanoseconds since 1970; null for 0, which says that the time is not known, and beyond 64 bits. */
export function unixNs(filetime: string): bigint | null {
  const ticks = BigInt(filetime);
  const ns = (ticks - UNIX_EPOCH_TICKS) * 100n;
  return ticks === 0n || ns > LARGEST || ns < -LARGEST ? null : ns;
}

/** Nanoseconds since 1970 as microseconds, cut as clocks do. */
export function unixMicros(ns: bigint | null): bigint | null {
  return ns === null ? null : ns / 1000n;
}
