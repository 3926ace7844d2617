import { describe, expect, it } from 'vitest';
import { TraceBuilder } from '../testing/traceBuilder.ts';
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

  it('has no handle without an object, also where a duplicate takes over the value of its source', async () => {
    const trace = new TraceBuilder();
    const value = 0x80000010;
    const who = { pid: 100, tid: 104, sourcePid: 100, targetPid: 200 };
    trace.handleDuplicate({ ...who, ns: 1000, object: 1n, sourceHandle: value, targetHandle: value, type: 16 });
    const { handles, objects } = await traceOf(trace.toBytes());
    expect([...handles.value]).toEqual([value, value]);
    expect([...objects.handleStart]).toEqual([0, 2]);
  });
});
