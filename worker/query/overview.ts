/** Outstanding handles of the whole trace by type, for the strip above the lanes. */
import type { Overview, OverviewRequest } from '../../shared/service.ts';
import type { Trace } from '../lifetimes/model.ts';
import type { Selection } from './select.ts';
import { forEachUnit, unitsOf } from './timeline.ts';

/** Types with a series of their own; the others are one series "other". */
const OWN_SERIES = 7;

/**
 * Series over [0, end of the trace], each value the greatest number outstanding in its part of the time. Types with the largest sum come
 * first. `peak` is the greatest height of the stacked series.
 */
export function overviewOf(trace: Trace, selection: Selection, request: Omit<OverviewRequest, 'filter'>): Overview {
  const byType = sampleTypes(trace, selection, request.samples);
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
  const height = new Float32Array(request.samples);
  for (const { values } of series) addTo(height, values);
  return { series, peak: height.reduce((peak, value) => Math.max(peak, value), 0), endNs: trace.endNs };
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}

/** Samples of every type of the trace, one walk over all changes. */
function sampleTypes(trace: Trace, selection: Selection, samples: number): Float32Array[] {
  const units = unitsOf(trace);
  const types = trace.typeNames.length;
  const { type } = trace.objects;
  const current = new Int32Array(types);
  const selected = new Uint8Array(trace.objects.length);
  for (const object of selection.objects) selected[object] = 1;
  forEachUnit(selection, selection.objects, (unit) => {
    if (Number.isNaN(units.openNs[unit])) current[type[units.object[unit]]]++;
  });

  const byType = Array.from({ length: types }, () => new Float32Array(samples));
  const greatest = current.slice();
  /** sample in which a type changed last */
  const changedIn = new Int32Array(types).fill(-1);
  const step = Math.max(trace.endNs, 1) / samples;
  let sample = 0;
  const finishUpTo = (next: number): void => {
    for (; sample < next; sample++) {
      for (let i = 0; i < types; i++) byType[i][sample] = greatest[i];
      greatest.set(current);
    }
  };
  for (const change of units.order) {
    const unit = change >>> 1;
    const object = units.object[unit];
    if (selected[object] === 0) continue;
    if (selection.handleKept !== null && unit < trace.handles.length && !selection.handleKept(unit)) continue;
    const opens = (change & 1) === 0;
    const ns = opens ? units.openNs[unit] : units.closeNs[unit];
    finishUpTo(Math.min(samples - 1, Math.floor(ns / step)));
    const ofType = type[object];
    current[ofType] += opens ? 1 : -1;
    // A part that begins with a change never had what was outstanding before it.
    const begins = changedIn[ofType] !== sample && ns === step * sample;
    if (begins || current[ofType] > greatest[ofType]) greatest[ofType] = current[ofType];
    changedIn[ofType] = sample;
  }
  finishUpTo(samples);
  return byType;
}
