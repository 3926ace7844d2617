/** Which of the valid words somebody meant who typed another one. */

/** Most changes between a typed word and the one that is offered: beyond them it is a guess that helps nobody. */
const MOST_CHANGES = 3;

/** The candidate with the fewest changes (insert, delete, replace, swap of neighbours), any case; null where none is near. */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  const wanted = typed.toLowerCase();
  let best: string | null = null;
  let fewest = Math.min(MOST_CHANGES, Math.ceil(wanted.length / 2)) + 1;
  for (const candidate of candidates) {
    const changes = distance(wanted, candidate.toLowerCase(), fewest);
    if (changes >= fewest) continue;
    fewest = changes;
    best = candidate;
  }
  return best;
}

/** {@link nearest}, but a name that ends with the whole word comes first: "size" is "mapSize" rather than "time". */
export function nearestName(typed: string, names: readonly string[]): string | null {
  const end = squash(typed);
  const tail = end.length < 2 ? undefined : names.find((name) => squash(name).endsWith(end));
  return tail ?? nearest(typed, names);
}

/** A name without what its spellings differ in: "object-name" and "ObjectName" are "objectname". */
export const squash = (name: string): string => name.replaceAll('-', '').toLowerCase();

/** Optimal string alignment distance; words whose lengths differ by `limit` or more are not looked at. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, beforeLast[column - 2] + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length];
}
