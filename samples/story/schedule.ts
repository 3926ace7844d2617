/** Things to do in the order of their times; what is done may add more. Ties keep the order of adding. */
export class Schedule {
  private readonly waiting: { ns: number; action: (ns: number) => void }[] = [];

  at(ns: number, action: (ns: number) => void): void {
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      // The earliest stands last, so that it can be popped; of two at one time the one added later stands before the other.
      if (this.waiting[middle].ns > ns) low = middle + 1;
      else high = middle;
    }
    this.waiting.splice(low, 0, { ns, action });
  }

  run(): void {
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) next.action(next.ns);
  }
}
