import { ByteWriter } from './byteWriter.ts';
import { encodeEvent, type EventSpec, type PointerSize, writeEvent } from './eventWriter.ts';
import { CLOCK_TYPES, type TraceClock } from './traceClock.ts';
import { compressXpress } from './xpress.ts';

export * from './eventWriter.ts';

/** Bytes of a buffer's header (etl-format.md, section 1). */
export const BUFFER_HEADER_SIZE = 72;

export const BUFFER_FLAGS = {
  flushMarker: 1,
  eventsLost: 2,
  bufferLost: 4,
  processorIndex: 0x20,
  compressed: 0x40,
} as const;

export const BUFFER_TYPES = {
  generic: 0,
  rundown: 1,
  contextSwap: 2,
  referenceTime: 3,
  header: 4,
  batched: 5,
  empty: 6,
  debugInfo: 7,
} as const;

/** Mode bit of the log-file header: the file holds compressed buffers. */
export const MODE_COMPRESSED = 0x04000000;
/** State (low 16 bits) of a file whose compressed buffers are XPRESS plain LZ77. */
export const FORMAT_XPRESS = 3;
export const HOOK_LOG_FILE_HEADER = 0x0000;

/** Every field of the 72 bytes. */
export interface BufferHeader {
  bufferSize: number;
  savedOffset: number;
  currentOffset: number;
  referenceCount: number;
  /** of the flush */
  timeStamp: bigint;
  sequenceNumber: bigint;
  /** clock type in the low 3 bits, frequency in the other 61; real files hold 0 or rubbish */
  clock: bigint;
  /** the whole u16: without the flag 0x20 only the low byte is the processor */
  processor: number;
  loggerId: number;
  state: number;
  offset: number;
  flags: number;
  type: number;
  rest: Uint8Array;
}

export function writeBufferHeader(out: ByteWriter, header: BufferHeader): void {
  out.u32(header.bufferSize).u32(header.savedOffset).u32(header.currentOffset).i32(header.referenceCount);
  out.u64(header.timeStamp).u64(header.sequenceNumber).u64(header.clock);
  out.u16(header.processor).u16(header.loggerId).u32(header.state).u32(header.offset);
  out.u16(header.flags).u16(header.type);
  if (header.rest.length !== 16) throw new RangeError('the rest of a buffer header has 16 bytes');
  out.bytes(header.rest);
}

export interface BufferSpec {
  /** the events, each padded to 8: {@link packEvents} */
  body: Uint8Array;
  /**
   * bytes that the buffer takes in the file where it is not compressed; what the events leave free is filled with 0xFF.
   * Default: as many as the events need. Ignored by compressed buffers, which take what they take.
   */
  capacity?: number;
  compress?: boolean;
  /** overrides of the header's fields, to be believed or not */
  header?: Partial<BufferHeader>;
}

/**
 * One buffer. Compressed: BufferSize is the size in the file, SavedOffset and Offset the end after decompression, flag 0x40 set.
 * State is 3 (XPRESS) unless overridden, as real files have it in compressed and plain buffers alike.
 */
export function encodeBuffer(spec: BufferSpec): Uint8Array {
  const compress = spec.compress ?? false;
  const stored = compress ? compressXpress(spec.body) : spec.body;
  const end = BUFFER_HEADER_SIZE + spec.body.length;
  const bufferSize = compress ? BUFFER_HEADER_SIZE + stored.length : Math.max(spec.capacity ?? 0, end);
  const out = new ByteWriter(bufferSize);
  const header: BufferHeader = {
    bufferSize,
    savedOffset: end,
    currentOffset: end,
    referenceCount: 0,
    timeStamp: 0n,
    sequenceNumber: 0n,
    clock: 0n,
    processor: 0,
    loggerId: 0,
    state: FORMAT_XPRESS,
    offset: end,
    flags: BUFFER_FLAGS.processorIndex,
    type: BUFFER_TYPES.generic,
    rest: new Uint8Array(16),
    ...spec.header,
  };
  if (compress && spec.header?.flags === undefined) header.flags |= BUFFER_FLAGS.compressed;
  writeBufferHeader(out, header);
  out.bytes(stored);
  if (out.length < bufferSize) out.fill(0xff, bufferSize - out.length);
  return out.toBytes();
}

/** Events one after the other, each padded to 8. */
export function packEvents(events: Iterable<EventSpec | Uint8Array>): Uint8Array {
  const out = new ByteWriter();
  for (const event of events) {
    if (event instanceof Uint8Array) out.align(8).bytes(event).align(8);
    else writeEvent(out, event);
  }
  return out.toBytes();
}

/** The fields of the first event (etl-format.md, section 3). */
export interface LogFileHeader {
  bufferSize: number;
  majorVersion: number;
  minorVersion: number;
  subVersion: number;
  subMinorVersion: number;
  osBuild: number;
  processors: number;
  endTimeFiletime: bigint;
  /** in 100 ns */
  timerResolution: number;
  /** MB */
  maxFileSize: number;
  mode: number;
  buffersWritten: number;
  startBuffers: number;
  /** of the machine */
  pointerSize: PointerSize;
  eventsLost: number;
  cpuMHz: number;
  /** UTC = local time + bias */
  timeZoneBiasMinutes: number;
  standardName: string;
  standardBiasMinutes: number;
  daylightName: string;
  daylightBiasMinutes: number;
  bootTimeFiletime: bigint;
  perfFreq: bigint;
  startTimeFiletime: bigint;
  /** 1 QPC, 2 system time, 3 CPU cycles */
  clockType: number;
  buffersLost: number;
  sessionName: string;
  logFileName: string;
}

/** A header for the clock: start, frequency and clock type from it, everything else as an ordinary Windows 11 machine writes it. */
export function defaultLogFileHeader(clock: TraceClock): LogFileHeader {
  return {
    bufferSize: 65536,
    majorVersion: 10,
    minorVersion: 0,
    subVersion: 1,
    subMinorVersion: 5,
    osBuild: 22631,
    processors: 4,
    endTimeFiletime: clock.startTimeFiletime,
    timerResolution: 156250,
    maxFileSize: 0,
    mode: 0x00010001,
    buffersWritten: 0,
    startBuffers: 1,
    pointerSize: 8,
    eventsLost: 0,
    cpuMHz: 3000,
    timeZoneBiasMinutes: 0,
    standardName: '@tzres.dll,-322',
    standardBiasMinutes: 0,
    daylightName: '@tzres.dll,-321',
    daylightBiasMinutes: 0,
    bootTimeFiletime: clock.startTimeFiletime - (clock.t0 * 10_000_000n) / clock.frequency,
    perfFreq: clock.frequency,
    startTimeFiletime: clock.startTimeFiletime,
    clockType: CLOCK_TYPES[clock.kind],
    buffersLost: 0,
    sessionName: 'NT Kernel Logger',
    logFileName: 'C:\\temp\\trace.etl',
  };
}

/** TIME_ZONE_INFORMATION's name: 32 characters, padded with zeros. */
function writeZoneName(out: ByteWriter, name: string): void {
  const start = out.length;
  out.utf16z(name.slice(0, 31));
  out.zeros(64 - (out.length - start));
}

export function logFileHeaderPayload(header: LogFileHeader): Uint8Array {
  const out = new ByteWriter(512);
  out.u32(header.bufferSize);
  out.u8(header.majorVersion).u8(header.minorVersion).u8(header.subVersion).u8(header.subMinorVersion);
  out.u32(header.osBuild).u32(header.processors).u64(header.endTimeFiletime);
  out.u32(header.timerResolution).u32(header.maxFileSize).u32(header.mode).u32(header.buffersWritten);
  out.u32(header.startBuffers).u32(header.pointerSize).u32(header.eventsLost).u32(header.cpuMHz);
  out.pointer(0n, header.pointerSize).pointer(0n, header.pointerSize);
  out.i32(header.timeZoneBiasMinutes);
  writeZoneName(out, header.standardName);
  out.zeros(16).i32(header.standardBiasMinutes);
  writeZoneName(out, header.daylightName);
  out.zeros(16).i32(header.daylightBiasMinutes);
  out.align(8);
  out.u64(header.bootTimeFiletime).u64(header.perfFreq).u64(header.startTimeFiletime);
  out.u32(header.clockType).u32(header.buffersLost);
  out.utf16z(header.sessionName).utf16z(header.logFileName);
  return out.toBytes();
}

/** The log-file header as an event: a System header of the machine's pointer size, stamped with the clock's first tick. */
export function logFileHeaderEvent(header: LogFileHeader, stamp: bigint, pid = 3728, tid = 3780): Uint8Array {
  return encodeEvent({
    style: 'system',
    pointerSize: header.pointerSize,
    hook: HOOK_LOG_FILE_HEADER,
    version: 2,
    stamp,
    pid,
    tid,
    payload: logFileHeaderPayload(header),
  });
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
