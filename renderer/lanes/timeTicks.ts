import { scaleLinear } from '@visx/scale';
import type { TraceHeader } from '../../shared/records.ts';
import type { TimeKind } from '../state/preferencesStore.ts';
import { createTimeFormat } from '../timeFormat.ts';
import type { TimeScale } from './geometry.ts';

/** How the axis writes times. */
export interface TickLabels {
  /** What a round time is counted from, ns before the start of the trace: the full minute of a clock. */
  offsetNs: number;
  /** Writes times with that many digits after the second. */
  writer(digits: number): (ns: number) => string;
}

export const SECONDS_LABELS: TickLabels = {
  offsetNs: 0,
  writer: (digits) => createTimeFormat('seconds', digits, null).moment,
};

/** Of the user's preference; of times of day that the trace does not tell, seconds. */
export function tickLabels(
  kind: TimeKind,
  header: Pick<TraceHeader, 'startTimeFiletime' | 'timeZoneBiasMinutes'> | null,
): TickLabels {
  if (header === null || createTimeFormat(kind, 0, header).kind === 'seconds') return SECONDS_LABELS;
  return {
    // Filetimes count 100 ns since a full minute.
    offsetNs: Number(BigInt(header.startTimeFiletime) % 600_000_000n) * 100,
    writer: (digits) => createTimeFormat(kind, digits, header).moment,
  };
}

/** Decimals that tell neighbouring ticks apart; ticks are 1, 2 or 5 times a power of ten apart. */
export function tickDigits(stepSeconds: number): number {
  return Math.min(9, Math.max(0, Math.ceil(-Math.log10(stepSeconds) - 1e-9)));
}

export interface TimeTicks {
  ns: number[];
  format: (ns: number) => string;
}

const LETTER = 7;
const SPACE = 16;
const COMMON_WIDTH = 96;

/** As many round times as fit with their labels beside each other. */
export function timeTicks(screen: TimeScale, labels: TickLabels = SECONDS_LABELS): TimeTicks {
  const scale = scaleLinear<number>({
    domain: [(screen.fromNs + labels.offsetNs) / 1e9, (screen.toNs + labels.offsetNs) / 1e9],
    range: [0, screen.width],
  });
  const fitting = (labelWidth: number) => {
    const seconds = scale.ticks(Math.max(2, Math.floor(screen.width / labelWidth)));
    return { seconds, digits: tickDigits((seconds[1] ?? 1) - (seconds[0] ?? 0)) };
  };
  let { seconds, digits } = fitting(COMMON_WIDTH);
  const labelWidth = labels.writer(digits)(screen.toNs).length * LETTER + SPACE;
  if (labelWidth > COMMON_WIDTH) ({ seconds, digits } = fitting(labelWidth));
  return {
    ns: seconds.map((value) => Math.round(value * 1e9 - labels.offsetNs)),
    format: labels.writer(digits),
  };
}
