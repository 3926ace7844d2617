import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Clock } from '../etl/clock.ts';
import { EventCursor, walkEvents, type WalkEnd } from '../etl/eventWalk.ts';
import { ByteWriter } from '../testing/byteWriter.ts';
import { packEvents, type HookEvent } from '../testing/etlWriter.ts';
import { Decoder } from './decoder.ts';

/** Reference changes as they can stand in a file, most of them as they should, among a few other events. */
const event = fc.record(
  {
    hook: fc.constantFrom(0x1132, 0x1133, 0x1132, 0x1133, 0x1130, 0x1134, 0x0524),
    style: fc.constantFrom('system', 'system', 'system', 'compact', 'perfInfo'),
    pointerSize: fc.constantFrom(8, 8, 8, 4),
    stamp: fc.bigInt({ min: 0n, max: 300n }),
    pid: fc.constantFrom(4, 8, 0xffffffff),
    tid: fc.constantFrom(40, 44, 48, 0xffffffff),
    version: fc.constantFrom(2, 3),
    object: fc.constantFrom(0xffff810008be6290n, 0xffff810008be62c0n, 0xffffb68c08be6290n, 0n),
    count: fc.constantFrom(1, 1, 1, 0, 7, 0x7fffffff, 0x80000000, 0xffffffff),
    extra: fc.constantFrom(0, 0, 0, 4, 9, -4, -20),
  },
  { noNullPrototype: true },
);

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function bytesOf(events: readonly Event[]): Uint8Array {
  return packEvents(
    events.map(({ object, count, extra, ...rest }): HookEvent => {
      const payload = new ByteWriter();
      if (rest.pointerSize === 8) payload.u64(object);
      else payload.u32(Number(object & 0xffffffffn));
      payload.u32(0x746c6644).u32(count).zeros(Math.max(0, extra));
      const bytes = payload.toBytes();
      return { ...rest, payload: bytes.subarray(0, bytes.length + Math.min(0, extra)) };
    }),
  );
}

/** All that a decoder knows of a buffer after it. */
function decoded(bytes: Uint8Array, cut: boolean, usesLane: boolean, buffersOf = [0, 1, 0]): unknown {
  const cursor = new EventCursor();
  const decoder = new Decoder(new Clock(10_000_000, 100, 0), cursor.guids.texts, 8);
  const ends: WalkEnd[] = [];
  for (const processor of buffersOf) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    decoder.beginBuffer(processor, 0, false, 0);
    ends.push(
      walkEvents(view, 0, 0, bytes.length, cut, cursor, decoder.visit, usesLane ? decoder.referenceLane : null),
    );
    decoder.endBuffer();
  }
  const { objects, actors, pointers, runs, events, firstNs, lastNs, decodeErrors, decodeErrorCount } = decoder;
  const rows = objects.length;
  return {
    ends,
    runs,
    events,
    firstNs,
    lastNs,
    decodeErrors,
    decodeErrorCount,
    counts: decoder.counts(),
    columns: [objects.ns, objects.kind, objects.pointer, objects.actor, objects.value].map((column) => [
      ...column.subarray(0, rows),
    ]),
    actors: [actors.pid.trimmed(), actors.tid.trimmed()],
    pointers: [pointers.low.trimmed(), pointers.high.trimmed()],
    // A memory of the last events: what a stack of any of their times would be given to.
    stacks: [40, 52].flatMap((tid) =>
      [...Array(300).keys()].map((at) => decoder.stacks.choose((at - 100) * 100, tid, tid === 40, events)),
    ),
  };
}

it('the short way of reference changes gives what the long one does', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), fc.nat(60), fc.boolean(), (events, missing, cut) => {
      const whole = bytesOf(events);
      const bytes = whole.subarray(0, Math.max(0, whole.length - missing));
      expect(decoded(bytes, cut, true)).toEqual(decoded(bytes, cut, false));
    }),
    { numRuns: 500 },
  );
});

const plain = { style: 'system', hook: 0x1132, pointerSize: 8, version: 2, pid: 4, tid: 40, stamp: 200n } as const;

it('does so where more of them follow each other than stacks remember', () => {
  const more = fc.array(event, { maxLength: 6 });
  const stretch = fc.record({
    length: fc.integer({ min: 200, max: 600 }),
    first: fc.nat(250),
    each: fc.constantFrom(0, 1, 7, -1),
  });
  fc.assert(
    fc.property(more, stretch, more, (before, { length, first, each }, after) => {
      // Time stands, rises and begins anew, or falls; and two threads take turns.
      const middle = Array.from({ length }, (_, at): Event => {
        const stamp = BigInt(Math.max(0, first + at * each) % 300);
        return { ...plain, tid: at % 50 === 0 ? 44 : 40, stamp, object: 0n, count: 1, extra: 0 };
      });
      const bytes = bytesOf([...before, ...middle, ...after]);
      expect(decoded(bytes, false, true, [0])).toEqual(decoded(bytes, false, false, [0]));
    }),
    { numRuns: 150 },
  );
});

it('takes what is plain', () => {
  const bytes = bytesOf([{ ...plain, object: 0n, count: 1, extra: 0 }]);
  const cursor = new EventCursor();
  const decoder = new Decoder(new Clock(10_000_000, 100, 0), cursor.guids.texts, 8);
  decoder.beginBuffer(0, 0, false, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(decoder.referenceLane.take(view, 0, 0, bytes.length)).toBe(bytes.length);
  expect(decoder.objects.length).toBe(1);
});
