/** Outstanding handles of the whole trace by type or process, for the strip above the lanes. */
import type { Overview, OverviewRequest } from '../../shared/service.ts';
import type { Trace } from '../lifetimes/model.ts';
import { forEachBit, type Bits } from './bits.ts';
import { valueLabel } from './laneGroups.ts';
import { objectColumn } from './objectColumns.ts';
import type { Selection } from './select.ts';
import { timeParts } from './timeParts.ts';
import { keptUnits, unitsOf } from './units.ts';

type OverviewBy = NonNullable<OverviewRequest['by']>;

/** Types or processes with a series of their own; the others are one series "other". */
const OWN_SERIES = 7;

/**
 * Series over [0, end of the trace], each value the greatest number outstanding in its part of the time. Those with most handles, for the
 * longest time, come first. `peak` is the greatest number outstanding at any time, whatever the samples; the stacked series may be higher,
 * since they reach their greatest values of a part at different times.
 */
export function overviewOf(trace: Trace, selection: Selection, request: Omit<OverviewRequest, 'filter'>): Overview {
  const by = request.by ?? 'type';
  const column = by === 'type' ? trace.objects.type : objectColumn(trace, 'home');
  const values = by === 'type' ? trace.typeNames.length : trace.processes.length;
  const { met, initial } = weigh(selection, column, values);
  const own = met.slice(0, OWN_SERIES);
  const labels = own.map((entry) => valueLabel(trace, by, entry - 1));
  if (own.length < met.length) labels.push('other');
  /** by value + 1; values that do not occur are among the others too */
  const seriesOf = new Uint8Array(values + 1).fill(own.length);
  own.forEach((entry, series) => (seriesOf[entry] = series));
  const outstanding = new Int32Array(own.length + 1);
  for (const entry of met) outstanding[seriesOf[entry]] += initial[entry];
  const { samples, peak } = sample(
    selection,
    keptUnits(selection),
    changeEntries(trace, by, column, values),
    seriesOf,
    outstanding,
    request.samples,
  );
  return { series: labels.map((label, series) => ({ label, values: samples[series] })), peak, endNs: trace.endNs };
}

/** Values that occur, by value + 1, those with most handle time first; and how many handles of each were open from the start. */
function weigh(selection: Selection, column: Int32Array, values: number): { met: number[]; initial: Uint32Array } {
  const { endNs } = selection.trace;
  const { object, openNs, closeNs } = unitsOf(selection.trace);
  const handleTime = new Float64Array(values + 1);
  const units = new Uint32Array(values + 1);
  const initial = new Uint32Array(values + 1);
  forEachBit(keptUnits(selection), (unit) => {
    const entry = column[object[unit]] + 1;
    const existed = Number.isNaN(openNs[unit]);
    const to = Number.isNaN(closeNs[unit]) ? endNs : closeNs[unit];
    handleTime[entry] += to - (existed ? 0 : openNs[unit]);
    units[entry]++;
    if (existed) initial[entry]++;
  });
  const met = Array.from(units.keys()).filter((entry) => units[entry] > 0);
  return { met: met.sort((a, b) => handleTime[b] - handleTime[a] || units[b] - units[a] || a - b), initial };
}

type Entries = Uint8Array | Uint16Array | Int32Array;

/** By events: a trace with other function names has the same ones. */
const madeEntries = new WeakMap<Trace['events'], Partial<Record<OverviewBy, Entries>>>();

/** By place in Units.order: value + 1 of the object that changes. */
function changeEntries(trace: Trace, by: OverviewBy, column: Int32Array, values: number): Entries {
  let made = madeEntries.get(trace.events);
  if (made === undefined) madeEntries.set(trace.events, (made = {}));
  return (made[by] ??= makeEntries(trace, column, values));
}

function makeEntries(trace: Trace, column: Int32Array, values: number): Entries {
  const { steps } = unitsOf(trace);
  const Columns = values < 0xff ? Uint8Array : values < 0xffff ? Uint16Array : Int32Array;
  const entries = new Columns(steps.length);
  for (let place = 0; place < steps.length; place++) entries[place] = column[steps[place] >>> 1] + 1;
  return entries;
}

/**
 * Samples of every series and the exact peak of all of them, in one walk over all changes. `entries`: value + 1 of each change;
 * `current`: outstanding at the start.
 */
function sample(
  { trace }: Selection,
  kept: Bits,
  entries: Entries,
  seriesOf: Uint8Array,
  current: Int32Array,
  count: number,
): { samples: Float32Array[]; peak: number } {
  const units = unitsOf(trace);
  const { order } = units;
  const parts = timeParts(units, 0, Math.max(trace.endNs, 1), count);
  const samples = Array.from(current, () => new Float32Array(count));
  const greatest = current.slice();
  let outstanding = current.reduce((sum, value) => sum + value, 0);
  let peak = outstanding;
  for (let part = 0; part < count; part++) {
    greatest.set(current);
    const end = part === count - 1 ? order.length : parts.start[part + 1];
    const atStart = new Set<number>();
    for (let place = part === 0 ? 0 : parts.start[part]; place < end; place++) {
      const change = order[place];
      const series = seriesOf[entries[place]];
      // No branch on the bit: of a mixed selection nobody could guess it.
      const isKept = (kept[change >>> 6] >>> ((change >>> 1) & 31)) & 1;
      const by = isKept - ((isKept & change) << 1);
      const now = (current[series] += by);
      outstanding += by;
      if (outstanding > peak) peak = outstanding;
      if (now > greatest[series]) greatest[series] = now;
      if (place >= parts.atStart[part] || isKept === 0 || atStart.has(series)) continue;
      // A part that begins with a change never had what was outstanding before it.
      atStart.add(series);
      greatest[series] = now;
    }
    for (let series = 0; series < samples.length; series++) samples[series][part] = greatest[series];
  }
  return { samples, peak };
}
