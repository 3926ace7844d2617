/** The whole way from a path to decoded columns: buffers, events, decoder, and what went wrong on the way. */
import { TraceError } from '../../shared/errors.ts';
import type { Progress } from '../../shared/records.ts';
import { Decoder } from '../events/decoder.ts';
import { BUFFER_HEADER_SIZE, FLAG_BUFFER_LOST, FLAG_EVENTS_LOST } from './bufferHeader.ts';
import { BufferReader, type FileBuffer, type FileDamage } from './bufferReader.ts';
import { Clock } from './clock.ts';
import { EventCursor, walkEvents } from './eventWalk.ts';
import type { Loss } from '../lifetimes/lostStretches.ts';
import { readLogFileHeader, type LogFileHeader } from './logFileHeader.ts';
import { notAnEtl } from './sniff.ts';

export interface ReadOptions {
  /** what messages call the file; default its path */
  displayName?: string;
  chunkSize?: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** only the buffers that begin before this offset: the first part of a large file, to have something to show soon */
  firstBytes?: number;
  /** false: no stack is given to its event while the file is read (events/decoder.ts); for tests */
  matchesAtOnce?: boolean;
}

export interface ReadTrace {
  /** path, or the name to show instead */
  path: string;
  bytes: number;
  buffers: number;
  compressedBuffers: number;
  header: LogFileHeader;
  decoder: Decoder;
  damage: FileDamage[];
  /** buffers flagged "events lost" or "buffer lost" by the session */
  lossMarks: number;
  /** places where events are missing: those marks, and what is damaged */
  losses: Loss[];
  /** bytes that were appended to the file while it was read */
  grownBy: number;
}

/** How often progress is reported, milliseconds. */
const PROGRESS_INTERVAL = 100;

/** Reads a trace. Rejects with a TraceError where it is no ETL or reading is cancelled; damage inside it is returned. */
export async function readTrace(path: string, options: ReadOptions = {}): Promise<ReadTrace> {
  const damage: FileDamage[] = [];
  const losses: Loss[] = [];
  const progress = progressReporter(options);
  let decoder: Decoder | null = null;
  const name = options.displayName ?? path;
  const reader = await BufferReader.open(path, {
    name,
    chunkSize: options.chunkSize,
    signal: options.signal,
    onDamage: (entry) => {
      damage.push(entry);
      losses.push({ before: decoder?.runs.length ?? 0, processor: -1 });
    },
    onRead: (bytes) => {
      if (decoder !== null) decoder.soFar.share = bytes / Math.min(reader.fileSize, options.firstBytes ?? Infinity);
      progress(bytes, reader.fileSize, decoder?.events ?? 0);
    },
  });
  try {
    const cursor = new EventCursor();
    let header: LogFileHeader | null = null;
    let buffers = 0;
    let compressedBuffers = 0;
    let lossMarks = 0;
    let end = reader.fileSize;
    for await (const buffer of reader.buffers()) {
      if (buffers > 0 && buffer.fileOffset >= (options.firstBytes ?? Infinity)) {
        end = buffer.fileOffset;
        break;
      }
      buffers++;
      if (buffer.compressed) compressedBuffers++;
      if (buffer.header.flags & (FLAG_EVENTS_LOST | FLAG_BUFFER_LOST)) {
        lossMarks++;
        losses.push({ before: decoder?.runs.length ?? 0, processor: buffer.header.processor });
      }
      if (decoder === null) {
        const first = readFirstEvent(name, buffer, cursor);
        header = first.header;
        decoder = new Decoder(first.clock, cursor.guids.texts, header.pointerSize, options.matchesAtOnce);
      }
      const damaged = decodeBuffer(buffer, cursor, decoder);
      if (damaged === null) continue;
      damage.push(damaged);
      losses.push({ before: decoder.runs.length, processor: buffer.header.processor });
    }
    if (decoder === null || header === null) throw new TraceError('internal', `${name}: no buffer was read.`, name);
    if (decoder.stacks.waiting.size > 0) await readAgain(path, { name, fileSize: end }, cursor, decoder, options);
    const isWhole = end === reader.fileSize;
    const grownBy = isWhole ? Math.max(0, (await reader.currentSize()) - reader.fileSize) : 0;
    return {
      path: name,
      bytes: reader.fileSize,
      buffers,
      compressedBuffers,
      header,
      decoder,
      damage,
      lossMarks,
      losses,
      grownBy,
    };
  } finally {
    await reader.close();
  }
}

/**
 * Walks the events of the first `fileSize` bytes once more, for the stacks that wait. What is damaged is known from the first time; `cursor`
 * is that of the first walk.
 */
async function readAgain(
  path: string,
  { name, fileSize }: { name: string; fileSize: number },
  cursor: EventCursor,
  decoder: Decoder,
  options: ReadOptions,
): Promise<void> {
  const progress = progressReporter(options, 'sort');
  const reader = await BufferReader.open(path, {
    name,
    fileSize,
    chunkSize: options.chunkSize,
    signal: options.signal,
    onDamage: () => undefined,
    onRead: (bytes) => progress(bytes, fileSize, decoder.events),
  });
  try {
    for await (const { view, start, end, cut, header } of reader.buffers()) {
      decoder.beginBufferAgain(header.processor);
      walkEvents(view, start, start + BUFFER_HEADER_SIZE, end, cut, cursor, decoder.visitAgain);
    }
  } finally {
    await reader.close();
  }
  if (decoder.eventsAgain !== decoder.events) {
    throw new TraceError('io', `${name}: the file changed while it was read; open it again.`, name);
  }
}

/** Decodes a buffer's events; what is damaged in it, or null. */
function decodeBuffer(buffer: FileBuffer, cursor: EventCursor, decoder: Decoder): FileDamage | null {
  const { view, start, end, header, fileOffset, compressed } = buffer;
  decoder.beginBuffer(header.processor, fileOffset, compressed, start);
  const ended = walkEvents(
    view,
    start,
    start + BUFFER_HEADER_SIZE,
    end,
    buffer.cut,
    cursor,
    decoder.visit,
    decoder.referenceLane,
  );
  decoder.endBuffer();
  if (ended.kind !== 'damaged') return null;
  const inside = ended.at - start;
  return {
    offset: compressed ? fileOffset : fileOffset + inside,
    what: compressed ? `${ended.what}, ${inside} bytes into a compressed buffer` : ended.what,
    cutShort: false,
    bytesLost: end - ended.at,
  };
}

/** Reads the log-file header, which is the first event of the first buffer, and what times count from. */
function readFirstEvent(
  path: string,
  buffer: FileBuffer,
  cursor: EventCursor,
): { header: LogFileHeader; clock: Clock } {
  const { view, start, end } = buffer;
  let header: LogFileHeader | null = null;
  let low = 0;
  let high = 0;
  let seen = false;
  walkEvents(view, start, start + BUFFER_HEADER_SIZE, end, true, cursor, (event) => {
    if (seen) return;
    seen = true;
    low = event.timeLow;
    high = event.timeHigh;
    header = event.hook === 0 || event.guid >= 0 ? readLogFileHeader(view, event.payload, event.end) : null;
  });
  if (header === null) {
    const found = buffer.cut ? 'the file ends inside the log-file header' : 'no log-file header as the first event';
    throw notAnEtl(path, BUFFER_HEADER_SIZE, found);
  }
  return { header, clock: clockOf(header, low, high) };
}

/**
 * Clock 1: ticks of PerfFreq since the first event. Clock 2: stamps are FILETIMEs, counted from the start time.
 * Clock 3: CPU cycles, whose rate is the header's CPU speed in MHz (TRACE_LOGFILE_HEADER, CpuSpeedInMHz); PerfFreq
 * where the speed is missing.
 */
function clockOf(header: LogFileHeader, low: number, high: number): Clock {
  if (header.clockType === 2) {
    const hasStart = header.startTimeLow !== 0 || header.startTimeHigh !== 0;
    return hasStart
      ? new Clock(10_000_000, header.startTimeLow, header.startTimeHigh)
      : new Clock(10_000_000, low, high);
  }
  const cycles = header.clockType === 3 && header.cpuMHz > 0 ? header.cpuMHz * 1e6 : 0;
  const frequency = cycles || (header.perfFreq > 0 ? header.perfFreq : 10_000_000);
  return new Clock(frequency, low, high);
}

function progressReporter(
  options: ReadOptions,
  phase: Progress['phase'] = 'read',
): (bytes: number, total: number, events: number) => void {
  const { onProgress } = options;
  if (!onProgress) return () => undefined;
  let last = 0;
  return (bytes, total, events) => {
    const now = Date.now();
    if (now - last < PROGRESS_INTERVAL && bytes < total) return;
    last = now;
    onProgress({ phase, bytesDone: bytes, bytesTotal: total, events });
  };
}
