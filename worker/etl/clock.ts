/**
 * Time stamps of events to nanoseconds since the start of the trace (etl-format.md, section 3).
 * A stamp is a 64-bit number in two halves; only differences are formed, which are exact in a double below 2^53.
 */
export class Clock {
  /** ticks per second */
  readonly frequency: number;
  private readonly baseLow: number;
  private readonly baseHigh: number;
  /** nanoseconds in a tick where that is a whole number (10 MHz: 100), else 0 */
  private readonly nsPerTick: number;

  constructor(frequency: number, baseLow: number, baseHigh: number) {
    this.frequency = frequency;
    this.baseLow = baseLow;
    this.baseHigh = baseHigh;
    this.nsPerTick = 1e9 % frequency === 0 ? 1e9 / frequency : 0;
  }

  /** Nanoseconds since the start of the trace, rounded to the nearest; negative before it. */
  toNs(low: number, high: number): number {
    const ticks = (high - this.baseHigh) * 4294967296 + (low - this.baseLow);
    if (this.nsPerTick !== 0) return ticks * this.nsPerTick;
    return this.ticksToNs(ticks);
  }

  /**
   * ticks × 1e9 / frequency without leaving the exact range of a double: whole seconds, then milliseconds,
   * then the rest (below 2^53 for any frequency up to 9 GHz).
   */
  private ticksToNs(ticks: number): number {
    const seconds = Math.floor(ticks / this.frequency);
    const rest = ticks - seconds * this.frequency;
    const milliseconds = Math.floor((rest * 1e3) / this.frequency);
    const last = rest * 1e3 - milliseconds * this.frequency;
    return seconds * 1e9 + milliseconds * 1e6 + Math.round((last * 1e6) / this.frequency);
  }
}
