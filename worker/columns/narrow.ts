/** Whole numbers from -1 up, in as few bytes as the largest needs. */
export type IntColumn = Int8Array | Int16Array | Int32Array;

/** A column of `length` rows for numbers from -1 to `largest`. */
export function intColumn(length: number, largest: number): IntColumn {
  const bytes = bytesFor(largest);
  if (bytes === 1) return new Int8Array(length);
  return bytes === 2 ? new Int16Array(length) : new Int32Array(length);
}

function bytesFor(largest: number): number {
  if (largest <= 0x7f) return 1;
  return largest <= 0x7fff ? 2 : 4;
}

/** The largest number that a column has room for. */
export function largestOf(column: IntColumn): number {
  return column.BYTES_PER_ELEMENT === 1 ? 0x7f : column.BYTES_PER_ELEMENT === 2 ? 0x7fff : 0x7fffffff;
}

/** A column with room for numbers up to `largest`: this one, or a wider copy. */
export function widened(column: IntColumn, largest: number): IntColumn {
  if (largest <= largestOf(column)) return column;
  const wider = intColumn(column.length, largest);
  wider.set(column);
  return wider;
}

/** A column whose largest number is `largest` at most: this one, or a copy in fewer bytes. */
export function narrowed(column: IntColumn, largest: number): IntColumn {
  if (bytesFor(largest) === column.BYTES_PER_ELEMENT) return column;
  const narrow = intColumn(column.length, largest);
  narrow.set(column);
  return narrow;
}
