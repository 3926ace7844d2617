/** What was computed for a trace and is large: orders of rows, groups, hits. */
import type { Trace } from '../../lifetimes/model.ts';

const DEFAULT_BYTES = 256 * 1024 * 1024;

/** Keeps values by name; when they are more than `limit` bytes, those that were not used for longest go. The newest always stays. */
export class Shelf {
  private readonly limit: number;
  /** least recently used first */
  private readonly kept = new Map<string, { value: unknown; bytes: number }>();
  private bytes = 0;

  constructor(limit = DEFAULT_BYTES) {
    this.limit = limit;
  }

  /** The value of a name, made where it is not (or no longer) kept. A name must stand for one type. */
  get<T>(name: string, make: () => T, bytesOf: (value: T) => number): T {
    const known = this.kept.get(name);
    if (known !== undefined) {
      this.kept.delete(name);
      this.kept.set(name, known);
      return known.value as T;
    }
    const value = make();
    const bytes = bytesOf(value) + name.length * 2;
    this.kept.set(name, { value, bytes });
    this.bytes += bytes;
    for (const [oldest, entry] of this.kept) {
      if (this.bytes <= this.limit || oldest === name) break;
      this.kept.delete(oldest);
      this.bytes -= entry.bytes;
    }
    return value;
  }
}

const shelves = new WeakMap<Trace, Shelf>();

export function shelfOf(trace: Trace): Shelf {
  let shelf = shelves.get(trace);
  if (shelf === undefined) shelves.set(trace, (shelf = new Shelf()));
  return shelf;
}
