/**
 * How values are written, everywhere the same: window, text, CSV and JSON. Nanoseconds are integers in doubles; 64-bit numbers
 * are two unsigned 32-bit halves. All results are plain ASCII and do not depend on the machine's locale.
 */

const NS_PER_SECOND = 1e9;

/** ETWAnalyzer's number for a lifetime that has no end in the trace, in seconds. */
export const UNKNOWN_LIFETIME_SECONDS = 9999;

/**
 * Nanoseconds as seconds with `decimals` (0 to 9) digits after the point, rounded half away from zero: 3364629400 → "3.364629".
 * Integer arithmetic only, so no digit is an artefact of binary fractions.
 */
export function formatSeconds(ns: number, decimals = 6): string {
  const unit = 10 ** (9 - decimals);
  const rounded = Math.round(Math.abs(ns) / unit);
  const perSecond = 10 ** decimals;
  const seconds = Math.floor(rounded / perSecond);
  const sign = ns < 0 && rounded > 0 ? '-' : '';
  if (decimals === 0) return `${sign}${seconds}`;
  return `${sign}${seconds}.${String(rounded - seconds * perSecond).padStart(decimals, '0')}`;
}

/** Nanoseconds as seconds with every digit they have and no more: 16939300 → "0.0169393", 2000000000 → "2". */
export function formatSecondsExact(ns: number): string {
  return formatSeconds(ns, 9).replace(/\.?0+$/, '');
}

/** A lifetime for people: "0.016939 s"; null (open at the end, or born before the trace) → `unknown`. */
export function formatLifetime(ns: number | null, unknown = 'unknown'): string {
  return ns === null ? unknown : `${formatSeconds(ns)} s`;
}

/** A duration in the unit that suits it: "412 ns", "16.9 µs", "16.9 ms", "3.36 s", "2 min 5 s", "1 h 1 min". */
export function formatDuration(ns: number): string {
  const size = Math.abs(ns);
  if (size < 999.5) return `${Math.round(ns)} ns`;
  if (size < 999_500) return `${threeDigits(ns / 1e3)} µs`;
  if (size < 999_500_000) return `${threeDigits(ns / 1e6)} ms`;
  if (size < 59.95e9) return `${threeDigits(ns / 1e9)} s`;
  const sign = ns < 0 ? '-' : '';
  const seconds = Math.round(size / NS_PER_SECOND);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)));
}

/** "0xC0": upper case, no padding. */
export function formatHex32(value: number): string {
  return `0x${(value >>> 0).toString(16).toUpperCase()}`;
}

/** "0xFFFFC283AEE8CD60" from two halves: upper case, no padding. */
export function formatPointer(high: number, low: number): string {
  if (high === 0) return formatHex32(low);
  return `0x${((high >>> 0).toString(16) + (low >>> 0).toString(16).padStart(8, '0')).toUpperCase()}`;
}

/** A 64-bit number from two halves as decimal digits, exact above 2^53 too. */
export function formatDecimal64(high: number, low: number): string {
  if (high < 0x200000) return String(high * 0x100000000 + (low >>> 0));
  return String((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}

/** Sum of two 64-bit numbers in halves, modulo 2^64: the end of a view. */
export function add64(high: number, low: number, addHigh: number, addLow: number): { high: number; low: number } {
  const sum = (low >>> 0) + (addLow >>> 0);
  return { high: ((high >>> 0) + (addHigh >>> 0) + (sum > 0xffffffff ? 1 : 0)) >>> 0, low: sum >>> 0 };
}

/** An integer with thousands separators: 16777216 → "16,777,216". Takes decimal strings too, for what does not fit a number. */
export function formatCount(value: number | string, separator = ','): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, separator);
}

/** "16,777,216 bytes". */
export function formatBytes(bytes: number | string): string {
  return `${formatCount(bytes)} ${String(bytes) === '1' ? 'byte' : 'bytes'}`;
}

/** "12 of 1,000". */
export function formatOf(some: number, all: number): string {
  return `${formatCount(some)} of ${formatCount(all)}`;
}

/** "EventLeak.exe(924160)"; a process that no event names is "(924160)". */
export function formatProcess(name: string, pid: number): string {
  return `${name}(${pid})`;
}

/** Seconds from 1601-01-01, where FILETIME starts, to 1970-01-01. */
const FILETIME_EPOCH_SECONDS = 11_644_473_600;

export interface WallTime {
  /** "2024-05-10" */
  date: string;
  /** "12:46:37.775935": digits beyond the wanted ones are cut, not rounded, as clocks do */
  time: string;
  /** "5/10/2024 12:46:34 PM", the file line of ETWAnalyzer */
  us: string;
}

/** Turns trace times into times of day. */
export interface WallClock {
  /** time of day where the recording was made */
  local(ns: number, decimals?: number): WallTime;
  utc(ns: number, decimals?: number): WallTime;
  /** time of day where this program runs */
  here(ns: number, decimals?: number): WallTime;
}

/**
 * Clock of a recording from its header: start as FILETIME (100 ns since 1601, UTC) in decimal digits, and the time-zone bias
 * in minutes, Windows' way round: UTC = local + bias.
 */
export function wallClock(startTimeFiletime: string, biasMinutes: number): WallClock {
  const ticks = BigInt(startTimeFiletime);
  const startSeconds = Number(ticks / 10_000_000n) - FILETIME_EPOCH_SECONDS;
  const startNs = Number(ticks % 10_000_000n) * 100;
  const at = (ns: number, decimals: number, secondOf: (unixSeconds: number) => WallTime): WallTime => {
    const total = startNs + ns;
    const wholeSeconds = Math.floor(total / NS_PER_SECOND);
    const second = secondOf(startSeconds + wholeSeconds);
    if (decimals === 0 || second.date === '') return second;
    const fraction = String(total - wholeSeconds * NS_PER_SECOND).padStart(9, '0');
    return { ...second, time: `${second.time}.${fraction.slice(0, decimals)}` };
  };
  const local = lastSecond(() => biasMinutes);
  const utc = lastSecond(() => 0);
  const here = lastSecond((unixSeconds) => new Date(unixSeconds * 1000).getTimezoneOffset());
  return {
    local: (ns, decimals = 6) => at(ns, decimals, local),
    utc: (ns, decimals = 6) => at(ns, decimals, utc),
    here: (ns, decimals = 6) => at(ns, decimals, here),
  };
}

/** Times of whole seconds by Unix time. Remembers the last one: events of one second come together. */
function lastSecond(biasMinutes: (unixSeconds: number) => number): (unixSeconds: number) => WallTime {
  let last = Number.NaN;
  let made: WallTime = { date: '', time: '', us: '' };
  return (unixSeconds) => {
    if (unixSeconds !== last) made = wallSecond(unixSeconds - biasMinutes(unixSeconds) * 60);
    last = unixSeconds;
    return made;
  };
}

/** A second on a clock whose zero is 1970-01-01 00:00:00 there. */
function wallSecond(seconds: number): WallTime {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime())) return { date: '', time: '', us: '' };
  const [date, rest] = moment.toISOString().split('T');
  const time = rest.slice(0, 8);
  const hours = moment.getUTCHours();
  const day = `${moment.getUTCMonth() + 1}/${moment.getUTCDate()}/${moment.getUTCFullYear()}`;
  return { date, time, us: `${day} ${hours % 12 || 12}${time.slice(2)} ${hours < 12 ? 'AM' : 'PM'}` };
}
