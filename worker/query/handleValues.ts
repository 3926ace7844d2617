/** Handle values: a million handles have few thousand, so a filter is asked once for each. */
import { growingI32 } from '../columns/growing.ts';
import type { EventIndex, Trace } from '../lifetimes/model.ts';
import { addBit, hasBit, type Bits } from './bits.ts';
import { oncePerTrace } from './oncePerTrace.ts';

export interface HandleValues {
  /** the distinct values of handles and of events of handles, unsigned */
  values: Uint32Array;
  /** by handle: index into `values` */
  ofHandle: Int32Array;
  /** index into `values` of a value that is there */
  indexOf: (value: number) => number;
  /** handles with an event of the object that the handle belongs to */
  withEvent: Bits;
  /** what other events of objects say: an object and an index into `values` each */
  otherObjects: Int32Array;
  otherValues: Int32Array;
}

export const handleValuesOf = oncePerTrace(makeValues);

function makeValues({ handles, events }: Trace): HandleValues {
  const numbers = new Map<number, number>();
  const add = (value: number): number => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  };
  const ofHandle = new Int32Array(handles.length);
  for (let handle = 0; handle < handles.length; handle++) ofHandle[handle] = add(handles.value[handle] >>> 0);

  const withEvent = new Int32Array((handles.length + 31) >>> 5);
  const otherObjects = growingI32();
  const otherValues = growingI32();
  for (let event = 0; event < events.length; event++) {
    const object = events.object[event];
    const handle = events.handle[event];
    if (handle < 0 && !isHandleEvent(events, event)) continue;
    const value = handle >= 0 ? ofHandle[handle] : add(events.value[event] >>> 0);
    if (object < 0) continue;
    if (handle >= 0 && handles.object[handle] === object) {
      if (!hasBit(withEvent, handle)) addBit(withEvent, handle);
      continue;
    }
    otherObjects.push(object);
    otherValues.push(value);
  }
  return {
    values: Uint32Array.from(numbers.keys()),
    ofHandle,
    indexOf: (value) => numbers.get(value) ?? -1,
    withEvent,
    otherObjects: otherObjects.trimmed(),
    otherValues: otherValues.trimmed(),
  };
}

/** By KIND_…: create, close, duplicate and both rundown entries of handles. */
const IS_HANDLE_EVENT = Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0);

export function isHandleEvent({ kind }: Trace['events'], event: EventIndex): boolean {
  return IS_HANDLE_EVENT[kind[event]] === 1;
}

/** Objects with a handle, or an event of a handle, whose value is kept. `kept`: by index into `values`. */
export function objectsWithValue(trace: Trace, kept: Uint8Array): Bits {
  const { ofHandle, withEvent, otherObjects, otherValues } = handleValuesOf(trace);
  const { object } = trace.handles;
  const bits = new Int32Array((trace.objects.length + 31) >>> 5);
  for (let handle = 0; handle < ofHandle.length; handle++) {
    if (kept[ofHandle[handle]] === 1 && hasBit(withEvent, handle)) addBit(bits, object[handle]);
  }
  for (let at = 0; at < otherObjects.length; at++) {
    if (kept[otherValues[at]] === 1) addBit(bits, otherObjects[at]);
  }
  return bits;
}
