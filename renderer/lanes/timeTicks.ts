import { scaleLinear } from '@visx/scale';
import type { TimeScale } from './geometry.ts';

/** The axis in seconds. */
export function secondsScale(screen: TimeScale) {
  return scaleLinear<number>({ domain: [screen.fromNs / 1e9, screen.toNs / 1e9], range: [0, screen.width] });
}

/** Decimals that tell neighbouring ticks apart; ticks are 1, 2 or 5 times a power of ten apart. */
export function tickDigits(stepSeconds: number): number {
  return Math.min(9, Math.max(0, Math.ceil(-Math.log10(stepSeconds) - 1e-9)));
}

export interface TimeTicks {
  seconds: number[];
  format: (seconds: number) => string;
}

/** As many round times as fit with their labels beside each other. */
export function timeTicks(screen: TimeScale): TimeTicks {
  const scale = secondsScale(screen);
  let seconds = scale.ticks(Math.max(2, Math.floor(screen.width / 96)));
  let digits = tickDigits((seconds[1] ?? 1) - (seconds[0] ?? 0));
  const labelWidth = (String(Math.floor(screen.toNs / 1e9)).length + digits + 4) * 7 + 16;
  if (labelWidth > 96) {
    seconds = scale.ticks(Math.max(2, Math.floor(screen.width / labelWidth)));
    digits = tickDigits((seconds[1] ?? 1) - (seconds[0] ?? 0));
  }
  return { seconds, format: (value) => `${value.toFixed(digits)} s` };
}
