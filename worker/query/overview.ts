/** Outstanding handles of the whole trace by type or process, for the strip above the lanes. */
import type { Overview, OverviewRequest } from '../../shared/service.ts';
import type { Trace } from '../lifetimes/model.ts';
import { valueLabel } from './laneGroups.ts';
import { objectColumn } from './objectColumns.ts';
import type { Selection } from './select.ts';
import { forEachUnit, step, unitsOf } from './timeline.ts';

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
  /** by value + 1 */
  const seriesOf = new Uint8Array(values + 1).fill(own.length);
  own.forEach((entry, series) => (seriesOf[entry] = series));
  const outstanding = new Int32Array(labels.length);
  for (const entry of met) outstanding[seriesOf[entry]] += initial[entry];
  const { samples, peak } = sample(selection, column, seriesOf, outstanding, request.samples);
  return { series: labels.map((label, series) => ({ label, values: samples[series] })), peak, endNs: trace.endNs };
}

/** Values that occur, by value + 1, those with most handle time first; and how many handles of each were open from the start. */
function weigh(selection: Selection, column: Int32Array, values: number): { met: number[]; initial: Uint32Array } {
  const { endNs } = selection.trace;
  const { object, openNs, closeNs } = unitsOf(selection.trace);
  const handleTime = new Float64Array(values + 1);
  const units = new Uint32Array(values + 1);
  const initial = new Uint32Array(values + 1);
  forEachUnit(selection, selection.objects, (unit) => {
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

/** Samples of every series and the exact peak of all of them, in one walk over all changes. `current`: outstanding at the start. */
function sample(
  { trace, objects, handleKept }: Selection,
  column: Int32Array,
  seriesOf: Uint8Array,
  current: Int32Array,
  count: number,
): { samples: Float32Array[]; peak: number } {
  const { order, steps, times } = unitsOf(trace);
  /** series + 1 of the selected objects, 0 of the others */
  const seriesOfObject = new Uint8Array(trace.objects.length);
  for (const object of objects) seriesOfObject[object] = seriesOf[column[object] + 1] + 1;

  const samples = Array.from(current, () => new Float32Array(count));
  const greatest = current.slice();
  /** sample in which a series changed last */
  const changedIn = new Int32Array(current.length).fill(-1);
  const part = Math.max(trace.endNs, 1) / count;
  let outstanding = current.reduce((sum, value) => sum + value, 0);
  let peak = outstanding;
  let at = 0;
  const finishUpTo = (next: number): void => {
    for (; at < next; at++) {
      for (let series = 0; series < samples.length; series++) samples[series][at] = greatest[series];
      greatest.set(current);
    }
  };
  for (let place = 0; place < order.length; place++) {
    const series = seriesOfObject[steps[place] >>> 1] - 1;
    if (series < 0) continue;
    const unit = order[place] >>> 1;
    if (handleKept !== null && unit < trace.handles.length && !handleKept(unit)) continue;
    const ns = times[place];
    if (ns >= part * (at + 1)) finishUpTo(Math.min(count - 1, Math.floor(ns / part)));
    const change = step(steps[place]);
    current[series] += change;
    outstanding += change;
    if (outstanding > peak) peak = outstanding;
    // A part that begins with a change never had what was outstanding before it.
    const begins = changedIn[series] !== at && ns === part * at;
    if (begins || current[series] > greatest[series]) greatest[series] = current[series];
    changedIn[series] = at;
  }
  finishUpTo(count);
  return { samples, peak };
}
