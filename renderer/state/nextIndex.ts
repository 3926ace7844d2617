/** The index after (or before) `current` (-1: none) among `count`, round the end. */
export function nextIndex(current: number, count: number, direction: 1 | -1): number {
  if (current < 0) return direction === 1 ? 0 : count - 1;
  return (current + direction + count) % count;
}
