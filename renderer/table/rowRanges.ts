/** Selected rows as ranges of row numbers, both ends inclusive, in order and apart: a million rows are one range. */
export type RowRanges = readonly (readonly [first: number, last: number])[];

export const NO_ROWS: RowRanges = [];

export function hasRow(ranges: RowRanges, row: number): boolean {
  return ranges.some(([first, last]) => row >= first && row <= last);
}

export function countRows(ranges: RowRanges): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Rows from one to another, whichever is first. */
export function between(a: number, b: number): RowRanges {
  return [[Math.min(a, b), Math.max(a, b)]];
}

/** Adds a row, or takes it out. */
export function toggleRow(ranges: RowRanges, row: number): RowRanges {
  if (!hasRow(ranges, row)) return joined([...ranges, [row, row]]);
  return ranges.flatMap(([first, last]): RowRanges => {
    if (row < first || row > last) return [[first, last]];
    return [...(row > first ? [[first, row - 1] as const] : []), ...(row < last ? [[row + 1, last] as const] : [])];
  });
}

function joined(ranges: RowRanges): RowRanges {
  const result: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}
