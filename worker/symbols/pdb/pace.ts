/** Long loops on a thread that also answers the window: they give way to it now and then, and stop when they are cancelled. */

const SLICE_MS = 20;

export class Pace {
  private readonly signal: AbortSignal | undefined;
  private since = performance.now();

  constructor(signal?: AbortSignal) {
    this.signal = signal;
  }

  /** Whether it is time for {@link giveWay}; cheap, but for every hundredth turn of a tight loop rather than for each. */
  due(): boolean {
    return performance.now() - this.since > SLICE_MS;
  }

  /** Lets the event loop turn once. @throws the reason of the signal (AbortError) */
  async giveWay(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }
}
