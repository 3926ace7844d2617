import { describe, expect, it } from 'vitest';
import {
  BUFFER_FLAGS,
  BUFFER_TYPES,
  concatBytes,
  defaultLogFileHeader,
  encodeBuffer,
  encodeEvent,
  HEADER_SIZES,
  HEADER_STYLES,
  HEADER_TYPES,
  logFileHeaderEvent,
  logFileHeaderPayload,
  packEvents,
  type PointerSize,
  stackItem,
} from './etlWriter.ts';
import { guidAt, utf16At, viewOf, walkBuffers, walkEvents } from './plainWalker.ts';
import { TraceClock } from './traceClock.ts';

const GUID = '89497f50-effe-4440-8cf2-ce6b1cdcaca7';
const payload = Uint8Array.of(1, 2, 3, 4, 5);

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A file of one buffer. */
function fileOf(...events: Uint8Array[]): Uint8Array {
  return encodeBuffer({ body: packEvents(events) });
}

describe('event headers', () => {
  it('System, byte for byte', () => {
    const event = encodeEvent({
      style: 'system',
      pointerSize: 8,
      hook: 0x1120,
      version: 2,
      stamp: 0x1122334455667788n,
      pid: 0xf94,
      tid: 0xec4,
      kernelTime: 5,
      userTime: 6,
      payload,
    });
    expect(hex(event)).toBe(
      '020002c0' +
        '2500' +
        '2011' +
        'c40e0000' +
        '940f0000' +
        '8877665544332211' +
        '05000000' +
        '06000000' +
        '0102030405' +
        '000000',
    );
  });

  it('PerfInfo, byte for byte, with its extension', () => {
    const event = encodeEvent({
      style: 'perfInfo',
      pointerSize: 8,
      hook: 0x1820,
      version: 2,
      stamp: 1n,
      pebs: 2n,
      counters: [3n, 4n],
      payload,
    });
    const words = [1, 2, 3, 4].map((n) => `0${n}00000000000000`).join('');
    expect(hex(event)).toBe('028211c0' + '2d00' + '2018' + words + '0102030405' + '000000');
  });

  it('Full, byte for byte', () => {
    const event = encodeEvent({
      style: 'full',
      pointerSize: 8,
      guid: 'b3e675d7-2554-4f18-830b-2762732560de',
      opcode: 36,
      version: 2,
      stamp: 1n,
      pid: 4,
      payload,
    });
    const head = '3500' + '14c0' + '24' + '00' + '0200' + 'ffffffff' + '04000000' + '0100000000000000';
    expect(hex(event)).toBe(head + 'd775e6b35425184f830b2762732560de' + '0000000000000000' + '0102030405000000');
  });

  const cases = HEADER_STYLES.flatMap((style) =>
    ([4, 8] as PointerSize[]).map((pointerSize) => ({ style, pointerSize })),
  );
  it.each(cases)('$style with pointer size $pointerSize is read back', ({ style, pointerSize }) => {
    const common = { pointerSize, stamp: 77n, version: 3, pid: 100, tid: 200, payload };
    const event =
      style === 'system' || style === 'compact' || style === 'perfInfo'
        ? encodeEvent({ ...common, style, hook: 0x1121 })
        : encodeEvent({ ...common, style, guid: GUID, opcode: 33 });
    expect(event.length).toBe(HEADER_SIZES[style] + 8);
    expect(event[2]).toBe(HEADER_TYPES[style][pointerSize === 4 ? 0 : 1]);
    const kernel = style === 'system' || style === 'compact' || style === 'perfInfo';
    expect(walkEvents(fileOf(event))).toMatchObject([
      {
        key: kernel ? '1121' : `${GUID}/33`,
        pointerSize,
        version: 3,
        stamp: 77n,
        pid: style === 'perfInfo' ? null : 100,
        tid: style === 'perfInfo' ? null : 200,
        payload,
      },
    ]);
  });

  it('an Event header with extended items', () => {
    const frames = [0x7ff600001000n, 0x7ff600002000n, 0x7ff600003000n];
    const other = { type: 1, data: Uint8Array.of(9, 9, 9) };
    const event = encodeEvent({
      style: 'event',
      pointerSize: 8,
      guid: GUID,
      opcode: 1,
      version: 1,
      id: 5,
      stamp: 1n,
      extended: [other, stackItem(8, frames)],
      payload,
    });
    const [walked] = walkEvents(fileOf(event));
    expect(walked.payload).toEqual(payload);
    expect(walked.extended[0]).toEqual(other);
    expect(walked.extended[1].type).toBe(6);
    const data = viewOf(walked.extended[1].data);
    expect([0, 8, 16, 24].map((at) => data.getBigUint64(at, true))).toEqual([0n, ...frames]);
    expect(stackItem(4, [0x8000n])).toEqual({ type: 5, data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0) });
  });

  it('error and message events', () => {
    const error = encodeEvent({ style: 'error', stamp: 9n, pid: 1, tid: 2, payload });
    const message = encodeEvent({
      style: 'message',
      number: 12,
      flags: 0x2a,
      guid: GUID,
      stamp: 9n,
      pid: 1,
      tid: 2,
      payload,
    });
    const [first, second] = walkEvents(fileOf(error, message));
    expect(first).toMatchObject({ key: 'error', stamp: 9n, pid: 1, tid: 2 });
    expect(second).toMatchObject({ key: 'message', headerType: 0x90 });
    expect(guidAt(second.payload, 0)).toBe(GUID);
    expect(second.payload.length).toBe(16 + 8 + 8 + 5);
  });

  it('refuses an event whose size does not fit into 16 bits, but forges any size', () => {
    const big = {
      style: 'perfInfo',
      pointerSize: 8,
      hook: 1,
      version: 0,
      stamp: 0n,
      payload: new Uint8Array(0x10000),
    } as const;
    expect(() => encodeEvent(big)).toThrow('16-bit');
    expect(hex(encodeEvent({ ...big, payload, size: 3 }).subarray(4, 6))).toBe('0300');
  });
});

describe('buffers', () => {
  const event = encodeEvent({ style: 'perfInfo', pointerSize: 8, hook: 0x1124, version: 2, stamp: 1n, payload });

  it('writes every field of the header', () => {
    const bytes = encodeBuffer({
      body: event,
      capacity: 256,
      header: {
        currentOffset: 11,
        referenceCount: -2,
        timeStamp: 3n,
        sequenceNumber: 4n,
        clock: 5n,
        processor: 6,
        loggerId: 7,
        state: 8,
        offset: 9,
        flags: BUFFER_FLAGS.eventsLost,
        type: BUFFER_TYPES.rundown,
        rest: new Uint8Array(16).fill(0xaa),
      },
    });
    expect(hex(bytes.subarray(0, 72))).toBe(
      '00010000' +
        '60000000' +
        '0b000000' +
        'feffffff' +
        '0300000000000000' +
        '0400000000000000' +
        '0500000000000000' +
        '0600' +
        '0700' +
        '08000000' +
        '09000000' +
        '0200' +
        '0100' +
        'aa'.repeat(16),
    );
    expect(hex(bytes.subarray(72 + event.length))).toBe('ff'.repeat(256 - 72 - event.length));
  });

  it('compresses the body only: BufferSize in the file, SavedOffset after decompression', () => {
    const body = packEvents(Array.from({ length: 100 }, () => event));
    const plain = encodeBuffer({ body });
    const packed = encodeBuffer({ body, compress: true });
    expect(packed.length).toBeLessThan(plain.length / 5);
    const [buffer] = walkBuffers(packed);
    expect(buffer).toMatchObject({ bufferSize: packed.length, savedOffset: 72 + body.length, flags: 0x60, state: 3 });
    expect(hex(buffer.body)).toBe(hex(body));
    expect(walkEvents(packed)).toEqual(walkEvents(plain));
  });
});

describe('the log-file header', () => {
  const clock = new TraceClock({
    kind: 'qpc',
    frequency: 10_000_000,
    t0: 500n,
    startTimeFiletime: 133_598_115_940_000_000n,
  });
  const header = {
    ...defaultLogFileHeader(clock),
    eventsLost: 17,
    buffersLost: 3,
    timeZoneBiasMinutes: -120,
    sessionName: 'Session',
    logFileName: 'C:\\a.etl',
  };

  // Offsets of the published structure: 56 bytes, two pointers, 172 bytes of time zone, padding to 8.
  it.each([
    { pointerSize: 8 as const, zone: 72, boot: 248 },
    { pointerSize: 4 as const, zone: 64, boot: 240 },
  ])('has its fields in place with pointer size $pointerSize', ({ pointerSize, zone, boot }) => {
    const bytes = logFileHeaderPayload({ ...header, pointerSize });
    const view = viewOf(bytes);
    expect(view.getUint32(44, true)).toBe(pointerSize);
    expect(view.getUint32(48, true)).toBe(17);
    expect(view.getInt32(zone, true)).toBe(-120);
    expect(utf16At(bytes, zone + 4)).toBe('@tzres.dll,-322');
    expect(utf16At(bytes, zone + 88)).toBe('@tzres.dll,-321');
    expect(view.getBigInt64(boot + 8, true)).toBe(10_000_000n);
    expect(view.getBigInt64(boot + 16, true)).toBe(133_598_115_940_000_000n);
    expect(view.getUint32(boot + 24, true)).toBe(1);
    expect(view.getUint32(boot + 28, true)).toBe(3);
    expect(utf16At(bytes, boot + 32)).toBe('Session');
    expect(utf16At(bytes, boot + 48)).toBe('C:\\a.etl');
  });

  it('is the first event of a file, stamped with the first tick', () => {
    const file = concatBytes([
      encodeBuffer({ body: logFileHeaderEvent(header, clock.t0), header: { savedOffset: 0 } }),
    ]);
    expect(walkEvents(file)).toMatchObject([{ key: '0000', headerType: 2, stamp: 500n }]);
  });
});
