import type { BufferInfo } from './bufferPacker.ts';
import type { BufferHeader, LogFileHeader } from './etlWriter.ts';
import type { ExtendedItem, HeaderStyle, PointerSize } from './eventWriter.ts';
import type { ClockKind, Ns } from './traceClock.ts';

/** What the methods of the trace builder take. */

/** A header style, or one with a pointer size that is not the trace's: 'system32' on a 64-bit trace. */
export type HeaderChoice = HeaderStyle | `${HeaderStyle}32` | `${HeaderStyle}64`;

/** Frames leaf first; in two parts they become two stack events. */
export type Stack = readonly bigint[] | { kernel?: readonly bigint[]; user?: readonly bigint[] };

export interface TraceOptions {
  /** of the machine and, unless an event says otherwise, of every event; default 8 */
  pointerSize?: PointerSize;
  /** default 'qpc' */
  clock?: ClockKind;
  /** ticks a second of 'qpc'; default 10,000,000 */
  perfFreq?: number;
  /** 'cpuCycles' ticks a second / 1e6; default 3000 */
  cpuMHz?: number;
  /** time stamp of the first event ('qpc' and 'cpuCycles'); default eight hours after the boot */
  t0?: bigint;
  /** XPRESS for all buffers, or for those chosen; the header buffer stays plain. Default false */
  compress?: boolean | ((info: BufferInfo) => boolean);
  /** default 'system' */
  headerStyle?: HeaderChoice;
  /** of stack events; default 'perfInfo' where headerStyle is a kernel header, else headerStyle */
  stackHeader?: HeaderChoice;
  /** as the log-file header says; default 4. Events may name any processor */
  processors?: number;
  /** bytes, header included; default 65536. Small ones hit every boundary */
  bufferSize?: number;
  /** FILETIME of ns 0; default 2024-05-10T10:46:34Z */
  startTimeFiletime?: bigint;
  /** default: the time of the last event */
  endTimeFiletime?: bigint;
  eventsLost?: number;
  buffersLost?: number;
  timeZoneBiasMinutes?: number;
  sessionName?: string;
  logFileName?: string;
  osBuild?: number;
  /** any field of the log-file header, over everything else */
  logFileHeader?: Partial<LogFileHeader>;
  /** changes to the buffer headers after the first one */
  bufferHeader?: (info: BufferInfo) => Partial<BufferHeader> | undefined;
  /** changes to the first buffer's header: its SavedOffset can be 0 or too small in real files */
  firstBufferHeader?: Partial<BufferHeader>;
  /** so many of processor 0's events stand in the first buffer, after the log-file header; default 0 */
  eventsInFirstBuffer?: number;
  /** false writes the processor into the low byte only (0x08nn, as Windows 7 does); default true */
  processorIndexFlag?: boolean;
  /** stacks by key references (1825/1826) defined at the end (KeyRundown 1824) instead of plain ones (1820) */
  stackKeys?: boolean;
  /** with stackKeys: so many keys are alive at once; for one more an old one is deleted (1823) and reused. Default: no limit */
  stackKeyCapacity?: number;
  /** pid and tid in the headers of rundown events, which mean nothing (the recording program) */
  rundownPid?: number;
  rundownTid?: number;
}

/** What every event method takes. */
export interface At {
  /** since the start of the trace */
  ns: Ns;
  /** ticks of the clock since the first event, instead of `ns`: for clocks whose tick is no whole number of ns */
  tick?: bigint;
  /** default 0 */
  cpu?: number;
  header?: HeaderChoice;
  /** of the event; the default is the version that real files have */
  version?: number;
  stack?: Stack;
  /** time of the stack's own record, default 500 ns after the event */
  stackNs?: Ns;
  /** where kernel and user part are two records: time (default as stackNs) and processor (default as the event) of the user part */
  userStackNs?: Ns;
  userStackCpu?: number;
  /** perfInfo headers only */
  pebs?: bigint;
  counters?: readonly bigint[];
  /** 'event' headers only: extended items before the payload */
  extended?: readonly ExtendedItem[];
  /** 'event' headers only: the frames as an extended item (type 5 or 6) */
  extendedStack?: readonly bigint[];
}

/** Events with their process and thread in the header; left away: 0xFFFFFFFF, which names nobody. */
export interface AtThread extends At {
  pid?: number;
  tid?: number;
}

export interface ProcessEvent extends At {
  pid: number;
  parentPid?: number;
  name?: string;
  commandLine?: string;
  sessionId?: number;
  exitStatus?: number;
  uniqueKey?: bigint;
  directoryTableBase?: bigint;
  flags?: number;
  /** sub-authorities of S-1-5-…; null = none; default LocalSystem */
  sid?: readonly number[] | null;
  packageName?: string;
  applicationId?: string;
  /** header: who created it (default the parent and no thread); for an end its last thread */
  byPid?: number;
  byTid?: number;
}

export interface ThreadEvent extends At {
  pid: number;
  tid: number;
  startAddress?: bigint;
  /** header; default: the thread's own process, no thread */
  byPid?: number;
  byTid?: number;
}

export interface ImageEvent extends At {
  kind: 'load' | 'unload' | 'dcStart' | 'dcEnd';
  pid: number;
  tid?: number;
  base: bigint;
  size: number | bigint;
  file: string;
  timeStamp?: number;
  checksum?: number;
}

export interface HandleEvent extends AtThread {
  object: bigint;
  handle: number;
  type: number;
  /** of the object; null writes a payload without the two bytes of an empty name */
  name?: string | null;
}

export interface DuplicateEvent extends AtThread {
  object: bigint;
  sourceHandle: number;
  targetHandle: number;
  targetPid: number;
  /** default: the event's process; null writes the older payload without it */
  sourcePid?: number | null;
  type: number;
}

export interface HandleDCEvent extends At {
  object: bigint;
  /** the owner: in the payload, never in the header */
  pid: number;
  handle: number;
  type: number;
  name?: string;
}

export interface ObjectEvent extends AtThread {
  object: bigint;
  type: number;
}

export interface ReferenceEvent extends AtThread {
  object: bigint;
  /** four characters, default 'Dflt' */
  tag?: string;
  /** default 1 */
  count?: number;
}

export interface MapFileEvent extends AtThread {
  pid: number;
  base: bigint;
  fileKey: bigint;
  size: number | bigint;
  offset?: number | bigint;
  miscInfo?: bigint;
}

export interface RawEvent extends AtThread {
  /** one of hook and guid; a hook under a Full, Instance or Event header becomes its task's GUID */
  hook?: number;
  guid?: string;
  opcode?: number;
  payload?: Uint8Array;
  /** descriptor of an 'event' header */
  id?: number;
  task?: number;
  channel?: number;
  level?: number;
  keyword?: bigint;
  activity?: string;
}
