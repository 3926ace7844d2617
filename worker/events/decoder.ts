/**
 * From event payloads to columns (etl-format.md, section 4). `visit` is called for every event of the file, in file order;
 * what is not ours costs a count and a time stamp.
 */
import type { Clock } from '../etl/clock.ts';
import {
  FAMILY_ERROR,
  FAMILY_GUID,
  FAMILY_HOOK,
  FAMILY_MESSAGE,
  SYSTEM_64,
  UNKNOWN_ID,
  type EventCursor,
  type FastLane,
} from '../etl/eventWalk.ts';
import { guidText } from '../etl/guid.ts';
import {
  isRundownKind,
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_HANDLE_DUPLICATE,
  KIND_MAP,
  KIND_MAP_DC_END,
  KIND_MAP_DC_START,
  KIND_OBJECT_CREATE,
  KIND_OBJECT_DELETE,
  KIND_REF_CHANGE,
  KIND_UNMAP,
} from '../lifetimes/model.ts';
import { growingU32 } from '../columns/growing.ts';
import { PairTable } from '../columns/pairs.ts';
import { EagerStacks, REMEMBERED, WAITS } from '../stacks/eager.ts';
import { isKernelAddress, StackParts } from '../stacks/parts.ts';
import { Candidates } from '../stacks/waiting.ts';
import { Actors } from './actors.ts';
import { EventCounts } from './eventCounts.ts';
import {
  HOOK_CONTEXT_SWITCH,
  HOOK_IMAGE_ID_INFO,
  HOOK_IMAGE_ID_PDB,
  HOOK_IMAGE_ID_VERSION,
  HOOK_STACK,
  HOOK_STACK_KEY_KERNEL,
  HOOK_STACK_KEY_USER,
  HOOK_VOLUME_MAPPING,
  HookTable,
  IS_DECODED,
  IS_OBJECT_EVENT,
  IS_RUNDOWN,
} from './kernelEvents.ts';
import {
  RawDetails,
  RawKeyReferences,
  RawObjectEvents,
  RawStackKeys,
  RawStackReferences,
  ReadSoFar,
  STACK_ADDRESSES,
  STACK_KEY_KERNEL,
  STACK_KEY_USER,
  VERSION_FIELDS,
  type BufferRun,
  type FileNameKind,
  type ImageEventKind,
  type ProcessEventKind,
  type RawDuplicate,
  type RawFileName,
  type RawImageEvent,
  type RawImageId,
  type RawMapping,
  type RawProcessEvent,
  type RawThreadEvent,
  type VersionField,
} from './raw.ts';
import { skipAnsi, skipUtf16, StringTable } from './strings.ts';

/** An event whose payload is too short for what it says it is. */
export interface DecodeError {
  /** offset of the event: in the file, or within the decompressed buffer at `fileOffset` */
  fileOffset: number;
  inCompressed: boolean;
  offset: number;
  what: string;
}

const MAX_DECODE_ERRORS_KEPT = 20;

/** ReferenceObject; DereferenceObject is the next. */
const HOOK_REFERENCE = 0x1132;
/** 64-bit: header, pointer, tag, count */
const REFERENCE_SIZE = 48;

export class Decoder {
  readonly strings = new StringTable();
  readonly parts = new StackParts();
  readonly soFar = new ReadSoFar();
  readonly objects = new RawObjectEvents(this.soFar);
  readonly details = new RawDetails(this.soFar);
  readonly actors = new Actors();
  /** pointers of objects */
  readonly pointers = new PairTable();
  readonly duplicates: RawDuplicate[] = [];
  readonly mappings: RawMapping[] = [];
  readonly processes: RawProcessEvent[] = [];
  readonly threads: RawThreadEvent[] = [];
  readonly images: RawImageEvent[] = [];
  readonly imageIds: RawImageId[] = [];
  readonly fileNames: RawFileName[] = [];
  readonly stacks = new EagerStacks();
  /** all key references of the file, and the keys that they name */
  readonly keyReferences = new RawKeyReferences(this.soFar);
  readonly keys = new PairTable();
  readonly stackKeys = new RawStackKeys();
  /** of the second walk: stacks that wait and the events of their times */
  readonly stackReferences = new RawStackReferences();
  readonly candidates = new Candidates();
  /** object event → the part that came inside its own header; `isKernel`: it is the kernel half */
  readonly ownStacks = new Map<number, { part: number; isKernel: boolean }>();
  /** type index → index of its name into strings */
  readonly typeNames = new Map<number, number>();
  /** NT path → DOS path, e.g. "\Device\HarddiskVolume2\" → "C:\" */
  readonly volumes = new Map<string, string>();
  readonly runs: BufferRun[] = [];
  /** object events that are rundown entries */
  readonly rundownRows = growingU32();

  stackEvents = 0;
  /** stacks that were given to an event at once, of whatever kind */
  matchedAtOnce = 0;
  /** addresses in stack events */
  stackAddresses = 0;
  events = 0;
  firstNs = Infinity;
  lastNs = -Infinity;
  imageEvents = 0;
  readonly decodeErrors: DecodeError[] = [];
  decodeErrorCount = 0;

  private readonly eventCounts = new EventCounts();
  /** per processor, the thread that was switched to last; UNKNOWN_ID before the first switch */
  private readonly currentTid = new Uint32Array(0x10000).fill(UNKNOWN_ID);
  /** events of one thread follow one another; process and thread as signed numbers */
  private readonly lastActor = { pid: -1, tid: -1, number: -1 };
  /** sequences of object events whose payload is too short to be a row */
  private readonly notRows = new Set<number>();
  private readonly hooks: HookTable;
  private readonly guids: readonly string[];
  private readonly clock: Clock;
  private readonly pointerSize: number;
  private readonly matchesAtOnce: boolean;
  private processor = 0;
  /** time of the event that is decoded: a field, since a double that is handed from function to function is put on the heap each time */
  private ns = NaN;
  private run!: BufferRun;
  private bufferFirstNs = NaN;
  private bufferLastNs = NaN;
  private bufferOffset = 0;
  private bufferCompressed = false;
  private bufferStart = 0;

  /**
   * `pointerSize`: of the machine. `matchesAtOnce` false lets every stack wait for the second walk: slower, and `stackReferences` has all of
   * them then (tests).
   */
  constructor(clock: Clock, guids: readonly string[], pointerSize: number, matchesAtOnce = true) {
    this.clock = clock;
    this.pointerSize = pointerSize;
    this.matchesAtOnce = matchesAtOnce;
    this.guids = guids;
    this.hooks = new HookTable(guids);
  }

  /** To be called before the events of a buffer. `start` is the buffer's position in the view, for offsets in errors. */
  beginBuffer(processor: number, fileOffset: number, compressed: boolean, start: number): void {
    this.processor = processor;
    this.bufferOffset = fileOffset;
    this.bufferCompressed = compressed;
    this.bufferStart = start;
    this.stacks.beginBuffer(processor);
    const { events, objects } = this;
    this.run = {
      processor,
      firstSequence: events,
      endSequence: events,
      firstRow: objects.length,
      endRow: objects.length,
      firstNs: NaN,
      lastNs: NaN,
    };
    this.runs.push(this.run);
    this.bufferFirstNs = NaN;
    this.bufferLastNs = NaN;
  }

  endBuffer(): void {
    this.run.endSequence = this.events;
    this.run.endRow = this.objects.length;
    this.run.firstNs = this.bufferFirstNs;
    this.run.lastNs = this.bufferLastNs;
  }

  /** Counts of every kind, by the keys of `info --format json`. */
  counts(): Record<string, number> {
    return this.eventCounts.byKey(this.guids);
  }

  readonly visit = (event: EventCursor): void => {
    const sequence = this.events++;
    let ns = NaN;
    if (event.hasTime) {
      ns = this.clock.toNs(event.timeLow, event.timeHigh);
      if (ns < this.firstNs) this.firstNs = ns;
      if (ns > this.lastNs) this.lastNs = ns;
    }
    const hook = this.hookOf(event);
    if (event.family === FAMILY_HOOK) {
      this.eventCounts.hooks[hook]++;
    } else if (event.family === FAMILY_GUID) {
      this.eventCounts.addOfGuid(event.guid, event.opcode);
    } else if (event.family === FAMILY_MESSAGE) {
      this.eventCounts.messages++;
    } else if (event.family === FAMILY_ERROR) {
      this.eventCounts.errors++;
    }

    const rows = this.objects.length;
    if (hook >= 0 && IS_DECODED[hook] === 1) {
      this.ns = ns;
      this.decode(hook, event, sequence);
    }
    // A stack event is no candidate for another stack.
    if (!event.hasTime || isStackHook(hook)) return;
    if (Number.isNaN(this.bufferLastNs)) this.bufferFirstNs = ns;
    this.bufferLastNs = ns;
    const row = this.objects.length > rows ? rows : -1;
    if (row >= 0) {
      if (event.stackItemSize > 0) this.ownStack(event, row);
    } else if (hook >= 0 && IS_OBJECT_EVENT[hook] === 1) {
      this.notRows.add(sequence);
    }
    this.stacks.note(ns, tidOf(event), row, sequence);
  };

  /** Reference changes with a 64-bit header that names a thread: what {@link visit} does with them, without the way there. */
  readonly referenceLane: FastLane = {
    hook: HOOK_REFERENCE,
    take: (view, bufferStart, start, end) => this.referenceChanges(view, bufferStart, start, end),
  };

  private referenceChanges(view: DataView, bufferStart: number, start: number, end: number): number {
    const { objects, pointers, clock, stacks, lastActor } = this;
    const { hooks: hookCounts } = this.eventCounts;
    const { length: firstRow } = objects;
    objects.reserve(Math.ceil((end - start) / REFERENCE_SIZE));
    const { ns: times, kind, pointer, actor, value } = objects;
    const { watchedUntil } = stacks;
    const firstSequence = this.events - firstRow;
    let { firstNs, lastNs } = this;
    let row = firstRow;
    let at = start;
    while (at + REFERENCE_SIZE <= end) {
      if (view.getUint32(at, true) >>> 16 !== SYSTEM_64) break;
      const sizeAndHook = view.getInt32(at + 4, true);
      const hook = sizeAndHook >>> 16;
      const size = sizeAndHook & 0xffff;
      // As signed numbers: they fit into a word of the processor's, UNKNOWN_ID is -1.
      const tid = view.getInt32(at + 8, true);
      const count = view.getInt32(at + 44, true);
      const isPlain = size >= REFERENCE_SIZE && at + size <= end && tid !== -1 && count >= 0;
      if ((hook & 0xfffe) !== HOOK_REFERENCE || !isPlain) break;
      const pid = view.getInt32(at + 12, true);
      const ns = clock.toNs(view.getUint32(at + 16, true), view.getInt32(at + 20, true));
      if (ns < firstNs) firstNs = ns;
      if (ns > lastNs) lastNs = ns;
      hookCounts[hook]++;
      if (lastActor.tid !== tid || lastActor.pid !== pid) this.setLastActor(pid, tid);
      times[row] = ns;
      kind[row] = KIND_REF_CHANGE;
      pointer[row] = pointers.intern(view.getUint32(at + 32, true), view.getUint32(at + 36, true));
      actor[row] = lastActor.number;
      value[row] = hook === HOOK_REFERENCE ? count : -count;
      if (ns <= watchedUntil) stacks.heed(ns, tid, firstSequence + row);
      row++;
      at = bufferStart + ((at - bufferStart + size + 7) & ~7);
    }
    if (row === firstRow) return at;
    objects.length = row;
    this.events = firstSequence + row;
    this.firstNs = firstNs;
    this.lastNs = lastNs;
    if (Number.isNaN(this.bufferLastNs)) this.bufferFirstNs = times[firstRow];
    this.bufferLastNs = times[row - 1];
    this.noteReferences(firstRow);
    return at;
  }

  /** Tells the memory of stacks of the rows from `firstRow` on, which events without any stack between them made. */
  private noteReferences(firstRow: number): void {
    const { objects, actors, stacks, events } = this;
    const { length, ns, actor } = objects;
    const from = Math.max(firstRow, length - REMEMBERED);
    if (from > firstRow) {
      let latest = -Infinity;
      for (let row = firstRow; row < from; row++) if (ns[row] > latest) latest = ns[row];
      stacks.skip(latest);
    }
    for (let row = from; row < length; row++) {
      stacks.note(ns[row], actors.tid.data[actor[row]] | 0, row, events - length + row);
    }
  }

  /** The walk is at an event of the second walk: takes what {@link EagerStacks.waiting} asks for. Sequences and rows are those of the first. */
  readonly visitAgain = (event: EventCursor): void => {
    const sequence = this.again.sequence++;
    const hook = this.hookOf(event);
    if (!event.hasTime) return;
    if (isStackHook(hook)) {
      if (hook === HOOK_STACK) this.waitingStack(event, sequence, STACK_ADDRESSES);
      else if (hook === HOOK_STACK_KEY_KERNEL) this.waitingStack(event, sequence, STACK_KEY_KERNEL);
      else if (hook === HOOK_STACK_KEY_USER) this.waitingStack(event, sequence, STACK_KEY_USER);
      return;
    }
    const isRow = hook >= 0 && IS_OBJECT_EVENT[hook] === 1 && !this.notRows.has(sequence);
    const row = isRow ? this.again.row++ : -1;
    const ns = this.clock.toNs(event.timeLow, event.timeHigh);
    if (hook === HOOK_CONTEXT_SWITCH && event.end - event.payload >= 8) this.switchThread(event);
    if (!this.stacks.isWaitedFor(ns)) return;
    const actor = row < 0 ? -1 : this.guessAgain(event, hook);
    this.candidates.add(ns, sequence, this.processor, tidOf(event), row, actor);
  };

  /** To be called before the events of a buffer in the second walk. */
  beginBufferAgain(processor: number): void {
    if (this.again.sequence === 0) this.currentTid.fill(UNKNOWN_ID);
    this.processor = processor;
  }

  /** The guess of who did an event of the second walk; -1 where it is none. */
  private guessAgain(event: EventCursor, hook: number): number {
    if (event.tid !== UNKNOWN_ID || IS_RUNDOWN[hook] === 1) return -1;
    const isMapping = hook >> 8 === 0x04 && event.pid === UNKNOWN_ID;
    const pid = isMapping ? event.view.getUint32(mappingPidAt(event), true) : event.pid;
    return this.actors.guess(pid, this.currentTid[this.processor]);
  }

  /** Events seen by the second walk. */
  get eventsAgain(): number {
    return this.again.sequence;
  }

  private readonly again = { sequence: 0, row: 0 };

  private hookOf(event: EventCursor): number {
    if (event.family === FAMILY_HOOK) return event.hook;
    return event.family === FAMILY_GUID ? this.hooks.hook(event.guid, event.opcode) : -1;
  }

  private decode(hook: number, event: EventCursor, sequence: number): void {
    switch (hook) {
      case 0x1120:
      case 0x1121:
        return this.handle(event, hook === 0x1120 ? KIND_HANDLE_CREATE : KIND_HANDLE_CLOSE);
      case 0x1122:
        return this.duplicate(event);
      case 0x1124:
      case 0x1125:
        return this.typeName(event);
      case 0x1126:
      case 0x1127:
        return this.handleRundown(event, hook === 0x1126 ? KIND_HANDLE_DC_START : KIND_HANDLE_DC_END);
      case 0x1130:
      case 0x1131:
        return this.object(event, hook === 0x1130 ? KIND_OBJECT_CREATE : KIND_OBJECT_DELETE);
      case HOOK_REFERENCE:
        return this.reference(event, 1);
      case 0x1133:
        return this.reference(event, -1);
      case 0x0425:
        return this.mapping(event, KIND_MAP);
      case 0x0426:
        return this.mapping(event, KIND_UNMAP);
      case 0x0427:
        return this.mapping(event, KIND_MAP_DC_START);
      case 0x0428:
        return this.mapping(event, KIND_MAP_DC_END);
      case HOOK_STACK:
        return this.stack(event, sequence);
      case HOOK_STACK_KEY_KERNEL:
        return this.stackKeyReference(event, sequence, true);
      case HOOK_STACK_KEY_USER:
        return this.stackKeyReference(event, sequence, false);
      case 0x1823:
      case 0x1824:
        return this.stackKey(event);
      case HOOK_CONTEXT_SWITCH:
        return this.contextSwitch(event);
      case 0x0501:
      case 0x0502:
      case 0x0503:
      case 0x0504:
        return this.thread(event);
      case 0x0301:
        return this.process(event, sequence, 'start');
      case 0x0302:
        return this.process(event, sequence, 'end');
      case 0x0303:
        return this.process(event, sequence, 'dcStart');
      case 0x0304:
        return this.process(event, sequence, 'dcEnd');
      case 0x030a:
        return this.image(event, sequence, 'load');
      case 0x1402:
        return this.image(event, sequence, 'unload');
      case 0x1403:
        return this.image(event, sequence, 'dcStart');
      case 0x1404:
        return this.image(event, sequence, 'dcEnd');
      case 0x0400:
        return this.fileName(event, 'name');
      case 0x0420:
        return this.fileName(event, 'create');
      case 0x0423:
        return this.fileName(event, 'delete');
      case 0x0424:
        return this.fileName(event, 'rundown');
      case HOOK_IMAGE_ID_INFO:
        return this.imageIdInfo(event);
      case HOOK_IMAGE_ID_PDB:
        return this.imageIdPdb(event);
      case HOOK_IMAGE_ID_VERSION:
        return this.imageIdVersion(event);
      case HOOK_VOLUME_MAPPING:
        return this.volumeMapping(event);
    }
  }

  /** Whether the payload has that many bytes; counts a decode error where not. */
  private has(event: EventCursor, bytes: number, name: string): boolean {
    const size = event.end - event.payload;
    if (size >= bytes) return true;
    this.error(event, `a ${name} event of ${size} payload bytes where at least ${bytes} are needed`);
    return false;
  }

  private error(event: EventCursor, what: string): void {
    this.decodeErrorCount++;
    if (this.decodeErrors.length < MAX_DECODE_ERRORS_KEPT) {
      const offset = event.start - this.bufferStart;
      this.decodeErrors.push({ fileOffset: this.bufferOffset, inCompressed: this.bufferCompressed, offset, what });
    }
  }

  /** Number of the pointer at the payload's start. */
  private pointer(event: EventCursor): number {
    const { view, payload } = event;
    const high = event.pointerSize === 8 ? view.getUint32(payload + 4, true) : 0;
    return this.pointers.intern(view.getUint32(payload, true), high);
  }

  /** Who did it by the event's header (`pid`: its process where known otherwise), else whoever ran on the processor. */
  private actor(event: EventCursor, pid = event.pid): number {
    if (event.tid !== UNKNOWN_ID) {
      const { lastActor } = this;
      if (lastActor.tid !== (event.tid | 0) || lastActor.pid !== (pid | 0)) this.setLastActor(pid | 0, event.tid | 0);
      return lastActor.number;
    }
    return this.actors.guess(pid, this.currentTid[this.processor]);
  }

  private setLastActor(pid: number, tid: number): void {
    this.lastActor.pid = pid;
    this.lastActor.tid = tid;
    this.lastActor.number = this.actors.of(pid >>> 0, tid >>> 0);
  }

  private handle(event: EventCursor, kind: number): void {
    const p = event.pointerSize;
    if (!this.has(event, p + 6, kind === KIND_HANDLE_CREATE ? 'CreateHandle' : 'CloseHandle')) return;
    const { view } = event;
    const at = event.payload + p;
    const name = this.strings.utf16(view, at + 6, event.end);
    const detail = this.details.add(view.getInt32(at, true), view.getUint16(at + 4, true), name, -1);
    this.objects.add(this.ns, kind, this.pointer(event), this.actor(event), detail);
  }

  private duplicate(event: EventCursor): void {
    const p = event.pointerSize;
    if (!this.has(event, p + 14, 'DuplicateHandle')) return;
    const { view } = event;
    const at = event.payload + p;
    const detail = this.details.add(
      view.getInt32(at + 4, true),
      view.getUint16(at + 12, true),
      -1,
      this.duplicates.length,
    );
    this.objects.add(this.ns, KIND_HANDLE_DUPLICATE, this.pointer(event), this.actor(event), detail);
    this.duplicates.push({
      sourceHandle: view.getUint32(at, true),
      targetPid: view.getUint32(at + 8, true),
      sourcePid: at + 18 <= event.end ? view.getUint32(at + 14, true) : UNKNOWN_ID,
    });
  }

  private typeName(event: EventCursor): void {
    if (!this.has(event, 4, 'TypeDC')) return;
    const name = this.strings.utf16(event.view, event.payload + 4, event.end);
    if (name >= 0) this.typeNames.set(event.view.getUint16(event.payload, true), name);
  }

  private handleRundown(event: EventCursor, kind: number): void {
    const p = event.pointerSize;
    if (!this.has(event, p + 10, 'HandleDC')) return;
    const { view } = event;
    const at = event.payload + p;
    const name = this.strings.utf16(view, at + 10, event.end);
    const detail = this.details.add(view.getInt32(at + 4, true), view.getUint16(at + 8, true), name, -1);
    // The header's process is whoever wrote the rundown; the owner stands in the payload.
    const owner = this.actors.of(view.getUint32(at, true), UNKNOWN_ID);
    this.rundownRows.push(this.objects.add(this.ns, kind, this.pointer(event), owner, detail));
  }

  private object(event: EventCursor, kind: number): void {
    const p = event.pointerSize;
    if (!this.has(event, p + 2, kind === KIND_OBJECT_CREATE ? 'CreateObject' : 'DeleteObject')) return;
    const detail = this.details.add(0, event.view.getUint16(event.payload + p, true), -1, -1);
    this.objects.add(this.ns, kind, this.pointer(event), this.actor(event), detail);
  }

  private reference(event: EventCursor, sign: 1 | -1): void {
    const p = event.pointerSize;
    if (!this.has(event, p + 8, sign > 0 ? 'ReferenceObject' : 'DereferenceObject')) return;
    const count = event.view.getUint32(event.payload + p + 4, true);
    if (count > 0x7fffffff) return this.error(event, `a reference change by ${count}, more than any object has`);
    this.objects.add(this.ns, KIND_REF_CHANGE, this.pointer(event), this.actor(event), sign * count);
  }

  private mapping(event: EventCursor, kind: number): void {
    const { view, payload, pointerSize: p } = event;
    const hasOffset = event.version >= 3;
    const pidAt = mappingPidAt(event);
    if (!this.has(event, pidAt - payload + 4, 'MapFile')) return;
    const pid = view.getUint32(pidAt, true);
    const actor = isRundownKind(kind)
      ? this.actors.of(pid, UNKNOWN_ID)
      : this.actor(event, event.pid === UNKNOWN_ID ? pid : event.pid);
    const row = this.objects.add(this.ns, kind, -1, actor, this.details.add(0, 0, -1, this.mappings.length));
    if (isRundownKind(kind)) this.rundownRows.push(row);
    const size = payload + p * 2 + 8;
    this.mappings.push({
      pid,
      baseLow: view.getUint32(payload, true),
      baseHigh: p === 8 ? view.getUint32(payload + 4, true) : 0,
      keyLow: view.getUint32(payload + p, true),
      keyHigh: p === 8 ? view.getUint32(payload + p + 4, true) : 0,
      sizeLow: view.getUint32(size, true),
      sizeHigh: p === 8 ? view.getUint32(size + 4, true) : 0,
      offsetLow: hasOffset ? view.getUint32(size + p, true) : 0,
      offsetHigh: hasOffset ? view.getUint32(size + p + 4, true) : 0,
    });
  }

  private stack(event: EventCursor, sequence: number): void {
    if (!this.has(event, 16, 'StackWalk')) return;
    const { pointerSize: p } = event;
    const at = event.payload + 16;
    this.stackAddresses += Math.floor((event.end - at) / p);
    const isKernel = this.startsInKernel(event, at);
    const row = this.eventOfStack(event, isKernel, sequence);
    if (row >= 0) this.objects.setPart(row, isKernel, this.parts.intern(event.view, at, event.end, p) + 1);
  }

  private stackKeyReference(event: EventCursor, sequence: number, isKernel: boolean): void {
    const p = event.pointerSize;
    if (!this.has(event, 16 + p, 'stack key')) return;
    const { view, payload } = event;
    const key = this.keys.intern(view.getUint32(payload + 16, true), p === 8 ? view.getUint32(payload + 20, true) : 0);
    const reference = this.keyReferences.add(key, this.ns);
    const row = this.eventOfStack(event, isKernel, sequence);
    if (row >= 0) this.objects.setPart(row, isKernel, -1 - reference);
  }

  /** The object event that a stack belongs to; negative for an event of another kind and for a stack that has to wait. */
  private eventOfStack(event: EventCursor, isKernel: boolean, sequence: number): number {
    this.stackEvents++;
    const { view, payload } = event;
    const eventNs = this.clock.toNs(view.getUint32(payload, true), view.getInt32(payload + 4, true));
    if (!this.matchesAtOnce) {
      this.stacks.wait(eventNs, sequence);
      return WAITS;
    }
    const tid = view.getUint32(payload + 12, true);
    const row = this.stacks.choose(eventNs, tid | 0, isKernel, sequence);
    if (row === WAITS) return row;
    this.matchedAtOnce++;
    if (row >= 0) this.nameThread(row, view.getUint32(payload + 8, true), tid);
    return row;
  }

  /** The stack of an event tells who did it, where the event does not. */
  nameThread(row: number, pid: number, tid: number): void {
    this.objects.actor[row] = this.actors.withStack(this.objects.actor[row], pid, tid);
  }

  private waitingStack(event: EventCursor, sequence: number, kind: number): void {
    const { view, payload, end, pointerSize: p } = event;
    if (end - payload < (kind === STACK_ADDRESSES ? 16 : 16 + p)) return;
    const eventNs = this.clock.toNs(view.getUint32(payload, true), view.getInt32(payload + 4, true));
    if (!this.stacks.isWaitedFor(eventNs)) return;
    const { stackReferences: references } = this;
    const row = references.add();
    references.eventNs[row] = eventNs;
    references.ns[row] = this.clock.toNs(event.timeLow, event.timeHigh);
    references.sequence[row] = sequence;
    references.processor[row] = this.processor;
    references.kind[row] = kind;
    references.pid[row] = view.getUint32(payload + 8, true);
    references.tid[row] = view.getUint32(payload + 12, true);
    if (kind === STACK_ADDRESSES) {
      references.keyLow[row] = this.parts.intern(view, payload + 16, end, p);
      references.keyHigh[row] = 0;
    } else {
      references.keyLow[row] = view.getUint32(payload + 16, true);
      references.keyHigh[row] = p === 8 ? view.getUint32(payload + 20, true) : 0;
    }
  }

  /** A stack that stands among the extended items of its event's own header. */
  private ownStack(event: EventCursor, row: number): void {
    const { view, stackItem: at, stackItemSize, stackItemPointerSize: p } = event;
    const part = this.parts.intern(view, at, at + stackItemSize, p);
    if (this.parts.frameCount(part) === 0) return;
    const isKernel = isKernelAddress(this.parts.low(part, 0), this.parts.high(part, 0), this.pointerSize);
    this.ownStacks.set(row, { part, isKernel });
    this.objects.setPart(row, isKernel, part + 1);
  }

  private startsInKernel(event: EventCursor, at: number): boolean {
    const { view, end, pointerSize: p } = event;
    if (at + p > end) return false;
    return isKernelAddress(view.getUint32(at, true), p === 8 ? view.getUint32(at + 4, true) : 0, this.pointerSize);
  }

  private stackKey(event: EventCursor): void {
    const p = event.pointerSize;
    if (!this.has(event, p, 'stack key')) return;
    const { view, payload } = event;
    const high = p === 8 ? view.getUint32(payload + 4, true) : 0;
    this.stackKeys.add(
      this.ns,
      view.getUint32(payload, true),
      high,
      this.parts.intern(view, payload + p, event.end, p),
    );
  }

  private contextSwitch(event: EventCursor): void {
    if (this.has(event, 8, 'CSwitch')) this.switchThread(event);
  }

  private switchThread(event: EventCursor): void {
    const tid = event.view.getUint32(event.payload, true);
    // The idle thread does nothing with handles: what is logged while it runs is somebody's interrupt.
    this.currentTid[this.processor] = tid === 0 ? UNKNOWN_ID : tid;
  }

  private thread(event: EventCursor): void {
    if (!this.has(event, 8, 'Thread')) return;
    const { view, payload } = event;
    this.threads.push({ ns: this.ns, pid: view.getUint32(payload, true), tid: view.getUint32(payload + 4, true) });
  }

  private process(event: EventCursor, sequence: number, kind: ProcessEventKind): void {
    const { view, payload, end, version, pointerSize: p } = event;
    let at = payload;
    let uniqueKey = '';
    let sessionId = 0;
    let exitStatus = 0;
    let pid: number;
    let parentPid: number;
    if (version >= 1) {
      const fixed = p + 16 + (version >= 3 ? p : 0) + (version >= 4 ? 4 : 0);
      if (!this.has(event, fixed + 4, 'Process')) return;
      uniqueKey = p === 8 ? view.getBigUint64(at, true).toString(16) : view.getUint32(at, true).toString(16);
      pid = view.getUint32(at + p, true);
      parentPid = view.getUint32(at + p + 4, true);
      sessionId = view.getUint32(at + p + 8, true);
      exitStatus = view.getUint32(at + p + 12, true);
      at += fixed;
    } else {
      if (!this.has(event, 2 * p + 4, 'Process')) return;
      pid = view.getUint32(at, true);
      parentPid = view.getUint32(at + p, true);
      at += 2 * p;
    }
    at = skipSid(view, at, end, p);
    if (at > end) return this.error(event, 'a Process event whose SID runs past its end');
    const name = this.strings.ansi(view, at, end);
    at = skipAnsi(view, at, end);
    const commandLine = version >= 2 ? this.strings.utf16(view, at, end) : -1;
    this.processes.push({
      kind,
      ns: this.ns,
      sequence,
      row: this.objects.length,
      pid,
      parentPid,
      sessionId,
      exitStatus,
      name: name < 0 ? '' : this.strings.texts[name],
      commandLine: commandLine < 0 ? '' : this.strings.texts[commandLine],
      uniqueKey,
      headerTid: event.tid,
    });
  }

  private image(event: EventCursor, sequence: number, kind: ImageEventKind): void {
    this.imageEvents++;
    const { view, payload, end, version, pointerSize: p } = event;
    // Version 0 has base, size and name; version 1 the process besides; from 2 on the layout is the one of etl-format.md.
    const nameAt = payload + (version >= 2 ? 3 * p + 32 : version === 1 ? 2 * p + 4 : 2 * p);
    if (!this.has(event, nameAt - payload, 'Image')) return;
    this.images.push({
      kind,
      ns: this.ns,
      sequence,
      baseLow: view.getUint32(payload, true),
      baseHigh: p === 8 ? view.getUint32(payload + 4, true) : 0,
      size: view.getUint32(payload + p, true),
      pid: version >= 1 ? view.getUint32(payload + 2 * p, true) : event.pid,
      timeStamp: version >= 2 ? view.getUint32(payload + 2 * p + 8, true) : 0,
      file: this.strings.utf16(view, nameAt, end),
    });
  }

  private fileName(event: EventCursor, kind: FileNameKind): void {
    const p = event.pointerSize;
    if (!this.has(event, p, 'FileIo name')) return;
    const { view, payload, end } = event;
    this.fileNames.push({
      kind,
      ns: this.ns,
      keyLow: view.getUint32(payload, true),
      keyHigh: p === 8 ? view.getUint32(payload + 4, true) : 0,
      name: this.strings.utf16(view, payload + p, end),
    });
  }

  private imageIdInfo(event: EventCursor): void {
    const { view, payload, end, pointerSize: p } = event;
    if (!this.has(event, 2 * p + 8, 'ImageID Info')) return;
    const name = this.strings.utf16(view, payload + 2 * p + 8, end);
    this.imageIds.push({
      ...emptyImageId('info', event, this.ns, view.getUint32(payload + 2 * p, true)),
      imageSize: view.getUint32(payload + p, true),
      timeStamp: view.getUint32(payload + 2 * p + 4, true),
      originalName: name < 0 ? '' : this.strings.texts[name],
    });
  }

  private imageIdPdb(event: EventCursor): void {
    const { view, payload, end, pointerSize: p } = event;
    if (!this.has(event, p + 24, 'ImageID PDB')) return;
    const name = this.strings.ansi(view, payload + p + 24, end);
    this.imageIds.push({
      ...emptyImageId('pdb', event, this.ns, view.getUint32(payload + p, true)),
      pdbGuid: guidText(view, payload + p + 4),
      pdbAge: view.getUint32(payload + p + 20, true),
      pdbName: name < 0 ? '' : this.strings.texts[name],
    });
  }

  private imageIdVersion(event: EventCursor): void {
    if (!this.has(event, 8, 'ImageID FileVersion')) return;
    const { view, payload, end } = event;
    const version = {} as Record<VersionField, string>;
    let at = payload + 8;
    for (const field of VERSION_FIELDS) {
      const text = this.strings.utf16(view, at, end);
      version[field] = text < 0 ? '' : this.strings.texts[text];
      at = skipUtf16(view, at, end);
    }
    // This event names no base: image size and time stamp are what ties it to a module.
    this.imageIds.push({
      ...emptyImageId('version', event, this.ns, 0),
      baseLow: 0,
      baseHigh: 0,
      imageSize: view.getUint32(payload, true),
      timeStamp: view.getUint32(payload + 4, true),
      version,
    });
  }

  private volumeMapping(event: EventCursor): void {
    const { view, payload, end } = event;
    const nt = this.strings.utf16(view, payload, end);
    const dos = this.strings.utf16(view, skipUtf16(view, payload, end), end);
    if (nt >= 0 && dos >= 0) this.volumes.set(this.strings.texts[nt], this.strings.texts[dos]);
  }
}

/** Where the process stands in a mapping event. */
function mappingPidAt({ payload, pointerSize, version }: EventCursor): number {
  return payload + pointerSize * 3 + 8 + (version >= 3 ? 8 : 0);
}

function emptyImageId(kind: RawImageId['kind'], event: EventCursor, ns: number, pid: number): RawImageId {
  const { view, payload, pointerSize } = event;
  return {
    kind,
    ns,
    pid,
    baseLow: view.getUint32(payload, true),
    baseHigh: pointerSize === 8 ? view.getUint32(payload + 4, true) : 0,
    timeStamp: 0,
    imageSize: 0,
    originalName: '',
    pdbName: '',
    pdbGuid: '',
    pdbAge: 0,
    version: null,
  };
}

function isStackHook(hook: number): boolean {
  return hook >= 0x1820 && hook <= 0x18ff;
}

/** Thread of an event's header, -1 where it names none. */
function tidOf(event: EventCursor): number {
  return event.tid !== UNKNOWN_ID ? event.tid | 0 : -1;
}

/** Position behind the SID of a Process event: u32 0 = none, else TOKEN_USER (two pointers) and the SID itself. */
function skipSid(view: DataView, at: number, end: number, pointerSize: number): number {
  if (at + 4 > end) return end + 1;
  if (view.getUint32(at, true) === 0) return at + 4;
  const sid = at + 2 * pointerSize;
  if (sid + 8 > end) return end + 1;
  return sid + 8 + 4 * view.getUint8(sid + 1);
}
