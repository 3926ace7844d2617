import type { GridRow } from './gridTypes.ts';

/** Rows that one key press may open: the requests name every open row. */
const MOST_OPENED = 2000;
const ROWS_AT_ONCE = 1000;

/** Rows of a tree with some of them open. */
export type FetchTree<Row> = (open: ReadonlySet<string>, firstRow: number, rowCount: number) => Promise<Row[]>;

/**
 * The keys that are open when a row and everything below it is, level by level, at most {@link MOST_OPENED} more than before.
 * @param index of the row, which stays where it is: only rows below it are opened
 */
export async function withAllBelow<Row extends GridRow>(
  row: Row,
  index: number,
  open: ReadonlySet<string>,
  fetch: FetchTree<Row>,
): Promise<Set<string>> {
  const opened = new Set(open);
  const most = open.size + MOST_OPENED;
  if (row.children) opened.add(row.key);
  for (;;) {
    const before = opened.size;
    for (let first = index + 1, inside = true; inside && opened.size < most; first += ROWS_AT_ONCE) {
      const rows = await fetch(new Set(opened), first, ROWS_AT_ONCE);
      const end = rows.findIndex((other) => other.depth <= row.depth);
      inside = end < 0 && rows.length === ROWS_AT_ONCE;
      const closed = (end < 0 ? rows : rows.slice(0, end)).filter((other) => other.children && !other.open);
      for (const other of closed.slice(0, most - opened.size)) opened.add(other.key);
      // What was opened moves the rows behind it.
      if (closed.length > 0) break;
    }
    if (opened.size === before || opened.size >= most) return opened;
  }
}

/** A child with a smaller share of its parent's count is one among many: no path leads on. */
const HOT_SHARE = 1 / 3;

/**
 * The keys that are open when one follows from a row the child that has most, as long as it has a good part of what its parent has;
 * and the last row on the way that `isGoal` (where none is, the last).
 * @param row null: the whole tree, from the row of depth 0 that has most
 */
export async function hotPath<Row extends GridRow>(
  row: Row | null,
  index: number,
  open: ReadonlySet<string>,
  weight: (row: Row) => number,
  fetch: FetchTree<Row>,
  isGoal: (row: Row) => boolean,
): Promise<{ open: Set<string>; index: number }> {
  const opened = new Set(open);
  let at = row;
  let place = row === null ? -1 : index;
  let goal = row !== null && isGoal(row) ? index : -1;
  while ((at === null || at.children) && opened.size < open.size + MOST_OPENED) {
    if (at !== null) opened.add(at.key);
    const depth = at?.depth ?? -1;
    const below = await fetch(new Set(opened), place + 1, ROWS_AT_ONCE);
    let best = -1;
    for (let i = 0; i < below.length && below[i].depth > depth; i++) {
      if (below[i].depth === depth + 1 && (best < 0 || weight(below[i]) > weight(below[best]))) best = i;
    }
    if (best < 0 || (at !== null && weight(below[best]) < weight(at) * HOT_SHARE)) break;
    at = below[best];
    place += best + 1;
    if (isGoal(at)) goal = place;
  }
  return { open: opened, index: Math.max(0, goal < 0 ? place : goal) };
}
