/** The reader on forged traces: whatever the headers, pointer sizes, clocks, compression and buffer sizes, the same story comes out. */
import { describe, expect, it } from 'vitest';
import { traceOf, objectsOf } from '../lifetimes/testing.ts';
import type { HeaderChoice, TraceOptions } from '../testing/traceEvents.ts';
import { ms, TraceBuilder, us } from '../testing/traceBuilder.ts';

const A = { pid: 100, tid: 101 };

/** A small story with every event whose process matters; pointers fit 32 bits so that both sizes can tell it. */
function story(options: TraceOptions): TraceBuilder {
  const t = new TraceBuilder(options);
  const kernel = options.pointerSize === 4 ? 0x80400000n : 0xfffff80000400000n;
  t.typeName(16, 'Event', { ns: us(1) });
  t.processDCStart({ ns: us(1), pid: 100, parentPid: 1, name: 'a.exe', commandLine: 'a.exe /x' });
  t.processDCStart({ ns: us(1), pid: 200, parentPid: 1, name: 'b.exe', commandLine: 'b.exe "y z"' });
  t.threadDCStart({ ns: us(2), pid: 100, tid: 101 });
  t.image({
    ns: us(2),
    kind: 'dcStart',
    pid: 0,
    base: kernel,
    size: 0x800000,
    file: '\\SystemRoot\\system32\\ntoskrnl.exe',
  });
  t.image({
    ns: us(2),
    kind: 'load',
    pid: 100,
    base: 0x400000n,
    size: 0x10000,
    file: '\\Device\\HarddiskVolume1\\a.exe',
  });
  for (let cpu = 0; cpu < 3; cpu++) t.cswitch({ ns: us(3), cpu, newTid: 101, oldTid: 0 });
  for (let i = 0; i < 200; i++) {
    const object = 0x81000000n + BigInt(i === 3 ? 99 : i % 7) * 64n;
    const at = 100 + i * 50;
    // The object that stays open in another process has a pointer of its own.
    const event = { ...A, object, handle: 0x40 + 4 * i, type: 16, cpu: i % 3 };
    t.handleCreate({ ...event, ns: us(at), stack: { kernel: [kernel + 0x123n, kernel + 0x456n], user: [0x400789n] } });
    if (i % 10 === 3) {
      const copy = { object, handle: 0x900 + 4 * i, type: 16 };
      if (i !== 3) t.handleClose({ ns: us(at + 8), pid: 100, tid: 101, cpu: i % 3, ...copy });
      t.handleDuplicate({
        ns: us(at + 3),
        ...A,
        cpu: i % 3,
        object,
        sourceHandle: 0x40 + 4 * i,
        targetHandle: 0x900 + 4 * i,
        targetPid: 200,
        sourcePid: 100,
        type: 16,
      });
    }
    t.handleClose({ ...event, ns: us(at + 10), name: '\\Named' });
  }
  t.mapFile({ ns: ms(20), ...A, base: 0x10000000n, fileKey: 0x81900000n, size: 0x1000000, offset: 0x3000 });
  t.unmapFile({ ns: ms(21), ...A, base: 0x10000000n, fileKey: 0x81900000n, size: 0x1000000 });
  t.reference({ ns: ms(22), ...A, object: 0x81f00000n, count: 2 });
  t.dereference({ ns: ms(23), ...A, object: 0x81f00000n });
  t.handleDCEnd({
    ns: ms(24),
    object: 0x81000000n + 99n * 64n,
    pid: 200,
    handle: 0x900 + 4 * 3,
    type: 16,
    name: '\\Named',
  });
  return t;
}

const plain = await objectsOf(story({ headerStyle: 'system' }));

/** What a header style without process and thread may leave open: their ids come from stacks and context switches then. */
const HEADERS: HeaderChoice[] = ['system', 'compact', 'perfInfo', 'full', 'instance', 'event'];

describe('the same story', () => {
  it('is a story', () => {
    expect(plain.length).toBeGreaterThan(150);
    expect(plain.filter((object) => object.leak)).toHaveLength(1);
    expect(plain[0].createStack).toEqual(['ntoskrnl.exe+0x123', 'ntoskrnl.exe+0x456', 'a.exe+0x789']);
    expect(plain.find((object) => object.kind === 'mapping')?.map).toMatchObject({ size: '16777216', offset: '12288' });
  });

  for (const pointerSize of [4, 8] as const) {
    for (const headerStyle of HEADERS) {
      it(`in ${headerStyle} headers, ${pointerSize * 8}-bit`, async () => {
        expect(await objectsOf(story({ headerStyle, pointerSize }))).toEqual(plain);
      });
    }
  }

  it.each([
    ['a performance counter of an odd frequency', { clock: 'qpc', perfFreq: 3_000_000 }],
    ['system time', { clock: 'systemTime' }],
    ['CPU cycles', { clock: 'cpuCycles', cpuMHz: 2400 }],
  ] as [string, TraceOptions][])('by %s', async (_, options) => {
    expect(await objectsOf(story(options))).toEqual(plain);
  });

  it.each([
    ['compressed', { compress: true }],
    ['compressed here and there', { compress: ({ index }) => index % 2 === 0 }],
    ['in small buffers', { bufferSize: 1024 }],
    ['in small compressed buffers', { bufferSize: 2048, compress: true }],
    ['with stacks by key', { stackKeys: true }],
    ['with stacks by few keys, used again and again', { stackKeys: true, stackKeyCapacity: 1 }],
    ['with the processor in the low byte only', { processorIndexFlag: false }],
    ['with a first buffer of unknown length', { firstBufferHeader: { savedOffset: 0 }, eventsInFirstBuffer: 3 }],
  ] as [string, TraceOptions][])('%s', async (_, options) => {
    expect(await objectsOf(story(options))).toEqual(plain);
  });

  it('with 32-bit headers among 64-bit ones', async () => {
    const t = story({});
    t.handleCreate({ ns: ms(30), ...A, object: 0x82000000n, handle: 0x10, type: 16, header: 'system32' });
    const objects = await objectsOf(t);
    expect(objects.slice(0, -1)).toEqual(plain);
    expect(objects.at(-1)).toMatchObject({ pointer: '0x82000000', leak: true, createPid: 100 });
  });

  it('times are exact to the tick of an odd clock', async () => {
    const t = new TraceBuilder({ clock: 'qpc', perfFreq: 1_818_300 });
    t.handleCreate({ tick: 144_120_228n, ns: 0, ...A, object: 0x81000000n, handle: 4, type: 16 });
    // HTTP_Server.etl has this clock and this very tick; 79260973436.73 ns.
    expect((await objectsOf(t))[0].birthNs).toBe(79_260_973_437);
  });
});

describe('process and thread of an event whose header has none', () => {
  const event = { ns: us(50), object: 0x81000000n, handle: 0x40, type: 16, header: 'perfInfo' as const };

  it('come from its stack', async () => {
    const t = new TraceBuilder({});
    t.handleCreate({ ...event, ...A, stack: [0x80400123n] });
    expect((await objectsOf(t))[0]).toMatchObject({ createPid: 100, createTid: 101, handles: [{ ownerPid: 100 }] });
  });

  it('come from the thread that ran on that processor', async () => {
    const t = new TraceBuilder({});
    t.threadStart({ ns: us(1), pid: 300, tid: 301 }).threadStart({ ns: us(1), pid: 400, tid: 401 });
    t.cswitch({ ns: us(2), cpu: 0, newTid: 401, oldTid: 0 }).cswitch({ ns: us(2), cpu: 1, newTid: 301, oldTid: 0 });
    t.handleCreate({ ...event, cpu: 1 });
    expect((await objectsOf(t))[0]).toMatchObject({ createPid: 300, createTid: 301 });
  });

  it('are not those of the idle thread', async () => {
    const t = new TraceBuilder({});
    t.cswitch({ ns: us(2), newTid: 0, oldTid: 301 });
    t.handleCreate(event);
    expect((await objectsOf(t))[0]).toMatchObject({ createPid: null, createTid: null });
  });

  it('are unknown else, never 0', async () => {
    const t = new TraceBuilder({});
    t.handleCreate(event);
    expect((await objectsOf(t))[0]).toMatchObject({
      createPid: null,
      createTid: null,
      handles: [{ ownerPid: null, end: 'open' }],
    });
  });
});

describe('stacks', () => {
  const frame = (n: number): bigint => 0xfffff80000000000n + BigInt(n);

  it('with the user part later and on another processor are one stack', async () => {
    const t = new TraceBuilder({});
    t.handleCreate({
      ns: us(50),
      ...A,
      object: 1n,
      handle: 4,
      type: 16,
      cpu: 1,
      stack: { kernel: [frame(1)], user: [0x1000n] },
      userStackNs: ms(9),
      userStackCpu: 2,
    });
    expect((await objectsOf(t))[0].createStack).toEqual(['0xFFFFF80000000001', '0x1000']);
  });

  it('of events that share a time stamp go to the same processor, then the same thread, then the nearest before', async () => {
    const t = new TraceBuilder({});
    const at = us(50);
    const create = (n: number, tid: number, cpu: number): void => {
      t.handleCreate({
        ns: at,
        pid: 100,
        tid,
        object: BigInt(n * 64),
        handle: 4 * n,
        type: 16,
        cpu,
        stack: [frame(n)],
      });
    };
    create(1, 101, 0);
    create(2, 102, 0);
    create(3, 102, 1);
    create(4, 101, 1);
    const stacks = (await objectsOf(t)).map((object) => [object.pointer, object.createStack?.[0]]);
    expect(new Map(stacks as [string, string][])).toEqual(
      new Map([1, 2, 3, 4].map((n) => [`0x${(n * 64).toString(16).toUpperCase()}`, `0xFFFFF8000000000${n}`])),
    );
  });

  it('go to the event of their thread, whatever the processor that the user part is recorded on', async () => {
    const t = new TraceBuilder({});
    const at = us(50);
    const user = { userStackNs: us(60) };
    t.handleCreate({
      ns: at,
      pid: 8,
      tid: 9,
      object: 64n,
      handle: 4,
      type: 16,
      cpu: 0,
      stack: { kernel: [frame(1)], user: [0x1003n] },
      ...user,
      userStackCpu: 1,
    });
    t.handleCreate({
      ns: at,
      pid: 20,
      tid: 21,
      object: 128n,
      handle: 4,
      type: 16,
      cpu: 1,
      stack: { kernel: [frame(2)], user: [0x1004n] },
      ...user,
      userStackCpu: 2,
    });
    expect((await objectsOf(t)).map((object) => [object.pointer, object.createStack])).toEqual([
      ['0x40', ['0xFFFFF80000000001', '0x1003']],
      ['0x80', ['0xFFFFF80000000002', '0x1004']],
    ]);
  });

  it('inside the event itself are found', async () => {
    const t = new TraceBuilder({ headerStyle: 'event' });
    t.handleCreate({ ns: us(50), ...A, object: 1n, handle: 4, type: 16, extendedStack: [0x1000n, 0x2000n] });
    expect((await objectsOf(t))[0].createStack).toEqual(['0x1000', '0x2000']);
  });

  it('of keys that nothing defines are counted', async () => {
    const t = new TraceBuilder({});
    t.handleCreate({ ns: us(50), ...A, object: 1n, handle: 4, type: 16 });
    t.raw({ ns: us(51), hook: 0x1825, payload: new Uint8Array(24), header: 'perfInfo' });
    expect((await traceOf(t.toBytes())).info.stacks).toMatchObject({
      stackEvents: 1,
      unresolvedKeys: 1,
      matchedToAnEvent: 0,
      frames: 0,
    });
  });
});

describe('modules', () => {
  it('whose load was lost are there since the last one left, not before', async () => {
    const t = new TraceBuilder({});
    const image = { pid: 100, base: 0x10000000n, size: 0x10000 };
    t.processDCStart({ ns: us(1), pid: 100, name: 'a.exe' });
    t.image({ ...image, ns: us(2), kind: 'dcStart', file: '\\Device\\one.dll' });
    t.image({ ...image, ns: us(20), kind: 'unload', file: '\\Device\\one.dll' });
    t.image({ ...image, ns: us(90), kind: 'dcEnd', file: '\\Device\\two.dll' });
    [5, 30].forEach((at, n) =>
      t.handleCreate({
        ns: us(at),
        ...A,
        object: BigInt(n * 64 + 64),
        handle: n * 4 + 4,
        type: 16,
        stack: [0x10000010n],
      }),
    );
    expect((await objectsOf(t)).map((object) => object.createStack)).toEqual([['one.dll+0x10'], ['two.dll+0x10']]);
  });

  it('are those loaded at the time: one base serves two modules', async () => {
    const t = new TraceBuilder({});
    const image = { pid: 100, base: 0x10000000n, size: 0x10000 };
    t.processDCStart({ ns: us(1), pid: 100, name: 'a.exe' });
    const create = (at: number, n: number): void => {
      t.handleCreate({ ns: us(at), ...A, object: BigInt(n * 64), handle: n * 4, type: 16, stack: [0x10000010n] });
    };
    t.image({ ...image, ns: us(10), kind: 'load', file: '\\Device\\one.dll' });
    t.image({ ...image, ns: us(20), kind: 'unload', file: '\\Device\\one.dll' });
    t.image({ ...image, ns: us(30), kind: 'load', file: '\\Device\\two.dll' });
    [5, 15, 25, 35].forEach((at, index) => create(at, index + 1));
    expect((await objectsOf(t)).map((object) => object.createStack)).toEqual([
      ['0x10000010'],
      ['one.dll+0x10'],
      ['0x10000010'],
      ['two.dll+0x10'],
    ]);
  });
});
