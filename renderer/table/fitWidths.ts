interface FitColumn {
  /** px */
  width: number;
  /** px that it keeps at least; `width` where it neither gives nor takes */
  least: number;
}

/** Wider than this many times its own width a column only draws the others apart. */
const MOST_TIMES = 2;

/**
 * Widths under which as much of a table as possible is seen whole in `room` px. Columns give way in proportion to what they can spare, no
 * more than is needed for as many columns from the left as can be had; the others are scrolled to. Room that is left over is shared in
 * proportion to the widths. Without room (nothing is laid out yet) widths stay.
 */
export function fitWidths(columns: readonly FitColumn[], room: number): number[] {
  const seen = columns.slice(0, countSeen(columns, room));
  const over = sum(seen.map(({ width }) => width)) - room;
  const steps = seen.map(({ width, least }) => {
    if (room <= 0 || least >= width) return 0;
    if (over > 0) return least - width;
    return seen.length < columns.length ? 0 : width * (MOST_TIMES - 1);
  });
  const share = Math.min(1, Math.abs(over) / Math.max(1, Math.abs(sum(steps))));
  return columns.map(({ width }, at) => Math.floor(width + (steps[at] ?? 0) * share));
}

/** How many columns from the left fit when each is as narrow as it may be; one at least. */
function countSeen(columns: readonly FitColumn[], room: number): number {
  let used = 0;
  const hidden = columns.findIndex(({ least }) => (used += least) > room);
  return hidden < 0 ? columns.length : Math.max(1, hidden);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
