/**
 * Writes large traces fast: events go straight into the buffers of their processors, a full buffer goes to the file, several to a write.
 * Only what the benches need; `worker/testing/traceBuilder.ts` writes everything.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  BUFFER_FLAGS,
  BUFFER_HEADER_SIZE,
  BUFFER_TYPES,
  defaultLogFileHeader,
  encodeBuffer,
  logFileHeaderEvent,
  writeBufferHeader,
} from '../../worker/testing/etlWriter.ts';
import { ByteWriter } from '../../worker/testing/byteWriter.ts';
import { filetimeOf, TraceClock } from '../../worker/testing/traceClock.ts';

const BUFFER_SIZE = 65536;
const BUFFERS_A_WRITE = 64;
/** header types of etl-format.md, section 2, for 64-bit pointers */
const SYSTEM64 = 0x02;
const PERF_INFO64 = 0x11;
const EVENT64 = 0x13;
const KERNEL_EVENT = 0xc0;

interface Stream {
  view: DataView;
  bytes: Uint8Array;
  length: number;
}

export class RawTrace {
  /** events written, the log-file header included */
  events = 1;
  bytes = 0;
  /** the processor that the next events are written for */
  cpu = 0;
  /** time of the next events, ticks of 100 ns since the first one; must not fall */
  ticks = 0;
  /** payload of the event that was begun: position in {@link view} */
  at = 0;
  view: DataView;
  private readonly file: number;
  private readonly streams: Stream[];
  private readonly clock = new TraceClock({
    kind: 'qpc',
    frequency: 10_000_000,
    t0: 5_000_000_000_000n,
    startTimeFiletime: filetimeOf(new Date('2026-01-01T08:00:00Z')),
  });
  private readonly base = Number(this.clock.t0);
  private readonly pending = new Uint8Array(BUFFER_SIZE * BUFFERS_A_WRITE);
  private pendingLength = 0;
  private sequence = 0;

  constructor(path: string, cpus: number) {
    this.file = openSync(path, 'w');
    this.streams = Array.from({ length: cpus }, () => {
      const bytes = new Uint8Array(BUFFER_SIZE);
      return { bytes, view: new DataView(bytes.buffer), length: BUFFER_HEADER_SIZE };
    });
    this.view = this.streams[0].view;
    const header = { ...defaultLogFileHeader(this.clock), processors: cpus, bufferSize: BUFFER_SIZE };
    this.append(
      encodeBuffer({
        body: logFileHeaderEvent(header, this.clock.t0),
        capacity: BUFFER_SIZE,
        header: { type: BUFFER_TYPES.header },
      }),
    );
  }

  /** Begins an event with the thread in its header; its payload is to be written at `at`. */
  system(hook: number, version: number, pid: number, tid: number, payload: number): void {
    const at = this.begin(32 + payload);
    const { view } = this;
    view.setUint32(at, version | (SYSTEM64 << 16) | (KERNEL_EVENT << 24), true);
    view.setUint32(at + 4, (32 + payload) | (hook << 16), true);
    view.setUint32(at + 8, tid, true);
    view.setUint32(at + 12, pid, true);
    this.stamp(at + 16, this.ticks);
    view.setUint32(at + 24, 0, true);
    view.setUint32(at + 28, 0, true);
    this.at = at + 32;
  }

  /** Begins an event whose header names no thread. */
  perfInfo(hook: number, version: number, payload: number): void {
    const at = this.begin(16 + payload);
    const { view } = this;
    view.setUint32(at, version | (PERF_INFO64 << 16) | (KERNEL_EVENT << 24), true);
    view.setUint32(at + 4, (16 + payload) | (hook << 16), true);
    this.stamp(at + 8, this.ticks);
    this.at = at + 16;
  }

  /** Begins an event of a provider of applications. */
  provider(guid: number, opcode: number, pid: number, tid: number, payload: number): void {
    const at = this.begin(80 + payload);
    const { view } = this;
    new Uint8Array(view.buffer, at, 80).fill(0);
    view.setUint32(at, (80 + payload) | (EVENT64 << 16) | (KERNEL_EVENT << 24), true);
    view.setUint32(at + 8, tid, true);
    view.setUint32(at + 12, pid, true);
    this.stamp(at + 16, this.ticks);
    view.setUint32(at + 24, guid, true);
    view.setUint8(at + 45, opcode);
    this.at = at + 80;
  }

  u16(value: number): this {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
    return this;
  }

  u32(value: number): this {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
    return this;
  }

  /** A kernel pointer: `low` in the upper half of the address space. */
  kernelPointer(low: number): this {
    return this.u32(low).u32(0xffffa000);
  }

  /** The time stamp of an event, in a payload. */
  time(ticks: number): this {
    this.stamp(this.at, ticks);
    this.at += 8;
    return this;
  }

  text(text: string): this {
    for (let unit = 0; unit < text.length; unit++) this.u16(text.charCodeAt(unit));
    return this.u16(0);
  }

  ansi(text: string): this {
    for (let unit = 0; unit < text.length; unit++) this.view.setUint8(this.at++, text.charCodeAt(unit));
    this.view.setUint8(this.at++, 0);
    return this;
  }

  end(): void {
    this.streams.forEach((stream, cpu) => {
      if (stream.length > BUFFER_HEADER_SIZE) this.flush(cpu, stream);
    });
    this.write();
    closeSync(this.file);
  }

  private stamp(at: number, ticks: number): void {
    const stamp = this.base + ticks;
    this.view.setUint32(at, stamp % 4294967296, true);
    this.view.setUint32(at + 4, Math.floor(stamp / 4294967296), true);
  }

  private begin(size: number): number {
    const stream = this.streams[this.cpu];
    if (stream.length + size > BUFFER_SIZE) this.flush(this.cpu, stream);
    const at = stream.length;
    stream.length = Math.min((at + size + 7) & ~7, BUFFER_SIZE);
    this.view = stream.view;
    this.events++;
    return at;
  }

  private flush(cpu: number, stream: Stream): void {
    const header = new ByteWriter(BUFFER_HEADER_SIZE);
    writeBufferHeader(header, {
      bufferSize: BUFFER_SIZE,
      savedOffset: stream.length,
      currentOffset: stream.length,
      referenceCount: 0,
      timeStamp: 0n,
      sequenceNumber: BigInt(++this.sequence),
      clock: 0n,
      processor: cpu,
      loggerId: 0,
      state: 3,
      offset: stream.length,
      flags: BUFFER_FLAGS.processorIndex,
      type: BUFFER_TYPES.generic,
      rest: new Uint8Array(16),
    });
    stream.bytes.set(header.toBytes());
    stream.bytes.fill(0xff, stream.length);
    this.append(stream.bytes);
    stream.length = BUFFER_HEADER_SIZE;
  }

  private append(buffer: Uint8Array): void {
    this.pending.set(buffer, this.pendingLength);
    this.pendingLength += buffer.length;
    this.bytes += buffer.length;
    if (this.pendingLength === this.pending.length) this.write();
  }

  private write(): void {
    for (let done = 0; done < this.pendingLength;) {
      done += writeSync(this.file, this.pending, done, this.pendingLength - done);
    }
    this.pendingLength = 0;
  }
}
