/** The row that a key goes to from the active one (-1 none) among `total`; null where the key is none of movement. */
export function gridMove(key: string, active: number, total: number, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return Math.max(0, active - 1);
    case 'PageDown':
      return Math.max(0, active) + page;
    case 'PageUp':
      return active - page;
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return null;
  }
}
