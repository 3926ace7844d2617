/** Objects as rows of the table, and the counts that rows and orders share. */
import type { ObjectRow } from '../../shared/records.ts';
import {
  END_OPEN,
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { creatingProcess, isMapping, lifetimeNs, orNull, textsOf } from './texts.ts';

export function objectRow(trace: Trace, object: ObjectIndex): ObjectRow {
  const { objects } = trace;
  const texts = textsOf(trace);
  const flags = objects.flags[object];
  return {
    id: object + 1,
    kind: isMapping(trace, object) ? 'mapping' : 'object',
    pointer: texts.pointer(object),
    type: texts.type(object),
    name: texts.name(object),
    process: texts.process(creatingProcess(trace, object)),
    birthNs: orNull(objects.birthNs[object]),
    deathNs: orNull(objects.deathNs[object]),
    lifetimeNs: lifetimeNs(trace, object),
    bornBeforeTrace: (flags & OBJECT_BORN_BEFORE) !== 0,
    leak: (flags & OBJECT_LEAK) !== 0,
    leakAtExit: (flags & OBJECT_LEAK_AT_EXIT) !== 0,
    handles: objects.handleStart[object + 1] - objects.handleStart[object],
    openHandles: openHandles(trace)[object],
    inherited: (flags & OBJECT_INHERITED) !== 0,
    refChanges: objects.refChanges[object],
    createFrame: texts.createFrame(object),
  };
}

const openCounts = new WeakMap<Trace, Uint32Array>();

/** Handles of each object that are open at the end of the trace; a mapping has none. */
export function openHandles(trace: Trace): Uint32Array {
  let counts = openCounts.get(trace);
  if (counts === undefined) {
    counts = new Uint32Array(trace.objects.length);
    const { length, end, object } = trace.handles;
    for (let handle = 0; handle < length; handle++) if (end[handle] === END_OPEN) counts[object[handle]]++;
    openCounts.set(trace, counts);
  }
  return counts;
}
