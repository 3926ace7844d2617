import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from './etlWriter.ts';
import { HOOKS } from './eventTable.ts';
import { plainDecompress, viewOf, walkBuffers, walkEvents, type WalkedEvent } from './plainWalker.ts';
import { type HeaderChoice, ms, TraceBuilder, type TraceOptions, us } from './traceBuilder.ts';

const OBJECT = '89497f50-effe-4440-8cf2-ce6b1cdcaca7';
const STACK_WALK = 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3';
const kernel = [0xfffff8056a401000n, 0xfffff8056a402000n];
const user = [0x7ff7a1231000n, 0x7ffd80001000n];

/** One of everything that the builder has a method for. */
function everything(options: TraceOptions = {}): TraceBuilder {
  const t = new TraceBuilder(options);
  const thread = { pid: 100, tid: 104 };
  const object = 0xffff810008be66f0n;
  const image = {
    pid: 100,
    base: 0x7ff7a1230000n,
    size: 0x20000,
    file: '\\Device\\HarddiskVolume3\\a.exe',
    timeStamp: 1,
  };
  const map = { ...thread, base: 0x1b544000000n, fileKey: 0xffff82082c3ffb70n, size: 0x1000000 };
  t.typeName(16, 'Event').typeName(8, 'Thread', { dc: 'start' });
  t.processDCStart({ ns: 0, pid: 4, name: 'System' }).processStart({
    ns: 1000,
    pid: 100,
    parentPid: 4,
    name: 'a.exe',
    commandLine: 'a',
  });
  t.threadStart({ ns: 1100, ...thread })
    .threadDCStart({ ns: 0, pid: 4, tid: 8 })
    .cswitch({ ns: 1200, newTid: 104, oldTid: 0, cpu: 1 });
  for (const [i, kind] of (['load', 'dcStart', 'unload', 'dcEnd'] as const).entries())
    t.image({ ns: 1300 + i * 100, kind, ...image });
  t.handleCreate({ ns: 2000, ...thread, object, handle: 0xc0, type: 16, stack: [...kernel, ...user] });
  t.objectCreate({ ns: 1900, ...thread, object, type: 16 }).objectDelete({ ns: 9000, ...thread, object, type: 16 });
  t.handleDuplicate({
    ns: 3000,
    ...thread,
    object,
    sourceHandle: 0xc0,
    targetHandle: 0x80001ddc,
    targetPid: 4,
    type: 16,
  });
  t.handleInherit({ ns: 3500, ...thread, object, handle: 0xc0, type: 16 });
  t.handleClose({ ns: 4000, ...thread, object, handle: 0xc0, type: 16, name: '\\A', stack: { kernel, user } });
  t.reference({ ns: 4100, ...thread, object }).dereference({ ns: 4200, ...thread, object, tag: 'File', count: 2 });
  t.handleDCStart({ ns: 10, object: 1n, pid: 4, handle: 0x80000044, type: 16 });
  t.handleDCEnd({ ns: 9500, object: 1n, pid: 4, handle: 0x80000044, type: 16, name: '\\B' });
  t.mapFile({ ns: 5000, ...map }).unmapFile({ ns: 5100, ...map });
  t.mapFileDCStart({ ns: 10, ...map, base: 0n }).mapFileDCEnd({ ns: 9500, ...map, base: 0n });
  for (const opcode of ['name', 'create', 'delete', 'rundown'] as const)
    t.fileName({ ns: 6000, opcode, key: map.fileKey, name: '\\f' });
  t.stack({ ns: 2100, eventNs: 1900, ...thread, frames: kernel }).stackKeyKernel({
    ns: 2200,
    eventNs: 3000,
    ...thread,
    key: 7n,
  });
  t.stackKeyUser({ ns: 2300, eventNs: 3000, ...thread, key: 8n }).stackKeyDelete({ ns: 2400, key: 7n, frames: kernel });
  t.stackKeyRundown({ ns: 9600, key: 8n, frames: user });
  t.imageId({ ns: 9700, base: image.base, size: image.size, pid: 100, timeStamp: 1, originalName: 'a.exe' });
  t.imageDbgId({ ns: 9700, base: image.base, pid: 100, guid: OBJECT, age: 1, pdb: 'a.pdb' });
  t.imageFileVersion({ ns: 9700, size: image.size, timeStamp: 1, originalName: 'a.exe', fileVersion: '1.2.3.4' });
  t.volumeMapping('\\Device\\HarddiskVolume3\\', 'C:\\');
  t.threadEnd({ ns: 9100, ...thread }).threadDCEnd({ ns: 9900, pid: 4, tid: 8 });
  t.processTerminate({ ns: 9150, pid: 100 }).processEnd({ ns: 9200, pid: 100, parentPid: 4, name: 'a.exe' });
  t.processDCEnd({ ns: 9900, pid: 4, name: 'System' });
  t.raw({ ns: 100, hook: 0x0f2e, payload: new Uint8Array(16), header: 'perfInfo' });
  t.raw({
    ns: 200,
    guid: 'a669021c-c450-4609-a035-5af59af4df18',
    opcode: 40,
    header: 'event',
    id: 187,
    extendedStack: user,
  });
  t.message({ ns: 300, ...thread }).error({ ns: 400, ...thread });
  return t;
}

function countsOf(events: WalkedEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) counts[event.key] = (counts[event.key] ?? 0) + 1;
  return counts;
}

/** Ticks since the first event, of the 10 MHz clock that tests use unless they say so. */
function ns(events: WalkedEvent[], event: WalkedEvent): number {
  return Number(event.stamp - events[0].stamp) * 100;
}

describe('TraceBuilder', () => {
  it('writes every event it was given, in the order of time within each buffer', () => {
    const t = everything({ bufferSize: 1024 });
    const file = t.toBytes();
    const events = walkEvents(file);
    expect(countsOf(events)).toEqual(Object.fromEntries(t.counts));
    expect(events.length).toBe(t.eventCount);
    for (const hook of Object.values(HOOKS))
      expect(countsOf(events)).toHaveProperty(hook.toString(16).padStart(4, '0'));
    for (let i = 1; i < events.length; i++) {
      const [a, b] = [events[i - 1], events[i]];
      if (a.buffer === b.buffer && a.key !== 'message' && b.key !== 'message') expect(b.stamp >= a.stamp).toBe(true);
    }
  });

  it('writes the same payloads under every header style, named by hook or by GUID', () => {
    const plain = walkEvents(everything({ stackHeader: 'system' }).toBytes()).filter((event) => event.headerType === 2);
    const styles: HeaderChoice[] = ['compact', 'perfInfo', 'full', 'instance', 'event'];
    for (const headerStyle of styles) {
      const events = walkEvents(everything({ headerStyle, stackHeader: headerStyle }).toBytes());
      const payloads = new Set(events.map((event) => Buffer.from(event.payload).toString('hex')));
      for (const event of plain) {
        if (event.key !== '0000')
          expect(payloads.has(Buffer.from(event.payload).toString('hex')), `${headerStyle} ${event.key}`).toBe(true);
      }
    }
    const relogged = countsOf(walkEvents(everything({ headerStyle: 'full' }).toBytes()));
    expect(relogged[`${OBJECT}/32`]).toBe(1);
    expect(relogged[`${OBJECT}/34`]).toBe(2);
    expect(relogged['2cb15d1d-5fc1-11d2-abe1-00a0c911f518/10']).toBe(1);
    expect(relogged[`${STACK_WALK}/32`]).toBe(4);
  });

  it('writes 4-byte pointers, for the whole trace or for one event', () => {
    const events = walkEvents(everything({ pointerSize: 4 }).toBytes());
    for (const event of events) {
      if (event.key !== 'message' && event.key !== 'error') expect(event.pointerSize, event.key).toBe(4);
    }
    expect(events.find((event) => event.key === '1120')?.payload.length).toBe(12);
    const mixed = new TraceBuilder()
      .handleCreate({ ns: 1, object: 0x81234560n, handle: 4, type: 16, header: 'system32', stack: [0x80001000n] })
      .toBytes();
    expect(walkEvents(mixed)).toMatchObject([
      { key: '0000', headerType: 2 },
      { key: '1120', headerType: 1, payload: Uint8Array.of(0x60, 0x45, 0x23, 0x81, 4, 0, 0, 0, 16, 0, 0, 0) },
      { key: '1820', headerType: 0x10 },
    ]);
  });

  it('names process and thread in the header as Windows does', () => {
    const events = walkEvents(
      new TraceBuilder({ rundownPid: 1, rundownTid: 2 })
        .processStart({ ns: 1, pid: 30, parentPid: 20, byTid: 21, name: 'c.exe' })
        .processStart({ ns: 2, pid: 31, parentPid: 20, name: 'd.exe' })
        .processEnd({ ns: 3, pid: 30, byTid: 33 })
        .handleDCEnd({ ns: 4, object: 1n, pid: 30, handle: 4, type: 1 })
        .threadStart({ ns: 5, pid: 30, tid: 35, byTid: 32 })
        .handleClose({ ns: 6, object: 1n, handle: 4, type: 1 })
        .handleCreate({ ns: 7, object: 1n, handle: 4, type: 1, pid: 30, tid: 35, header: 'perfInfo' })
        .toBytes(),
    );
    expect(events.slice(1).map((event) => [event.pid, event.tid])).toEqual([
      [20, 21],
      [20, 0xffffffff],
      [30, 33],
      [1, 2],
      [30, 32],
      [0xffffffff, 0xffffffff],
      [null, null],
    ]);
  });

  it('marks an inherited handle as Windows does, and leaves the source process away where asked', () => {
    const base = { pid: 20, tid: 21, object: 9n, type: 37 };
    const events = walkEvents(
      new TraceBuilder()
        .handleInherit({ ns: 1, ...base, handle: 0x124 })
        .handleDuplicate({ ns: 2, ...base, sourceHandle: 4, targetHandle: 8, targetPid: 30, sourcePid: null })
        .toBytes(),
    );
    const view = viewOf(events[1].payload);
    expect([8, 12, 16, 22].map((at) => view.getUint32(at, true))).toEqual([0x124, 0x124, 20, 20]);
    expect(events[2].payload.length).toBe(22);
  });

  it('fills the buffers of each processor and interleaves them', () => {
    const t = new TraceBuilder({ bufferSize: 512, processors: 3 });
    for (let i = 0; i < 200; i++)
      t.handleCreate({ ns: us(i), cpu: (i * 7) % 3, object: 1n, handle: 4, type: 1, pid: 1, tid: 1 });
    const file = t.toBytes();
    const buffers = walkBuffers(file);
    expect(buffers[0]).toMatchObject({ type: 4, cpu: 0, bufferSize: 512 });
    expect(buffers.slice(1, 4).map((buffer) => buffer.cpu)).toEqual([0, 1, 2]);
    expect(buffers.slice(1).map((buffer) => Number(buffer.sequenceNumber))).toEqual(
      buffers.slice(1).map((_, i) => i + 1),
    );
    expect(buffers.filter((buffer) => buffer.flags & 1).map((buffer) => buffer.cpu)).toEqual([0, 0, 1, 2]);
    expect(viewOf(file).getUint32(72 + 32 + 36, true)).toBe(buffers.length);
    expect(new Set(walkEvents(file).map((event) => ns(walkEvents(file), event))).size).toBe(200);
  });

  it('compresses all or some buffers without changing an event', () => {
    const plain = walkEvents(everything({ bufferSize: 1024 }).toBytes());
    const all = everything({ bufferSize: 1024, compress: true }).toBytes();
    const some = everything({ bufferSize: 1024, compress: ({ index }) => index % 2 === 0 }).toBytes();
    expect(walkEvents(all)).toEqual(
      plain.map((event) => (event.key === '0000' ? { ...event, payload: expect.anything() as Uint8Array } : event)),
    );
    expect(walkBuffers(all).map((buffer) => buffer.compressed)).toEqual(walkBuffers(all).map((_, i) => i > 0));
    expect(new Set(walkBuffers(some).map((buffer) => buffer.compressed)).size).toBe(2);
    const mode = viewOf(all).getUint32(72 + 32 + 32, true);
    expect(mode & 0x04000000).not.toBe(0);
  });

  it('turns time into ticks of any clock', () => {
    const stamps = (options: TraceOptions): bigint[] =>
      walkEvents(new TraceBuilder(options).threadStart({ ns: ms(1500), pid: 1, tid: 2 }).toBytes()).map(
        (event) => event.stamp,
      );
    expect(stamps({ t0: 10n })).toEqual([10n, 15_000_010n]);
    expect(stamps({ t0: 10n, perfFreq: 1_818_300 })).toEqual([10n, 10n + 2_727_450n]);
    expect(stamps({ clock: 'systemTime', startTimeFiletime: 1000n })).toEqual([1000n, 15_001_000n]);
    expect(stamps({ clock: 'cpuCycles', cpuMHz: 2394, t0: 0n })).toEqual([0n, 3_591_000_000n]);
  });

  it('says in the header what it was told', () => {
    const file = everything({
      clock: 'cpuCycles',
      cpuMHz: 2394,
      eventsLost: 5,
      buffersLost: 6,
      timeZoneBiasMinutes: -120,
      processors: 12,
      osBuild: 19045,
      sessionName: 'S',
      logFileName: 'L',
      firstBufferHeader: { savedOffset: 0 },
      eventsInFirstBuffer: 2,
    }).toBytes();
    const header = walkEvents(file)[0].payload;
    const view = viewOf(header);
    expect([8, 12, 48, 52].map((at) => view.getUint32(at, true))).toEqual([19045, 12, 5, 2394]);
    expect(view.getInt32(72, true)).toBe(-120);
    expect(view.getBigInt64(256, true)).toBe(2_394_000_000n);
    expect([272, 276].map((at) => view.getUint32(at, true))).toEqual([3, 6]);
    expect(viewOf(file).getUint32(4, true)).toBe(0);
    expect(walkEvents(file).filter((event) => event.buffer === 0).length).toBe(3);
  });

  it('writes stacks as events of their own, after the event and with its time stamp', () => {
    const events = walkEvents(
      new TraceBuilder()
        .handleCreate({ ns: 1000, pid: 1, tid: 2, object: 1n, handle: 4, type: 1, stack: [...kernel, ...user] })
        .handleClose({
          ns: 2000,
          pid: 1,
          tid: 2,
          object: 1n,
          handle: 4,
          type: 1,
          stack: { kernel, user },
          userStackNs: 9000,
          userStackCpu: 3,
        })
        .toBytes(),
    );
    const stacks = events.filter((event) => event.key === '1820');
    expect(stacks.map((event) => [ns(events, event), event.cpu])).toEqual([
      [1500, 0],
      [2500, 0],
      [9000, 3],
    ]);
    expect(stacks.map((event) => viewOf(event.payload).getBigInt64(0, true) - events[0].stamp)).toEqual([
      10n,
      20n,
      20n,
    ]);
    expect(stacks.map((event) => (event.payload.length - 16) / 8)).toEqual([4, 2, 2]);
  });

  it('reads back the stacks behind keys, reused ones too, by the rule of the reference', () => {
    const stacks = Array.from({ length: 12 }, (_, i) => [
      ...kernel.map((a) => a + BigInt(i)),
      ...user.map((a) => a + BigInt(i * 16)),
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.record({ stack: fc.nat(11), ns: fc.nat(30_000), late: fc.nat(3000), cpu: fc.nat(2) }), {
          maxLength: 80,
        }),
        fc.integer({ min: 1, max: 8 }),
        (uses, stackKeyCapacity) => {
          const t = new TraceBuilder({ stackKeys: true, stackKeyCapacity, bufferSize: 2048 });
          uses.forEach((use, i) => {
            t.handleCreate({
              ns: use.ns,
              cpu: use.cpu,
              pid: 1,
              tid: i,
              object: BigInt(i),
              handle: 4 * i,
              type: 1,
              stack: stacks[use.stack],
              userStackNs: use.ns + use.late,
              userStackCpu: (use.cpu + 1) % 3,
            });
          });
          const events = walkEvents(t.toBytes());
          const definitions = events
            .filter((event) => event.key === '1823' || event.key === '1824')
            .sort((a, b) => Number(a.stamp - b.stamp));
          const framesOf = (event: WalkedEvent | undefined): bigint[] => {
            if (event === undefined) return [];
            const key = viewOf(event.payload).getBigUint64(16, true);
            const found = definitions.find(
              (d) => d.stamp >= event.stamp && viewOf(d.payload).getBigUint64(0, true) === key,
            );
            if (found === undefined) throw new Error('a key without a definition');
            const view = viewOf(found.payload);
            return Array.from({ length: found.payload.length / 8 - 1 }, (_, n) => view.getBigUint64(8 + 8 * n, true));
          };
          uses.forEach((use, i) => {
            const mine = (key: string): WalkedEvent | undefined =>
              events.find((event) => event.key === key && viewOf(event.payload).getUint32(12, true) === i);
            expect([...framesOf(mine('1825')), ...framesOf(mine('1826'))]).toEqual(stacks[use.stack]);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('deletes a key only when another stack needs it', () => {
    const t = new TraceBuilder({ stackKeys: true, stackKeyCapacity: 2 });
    for (let i = 0; i < 3; i++)
      t.handleCreate({ ns: us(10 * i), pid: 1, object: 1n, handle: 4, type: 1, stack: [kernel[0] + BigInt(i)] });
    expect(countsOf(walkEvents(t.toBytes()))).toEqual({ '0000': 1, '1120': 3, '1823': 1, '1824': 2, '1825': 3 });
  });

  it('drains a long trace without holding it, to the same events', () => {
    const fill = (t: TraceBuilder, from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        t.handleCreate({
          ns: us(i),
          cpu: i % 2,
          pid: 1,
          tid: 1,
          object: BigInt(i),
          handle: 4,
          type: 1,
          stack: [kernel[i % 2], user[i % 2]],
        });
      }
    };
    const options: TraceOptions = { bufferSize: 2048, stackKeys: true, stackKeyCapacity: 3 };
    const whole = new TraceBuilder(options);
    fill(whole, 0, 900);
    const parts = new TraceBuilder(options);
    const chunks: Uint8Array[] = [];
    for (let i = 0; i < 900; i += 100) {
      fill(parts, i, i + 100);
      chunks.push(...parts.drain(us(i + 99)));
    }
    chunks.push(...parts.chunks());
    const drop = (events: WalkedEvent[]): unknown[] => events.filter((event) => event.key !== '0000');
    expect(drop(walkEvents(concatBytes(chunks)))).toEqual(drop(walkEvents(whole.toBytes())));
    expect(() => parts.threadStart({ ns: 0, pid: 1, tid: 1 })).toThrow('drained');
  });

  it('refuses an event that fits into no buffer', () => {
    const t = new TraceBuilder({ bufferSize: 256 });
    expect(() => t.raw({ ns: 0, hook: 1, payload: new Uint8Array(200) })).toThrow('does not fit');
    expect(plainDecompress(new Uint8Array(0), 0).bytes.length).toBe(0);
  });
});
