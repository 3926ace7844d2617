import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filetimeOf, ms, TraceClock, us } from './traceClock.ts';

describe('TraceClock', () => {
  const startTimeFiletime = filetimeOf(new Date('2024-05-10T10:46:34Z'));

  it('knows FILETIME', () => {
    expect(startTimeFiletime).toBe(133_598_115_940_000_000n);
    expect(us(1.5)).toBe(1500);
    expect(ms(0.25)).toBe(250_000);
  });

  it('is exact where the tick divides the time, else rounds to the nearest tick', () => {
    const clock = new TraceClock({ kind: 'qpc', frequency: 10_000_000, t0: 1000n, startTimeFiletime });
    expect(clock.stamp(3_775_935_000)).toBe(1000n + 37_759_350n);
    expect([49, 50, 149, -49, -51].map((ns) => clock.relative(ns))).toEqual([0n, 1n, 1n, 0n, -1n]);
    expect(clock.nsOfRelative(37_759_350n)).toBe(3_775_935_000n);
    expect(() => clock.stamp(0.5)).toThrow('integer');
  });

  it('stamps system time with FILETIME and CPU cycles with cycles', () => {
    const system = new TraceClock({ kind: 'systemTime', frequency: 3, t0: 1n, startTimeFiletime });
    expect(system.stamp(100)).toBe(startTimeFiletime + 1n);
    const cycles = new TraceClock({ kind: 'cpuCycles', frequency: 2_394_000_000, t0: 7n, startTimeFiletime });
    expect(cycles.stamp(1_000_000_000)).toBe(7n + 2_394_000_000n);
  });

  it('never strays more than half a tick', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000_000_000 }),
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        (frequency, ns) => {
          const clock = new TraceClock({ kind: 'qpc', frequency, t0: 0n, startTimeFiletime });
          const error = clock.relative(ns) * 2_000_000_000n - ns * BigInt(frequency) * 2n;
          expect(error >= -1_000_000_000n && error <= 1_000_000_000n).toBe(true);
        },
      ),
    );
  });
});
