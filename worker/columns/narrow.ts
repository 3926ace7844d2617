/** Whole numbers from -1 up, in as few bytes as the largest needs. */
export type IntColumn = Int8Array | Int16Array | Int32Array;

/** A column of `length` rows for numbers from -1 to `largest`. */
export function intColumn(length: number, largest: number): IntColumn {
  if (largest <= 0x7f) return new Int8Array(length);
  return largest <= 0x7fff ? new Int16Array(length) : new Int32Array(length);
}

/** The largest number that a column has room for. */
export function largestOf(column: IntColumn): number {
  return column.BYTES_PER_ELEMENT === 1 ? 0x7f : column.BYTES_PER_ELEMENT === 2 ? 0x7fff : 0x7fffffff;
}
