/** Objects as rows of the table. */
import type { ObjectRow } from '../../shared/records.ts';
import {
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { objectColumn } from './objectColumns.ts';
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
    openHandles: objectColumn(trace, 'openHandles')[object],
    inherited: (flags & OBJECT_INHERITED) !== 0,
    refChanges: objects.refChanges[object],
    createFrame: texts.createFrame(object),
  };
}
