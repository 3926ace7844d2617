import { BufferPacker, type BufferInfo } from './bufferPacker.ts';
import { ByteWriter } from './byteWriter.ts';
import {
  type BufferHeader,
  BUFFER_FLAGS,
  BUFFER_TYPES,
  concatBytes,
  defaultLogFileHeader,
  encodeBuffer,
  type ExtendedItem,
  type HeaderStyle,
  type LogFileHeader,
  logFileHeaderEvent,
  MODE_COMPRESSED,
  NO_ID,
  type PointerSize,
  stackItem,
} from './etlWriter.ts';
import { guidOfHook, HOOKS, IMAGE_ID, TASK_GUIDS, VOLUME_MAPPING } from './eventTable.ts';
import type { EventSpec } from './eventWriter.ts';
import * as payloads from './payloads.ts';
import { StackKeys } from './stackKeys.ts';
import { type ClockKind, type Ns, TraceClock } from './traceClock.ts';

export type { HeaderStyle, PointerSize } from './etlWriter.ts';
export { ms, type Ns, us } from './traceClock.ts';

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

/** Where rundown events and definitions without a time of their own go. */
interface AtEnd {
  (ns: Ns): void;
}

const DEFAULT_START = 133_598_115_940_000_000n;
const STACK_DELAY_NS = 500n;
const END_DELAY_NS = 1000n;

/**
 * Builds an .etl file from what happened, in any order: events are sorted into the buffers of their processors. Every method returns the
 * builder. `toBytes` ends it; `chunks` is the same buffer by buffer, and `drain` lets a huge file be written without holding it.
 *
 *     new TraceBuilder({ stackKeys: true })
 *       .processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'a.exe' })
 *       .handleCreate({ ns: ms(2), pid: 100, tid: 104, object: 0xffff8000_00001000n, handle: 0x40, type: 16, stack: [0xfffff800_00001234n] })
 *       .toBytes();
 */
export class TraceBuilder {
  readonly clock: TraceClock;
  readonly pointerSize: PointerSize;
  /** Events written so far by the keys of `info --format json`: hook as four hex digits, or GUID/opcode; the log-file header counted. */
  readonly counts = new Map<string, number>([['0000', 1]]);

  private readonly options: TraceOptions;
  private readonly headerStyle: HeaderChoice;
  private readonly stackHeader: HeaderChoice;
  private readonly rundownIds: { pid: number; tid: number };
  private readonly packer: BufferPacker;
  private readonly keys: StackKeys;
  private readonly bufferSize: number;
  private readonly scratch = new ByteWriter(1024);
  private pendingKeys: PendingKey[] = [];
  private atEnd: AtEnd[] = [];
  private latestNs = 0n;
  private headerWritten = false;

  constructor(options: TraceOptions = {}) {
    this.options = options;
    const kind = options.clock ?? 'qpc';
    const frequency = kind === 'cpuCycles' ? (options.cpuMHz ?? 3000) * 1_000_000 : (options.perfFreq ?? 10_000_000);
    this.clock = new TraceClock({
      kind,
      frequency,
      t0: options.t0 ?? BigInt(frequency) * 28_800n + 123_457n,
      startTimeFiletime: options.startTimeFiletime ?? DEFAULT_START,
    });
    this.pointerSize = options.pointerSize ?? 8;
    this.headerStyle = options.headerStyle ?? 'system';
    this.stackHeader = options.stackHeader ?? (isKernelStyle(this.headerStyle) ? 'perfInfo' : this.headerStyle);
    this.rundownIds = { pid: options.rundownPid ?? 11732, tid: options.rundownTid ?? 11736 };
    this.bufferSize = options.bufferSize ?? 65536;
    this.keys = new StackKeys(options.stackKeyCapacity ?? Infinity);
    const compress = options.compress ?? false;
    this.packer = new BufferPacker({
      bufferSize: this.bufferSize,
      compress: typeof compress === 'function' ? compress : () => compress,
      processorIndexFlag: options.processorIndexFlag ?? true,
      header: options.bufferHeader ?? (() => undefined),
      stampOf: (ticks) => this.clock.t0 + BigInt(ticks),
    });
  }

  /** Events added, the log-file header included; stack keys count when they are written. */
  get eventCount(): number {
    let sum = 0;
    for (const count of this.counts.values()) sum += count;
    return sum;
  }

  /** TypeDCStart or TypeDCEnd; without `ns` a start stands at 0 and an end after everything else. */
  typeName(type: number, name: string, at: Partial<At> & { dc?: 'start' | 'end' } = {}): this {
    const dc = at.dc ?? 'end';
    const write = (ns: Ns): void => {
      this.emit(dc === 'start' ? HOOKS.typeDCStart : HOOKS.typeDCEnd, 2, { ...at, ns }, this.rundownIds, (out) =>
        payloads.writeTypeName(out, type, name),
      );
    };
    if (at.ns !== undefined) write(at.ns);
    else if (dc === 'start') write(0);
    else this.atEnd.push(write);
    return this;
  }

  processStart(e: ProcessEvent): this {
    return this.process(HOOKS.processStart, e, { pid: e.byPid ?? e.parentPid ?? NO_ID, tid: e.byTid });
  }

  processEnd(e: ProcessEvent): this {
    return this.process(HOOKS.processEnd, e, { pid: e.byPid ?? e.pid, tid: e.byTid });
  }

  processDCStart(e: ProcessEvent): this {
    return this.process(HOOKS.processDCStart, e, this.rundownIds);
  }

  processDCEnd(e: ProcessEvent): this {
    return this.process(HOOKS.processDCEnd, e, this.rundownIds);
  }

  processTerminate(e: At & { pid: number; byPid?: number; byTid?: number }): this {
    return this.emit(HOOKS.processTerminate, 2, e, { pid: e.byPid ?? e.pid, tid: e.byTid }, (out) => out.u32(e.pid));
  }

  threadStart(e: ThreadEvent): this {
    return this.thread(HOOKS.threadStart, e, { pid: e.byPid ?? e.pid, tid: e.byTid });
  }

  threadEnd(e: ThreadEvent): this {
    return this.thread(HOOKS.threadEnd, e, { pid: e.byPid ?? e.pid, tid: e.byTid ?? e.tid });
  }

  threadDCStart(e: ThreadEvent): this {
    return this.thread(HOOKS.threadDCStart, e, this.rundownIds);
  }

  threadDCEnd(e: ThreadEvent): this {
    return this.thread(HOOKS.threadDCEnd, e, this.rundownIds);
  }

  /** The header names no one: what runs on a processor is in the payload. */
  cswitch(e: At & { newTid: number; oldTid: number }): this {
    return this.emit(HOOKS.cswitch, 4, e, {}, (out) => payloads.writeCSwitch(out, e));
  }

  image(e: ImageEvent): this {
    const hook = {
      load: HOOKS.imageLoad,
      unload: HOOKS.imageUnload,
      dcStart: HOOKS.imageDCStart,
      dcEnd: HOOKS.imageDCEnd,
    }[e.kind];
    const rundown = e.kind === 'dcStart' || e.kind === 'dcEnd';
    return this.emit(hook, 3, e, rundown ? this.rundownIds : { pid: e.pid, tid: e.tid }, (out, p) =>
      payloads.writeImage(out, p, {
        base: e.base,
        size: BigInt(e.size),
        pid: e.pid,
        checksum: e.checksum ?? 0,
        timeStamp: e.timeStamp ?? 0,
        file: e.file,
      }),
    );
  }

  /** ImageID Info. */
  imageId(e: At & Omit<payloads.ImageIdInfo, 'size'> & { size: number | bigint }): this {
    return this.emitGuid(TASK_GUIDS.imageId, IMAGE_ID.info, 2, e, this.imageIdIds, (out, p) =>
      payloads.writeImageIdInfo(out, p, { ...e, size: BigInt(e.size) }),
    );
  }

  /** ImageID DbgID_RSDS; `native` for the native image of managed code (opcode 37). */
  imageDbgId(e: At & payloads.ImageIdDbgId & { native?: boolean }): this {
    const opcode = e.native ? IMAGE_ID.dbgIdNative : IMAGE_ID.dbgId;
    return this.emitGuid(TASK_GUIDS.imageId, opcode, 2, e, this.imageIdIds, (out, p) => payloads.writeImageIdDbgId(out, p, e));
  }

  imageFileVersion(e: At & Pick<payloads.ImageIdFileVersion, 'size' | 'timeStamp' | 'originalName'> & Partial<payloads.ImageIdFileVersion>): this {
    return this.emitGuid(TASK_GUIDS.imageId, IMAGE_ID.fileVersion, 0, e, this.imageIdIds, (out) =>
      payloads.writeImageIdFileVersion(out, {
        description: '',
        fileVersion: '',
        binaryVersion: '',
        language: '1033',
        productName: '',
        companyName: '',
        productVersion: '',
        fileId: '',
        programId: '',
        ...e,
      }),
    );
  }

  /** `\Device\HarddiskVolume3\` is `C:\`; without `ns` after everything else. */
  volumeMapping(nt: string, dos: string, at: Partial<At> = {}): this {
    const write = (ns: Ns): void => {
      this.emitGuid(TASK_GUIDS.systemConfigEx, VOLUME_MAPPING, 0, { ...at, ns }, { pid: 0, tid: 0 }, (out) =>
        payloads.writeVolumeMapping(out, { nt, dos }),
      );
    };
    if (at.ns === undefined) this.atEnd.push(write);
    else write(at.ns);
    return this;
  }

  handleCreate(e: HandleEvent): this {
    return this.emit(HOOKS.createHandle, 2, e, e, (out, p) => payloads.writeHandle(out, p, e));
  }

  handleClose(e: HandleEvent): this {
    return this.emit(HOOKS.closeHandle, 2, e, e, (out, p) => payloads.writeHandle(out, p, e));
  }

  handleDuplicate(e: DuplicateEvent): this {
    const sourcePid = e.sourcePid === undefined ? (e.pid ?? NO_ID) : e.sourcePid;
    return this.emit(HOOKS.duplicateHandle, 2, e, e, (out, p) => payloads.writeDuplicate(out, p, { ...e, sourcePid }));
  }

  handleDCStart(e: HandleDCEvent): this {
    return this.emit(HOOKS.handleDCStart, 2, e, this.rundownIds, (out, p) => payloads.writeHandleDC(out, p, e));
  }

  handleDCEnd(e: HandleDCEvent): this {
    return this.emit(HOOKS.handleDCEnd, 2, e, this.rundownIds, (out, p) => payloads.writeHandleDC(out, p, e));
  }

  objectCreate(e: ObjectEvent): this {
    return this.emit(HOOKS.createObject, 2, e, e, (out, p) => payloads.writeObject(out, p, e));
  }

  objectDelete(e: ObjectEvent): this {
    return this.emit(HOOKS.deleteObject, 2, e, e, (out, p) => payloads.writeObject(out, p, e));
  }

  reference(e: ReferenceEvent): this {
    return this.referenceChange(HOOKS.referenceObject, e);
  }

  dereference(e: ReferenceEvent): this {
    return this.referenceChange(HOOKS.dereferenceObject, e);
  }

  mapFile(e: MapFileEvent): this {
    return this.mapping(HOOKS.mapFile, e, e);
  }

  unmapFile(e: MapFileEvent): this {
    return this.mapping(HOOKS.unmapFile, e, e);
  }

  mapFileDCStart(e: MapFileEvent): this {
    return this.mapping(HOOKS.mapFileDCStart, e, this.rundownIds);
  }

  mapFileDCEnd(e: MapFileEvent): this {
    return this.mapping(HOOKS.mapFileDCEnd, e, this.rundownIds);
  }

  fileName(e: AtThread & { opcode: 'name' | 'create' | 'delete' | 'rundown'; key: bigint; name: string }): this {
    const hook = {
      name: HOOKS.fileName,
      create: HOOKS.fileCreate,
      delete: HOOKS.fileDelete,
      rundown: HOOKS.fileRundown,
    }[e.opcode];
    return this.emit(hook, 2, e, e, (out, p) => payloads.writeFileName(out, p, e));
  }

  /** A plain stack event. `ns` is the time of its own record, `eventNs` that of the event it belongs to. */
  stack(e: At & { eventNs: Ns; pid: number; tid: number; frames: readonly bigint[] }): this {
    const eventStamp = this.clock.stamp(e.eventNs);
    return this.emit(HOOKS.stack, 2, this.asStackEvent(e), e, (out, p) => payloads.writeStack(out, p, { ...e, eventStamp }));
  }

  stackKeyKernel(e: At & { eventNs: Ns; pid: number; tid: number; key: bigint }): this {
    return this.stackKeyReference(HOOKS.stackKeyKernel, e);
  }

  stackKeyUser(e: At & { eventNs: Ns; pid: number; tid: number; key: bigint }): this {
    return this.stackKeyReference(HOOKS.stackKeyUser, e);
  }

  stackKeyDelete(e: At & { key: bigint; frames: readonly bigint[] }): this {
    return this.emit(HOOKS.stackKeyDelete, 2, this.asStackEvent(e), {}, (out, p) => payloads.writeStackKeyDefinition(out, p, e));
  }

  stackKeyRundown(e: At & { key: bigint; frames: readonly bigint[] }): this {
    return this.emit(HOOKS.stackKeyRundown, 2, this.asStackEvent(e), {}, (out, p) => payloads.writeStackKeyDefinition(out, p, e));
  }

  /** Any event. */
  raw(e: RawEvent): this {
    const write = (out: ByteWriter): void => void out.bytes(e.payload ?? new Uint8Array(0));
    if (e.hook !== undefined) return this.emit(e.hook, 2, e, e, write);
    if (e.guid === undefined) throw new TypeError('a raw event needs a hook or a GUID');
    return this.emitGuid(e.guid, e.opcode ?? 0, 0, e, e, write);
  }

  /** A WPP message with time stamp, process and thread. */
  message(e: AtThread & { number?: number; guid?: string; payload?: Uint8Array }): this {
    const stamp = this.stampAt(e.ns);
    const flags = (e.guid === undefined ? 0 : 2) | 8 | 0x20;
    return this.add(e, 'message', {
      style: 'message',
      number: e.number ?? 10,
      flags,
      guid: e.guid,
      stamp,
      pid: e.pid,
      tid: e.tid,
      payload: e.payload ?? new Uint8Array(0),
    });
  }

  /** An event of header type 0x0D. */
  error(e: AtThread & { payload?: Uint8Array }): this {
    const stamp = this.stampAt(e.ns);
    const payload = e.payload ?? new Uint8Array(8);
    return this.add(e, 'error', { style: 'error', stamp, pid: e.pid, tid: e.tid, payload });
  }

  toBytes(): Uint8Array {
    return concatBytes([...this.chunks()]);
  }

  /** The file, buffer by buffer; ends the builder. After a drain: what is left. */
  *chunks(): Generator<Uint8Array> {
    const end = this.latestNs + END_DELAY_NS;
    for (const write of this.atEnd) write(end);
    this.atEnd = [];
    this.resolveKeys(Infinity);
    this.rundownKeys();
    if (this.headerWritten) {
      yield* this.packer.finish();
      return;
    }
    const first = this.options.eventsInFirstBuffer ?? 0;
    const inFirstBuffer = this.packer.takeFirst(0, first);
    const buffers = [...this.packer.finish()];
    yield this.headerBuffer(buffers.length + 1, inFirstBuffer);
    yield* buffers;
  }

  /**
   * The buffers that are full, for events earlier than `before`; no event may come later that is earlier than that. For huge files:
   * `yield* t.drain(ns)` now and then, `yield* t.chunks()` at the end. The header is written first, so end time and buffer count stand in it
   * only where the options give them.
   */
  *drain(before: Ns): Generator<Uint8Array> {
    if (!this.headerWritten) {
      this.headerWritten = true;
      yield this.headerBuffer(this.options.logFileHeader?.buffersWritten ?? 0, new Uint8Array(0));
    }
    const ticks = Number(this.clock.relative(before));
    this.resolveKeys(ticks);
    yield* this.packer.drain(ticks);
  }

  private readonly imageIdIds = { pid: 4, tid: NO_ID };

  private process(hook: number, e: ProcessEvent, ids: Ids): this {
    return this.emit(hook, 4, e, ids, (out, p, version) =>
      payloads.writeProcess(out, p, version, {
        uniqueKey: e.uniqueKey ?? 0xffffb68c40000000n + BigInt(e.pid) * 0x100n,
        pid: e.pid,
        parentPid: e.parentPid ?? 0,
        sessionId: e.sessionId ?? 1,
        exitStatus: e.exitStatus ?? 0,
        directoryTableBase: e.directoryTableBase ?? 0x1ad000n,
        flags: e.flags ?? 0,
        sid: e.sid === undefined ? [18] : e.sid,
        name: e.name ?? '',
        commandLine: e.commandLine ?? '',
        packageName: e.packageName ?? '',
        applicationId: e.applicationId ?? '',
      }),
    );
  }

  private thread(hook: number, e: ThreadEvent, ids: Ids): this {
    return this.emit(hook, 3, e, ids, (out, p) =>
      payloads.writeThread(out, p, { pid: e.pid, tid: e.tid, startAddress: e.startAddress ?? 0n }),
    );
  }

  private referenceChange(hook: number, e: ReferenceEvent): this {
    return this.emit(hook, 2, e, e, (out, p) =>
      payloads.writeReference(out, p, { object: e.object, tag: payloads.tagOf(e.tag ?? 'Dflt'), count: e.count ?? 1 }),
    );
  }

  private mapping(hook: number, e: MapFileEvent, ids: Ids): this {
    return this.emit(hook, 3, e, ids, (out, p, version) =>
      payloads.writeMapFile(out, p, version, {
        base: e.base,
        fileKey: e.fileKey,
        miscInfo: e.miscInfo ?? 0n,
        size: BigInt(e.size),
        offset: BigInt(e.offset ?? 0),
        pid: e.pid,
      }),
    );
  }

  private stackKeyReference(hook: number, e: At & { eventNs: Ns; pid: number; tid: number; key: bigint }): this {
    const eventStamp = this.clock.stamp(e.eventNs);
    return this.emit(hook, 2, this.asStackEvent(e), e, (out, p) => payloads.writeStackKeyReference(out, p, { ...e, eventStamp }));
  }

  private asStackEvent<T extends At>(e: T): T {
    return { ...e, header: e.header ?? this.stackHeader };
  }

  /** An event that a hook names; under a GUID header its task's GUID and opcode. */
  private emit(hook: number, version: number, e: At, ids: Ids, write: PayloadWriter): this {
    const { style, pointerSize } = this.headerOf(e.header ?? this.headerStyle);
    const payload = this.payloadOf(write, pointerSize, e.version ?? version);
    const stamp = this.stampAt(e.ns);
    const common = { pointerSize, stamp, version: e.version ?? version, payload, pid: ids.pid, tid: ids.tid };
    if (style === 'system' || style === 'compact' || style === 'perfInfo') {
      this.add(e, hook.toString(16).padStart(4, '0'), { ...common, style, hook, pebs: e.pebs, counters: e.counters });
    } else {
      const { guid, opcode } = guidOfHook(hook);
      this.add(e, `${guid}/${opcode}`, { ...common, style, guid, opcode, extended: extendedOf(e, pointerSize) });
    }
    return this.stackOf(e, ids, pointerSize);
  }

  /** An event that only a GUID names: a Full header unless a GUID header is asked for. */
  private emitGuid(guid: string, opcode: number, version: number, e: At & Partial<RawEvent>, ids: Ids, write: PayloadWriter): this {
    const chosen = this.headerOf(e.header ?? this.headerStyle);
    const style = chosen.style === 'instance' || chosen.style === 'event' ? chosen.style : 'full';
    const payload = this.payloadOf(write, chosen.pointerSize, e.version ?? version);
    const stamp = this.stampAt(e.ns);
    this.add(e, `${guid.toLowerCase()}/${opcode}`, {
      style,
      guid,
      opcode,
      pointerSize: chosen.pointerSize,
      stamp,
      version: e.version ?? version,
      payload,
      pid: ids.pid,
      tid: ids.tid,
      id: e.id,
      task: e.task,
      channel: e.channel,
      level: e.level,
      keyword: e.keyword,
      activity: e.activity,
      extended: extendedOf(e, chosen.pointerSize),
    });
    return this.stackOf(e, ids, chosen.pointerSize);
  }

  private add(at: At, countKey: string, event: EventSpec): this {
    const ticks = Number(this.clock.relative(at.ns));
    this.packer.add(at.cpu ?? 0, ticks, event);
    this.counts.set(countKey, (this.counts.get(countKey) ?? 0) + 1);
    return this;
  }

  private stampAt(ns: Ns): bigint {
    const at = BigInt(ns);
    if (at > this.latestNs) this.latestNs = at;
    return this.clock.stamp(ns);
  }

  private headerOf(choice: HeaderChoice): { style: HeaderStyle; pointerSize: PointerSize } {
    if (choice.endsWith('32')) return { style: choice.slice(0, -2) as HeaderStyle, pointerSize: 4 };
    if (choice.endsWith('64')) return { style: choice.slice(0, -2) as HeaderStyle, pointerSize: 8 };
    return { style: choice as HeaderStyle, pointerSize: this.pointerSize };
  }

  /** Valid until the next call. */
  private payloadOf(write: PayloadWriter, pointerSize: PointerSize, version: number): Uint8Array {
    this.scratch.clear();
    write(this.scratch, pointerSize, version);
    return this.scratch.peek();
  }

  private stackOf(e: At, ids: Ids, pointerSize: PointerSize): this {
    if (e.stack === undefined) return this;
    const { kernel, user, whole } = this.partsOf(e.stack, pointerSize);
    const ns = e.stackNs ?? BigInt(e.ns) + STACK_DELAY_NS;
    const userNs = e.userStackNs ?? ns;
    const userCpu = e.userStackCpu ?? e.cpu;
    const who = { eventNs: e.ns, pid: ids.pid ?? NO_ID, tid: ids.tid ?? NO_ID, header: this.sized(this.stackHeader, pointerSize) };
    if (!this.options.stackKeys) {
      if (whole !== null) return this.stack({ ...who, ns, cpu: e.cpu, frames: whole });
      if (kernel.length > 0) this.stack({ ...who, ns, cpu: e.cpu, frames: kernel });
      if (user.length > 0) this.stack({ ...who, ns: userNs, cpu: userCpu, frames: user });
      return this;
    }
    if (kernel.length > 0) this.pendingKeys.push(this.pendingKey('kernel', who, ns, e.cpu, kernel));
    if (user.length > 0) this.pendingKeys.push(this.pendingKey('user', who, userNs, userCpu, user));
    return this;
  }

  private pendingKey(kind: 'kernel' | 'user', who: StackOwner, ns: Ns, cpu: number | undefined, frames: readonly bigint[]): PendingKey {
    const at = BigInt(ns);
    if (at > this.latestNs) this.latestNs = at;
    return { ...who, kind, ns, cpu, frames, recordTicks: Number(this.clock.relative(ns)) };
  }

  /** Kernel and user part; `whole` where the stack was given in one piece and is to stay one event. */
  private partsOf(stack: Stack, pointerSize: PointerSize): StackParts {
    if (!isFrames(stack)) return { kernel: stack.kernel ?? [], user: stack.user ?? [], whole: null };
    if (!this.options.stackKeys) return { kernel: [], user: [], whole: stack };
    let parts = this.splitStacks.get(stack);
    if (parts === undefined) {
      const border = pointerSize === 8 ? 1n << 63n : 1n << 31n;
      parts = { kernel: stack.filter((frame) => frame >= border), user: stack.filter((frame) => frame < border), whole: null };
      this.splitStacks.set(stack, parts);
    }
    return parts;
  }

  private readonly splitStacks = new WeakMap<readonly bigint[], StackParts>();

  private sized(choice: HeaderChoice, pointerSize: PointerSize): HeaderChoice {
    const { style } = this.headerOf(choice);
    return pointerSize === 8 ? `${style}64` : `${style}32`;
  }

  /** Gives the waiting stack references up to a time their keys. */
  private resolveKeys(upToTicks: number): void {
    const due = this.pendingKeys.filter((pending) => pending.recordTicks <= upToTicks);
    this.pendingKeys = this.pendingKeys.filter((pending) => pending.recordTicks > upToTicks);
    due.sort((a, b) => a.recordTicks - b.recordTicks);
    for (const pending of due) {
      const { key, deleted } = this.keys.keyOf(pending);
      if (deleted !== null) {
        const deleteNs = this.clock.nsOfRelative(BigInt(pending.recordTicks));
        this.atTick(pending.recordTicks - 1, deleteNs, () =>
          this.stackKeyDelete({ ns: deleteNs, cpu: pending.cpu, header: pending.header, ...deleted }),
        );
      }
      const { kind, eventNs, pid, tid, ns, cpu, header } = pending;
      this.stackKeyReference(kind === 'kernel' ? HOOKS.stackKeyKernel : HOOKS.stackKeyUser, { ns, cpu, eventNs, pid, tid, key, header });
    }
  }

  private rundownKeys(): void {
    const ns = this.latestNs + END_DELAY_NS;
    for (const { key, frames } of this.keys.remaining()) this.stackKeyRundown({ ns, key, frames });
  }

  private headerBuffer(buffersWritten: number, events: Uint8Array): Uint8Array {
    const { options, clock } = this;
    const header: LogFileHeader = {
      ...defaultLogFileHeader(clock),
      bufferSize: this.bufferSize,
      pointerSize: this.pointerSize,
      processors: options.processors ?? 4,
      endTimeFiletime: options.endTimeFiletime ?? clock.filetime(this.latestNs),
      mode: 0x00010001 | (options.compress ? MODE_COMPRESSED : 0),
      buffersWritten,
      perfFreq: clock.kind === 'systemTime' ? BigInt(options.perfFreq ?? 10_000_000) : clock.frequency,
      ...definedOnly({
        cpuMHz: options.cpuMHz,
        eventsLost: options.eventsLost,
        buffersLost: options.buffersLost,
        timeZoneBiasMinutes: options.timeZoneBiasMinutes,
        sessionName: options.sessionName,
        logFileName: options.logFileName,
        osBuild: options.osBuild,
      }),
      ...options.logFileHeader,
    };
    const body = concatBytes([logFileHeaderEvent(header, clock.t0, this.rundownIds.pid, this.rundownIds.tid), events]);
    // Plain files keep the session's buffer size; in compressed ones the first buffer is as small as it can be, in steps of 512.
    const capacity = options.compress ? Math.ceil((body.length + 72) / 512) * 512 : this.bufferSize;
    return encodeBuffer({
      body,
      capacity,
      header: {
        type: BUFFER_TYPES.header,
        flags: BUFFER_FLAGS.flushMarker | ((options.processorIndexFlag ?? true) ? BUFFER_FLAGS.processorIndex : 0),
        processor: (options.processorIndexFlag ?? true) ? 0 : 0x0800,
        ...options.firstBufferHeader,
      },
    });
  }
}

type PayloadWriter = (out: ByteWriter, pointerSize: PointerSize, version: number) => void;

interface Ids {
  pid?: number;
  tid?: number;
}

interface StackOwner {
  eventNs: Ns;
  pid: number;
  tid: number;
  header: HeaderChoice;
}

interface StackParts {
  kernel: readonly bigint[];
  user: readonly bigint[];
  whole: readonly bigint[] | null;
}

interface PendingKey extends StackOwner {
  kind: 'kernel' | 'user';
  ns: Ns;
  cpu: number | undefined;
  frames: readonly bigint[];
  recordTicks: number;
}

function isKernelStyle(choice: HeaderChoice): boolean {
  return /^(system|compact|perfInfo)/.test(choice);
}

function isFrames(stack: Stack): stack is readonly bigint[] {
  return Array.isArray(stack);
}

function extendedOf(e: At, pointerSize: PointerSize): readonly ExtendedItem[] | undefined {
  if (e.extendedStack === undefined) return e.extended;
  return [...(e.extended ?? []), stackItem(pointerSize, e.extendedStack)];
}

/** The object without its undefined fields, so that spreading it keeps defaults. */
function definedOnly<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
