/** Time range and width of a request as a linear scale. */
export class PixelView {
  readonly fromNs: number;
  readonly toNs: number;
  readonly width: number;
  private readonly perNs: number;

  constructor({ fromNs, toNs, width }: { fromNs: number; toNs: number; width: number }) {
    this.fromNs = fromNs;
    this.toNs = Math.max(toNs, fromNs + 1);
    this.width = width;
    this.perNs = width / (this.toNs - fromNs);
  }

  /** Pixel of a time, cut to [0, width], in the precision that goes out. */
  x(ns: number): number {
    return Math.fround(Math.min(this.width, Math.max(0, (ns - this.fromNs) * this.perNs)));
  }

  /** Time of the left edge of a pixel. */
  ns(x: number): number {
    return this.fromNs + x / this.perNs;
  }
}
