/** What the colour of a bar says. */
import type { LaneColor } from '../../shared/lanes.ts';
import { HANDLE_ENDS } from '../../shared/records.ts';
import { END_OPEN, type Trace } from '../lifetimes/model.ts';
import { valueLabel } from './laneGroups.ts';
import { objectColumn } from './objectColumns.ts';
import { Recent } from './recent.ts';
import { viewEnd, type Selection } from './select.ts';

export interface LaneColors {
  /** values, most objects first; where there are too many to tell apart, the last one is {@link OTHER_COLORS} */
  labels: string[];
  /** index into `labels` */
  ofObject(object: number): number;
}

/** Values that are told apart: more than a palette has. */
const OWN_COLORS = 32;
export const OTHER_COLORS = 'other';

const made = new WeakMap<Selection, Recent<LaneColor, LaneColors>>();

/** Colours of a selection: those values are told apart that most of its objects have. */
export function laneColors(selection: Selection, by: LaneColor): LaneColors {
  let kept = made.get(selection);
  if (kept === undefined) made.set(selection, (kept = new Recent(2)));
  return kept.getOrMake(by, () => makeColors(selection, by));
}

function makeColors({ trace, objects }: Selection, by: LaneColor): LaneColors {
  const { column, values, label } = colorValues(trace, by);
  /** by value + 1 */
  const counts = new Uint32Array(values + 1);
  for (const object of objects) counts[column[object] + 1]++;
  const met = Array.from(counts.keys()).filter((entry) => counts[entry] > 0);
  met.sort((a, b) => counts[b] - counts[a] || a - b);
  const own = met.slice(0, OWN_COLORS);
  const labels = own.map((entry) => label(entry - 1));
  if (own.length < met.length) labels.push(OTHER_COLORS);
  const colors = new Uint8Array(values + 1).fill(own.length);
  own.forEach((entry, color) => (colors[entry] = color));
  return { labels, ofObject: (object) => colors[column[object] + 1] };
}

/** A value an object, -1 none, and what it is called. */
function colorValues(
  trace: Trace,
  by: LaneColor,
): { column: Int32Array; values: number; label: (value: number) => string } {
  switch (by) {
    case 'type':
      return { column: trace.objects.type, values: trace.typeNames.length, label: (type) => trace.typeNames[type] };
    case 'process':
      return {
        column: objectColumn(trace, 'home'),
        values: trace.processes.length,
        label: (process) => valueLabel(trace, 'process', process),
      };
    case 'createStack':
      return {
        column: objectColumn(trace, 'createStack'),
        values: trace.stacks.length,
        label: (stack) => valueLabel(trace, 'createStack', stack),
      };
    case 'end':
      return {
        column: lastEnds(trace),
        values: HANDLE_ENDS.length,
        label: (end) => (end < 0 ? '(no handle)' : HANDLE_ENDS[end]),
      };
  }
}

/** By object: how the handle ended that ended last (open ones never do); -1 where it has none. A view ends as if it were one handle. */
function lastEnds(trace: Trace): Int32Array {
  const { objects, handles } = trace;
  return Int32Array.from({ length: objects.length }, (_, object) => {
    if (objects.mapping[object] >= 0) return viewEnd(trace, object);
    let last = -1;
    for (let handle = objects.handleStart[object]; handle < objects.handleStart[object + 1]; handle++) {
      if (handles.end[handle] === END_OPEN) return END_OPEN;
      if (last < 0 || !(handles.closeNs[handle] < handles.closeNs[last])) last = handle;
    }
    return last < 0 ? -1 : handles.end[last];
  });
}
