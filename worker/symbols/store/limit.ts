/** Lets at most `parallel` pieces of work run at a time; the others wait in the order in which they came. */
export class Limit {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(parallel: number) {
    this.free = parallel;
  }

  /** @throws the reason of the signal where it is cancelled before the work began; what the work throws */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.enter(signal);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.free > 0) {
      this.free--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        this.waiting.splice(this.waiting.indexOf(start), 1);
        reject(signal?.reason as Error);
      };
      this.waiting.push(start);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  private leave(): void {
    const next = this.waiting.shift();
    // The place goes over to the next without being free in between.
    if (next) next();
    else this.free++;
  }
}
