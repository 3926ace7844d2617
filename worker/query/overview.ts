/** Outstanding handles of the whole trace by type, for the strip above the lanes. */
import type { Overview, OverviewRequest } from '../../shared/service.ts';
import type { Trace } from '../lifetimes/model.ts';
import type { Selection } from './select.ts';
import { forEachUnit, step, unitsOf } from './timeline.ts';

/** Types with a series of their own; the others are one series "other". */
const OWN_SERIES = 7;

/**
 * Series over [0, end of the trace], each value the greatest number outstanding in its part of the time. Types with the largest sum come
 * first. `peak` is the greatest number outstanding at any time, whatever the samples; the stacked series may be higher, since types
 * reach their greatest values of a part at different times.
 */
export function overviewOf(trace: Trace, selection: Selection, request: Omit<OverviewRequest, 'filter'>): Overview {
  const { byType, peak } = sampleTypes(trace, selection, request.samples);
  const used = byType
    .map((values, type) => ({
      label: trace.typeNames[type],
      values,
      sum: values.reduce((sum, value) => sum + value, 0),
    }))
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum || (a.label < b.label ? -1 : 1));
  const series = used.slice(0, OWN_SERIES).map(({ label, values }) => ({ label, values }));
  const rest = used.slice(OWN_SERIES);
  if (rest.length > 0) {
    const values = new Float32Array(request.samples);
    for (const other of rest) addTo(values, other.values);
    series.push({ label: 'other', values });
  }
  return { series, peak, endNs: trace.endNs };
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}

/** Samples of every type of the trace and the exact peak of all of them, in one walk over all changes. */
function sampleTypes(trace: Trace, selection: Selection, samples: number): { byType: Float32Array[]; peak: number } {
  const { order, times, object: objectOf, openNs } = unitsOf(trace);
  const types = trace.typeNames.length;
  const current = new Int32Array(types);
  /** type of the selected objects, -1 of the others */
  const typeOf = new Int32Array(trace.objects.length).fill(-1);
  for (const object of selection.objects) typeOf[object] = trace.objects.type[object];
  forEachUnit(selection, selection.objects, (unit) => {
    if (Number.isNaN(openNs[unit])) current[typeOf[objectOf[unit]]]++;
  });

  const byType = Array.from({ length: types }, () => new Float32Array(samples));
  const greatest = current.slice();
  /** sample in which a type changed last */
  const changedIn = new Int32Array(types).fill(-1);
  const part = Math.max(trace.endNs, 1) / samples;
  let outstanding = current.reduce((sum, value) => sum + value, 0);
  let peak = outstanding;
  let sample = 0;
  const finishUpTo = (next: number): void => {
    for (; sample < next; sample++) {
      for (let i = 0; i < types; i++) byType[i][sample] = greatest[i];
      greatest.set(current);
    }
  };
  const { handleKept } = selection;
  for (let place = 0; place < order.length; place++) {
    const unit = order[place] >>> 1;
    const type = typeOf[objectOf[unit]];
    if (type < 0) continue;
    if (handleKept !== null && unit < trace.handles.length && !handleKept(unit)) continue;
    const ns = times[place];
    if (ns >= part * (sample + 1)) finishUpTo(Math.min(samples - 1, Math.floor(ns / part)));
    const change = step(order[place]);
    current[type] += change;
    outstanding += change;
    if (outstanding > peak) peak = outstanding;
    // A part that begins with a change never had what was outstanding before it.
    const begins = changedIn[type] !== sample && ns === part * sample;
    if (begins || current[type] > greatest[type]) greatest[type] = current[type];
    changedIn[type] = sample;
  }
  finishUpTo(samples);
  return { byType, peak };
}
