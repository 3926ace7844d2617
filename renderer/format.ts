import { formatCount, formatSeconds } from '../shared/format.ts';

/** How the window writes what may be unknown; plain numbers are shared/format.ts. Times are nanoseconds since the trace's start. */

export { formatCount, formatSeconds } from '../shared/format.ts';

/** "1 object", "1,234 objects" */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** Nanoseconds as seconds: 3364629012 → "3.364629 s". */
export function formatTime(ns: number): string {
  return `${formatSeconds(ns)} s`;
}

/** The time of birth: null is before the trace. */
export function formatBirth(ns: number | null): string {
  return ns === null ? 'before trace' : formatTime(ns);
}

/** The time of death: null is alive at the end of the trace. */
export function formatDeath(ns: number | null): string {
  return ns === null ? 'not closed' : formatTime(ns);
}

/** A lifetime: null where an end of it is unknown, `deathNs` says which. */
export function formatLifetime(lifetimeNs: number | null, deathNs: number | null): string {
  if (lifetimeNs !== null) return formatTime(lifetimeNs);
  return deathNs === null ? 'not closed' : 'unknown';
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

/** A stretch of time in the unit that suits it, three digits: "412 ns", "16.9 µs", "977 ms", "12.4 s", "2 min 5 s". */
export function formatDuration(ns: number): string {
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 999_500) return `${threeDigits(ns / 1e3)} µs`;
  if (ns < 999_500_000) return `${threeDigits(ns / 1e6)} ms`;
  if (ns < 59.95e9) return `${threeDigits(ns / 1e9)} s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function threeDigits(value: number): string {
  return String(Number(value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)));
}
