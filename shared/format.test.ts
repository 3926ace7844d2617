import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add64,
  formatBytes,
  formatCount,
  formatDecimal64,
  formatDuration,
  formatHex32,
  formatLifetime,
  formatOf,
  formatPointer,
  formatProcess,
  formatSeconds,
  formatSecondsExact,
  wallClock,
} from './format.ts';

describe('seconds', () => {
  it.each([
    [3_364_629_400, 6, '3.364629'],
    [3_364_629_500, 6, '3.364630'],
    [999_999_999, 6, '1.000000'],
    [100, 7, '0.0000001'],
    [0, 6, '0.000000'],
    [-1_500_000_000, 3, '-1.500'],
    [-1, 3, '0.000'],
    [1_499_999_999, 0, '1'],
    [86_400_000_000_100, 9, '86400.000000100'],
  ])('%i ns with %i decimals is %s', (ns, decimals, expected) => {
    expect(formatSeconds(ns, decimals)).toBe(expected);
  });

  it('has no artefacts of binary fractions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (ns) => {
        const digits = String(ns).padStart(10, '0');
        expect(formatSeconds(ns, 9)).toBe(`${digits.slice(0, -9)}.${digits.slice(-9)}`);
        expect(Number(formatSecondsExact(ns))).toBe(Number(formatSeconds(ns, 9)));
        expect(formatSecondsExact(ns)).not.toMatch(/\.\d*0$|\.$/);
      }),
    );
  });

  it('drops only zeros after the point', () => {
    expect(formatSecondsExact(16_939_300)).toBe('0.0169393');
    expect(formatSecondsExact(20_000_000_000)).toBe('20');
    expect(formatSecondsExact(0)).toBe('0');
  });

  it('says unknown for a lifetime without an end', () => {
    expect(formatLifetime(16_939_300)).toBe('0.016939 s');
    expect(formatLifetime(null)).toBe('unknown');
  });
});

it.each([
  [412, '412 ns'],
  [16_900, '16.9 µs'],
  [16_939_300, '16.9 ms'],
  [999_600, '1 ms'],
  [3_364_629_400, '3.36 s'],
  [125e9, '2 min 5 s'],
  [3660e9, '1 h 1 min'],
])('the duration %i is %s', (ns, expected) => {
  expect(formatDuration(ns)).toBe(expected);
});

describe('numbers of 64 bits', () => {
  it('writes pointers in upper case without padding', () => {
    expect(formatPointer(0xffffc283, 0xaee8cd60)).toBe('0xFFFFC283AEE8CD60');
    expect(formatPointer(0x1b5, 0x44)).toBe('0x1B500000044');
    expect(formatPointer(0, 0xc0)).toBe('0xC0');
    expect(formatHex32(-2147474136)).toBe('0x80002528');
  });
  it('is exact at any size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (a, b) => {
        const half = (value: bigint): [number, number] => [Number(value >> 32n), Number(value & 0xffffffffn)];
        expect(formatDecimal64(...half(a))).toBe(String(a));
        expect(formatPointer(...half(a))).toBe(`0x${a.toString(16).toUpperCase()}`);
        const sum = add64(...half(a), ...half(b));
        expect([sum.high, sum.low]).toEqual(half((a + b) % 2n ** 64n));
      }),
    );
  });
});

it('writes counts, bytes and processes', () => {
  expect(formatCount(1234567)).toBe('1,234,567');
  expect(formatCount('18446744073709551615')).toBe('18,446,744,073,709,551,615');
  expect(formatCount(-1234)).toBe('-1,234');
  expect(formatBytes(16777216)).toBe('16,777,216 bytes');
  expect(formatBytes(1)).toBe('1 byte');
  expect(formatOf(12, 1000)).toBe('12 of 1,000');
  expect(formatProcess('EventLeak.exe', 924160)).toBe('EventLeak.exe(924160)');
});

describe('times of day', () => {
  // 2024-05-10 10:46:34.5 UTC, recorded where clocks show two hours more
  const clock = wallClock('133598115945000000', -120);
  it('goes by the bias of the recording: UTC = local + bias', () => {
    expect(clock.utc(0)).toEqual({ date: '2024-05-10', time: '10:46:34.500000', us: '5/10/2024 10:46:34 AM' });
    expect(clock.local(0)).toEqual({ date: '2024-05-10', time: '12:46:34.500000', us: '5/10/2024 12:46:34 PM' });
  });
  it('cuts digits and carries seconds', () => {
    expect(clock.local(3_275_935_900).time).toBe('12:46:37.775935');
    expect(clock.local(3_275_935_900, 7).time).toBe('12:46:37.7759359');
    expect(clock.local(3_275_935_900, 0).time).toBe('12:46:37');
    expect(clock.local(500_000_000 + 13 * 60e9).time).toBe('12:59:35.000000');
    expect(clock.local(12 * 3600e9).date).toBe('2024-05-11');
    expect(wallClock('133598115945000000', 480).local(0).us).toBe('5/10/2024 2:46:34 AM');
    expect(wallClock('133598115945000000', 615).local(0).us).toBe('5/10/2024 12:31:34 AM');
  });
  it('follows this machine in `here`', () => {
    const here = new Date(Date.UTC(2024, 4, 10, 10, 46, 34));
    expect(clock.here(0, 0).time.slice(0, 2)).toBe(String(here.getHours()).padStart(2, '0'));
  });
  it('survives a header without a start', () => {
    expect(wallClock('0', 0).utc(0).date).toBe('1601-01-01');
  });
});
