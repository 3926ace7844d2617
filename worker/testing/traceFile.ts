import { BufferPacker } from './bufferPacker.ts';
import { ByteWriter } from './byteWriter.ts';
import {
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
import { guidOfHook, HOOKS } from './eventTable.ts';
import type { EventSpec } from './eventWriter.ts';
import * as payloads from './payloads.ts';
import { StackKeys } from './stackKeys.ts';
import { type Ns, TraceClock } from './traceClock.ts';
import type { At, HeaderChoice, RawEvent, Stack, TraceOptions } from './traceEvents.ts';

/** Writes an event that belongs after everything else. */
type AtEnd = (ns: Ns) => void;

const DEFAULT_START = 133_598_115_940_000_000n;
const STACK_DELAY_NS = 500n;
const END_DELAY_NS = 1000n;

export type PayloadWriter = (out: ByteWriter, pointerSize: PointerSize, version: number) => void;

/** Process and thread of an event's header; undefined names nobody (0xFFFFFFFF). */
export interface Ids {
  pid?: number;
  tid?: number;
}

/** The event that a stack belongs to. */
interface StackOwner {
  eventStamp: bigint;
  pid: number;
  tid: number;
  header?: HeaderChoice;
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

/**
 * The part of the trace builder that knows no event by name: headers, time stamps, stacks with and without keys, buffers. Events may be
 * added in any order; they are sorted into the buffers of their processors.
 */
export class TraceFile {
  readonly clock: TraceClock;
  readonly pointerSize: PointerSize;
  /** Events written so far by the keys of `info --format json`: hook as four hex digits, or GUID/opcode; the log-file header counted. */
  readonly counts = new Map<string, number>([['0000', 1]]);

  private readonly options: TraceOptions;
  private readonly headerStyle: HeaderChoice;
  private readonly stackHeader: HeaderChoice;
  protected readonly rundownIds: { pid: number; tid: number };
  private readonly packer: BufferPacker;
  private readonly keys: StackKeys;
  private readonly bufferSize: number;
  private readonly scratch = new ByteWriter(1024);
  private readonly splitStacks = new WeakMap<readonly bigint[], StackParts>();
  private pendingKeys: PendingKey[] = [];
  protected atEnd: AtEnd[] = [];
  private latestTicks = 0;
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

  /** A plain stack event. `ns` is the time of its own record, `eventNs` that of the event it belongs to. */
  stack(e: At & { eventNs: Ns; pid: number; tid: number; frames: readonly bigint[] }): this {
    return this.plainStack({ ...e, eventStamp: this.clock.stamp(e.eventNs) }, e.frames);
  }

  stackKeyKernel(e: At & { eventNs: Ns; pid: number; tid: number; key: bigint }): this {
    return this.stackKeyReference(HOOKS.stackKeyKernel, { ...e, eventStamp: this.clock.stamp(e.eventNs) }, e.key);
  }

  stackKeyUser(e: At & { eventNs: Ns; pid: number; tid: number; key: bigint }): this {
    return this.stackKeyReference(HOOKS.stackKeyUser, { ...e, eventStamp: this.clock.stamp(e.eventNs) }, e.key);
  }

  stackKeyDelete(e: At & { key: bigint; frames: readonly bigint[] }): this {
    return this.emit(HOOKS.stackKeyDelete, 2, this.asStackEvent(e), {}, (out, p) =>
      payloads.writeStackKeyDefinition(out, p, e),
    );
  }

  stackKeyRundown(e: At & { key: bigint; frames: readonly bigint[] }): this {
    return this.emit(HOOKS.stackKeyRundown, 2, this.asStackEvent(e), {}, (out, p) =>
      payloads.writeStackKeyDefinition(out, p, e),
    );
  }

  toBytes(): Uint8Array {
    return concatBytes([...this.chunks()]);
  }

  /** The file, buffer by buffer; ends the builder. After a drain: what is left. */
  *chunks(): Generator<Uint8Array> {
    const end = this.latestNs() + END_DELAY_NS;
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
    const ticks = this.clock.ticks(before);
    this.resolveKeys(ticks);
    yield* this.packer.drain(ticks);
  }

  private plainStack(e: At & StackOwner, frames: readonly bigint[]): this {
    const { eventStamp, pid, tid } = e;
    return this.emit(HOOKS.stack, 2, this.asStackEvent(e), e, (out, p) =>
      payloads.writeStack(out, p, { eventStamp, pid, tid, frames }),
    );
  }

  private stackKeyReference(hook: number, e: At & StackOwner, key: bigint): this {
    const { eventStamp, pid, tid } = e;
    return this.emit(hook, 2, this.asStackEvent(e), e, (out, p) =>
      payloads.writeStackKeyReference(out, p, { eventStamp, pid, tid, key }),
    );
  }

  private asStackEvent<T extends At>(e: T): T {
    return { ...e, header: e.header ?? this.stackHeader };
  }

  /** An event that a hook names; under a GUID header its task's GUID and opcode. */
  protected emit(hook: number, version: number, e: At, ids: Ids, write: PayloadWriter): this {
    const { style, pointerSize } = this.headerOf(e.header ?? this.headerStyle);
    const payload = this.payloadOf(write, pointerSize, e.version ?? version);
    const ticks = this.ticksAt(e);
    const stamp = this.stampOf(ticks);
    const { pid, tid } = ids;
    const cpu = e.cpu;
    const eventVersion = e.version ?? version;
    // Spelled out without spreading: this runs for every event of huge test traces.
    if (style === 'system' || style === 'compact' || style === 'perfInfo') {
      const { pebs, counters } = e;
      const event = { style, pointerSize, hook, version: eventVersion, stamp, pid, tid, payload, pebs, counters };
      this.add(cpu, ticks, hookText(hook), event);
    } else {
      const { guid, opcode } = guidOfHook(hook);
      const extended = extendedOf(e, pointerSize);
      const event = { style, pointerSize, guid, opcode, version: eventVersion, stamp, pid, tid, payload, extended };
      this.add(cpu, ticks, `${guid}/${opcode}`, event);
    }
    return e.stack === undefined ? this : this.stackOf(e, e.stack, ticks, ids, pointerSize);
  }

  /** An event that only a GUID names: a Full header unless a GUID header is asked for. */
  protected emitGuid(
    guid: string,
    opcode: number,
    version: number,
    e: At & Partial<RawEvent>,
    ids: Ids,
    write: PayloadWriter,
  ): this {
    const chosen = this.headerOf(e.header ?? this.headerStyle);
    const style = chosen.style === 'instance' || chosen.style === 'event' ? chosen.style : 'full';
    const payload = this.payloadOf(write, chosen.pointerSize, e.version ?? version);
    const ticks = this.ticksAt(e);
    const stamp = this.stampOf(ticks);
    this.add(e.cpu, ticks, `${guid.toLowerCase()}/${opcode}`, {
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
    return e.stack === undefined ? this : this.stackOf(e, e.stack, ticks, ids, chosen.pointerSize);
  }

  protected add(cpu: number | undefined, ticks: number, countKey: string, event: EventSpec): this {
    this.packer.add(cpu ?? 0, ticks, event);
    this.counts.set(countKey, (this.counts.get(countKey) ?? 0) + 1);
    if (ticks > this.latestTicks) this.latestTicks = ticks;
    return this;
  }

  /** Ticks of an event since the first one. */
  protected ticksAt(at: At): number {
    return at.tick === undefined ? this.clock.ticks(at.ns) : Number(at.tick);
  }

  protected stampOf(ticks: number): bigint {
    return this.clock.t0 + BigInt(ticks);
  }

  private latestNs(): bigint {
    return this.clock.nsOfRelative(BigInt(this.latestTicks));
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

  private stackOf(e: At, stack: Stack, ticks: number, ids: Ids, pointerSize: PointerSize): this {
    const { kernel, user, whole } = this.partsOf(stack, pointerSize);
    const ns = e.stackNs ?? this.clock.nsOfRelative(BigInt(ticks)) + STACK_DELAY_NS;
    const userNs = e.userStackNs ?? ns;
    const userCpu = e.userStackCpu ?? e.cpu;
    const who: StackOwner = {
      eventStamp: this.stampOf(ticks),
      pid: ids.pid ?? NO_ID,
      tid: ids.tid ?? NO_ID,
      header: this.sized(this.stackHeader, pointerSize),
    };
    if (!this.options.stackKeys) {
      if (whole !== null) return this.plainStack({ ...who, ns, cpu: e.cpu }, whole);
      if (kernel.length > 0) this.plainStack({ ...who, ns, cpu: e.cpu }, kernel);
      if (user.length > 0) this.plainStack({ ...who, ns: userNs, cpu: userCpu }, user);
      return this;
    }
    if (kernel.length > 0) this.pendingKeys.push(this.pendingKey('kernel', who, ns, e.cpu, kernel));
    if (user.length > 0) this.pendingKeys.push(this.pendingKey('user', who, userNs, userCpu, user));
    return this;
  }

  private pendingKey(
    kind: 'kernel' | 'user',
    who: StackOwner,
    ns: Ns,
    cpu: number | undefined,
    frames: readonly bigint[],
  ): PendingKey {
    const { eventStamp, pid, tid, header } = who;
    const recordTicks = this.clock.ticks(ns);
    if (recordTicks > this.latestTicks) this.latestTicks = recordTicks;
    return { eventStamp, pid, tid, header, kind, ns, cpu, frames, recordTicks };
  }

  /** Kernel and user part; `whole` where the stack was given in one piece and is to stay one event. */
  private partsOf(stack: Stack, pointerSize: PointerSize): StackParts {
    if (!isFrames(stack)) return { kernel: stack.kernel ?? [], user: stack.user ?? [], whole: null };
    if (!this.options.stackKeys) return { kernel: [], user: [], whole: stack };
    let parts = this.splitStacks.get(stack);
    if (parts === undefined) {
      const border = pointerSize === 8 ? 1n << 63n : 1n << 31n;
      parts = {
        kernel: stack.filter((frame) => frame >= border),
        user: stack.filter((frame) => frame < border),
        whole: null,
      };
      this.splitStacks.set(stack, parts);
    }
    return parts;
  }

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
      const { kind, ns, cpu, header, recordTicks, eventStamp, pid, tid } = pending;
      if (deleted !== null) this.stackKeyDelete({ ns, tick: BigInt(recordTicks - 1), cpu, header, ...deleted });
      const hook = kind === 'kernel' ? HOOKS.stackKeyKernel : HOOKS.stackKeyUser;
      this.stackKeyReference(hook, { ns, cpu, header, eventStamp, pid, tid }, key);
    }
  }

  private rundownKeys(): void {
    const ns = this.latestNs() + END_DELAY_NS;
    for (const { key, frames } of this.keys.remaining()) this.stackKeyRundown({ ns, key, frames });
  }

  private headerBuffer(buffersWritten: number, events: Uint8Array): Uint8Array {
    const { options, clock } = this;
    const header: LogFileHeader = {
      ...defaultLogFileHeader(clock),
      bufferSize: this.bufferSize,
      pointerSize: this.pointerSize,
      processors: options.processors ?? 4,
      endTimeFiletime: options.endTimeFiletime ?? clock.filetime(this.latestNs()),
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

const hookTexts = new Map<number, string>();

/** A hook as `info --format json` names it: four hex digits, lower case. */
function hookText(hook: number): string {
  let text = hookTexts.get(hook);
  if (text === undefined) {
    text = hook.toString(16).padStart(4, '0');
    hookTexts.set(hook, text);
  }
  return text;
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
