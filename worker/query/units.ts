/**
 * What is outstanding over time. A unit is a handle or a view of a file (which counts as one); it is outstanding from its open to its
 * close, from 0 where it existed before the trace, and to the end where nothing closed it.
 */
import type { Trace } from '../lifetimes/model.ts';
import { addRange, hasBit, keepWhere, type Bits } from './bits.ts';
import type { Selection } from './select.ts';
import { selectedBits } from './selectedBits.ts';
import { oncePerTrace } from './oncePerTrace.ts';

/** Handles first, then mappings: unit h is handle h, unit handles.length + row is a row of MappingTable. */
export interface Units {
  /** changes of all units in time order, ties in event order: unit * 2 for an open, unit * 2 + 1 for a close */
  order: Uint32Array;
  /** their times */
  times: Float64Array;
  /** of the changes in `order`: object * 2 for an open, object * 2 + 1 for a close */
  steps: Uint32Array;
  /** object of a unit */
  object: Int32Array;
  openNs: Float64Array;
  closeNs: Float64Array;
}

/** Units of a trace and their order in time; made by walking the events, which are in order already. */
export const unitsOf = oncePerTrace(makeUnits);

function makeUnits(trace: Trace): Units {
  const { handles, mappings, objects, events } = trace;
  const length = handles.length + mappings.length;
  const object = new Int32Array(length);
  const openNs = new Float64Array(length);
  const closeNs = new Float64Array(length);
  object.set(handles.object);
  openNs.set(handles.openNs);
  closeNs.set(handles.closeNs);
  for (let index = 0; mappings.length > 0 && index < objects.length; index++) {
    if (objects.mapping[index] < 0) continue;
    const unit = handles.length + objects.mapping[index];
    object[unit] = index;
    openNs[unit] = objects.birthNs[index];
    closeNs[unit] = objects.deathNs[index];
  }

  const order = new Uint32Array(2 * length);
  const placed = new Uint8Array(2 * length);
  let count = 0;
  const place = (change: number, ns: number): void => {
    if (placed[change] === 1 || Number.isNaN(ns)) return;
    placed[change] = 1;
    order[count++] = change;
  };
  for (let event = 0; event < events.length; event++) {
    const handle = events.handle[event];
    if (handle >= 0) {
      if (handles.openEvent[handle] === event) place(2 * handle, openNs[handle]);
      if (handles.closeEvent[handle] === event) place(2 * handle + 1, closeNs[handle]);
      continue;
    }
    const owner = events.object[event];
    if (owner < 0 || objects.mapping[owner] < 0) continue;
    const unit = handles.length + objects.mapping[owner];
    if (objects.createEvent[owner] === event) place(2 * unit, openNs[unit]);
    if (objects.destroyEvent[owner] === event) place(2 * unit + 1, closeNs[unit]);
  }

  // What no event of its own opened or closed (a handle closed unseen): few, sorted in at the end.
  const nsOf = (change: number): number => ((change & 1) === 0 ? openNs : closeNs)[change >>> 1];
  const rest: number[] = [];
  for (let change = 0; change < 2 * length; change++) {
    if (placed[change] === 0 && !Number.isNaN(nsOf(change))) rest.push(change);
  }
  rest.sort((a, b) => nsOf(a) - nsOf(b));
  const changes = mergeByTime(order.subarray(0, count), Uint32Array.from(rest), nsOf);
  const steps = new Uint32Array(changes.length);
  const times = new Float64Array(changes.length);
  for (let place = 0; place < changes.length; place++) {
    const change = changes[place];
    steps[place] = object[change >>> 1] * 2 + (change & 1);
    times[place] = nsOf(change);
  }
  return { order: changes, steps, times, object, openNs, closeNs };
}

function mergeByTime(a: Uint32Array, b: Uint32Array, nsOf: (change: number) => number): Uint32Array {
  const merged = new Uint32Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < merged.length; at++) {
    const takeA = j === b.length || (i < a.length && nsOf(a[i]) <= nsOf(b[j]));
    merged[at] = takeA ? a[i++] : b[j++];
  }
  return merged;
}

const madeKept = new WeakMap<Selection, Bits>();

/** The units of a selection: of its objects those that its handle filter leaves. Not to be changed. */
export function keptUnits(selection: Selection): Bits {
  let kept = madeKept.get(selection);
  if (kept === undefined) madeKept.set(selection, (kept = keepUnits(selection)));
  return kept;
}

function keepUnits(selection: Selection): Bits {
  const { handles, mappings, objects } = selection.trace;
  const { object } = unitsOf(selection.trace);
  const selected = selectedBits(selection);
  const kept = new Int32Array((object.length + 31) >>> 5);
  for (const each of selection.objects) addRange(kept, objects.handleStart[each], objects.handleStart[each + 1]);
  const { handleKept } = selection;
  if (handleKept !== null) keepWhere(kept, handleKept);
  for (let unit = handles.length; unit < handles.length + mappings.length; unit++) {
    if (hasBit(selected, object[unit])) kept[unit >>> 5] |= 1 << (unit & 31);
  }
  return kept;
}

/** What a change adds to the number outstanding. */
export function step(change: number): 1 | -1 {
  return (change & 1) === 0 ? 1 : -1;
}
