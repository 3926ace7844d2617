import { formatSeconds, wallClock } from '../shared/format.ts';
import type { TraceHeader } from '../shared/records.ts';
import type { TimeKind } from './state/preferencesStore.ts';

/** How the window writes times, as the user prefers: everything that shows a moment takes it from here (useTimeFormat). Times are ns since the trace's start. */
export interface TimeFormat {
  kind: TimeKind;
  digits: number;
  /** "s", or where the times of day belong to: "UTC", "UTC+02:00" */
  unit: string;
  /** "3.364629 s", "12:46:37.775935" */
  moment(ns: number): string;
  /** the same without a unit, for columns whose header has it: "3.364629" */
  bare(ns: number): string;
  /** with the date, for tooltips: "2024-05-10 12:46:37.775935 UTC+02:00"; of seconds the same as moment */
  full(ns: number): string;
  /** A length of time is always seconds: "0.016939 s". */
  length(ns: number): string;
  /** null: born before the trace */
  birth(ns: number | null): string;
  /** null: not closed when the trace ended */
  death(ns: number | null): string;
  /** null where an end of it is unknown; deathNs says which */
  lifetime(lifetimeNs: number | null, deathNs: number | null): string;
}

type Start = Pick<TraceHeader, 'startTimeFiletime' | 'timeZoneBiasMinutes'>;

/** @param start null: no trace, times of day are not known and seconds are written */
export function createTimeFormat(kind: TimeKind, digits: number, start: Start | null): TimeFormat {
  const clock = start === null || kind === 'seconds' ? null : clockOf(start);
  const zone = kind === 'utc' ? 'UTC' : zoneName(start?.timeZoneBiasMinutes ?? 0);
  const length = (ns: number) => `${formatSeconds(ns, digits)} s`;
  const wall = (ns: number) => (kind === 'utc' ? clock!.utc(ns, digits) : clock!.local(ns, digits));
  const moment = clock === null ? length : (ns: number) => wall(ns).time;
  const full =
    clock === null
      ? length
      : (ns: number) => {
          const { date, time } = wall(ns);
          return `${date} ${time} ${zone}`;
        };
  return {
    kind: clock === null ? 'seconds' : kind,
    digits,
    unit: clock === null ? 's' : zone,
    moment,
    bare: clock === null ? (ns) => formatSeconds(ns, digits) : moment,
    full,
    length,
    birth: (ns) => (ns === null ? 'before trace' : moment(ns)),
    death: (ns) => (ns === null ? 'not closed' : moment(ns)),
    lifetime: (lifetimeNs, deathNs) => {
      if (lifetimeNs !== null) return length(lifetimeNs);
      return deathNs === null ? 'not closed' : 'unknown';
    },
  };
}

/** null where the header's time makes no sense. */
function clockOf(start: Start): ReturnType<typeof wallClock> | null {
  if (!/^\d{1,20}$/.test(start.startTimeFiletime)) return null;
  const clock = wallClock(start.startTimeFiletime, start.timeZoneBiasMinutes);
  return clock.utc(0).date === '' ? null : clock;
}

/** Windows' bias is UTC = local + bias: -120 → "UTC+02:00". */
export function zoneName(biasMinutes: number): string {
  if (biasMinutes === 0) return 'UTC';
  const minutes = Math.abs(biasMinutes);
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `UTC${biasMinutes > 0 ? '-' : '+'}${hours}:${String(minutes % 60).padStart(2, '0')}`;
}
