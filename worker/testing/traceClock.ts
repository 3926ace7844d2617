/** Header value of the clock type (etl-format.md, section 3). */
export const CLOCK_TYPES = { qpc: 1, systemTime: 2, cpuCycles: 3 } as const;
export type ClockKind = keyof typeof CLOCK_TYPES;

const NS_PER_SECOND = 1_000_000_000n;
/** 1601-01-01 to 1970-01-01 in units of 100 ns. */
const FILETIME_OF_UNIX_EPOCH = 116_444_736_000_000_000n;

/** Nanoseconds since the start of the trace. A number must be an integer. */
export type Ns = number | bigint;

/** Microseconds as nanoseconds; fractions down to 0.001 µs are kept. */
export function us(microseconds: number): number {
  return Math.round(microseconds * 1000);
}

/** Milliseconds as nanoseconds. */
export function ms(milliseconds: number): number {
  return Math.round(milliseconds * 1_000_000);
}

/** FILETIME (100 ns since 1601, UTC) of a point in time. */
export function filetimeOf(date: Date): bigint {
  return FILETIME_OF_UNIX_EPOCH + BigInt(date.getTime()) * 10_000n;
}

/** Turns trace time into the time stamps of a file's clock. */
export class TraceClock {
  readonly kind: ClockKind;
  /** ticks a second of the time stamps: 10 MHz for system time */
  readonly frequency: bigint;
  /** the time stamp of the trace's first event, trace time 0 */
  readonly t0: bigint;
  /** FILETIME of trace time 0 */
  readonly startTimeFiletime: bigint;
  /** ns of a tick where that is a whole number, else 0 */
  private readonly tickNs: number;

  constructor(options: { kind: ClockKind; frequency: number; t0: bigint; startTimeFiletime: bigint }) {
    this.kind = options.kind;
    this.startTimeFiletime = options.startTimeFiletime;
    this.frequency = options.kind === 'systemTime' ? 10_000_000n : BigInt(options.frequency);
    this.t0 = options.kind === 'systemTime' ? options.startTimeFiletime : options.t0;
    this.tickNs = NS_PER_SECOND % this.frequency === 0n ? Number(NS_PER_SECOND / this.frequency) : 0;
  }

  /** Ticks since the first event, rounded to the nearest tick (half up): exact where the tick divides the time. */
  relative(ns: Ns): bigint {
    if (typeof ns === 'number' && !Number.isSafeInteger(ns)) throw new RangeError(`${ns} ns is not an integer`);
    const twice = BigInt(ns) * this.frequency * 2n + NS_PER_SECOND;
    const divisor = NS_PER_SECOND * 2n;
    const quotient = twice / divisor;
    return twice < 0n && twice % divisor !== 0n ? quotient - 1n : quotient;
  }

  /** {@link relative} as a number, quickly for the usual clock. */
  ticks(ns: Ns): number {
    if (typeof ns === 'number' && this.tickNs > 0 && Number.isSafeInteger(ns))
      return Math.floor(ns / this.tickNs + 0.5);
    return Number(this.relative(ns));
  }

  /** The time stamp as it stands in the file. */
  stamp(ns: Ns): bigint {
    return this.t0 + this.relative(ns);
  }

  /** Trace time of a tick, ns, rounded down: what a reader that is exact to the tick makes of it. */
  nsOfRelative(ticks: bigint): bigint {
    return (ticks * NS_PER_SECOND) / this.frequency;
  }

  /** FILETIME of a trace time, rounded down. */
  filetime(ns: Ns): bigint {
    return this.startTimeFiletime + BigInt(ns) / 100n;
  }
}
