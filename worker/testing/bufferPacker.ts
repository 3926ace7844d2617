import { ByteWriter } from './byteWriter.ts';
import { BUFFER_FLAGS, BUFFER_HEADER_SIZE, type BufferHeader, encodeBuffer } from './etlWriter.ts';
import type { EventSpec } from './eventWriter.ts';
import { writeEvent } from './eventWriter.ts';

/** A buffer about to be written, for the decisions of {@link PackerOptions}. */
export interface BufferInfo {
  /** 0 = the first buffer after the header buffer, in file order */
  index: number;
  cpu: number;
  /** the last one of its processor */
  last: boolean;
}

export interface PackerOptions {
  /** bytes of a buffer before compression, header included */
  bufferSize: number;
  compress: (info: BufferInfo) => boolean;
  /** false: processor in the low byte only, flag 0x20 clear, as Windows 7 writes it */
  processorIndexFlag: boolean;
  /** changes to the header of a buffer, nothing where undefined */
  header: (info: BufferInfo) => Partial<BufferHeader> | undefined;
  /** the time stamp as it stands in the file, of ticks since the first event */
  stampOf: (ticks: number) => bigint;
}

/** Events of one processor that wait for their buffer. */
interface Queue {
  cpu: number;
  arena: ByteWriter;
  ticks: number[];
  start: number[];
  end: number[];
  /** order by time; next = the first one not yet packed */
  order: Uint32Array;
  next: number;
  /** the buffer being filled */
  body: ByteWriter;
  bodyLastTicks: number;
}

/**
 * Packs events into buffers as a session does: each processor fills its own, a full one goes to the file, so the buffers of the processors
 * are interleaved by the time at which they filled up, and time rises inside each. Events may be added in any order up to the next drain.
 */
export class BufferPacker {
  private readonly options: PackerOptions;
  private readonly queues = new Map<number, Queue>();
  private written = 0;
  private watermark = -Infinity;
  /** ticks of the latest event added */
  lastTicks = 0;
  /** events added */
  events = 0;

  constructor(options: PackerOptions) {
    this.options = options;
  }

  add(cpu: number, ticks: number, event: EventSpec): void {
    if (ticks < this.watermark) throw new RangeError('an event is earlier than what has been drained already');
    const queue = this.queueOf(cpu);
    const start = queue.arena.length;
    writeEvent(queue.arena, event);
    const length = queue.arena.length - start;
    if (length > this.options.bufferSize - BUFFER_HEADER_SIZE) {
      throw new RangeError(`an event of ${length} bytes does not fit into a buffer of ${this.options.bufferSize}`);
    }
    queue.ticks.push(ticks);
    queue.start.push(start);
    queue.end.push(queue.arena.length);
    this.events++;
    if (ticks > this.lastTicks) this.lastTicks = ticks;
  }

  /** Takes the earliest `count` events of a processor away, as packed bytes: for the header buffer. */
  takeFirst(cpu: number, count: number): Uint8Array {
    const queue = this.queueOf(cpu);
    sortQueue(queue);
    const out = new ByteWriter();
    for (; count > 0 && queue.next < queue.order.length; count--, queue.next++) {
      const i = queue.order[queue.next];
      out.bytes(queue.arena.peek(queue.start[i], queue.end[i]));
    }
    compact(queue);
    return out.toBytes();
  }

  /** Packs every event before `ticks`; the buffers that got full, in file order. */
  *drain(ticks: number): Generator<Uint8Array> {
    const queues = [...this.queues.values()].sort((a, b) => a.cpu - b.cpu);
    for (const queue of queues) sortQueue(queue);
    for (;;) {
      let first: Queue | null = null;
      let firstTicks = ticks;
      for (const queue of queues) {
        if (queue.next >= queue.order.length) continue;
        const at = queue.ticks[queue.order[queue.next]];
        if (at < firstTicks) {
          first = queue;
          firstTicks = at;
        }
      }
      if (first === null) break;
      const i = first.order[first.next++];
      const event = first.arena.peek(first.start[i], first.end[i]);
      if (first.body.length + event.length > this.options.bufferSize - BUFFER_HEADER_SIZE)
        yield this.flush(first, false);
      first.body.bytes(event);
      first.bodyLastTicks = firstTicks;
    }
    for (const queue of queues) compact(queue);
    this.watermark = Math.max(this.watermark, ticks);
  }

  /** Packs the rest and flushes what is not full. */
  *finish(): Generator<Uint8Array> {
    yield* this.drain(Infinity);
    for (const queue of [...this.queues.values()].sort((a, b) => a.cpu - b.cpu)) {
      if (queue.body.length > 0) yield this.flush(queue, true);
    }
  }

  private flush(queue: Queue, last: boolean): Uint8Array {
    const info: BufferInfo = { index: this.written++, cpu: queue.cpu, last };
    const compress = this.options.compress(info);
    const flags =
      (last ? BUFFER_FLAGS.flushMarker : 0) |
      (this.options.processorIndexFlag ? BUFFER_FLAGS.processorIndex : 0) |
      (compress ? BUFFER_FLAGS.compressed : 0);
    const overrides = this.options.header(info) ?? {};
    const bytes = encodeBuffer({
      body: queue.body.toBytes(),
      capacity: this.options.bufferSize,
      compress,
      header: {
        timeStamp: this.options.stampOf(queue.bodyLastTicks),
        sequenceNumber: BigInt(info.index + 1),
        processor: this.options.processorIndexFlag ? queue.cpu : 0x0800 | queue.cpu,
        ...overrides,
        flags: overrides.flags ?? flags,
      },
    });
    queue.body.clear();
    return bytes;
  }

  private queueOf(cpu: number): Queue {
    let queue = this.queues.get(cpu);
    if (queue === undefined) {
      queue = {
        cpu,
        arena: new ByteWriter(4096),
        ticks: [],
        start: [],
        end: [],
        order: new Uint32Array(0),
        next: 0,
        body: new ByteWriter(this.options.bufferSize),
        bodyLastTicks: 0,
      };
      this.queues.set(cpu, queue);
    }
    return queue;
  }
}

function sortQueue(queue: Queue): void {
  const { ticks } = queue;
  const order = Uint32Array.from(ticks.keys());
  let sorted = true;
  for (let i = 1; i < ticks.length && sorted; i++) sorted = ticks[i - 1] <= ticks[i];
  if (!sorted) order.sort((a, b) => ticks[a] - ticks[b] || a - b);
  queue.order = order;
  queue.next = 0;
}

/** Keeps only what is not packed yet. */
function compact(queue: Queue): void {
  const arena = new ByteWriter(4096);
  const ticks: number[] = [];
  const start: number[] = [];
  const end: number[] = [];
  for (let n = queue.next; n < queue.order.length; n++) {
    const i = queue.order[n];
    start.push(arena.length);
    arena.bytes(queue.arena.peek(queue.start[i], queue.end[i]));
    end.push(arena.length);
    ticks.push(queue.ticks[i]);
  }
  Object.assign(queue, { arena, ticks, start, end, order: new Uint32Array(0), next: 0 });
}
