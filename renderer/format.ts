import { formatCount } from '../shared/format.ts';

/** How the window writes counts and sizes; times are timeFormat.ts. */

export { formatCount, formatDuration } from '../shared/format.ts';

/** "1 object", "1,234 objects" */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** A size for progress bars: "812 B", "3.4 KB", "1.2 MB" in powers of 1024. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}
