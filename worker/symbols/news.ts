/** What a job on symbols tells while it runs. */
import type { Progress } from '../../shared/records.ts';
import type { TraceSymbols } from './traceSymbols.ts';

export interface LoadOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** names have changed: `symbols.trace` is another one */
  onNames?: () => void;
}

const PROGRESS_INTERVAL_MS = 100;

/** Publishes names and reports progress, neither too often. */
export class News {
  private readonly symbols: TraceSymbols;
  private readonly every: number;
  private readonly options: LoadOptions;
  private timer: NodeJS.Timeout | null = null;
  private published = 0;
  private told = 0;
  private ended = false;

  constructor(symbols: TraceSymbols, every: number, options: LoadOptions) {
    this.symbols = symbols;
    this.every = every;
    this.options = options;
  }

  /** Bytes of a download, which come in many small pieces. */
  bytes(doing: string, bytesDone: number, bytesTotal: number): void {
    const now = Date.now();
    if (now - this.told < PROGRESS_INTERVAL_MS && bytesDone !== bytesTotal) return;
    this.told = now;
    this.progress(doing, bytesDone, bytesTotal);
  }

  progress(doing: string, bytesDone = 0, bytesTotal = 0): void {
    if (this.ended) return;
    const symbols = this.symbols.status();
    this.options.onProgress?.({ phase: 'symbols', bytesDone, bytesTotal, events: 0, symbols, doing });
  }

  /** A module has been dealt with. */
  changed(): void {
    if (this.ended || !this.symbols.hasNews || this.timer !== null || this.every === Infinity) return;
    const wait = Math.max(0, this.published + this.every - Date.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.publish();
    }, wait);
  }

  /** The job is over, done or cancelled: what is known is published; a part of it that still runs changes nothing any more. */
  end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.publish();
    this.ended = true;
  }

  private publish(): void {
    if (!this.symbols.hasNews) return;
    this.symbols.publish();
    this.published = Date.now();
    this.options.onNames?.();
    this.progress('names');
  }
}
