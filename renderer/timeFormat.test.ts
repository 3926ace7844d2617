import { describe, expect, it } from 'vitest';
import { createTimeFormat, zoneName } from './timeFormat.ts';

/** 2024-05-10 10:46:34.4125 UTC, recorded where it was two hours later. */
const START = { startTimeFiletime: '133598115944125000', timeZoneBiasMinutes: -120 };

describe('moments', () => {
  it('are seconds since the start with the wanted digits', () => {
    const time = createTimeFormat('seconds', 3, START);
    expect(time.moment(3_364_629_400)).toBe('3.365 s');
    expect(time.bare(3_364_629_400)).toBe('3.365');
    expect(time.unit).toBe('s');
    expect(createTimeFormat('seconds', 0, START).moment(1_600_000_000)).toBe('2 s');
  });

  it('are times of day where it was recorded, and in UTC', () => {
    const local = createTimeFormat('local', 6, START);
    expect(local.moment(1_000_000_000)).toBe('12:46:35.412500');
    expect(local.full(1_000_000_000)).toBe('2024-05-10 12:46:35.412500 UTC+02:00');
    const utc = createTimeFormat('utc', 0, START);
    expect(utc.moment(1_000_000_000)).toBe('10:46:35');
    expect(utc.full(0)).toBe('2024-05-10 10:46:34 UTC');
  });

  it('are seconds where no trace, or one without a start, says what time it was', () => {
    expect(createTimeFormat('utc', 1, null).moment(1e9)).toBe('1.0 s');
    expect(createTimeFormat('utc', 1, { startTimeFiletime: 'x', timeZoneBiasMinutes: 0 }).kind).toBe('seconds');
  });
});

it('lengths are seconds whatever the clock says; what is not known is said', () => {
  const time = createTimeFormat('utc', 2, START);
  expect(time.length(16_939_000)).toBe('0.02 s');
  expect(time.lifetime(5e8, 1e9)).toBe('0.50 s');
  expect(time.lifetime(null, null)).toBe('not closed');
  expect(time.lifetime(null, 1e9)).toBe('unknown');
  expect([time.birth(null), time.death(null)]).toEqual(['before trace', 'not closed']);
});

it('names zones as people do', () => {
  expect([0, -120, 300, -345].map(zoneName)).toEqual(['UTC', 'UTC+02:00', 'UTC-05:00', 'UTC+05:45']);
});
