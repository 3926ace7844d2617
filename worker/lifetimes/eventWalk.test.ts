import { describe, expect, it } from 'vitest';
import { TraceBuilder } from '../testing/traceBuilder.ts';
import { END_CLOSED, END_LOST, OBJECT_BORN_BEFORE, START_CREATED, START_DUPLICATED, START_EXISTING } from './model.ts';
import { traceOf } from './testing.ts';

/** `count` objects, each referenced twice before the next is met, and once more in the end. */
function referencedObjects(count: number): Uint8Array {
  const trace = new TraceBuilder();
  const thread = { pid: 100, tid: 104 };
  const object = (index: number): bigint => 0xffff8000_00001000n + BigInt(index) * 0x40n;
  for (let index = 0; index < count; index++) {
    trace.reference({ ...thread, ns: index * 1000 + 100, object: object(index), count: 2 });
    trace.dereference({ ...thread, pid: 200, ns: index * 1000 + 200, object: object(index) });
  }
  for (let index = 0; index < count; index++) {
    trace.reference({ ...thread, ns: count * 1000 + index * 100, object: object(index) });
  }
  return trace.toBytes();
}

describe('the walk over the events', () => {
  // On both sides of where the column of objects needs more bytes a number.
  it.each([
    [127, Int8Array],
    [128, Int16Array],
    [300, Int16Array],
    [33_000, Int32Array],
  ])('numbers %i objects in order of their first events', async (count, Column) => {
    const { events, objects } = await traceOf(referencedObjects(count));
    expect(objects.length).toBe(count);
    expect(events.object).toBeInstanceOf(Column);
    const wanted = Array.from({ length: count * 3 }, (_, event) =>
      event < count * 2 ? event >> 1 : event - count * 2,
    );
    expect(Array.from(events.object)).toEqual(wanted);
    const last = count - 1;
    expect([...objects.eventList.subarray(objects.eventStart[last], objects.eventStart[count])]).toEqual([
      last * 2,
      last * 2 + 1,
      count * 3 - 1,
    ]);
    expect(new Set(objects.refChanges)).toEqual(new Set([3]));
    expect(new Set(objects.maxRefCount)).toEqual(new Set([2]));
  });

  it('a duplicate that takes over the value of its source is of the same object, which is older than the trace', async () => {
    const trace = new TraceBuilder();
    const value = 0x80000010;
    const who = { pid: 100, tid: 104, sourcePid: 100, targetPid: 200 };
    trace.handleDuplicate({ ...who, ns: 1000, object: 1n, sourceHandle: value, targetHandle: value, type: 16 });
    const { handles, objects } = await traceOf(trace.toBytes());
    expect([...handles.value]).toEqual([value, value]);
    expect([...objects.handleStart]).toEqual([0, 2]);
    expect([...handles.start]).toEqual([START_EXISTING, START_DUPLICATED]);
    expect([...handles.closeNs]).toEqual([1000, NaN]);
    expect(objects.flags[0] & OBJECT_BORN_BEFORE).toBe(OBJECT_BORN_BEFORE);
    expect([objects.birthNs[0], objects.createEvent[0], objects.peakOpen[0]]).toEqual([NaN, -1, 1]);
  });

  it('a duplicate that takes over the value of its source goes on with the life that a create began', async () => {
    const trace = new TraceBuilder();
    const handle = 0x80000010;
    const at = { pid: 100, tid: 104, object: 1n, type: 16 };
    trace.handleCreate({ ...at, ns: 1000, handle });
    trace.handleDuplicate({
      ...at,
      ns: 2000,
      sourcePid: 100,
      targetPid: 200,
      sourceHandle: handle,
      targetHandle: handle,
    });
    trace.handleClose({ ...at, ns: 3000, handle });
    const { handles, objects } = await traceOf(trace.toBytes());
    expect([...handles.start]).toEqual([START_CREATED, START_DUPLICATED]);
    expect([...handles.end]).toEqual([END_LOST, END_CLOSED]);
    expect([[...objects.birthNs], [...objects.deathNs], [...objects.peakOpen]]).toEqual([[1000], [3000], [1]]);
  });
});
