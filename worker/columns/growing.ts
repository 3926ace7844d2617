/**
 * Growing columns: typed arrays that are appended to row by row. Capacity doubles; `trimmed` gives the rows alone.
 */
type Column = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

export function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
}

/** A single growing column. */
export class Growing<T extends Column> {
  data: T;
  length = 0;

  constructor(data: T) {
    this.data = data;
  }

  push(value: number): void {
    if (this.length === this.data.length) this.data = grown(this.data, Math.max(16, this.data.length * 2));
    this.data[this.length++] = value;
  }

  /** The rows without spare room; shares memory with this column. */
  trimmed(): T {
    return this.data.subarray(0, this.length) as T;
  }
}

/** `capacity`: rows that are expected. */
export const growingF64 = (capacity = 1024): Growing<Float64Array> => new Growing(new Float64Array(capacity));
export const growingU32 = (capacity = 1024): Growing<Uint32Array> => new Growing(new Uint32Array(capacity));
export const growingI32 = (capacity = 1024): Growing<Int32Array> => new Growing(new Int32Array(capacity));
export const growingU8 = (capacity = 1024): Growing<Uint8Array> => new Growing(new Uint8Array(capacity));
